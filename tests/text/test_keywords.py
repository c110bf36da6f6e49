"""Keywords are terms of the article, whole ones, and never grammar."""

import pytest

from bot.text import headline
from bot.text.headline import without_furniture
from bot.text.keywords import extract, load_stop_words
from bot.text.segment import Segmenter, load_segmenter
from bot.text.wording import Wording

TITLE = "云岭芯片发布RISC-V处理器“青峰”"
TEXT = (
    "云岭芯片今天在滨江发布面向工业互联网的RISC-V处理器“青峰”。工业互联网设备厂商表示，"
    "RISC-V处理器可以降低授权费用。云岭芯片称，青峰处理器明年量产。2026年出货目标为300万颗。"
)
ALL = 1_000
"""More than there are."""


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def test_terms_of_the_article(segmenter: Segmenter) -> None:
    found = extract(Wording(TITLE, TEXT, segmenter), 8)
    assert len(found) == len(set(found)) == 8
    assert any("RISC-V" in word for word in found)
    assert any("工业互联网" in word for word in found)
    whole = (TITLE + TEXT).replace(" ", "")
    assert all(word.replace(" ", "") in whole for word in found)


def test_no_grammar_no_bare_figures(segmenter: Segmenter) -> None:
    stop = load_stop_words()
    for word in extract(Wording(TITLE, TEXT, segmenter), ALL):
        assert word not in stop.hard
        assert word not in stop.generic
        assert not word.isdigit()
        assert 2 <= len(word) <= 14


def test_followed_words_come_first(segmenter: Segmenter) -> None:
    plain = extract(Wording(TITLE, TEXT, segmenter), 12)
    last = plain[-1]
    assert extract(Wording(TITLE, TEXT, segmenter), 12, (last,)).index(last) < plain.index(last)


def test_fewer_when_there_are_fewer(segmenter: Segmenter) -> None:
    assert extract(Wording("", "", segmenter), 5) == ()
    assert extract(Wording("的", "了，着。", segmenter), 5) == ()
    assert extract(Wording("量子计算", "", segmenter), 1) == ("量子计算",)
    assert extract(Wording(TITLE, TEXT, segmenter), 0) == ()


def test_latin_words_keep_their_blank(segmenter: Segmenter) -> None:
    assert "Open Compute" in extract(
        Wording("Open Compute 峰会", "Open Compute 峰会介绍液冷。", segmenter), ALL
    )


def test_same_answer_every_time(segmenter: Segmenter) -> None:
    assert extract(Wording(TITLE, TEXT, segmenter), 6) == extract(Wording(TITLE, TEXT, load_segmenter()), 6)


def test_a_headline_is_taken_apart_once(segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(title: str) -> str:
        asked.append(title)
        return without_furniture(title)

    monkeypatch.setattr(headline, "without_furniture", noted)
    title = "滨江视点｜老厂房里亮起新算力"
    assert extract(Wording(title, "老厂房里亮起新算力，滨江扩建机房。", segmenter), 3)
    assert asked == [title]


def test_the_column_of_a_headline_is_no_keyword(segmenter: Segmenter) -> None:
    told = "云岭芯片造出新处理器"
    for title in (f"活力滨江调研行｜{told}", f"【滨江评论】{told}", f"{told} | 法眼", f"{told}｜滨江要闻"):
        found = extract(Wording(title, TEXT, segmenter), ALL)
        assert "云岭芯片" in found
        assert not [word for word in found if word in title.replace(told, "")], title
    kept = extract(Wording("滨江要闻｜滨江要闻网改版，云岭芯片出资", TEXT, segmenter), ALL)
    assert "要闻" in kept
