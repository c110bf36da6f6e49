"""The grammar: what a text means, and that no text can break it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.query import MAX_CHARACTERS, MAX_GROUPS, Note, Query, Term, parse_query
from bot.search.spans import parse_span

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def topic(words: str) -> str | None:
    return {"半导体": "semiconductor", "AI": "ai", "工业 互联网": "industrial"}.get(words)


def section(words: str) -> str | None:
    return {"企业情报": "companies"}.get(words)


def parse(text: str) -> Query:
    return parse_query(text, now=NOW, find_topic=topic, find_section=section)


def words(*texts: str) -> tuple[tuple[Term, ...], ...]:
    return tuple((Term(text),) for text in texts)


def test_words_phrases_exclusions_and_filters() -> None:
    query = parse('topic:半导体 source:虎嗅 since:7d section:企业情报 "固态 量子" 芯片 -汽车 -"自动 驾驶"')
    assert query.topics == ("semiconductor",)
    assert query.sections == ("companies",)
    assert query.sources == ("虎嗅",)
    assert query.since == NOW - timedelta(days=7)
    assert query.groups == ((Term("固态 量子", phrase=True),), (Term("芯片"),))
    assert query.excluded == (Term("汽车"), Term("自动 驾驶", phrase=True))
    assert query.notes == ()
    assert query.words == "固态 量子 芯片"


def test_either_binds_its_neighbours() -> None:
    assert parse("华为 OR 中兴 芯片").groups == ((Term("华为"), Term("中兴")), (Term("芯片"),))
    assert parse("华为 | 中兴 ｜ 小米").groups == ((Term("华为"), Term("中兴"), Term("小米")),)
    assert parse("华为|中兴｜小米 ||").groups == ((Term("华为"), Term("中兴"), Term("小米")),)
    assert parse("芯片 -华为|中兴").excluded == (Term("华为"), Term("中兴"))
    assert parse("OR 华为 OR").groups == words("华为")
    assert parse("华为 or 中兴").groups == words("华为", "or", "中兴")
    assert parse("华为 OR topic:AI 芯片").groups == words("华为", "芯片")


def test_a_bar_in_a_headline_means_nothing() -> None:
    headline = "三家公司同日公布第三季度财报"
    assert parse(f"早报 | {headline}").groups == words("早报", headline)
    assert parse(f"{headline} ｜ 早报").groups == words(headline, "早报")
    assert parse(f"早报 OR {headline}").groups == ((Term("早报"), Term(headline)),)
    assert parse("semiconductors | 集成电路 | chips").groups == (
        (Term("semiconductors"), Term("集成电路"), Term("chips")),
    )
    assert parse(f'早报 | "{headline}"').groups == ((Term("早报"), Term(headline, phrase=True)),)


@pytest.mark.parametrize(
    "text", ["“固态 量子”", "「固态 量子」", "『固态 量子』", "＂固态 量子＂", '"固态 量子"']
)
def test_quotation_marks_of_all_kinds(text: str) -> None:
    assert parse(text).groups == ((Term("固态 量子", phrase=True),),)


def test_full_width_colons_chinese_names_quoted_and_several_values() -> None:
    assert parse("主题： 半导体").topics == ("semiconductor",)
    assert parse("主题：半导体,AI 来源：虎嗅").topics == ("semiconductor", "ai")
    assert parse("TOPIC：“工业 互联网”").topics == ("industrial",)
    assert parse("topic:AI topic:半导体 topic:AI").topics == ("ai", "semiconductor")
    assert parse("来源：虎嗅，36氪").sources == ("虎嗅", "36氪")


def test_what_looks_like_a_filter_and_is_none_stays_words() -> None:
    assert parse("外交部：将继续推进").groups == words("外交部", "将继续推进")
    assert parse("5G:A").groups == words("5G:A")
    assert parse("-topic:AI").topics == ()
    assert parse("-topic:AI").excluded == (Term("topic"), Term("AI"))


def test_unknown_values_are_named_and_left_out() -> None:
    query = parse("topic:炒菜 section:xx since:很久 芯片")
    assert query.notes == (Note("topic", "炒菜"), Note("section", "xx"), Note("since", "很久"))
    assert (query.topics, query.sections, query.since) == ((), (), None)
    assert query.groups == words("芯片")
    assert str(query.notes[0]) == "topic:炒菜 is not known and was left out"
    assert "2026-11-01" in str(query.notes[2])
    assert str(Note("topic", "半倒体", ("semiconductor",))).endswith("left out (near it: semiconductor)")


@pytest.mark.parametrize(
    "text", ["", "   ", "。，！？", "🙂🚀", "-", '""', '"', "topic:", "-汽车", "source:🙂", "\u200f", "OR"]
)
def test_nothing_to_look_for(text: str) -> None:
    assert parse(text).empty


@pytest.mark.parametrize(
    "text", ["芯片", "since:1d", "topic:AI", "source:虎嗅", "مرحبا", "a", '"未闭合 的引号']
)
def test_something_to_look_for(text: str) -> None:
    assert not parse(text).empty


def test_a_joined_minus_is_no_exclusion() -> None:
    assert parse("RISC-V 5G-A 12月1日-12日").excluded == ()
    assert parse("５Ｇ－Ａ －汽车").excluded == (Term("汽车"),)


def test_long_queries_are_bounded_and_say_so() -> None:
    query = parse("芯片" * 2000)
    assert sum(len(term.text) for group in query.groups for term in group) <= MAX_CHARACTERS
    assert Note("shortened") in query.notes
    many = parse(" ".join(f"词{n}" for n in range(100)) + " -a" * 100)
    assert len(many.groups) == MAX_GROUPS
    assert many.notes == (Note("shortened"),)
    assert "too long" in str(many.notes[0])


def test_repeated_words_count_once() -> None:
    assert parse("芯片 芯片 -a -a") == Query(groups=words("芯片"), excluded=(Term("a"),))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("24h", NOW - timedelta(days=1)),
        ("2w", NOW - timedelta(days=14)),
        ("3天", NOW - timedelta(days=3)),
        ("１个月", NOW - timedelta(days=30)),
        ("2 years", NOW - timedelta(days=730)),
        ("12小时", NOW - timedelta(hours=12)),
        ("today", datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ("昨天", datetime(2026, 11, 22, 16, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("2026年11月", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("2026/11/1", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 16, tzinfo=UTC)),
        ("2026-13-01", None),
        ("0000", None),
        ("9999y", None),
        ("7", None),
        ("", None),
    ],
)
def test_since(value: str, expected: datetime | None) -> None:
    span = parse_span(value, NOW, ZoneInfo("Asia/Shanghai"))
    assert (span and span[0]) == expected


def test_of_two_times_the_later_holds() -> None:
    assert parse("since:7d since:1d since:3d 芯片").since == NOW - timedelta(days=1)


@given(st.text(max_size=300))
def test_no_text_can_raise(text: str) -> None:
    query = parse_query(text, now=NOW, find_topic=topic, find_section=section)
    assert len(query.groups) <= MAX_GROUPS


@given(
    st.lists(
        st.sampled_from(['"', ":", "-", "OR", "|", "topic:", "since:", "芯片", " ", "“", "：", ","]),
        max_size=40,
    )
)
def test_no_mixture_of_signs_can_raise(pieces: list[str]) -> None:
    assert parse("".join(pieces)) == parse("".join(pieces))
