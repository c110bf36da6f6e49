"""Sentences are cut where a reader would cut, and every piece stands in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.sentences import clauses, read, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  \n\u3000\n", ()),
        ("甲公司上市。乙公司退市！真的吗？", ("甲公司上市。", "乙公司退市！", "真的吗？")),
        ("第一段没有句号\n第二段。", ("第一段没有句号", "第二段。")),
        ("增长3.5%，达到1.2亿。下降。", ("增长3.5%，达到1.2亿。", "下降。")),
        ("他说：“先做好产品。再谈上市。”随后离场。", ("他说：“先做好产品。再谈上市。”", "随后离场。")),
        ("“先做好产品。”林可说。“再谈上市。”", ("“先做好产品。”林可说。", "“再谈上市。”")),
        ("“好。”这是他的回答。", ("“好。”", "这是他的回答。")),
        ("项目（含二期。三期除外）已开工。好", ("项目（含二期。三期除外）已开工。", "好")),
        ("真的？！太好了……不过要等。", ("真的？！", "太好了……不过要等。")),
        ("还要等……", ("还要等……",)),
        ("引号“没有收尾。下一句。", ("引号“没有收尾。", "下一句。")),
        ("Chenbao Inc. was here. It grew 3.5 percent.", ("Chenbao Inc. was here.", "It grew 3.5 percent.")),
        ("本文提出新方法.结果表明有效.", ("本文提出新方法.", "结果表明有效.")),
        ("See example.com for more. Done", ("See example.com for more.", "Done")),
        ("甲公司 Inc. 宣布上市。", ("甲公司 Inc. 宣布上市。",)),
    ],
)
def test_split(text: str, expected: tuple[str, ...]) -> None:
    assert split(text) == expected


def test_a_quote_that_never_closes_in_time_may_be_cut() -> None:
    long = "字" * 300
    assert split(f"他说“{long}。好。”完") == (f"他说“{long}。", "好。”", "完")


def test_reading_is_lazy() -> None:
    assert next(read("第一句。" + "第二句。" * 1000)) == "第一句。"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("营收十亿；净利一亿；持平。", ("营收十亿；", "净利一亿；", "持平。")),
        ("他说“甲；乙”；丙。", ("他说“甲；乙”；", "丙。")),
        ("没有分号。", ("没有分号。",)),
        ("", ()),
    ],
)
def test_clauses(sentence: str, expected: tuple[str, ...]) -> None:
    assert clauses(sentence) == expected


@given(st.text(alphabet="甲乙丙。！？；，“”（）\n .…A1", max_size=80))
def test_every_sentence_stands_in_the_text_in_order(text: str) -> None:
    at = 0
    for sentence in split(text):
        found = text.find(sentence, at)
        assert found >= at
        at = found + len(sentence)
    assert "".join("".join(split(text)).split()) == "".join(text.split())
