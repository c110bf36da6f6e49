"""Passages: where they begin, and that the marks are where the words are in the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.snippet import Snippet
from bot.search.snippets import find, snippet


def marked(passage: Snippet) -> list[str]:
    return [passage.text[begin:end] for begin, end in passage.spans]


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("華為發布新機", "华为", ["華為"]),
        ("搭載ＡＩ晶片", "ai", ["ＡＩ"]),
        ("支持5G-A和5G A", "5ga", ["5G-A", "5G A"]),
        ("基于RISC V", "riscv", ["RISC V"]),
        ("maintain AI airlines", "ai", ["AI"]),
        ("iPhone17 iPhone 17 iPhone170", "iphone17", ["iPhone17", "iPhone 17"]),
        ("2026年与26年", "26", ["26"]),
        ("人工智能", "智能", ["智能"]),
        ("㈱ﬁn AI", "ai", ["AI"]),
        ("没有", "芯片", []),
        ("芯片", "", []),
    ],
)
def test_words_are_marked_as_they_stand(text: str, term: str, expected: list[str]) -> None:
    assert [text[begin:end] for begin, end in find(text, [term])] == expected


def test_marks_stay_in_place_where_folding_makes_as_many_letters_as_blanks_go() -> None:
    text = "厂房扩大了9㎡。\n\n人工智能与機器人。"
    assert [text[begin:end] for begin, end in find(text, ["人工智能", "机器人"])] == ["人工智能", "機器人"]


def test_parts_are_marked_where_the_whole_is_not_there() -> None:
    both = "人工智能让智能手机更聪明"
    assert [both[begin:end] for begin, end in find(both, ["人工智能"], ["人工", "智能"])] == ["人工智能"]
    apart = "智能手机更聪明"
    assert [apart[begin:end] for begin, end in find(apart, ["人工智能"], ["人工", "智能"])] == ["智能"]
    assert marked(snippet(both, ["人工智能"], 40, ["智能"])) == ["人工智能"]


def test_meeting_marks_are_joined() -> None:
    assert find("固态量子芯片", ["量子", "固态", "量子芯片"]) == [(0, 6)]


def test_the_passage_begins_with_the_sentence_that_answers() -> None:
    text = (
        "今天天气很好。" * 20 + "固态量子芯片在望川县问世，参数刷新了纪录。后来大家散去。" + "别的内容。" * 20
    )
    passage = snippet(text, ["固态", "量子"], 40)
    assert passage.text.startswith("固态量子芯片在望川县问世")
    assert marked(passage) == ["固态量子"]
    assert len(passage.text) <= 42


def test_the_passage_with_more_different_words_wins() -> None:
    text = "量子，量子，量子。" + "别的内容很多很多。" * 20 + "量子与卫星一起出现。" + "别的。" * 30
    passage = snippet(text, ["量子", "卫星"], 30)
    assert passage.text.startswith("量子与卫星一起出现。")


def test_a_passage_from_the_middle_is_marked_as_such() -> None:
    text = "很长的一句话没有标点" * 20 + "这里提到芯片" + "然后继续没有标点" * 20
    passage = snippet(text, ["芯片"], 40)
    assert passage.text.startswith("…")
    assert passage.text.endswith("…")
    assert marked(passage) == ["芯片"]


def test_a_passage_may_begin_with_a_clause() -> None:
    text = "他说了很多" * 30 + "，芯片价格上涨了三成" + "而且还会继续" * 30
    assert snippet(text, ["芯片"], 30).text.startswith("…芯片价格")


def test_a_passage_begins_with_no_closing_mark_and_no_piece_of_a_name() -> None:
    text = f"{'很长的开头' * 10}《谁在造芯？》，文章谈到，量子芯片已经量产。"
    assert snippet(text, ["量子芯片"], 40).text.startswith("…文章谈到，量子芯片")
    text = f"{'没有标点的长句' * 10}由NordvikLab研究的量子芯片{'已经量产' * 20}"
    assert "…NordvikLab" in snippet(text, ["量子芯片"], 40).text


def test_without_a_match_it_is_the_beginning() -> None:
    assert snippet("  开头的一句话。后面。", ["无"], 7) == Snippet("开头的一句话。")
    assert snippet("", ["无"], 10) == Snippet("")


def test_a_heading_does_not_run_into_the_text_below_it() -> None:
    text = "云岭上半年卖出三百万颗。\n 芯片涨价\n 这一轮涨价从春天开始，云岭的芯片每颗贵了两元。"
    passage = snippet(text, ["芯片", "涨价"], 60)
    assert passage.text == "芯片涨价。这一轮涨价从春天开始，云岭的芯片每颗贵了两元。"
    assert [passage.text[start:end] for start, end in passage.spans][:2] == ["芯片涨价", "涨价"]
    wrapped = "云岭的芯片在这个\n春天开始涨价，\n每颗贵了整整两元，没有人来买。"
    assert "。" not in snippet(wrapped, ["芯片"], 60).text[:-1]


def test_line_breaks_become_blanks() -> None:
    passage = snippet("芯片在第一行\n第二行", ["芯片"], 40)
    assert passage.text == "芯片在第一行 第二行"
    assert marked(passage) == ["芯片"]


def test_nothing_stands_between_a_full_width_mark_and_the_next_sentence() -> None:
    passage = snippet("芯片产能翻番。\n\n　　第二段提到 AI  芯片。 完", ["芯片", "完"], 40)
    assert passage.text == "芯片产能翻番。第二段提到 AI 芯片。完"
    assert marked(passage) == ["芯片", "芯片", "完"]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=4), max_size=4), st.integers(10, 80))
def test_any_text_gives_marks_inside_the_passage(text: str, terms: list[str], width: int) -> None:
    passage = snippet(text, terms, width)
    end = 0
    for begin, stop in passage.spans:
        assert end <= begin < stop <= len(passage.text)
        end = stop
    assert len(passage.text) <= width + 2


def test_credits_do_not_begin_a_passage() -> None:
    text = "本文来自微信公众号：芯事，作者：林小舟\n云岭芯片发布新款处理器，下月量产。"
    assert snippet(text, ["处理器"]).text == "云岭芯片发布新款处理器，下月量产。"
    assert snippet(text, ["小舟"]).text == "云岭芯片发布新款处理器，下月量产。"


def test_a_dateline_does_not_begin_a_passage() -> None:
    text = "闪点科讯11月24日电 澜川科技公告，江渚智算中心订购两万颗处理器。"
    assert snippet(text, ["处理器"]).text == "澜川科技公告，江渚智算中心订购两万颗处理器。"


def test_the_headline_is_not_said_again() -> None:
    headline = "澜川科技发布芯片"
    assert snippet("澜川科技发布芯片", ["芯片"], headline=headline) == Snippet("", ())
    assert snippet("澜川科技，发布“芯片”！", ["芯片"], headline=headline) == Snippet("", ())
    behind = snippet("澜川科技发布芯片\n这款芯片明年量产。", ["芯片"], headline=headline)
    assert behind.text == "这款芯片明年量产。"
    other = snippet("澜川科技发布会上有芯片。", ["芯片"], headline=headline)
    assert other.text == "澜川科技发布会上有芯片。"
    assert snippet("芯片量产。", ["芯片"], headline="").text == "芯片量产。"


@pytest.mark.parametrize(
    "told",
    [
        "作者：[某国]某某，经某社授权发布，题图来自：某图库\n",
        "本文来自：某处，作者：某某，头图来源：某图库\n",
    ],
)
def test_it_does_not_begin_with_who_wrote_it(told: str) -> None:
    text = f"开头是别的话，说得很长，与此无关......{told}澜川科技的芯片今天量产，首批交付四家客户。"
    found = snippet(text, ["芯片", "量产"])
    assert "题图" not in found.text
    assert "头图" not in found.text
    assert "芯片今天量产" in found.text
