"""Blanks and marks are made even, and words stay."""

import pytest

from bot.text.typeset import typeset, typeset_headline


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("它成了AI 芯片的赢家。", "它成了AI芯片的赢家。"),
        ("云岭的Feature Flag 全生命周期。", "云岭的Feature Flag全生命周期。"),
        ("用 AI 芯片的 Feature Flag 很多。", "用 AI 芯片的 Feature Flag 很多。"),  # a style of its own
        ("云岭发布 Cloud 9 Pro，售价 5,000 元。", "云岭发布 Cloud 9 Pro，售价 5,000 元。"),
        ("怎么看AI ？ 云岭说， 不急。", "怎么看AI？云岭说，不急。"),
        ("这轮浪潮,与其说是革命:不如说是账本。", "这轮浪潮，与其说是革命：不如说是账本。"),
        ("价格涨了1,000元，比分3:2。", "价格涨了1,000元，比分3:2。"),
        ("频频加码，，然而没有结果。。", "频频加码，然而没有结果。"),
        ('从"流量"到"算力"。', "从“流量”到“算力”。"),
        ('屏幕6.1"，名为"云"。', '屏幕6.1"，名为"云"。'),
        ('He said "no", and , left.', 'He said "no", and , left.'),
        ("", ""),
    ],
)
def test_running_text(written: str, shown: str) -> None:
    assert typeset(written) == shown
    assert typeset(shown) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("算力荒，会把云岭AI 烧成泡沫吗？", "算力荒，会把云岭AI烧成泡沫吗？"),
        ("产业跃升靠AI 云岭先行", "产业跃升靠AI 云岭先行"),  # blanks that are pauses
        ("滨江0:0临江 第2出线：将战云岭 C罗缺阵", "滨江0:0临江 第2出线：将战云岭 C罗缺阵"),
        ("云岭：持股降至9.37% 不再是AI股东", "云岭：持股降至9.37% 不再是AI股东"),
        ("Cloud prices rise , again", "Cloud prices rise , again"),
    ],
)
def test_headlines(written: str, shown: str) -> None:
    assert typeset_headline(written) == shown
