"""Operators and times of a query as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.search.query import parse_query
from bot.search.spans import parse_span

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")


def groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(term.text for term in group) for group in parse_query(text, now=NOW).groups)


def excluded(text: str) -> tuple[str, ...]:
    return tuple(term.text for term in parse_query(text, now=NOW).excluded)


@pytest.mark.parametrize(
    ("text", "wanted", "without"),
    [
        ("华为 NOT 芯片", (("华为",),), ("芯片",)), ("华为 ＮＯＴ 芯片", (("华为",),), ("芯片",)), ("华为 AND 芯片", (("华为",), ("芯片",)), ()),
        ("华为/中兴", (("华为", "中兴"),), ()), ("华为／中兴 5G", (("华为", "中兴"), ("5G",)), ()), ("华为|中兴", (("华为", "中兴"),), ()),
        ("OpenAI/Anthropic", (("OpenAI", "Anthropic"),), ()), ("TCP/IP", (("TCP/IP",),), ()), ("24/7", (("24/7",),), ()),
        ("华为 −汽车", (("华为",),), ("汽车",)), ("NOT 芯片", (), ("芯片",)), ("not only", (("not",), ("only",)), ()),
    ],
)  # fmt: skip
def test_operators(text: str, wanted: tuple[tuple[str, ...], ...], without: tuple[str, ...]) -> None:
    assert (groups(text), excluded(text)) == (wanted, without)


@pytest.mark.parametrize("text", ["OR", "AND NOT", "-芯片", "|", "NOT"])
def test_only_operators_find_nothing_and_say_why(text: str) -> None:
    query = parse_query(text, now=NOW)
    assert query.empty
    assert [note.kind for note in query.notes] == ["nothing"]
    assert "no word" in str(query.notes[0])


@pytest.mark.parametrize(
    ("value", "first", "behind"),
    [
        ("今天", "11-25", "11-26"), ("昨天", "11-24", "11-25"), ("前天", "11-23", "11-24"), ("本周", "11-23", "11-30"), ("上周", "11-16", "11-23"),
        ("本月", "11-01", "12-01"), ("上个月", "10-01", "11-01"), ("2026-11-20", "11-20", "11-21"), ("20261120", "11-20", "11-21"),
        ("2026年11月", "11-01", "12-01"), ("11月20日", "11-20", "11-21"), ("10月", "10-01", "11-01"),
    ],
)  # fmt: skip
def test_days(value: str, first: str, behind: str) -> None:
    span = parse_span(value, NOW, SHANGHAI)
    assert span is not None
    assert [f"{moment.astimezone(SHANGHAI):%m-%d}" for moment in span] == [first, behind]


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("三天", 3),
        ("7天", 7),
        ("最近三天", 3),
        ("过去一周", 7),
        ("两周内", 14),
        ("半年", 180),
        ("一个月", 30),
        ("last 7 days", 7),
        ("十天", 10),
    ],
)
def test_lengths(value: str, days: int) -> None:
    span = parse_span(value, NOW, SHANGHAI)
    assert span == (NOW - timedelta(days=days),) * 2


def test_years() -> None:
    for value, first in (("今年", 2026), ("去年", 2025), ("2024", 2024), ("12月", 2025)):
        span = parse_span(value, NOW, SHANGHAI)
        assert span is not None
        assert span[0].astimezone(SHANGHAI).year == first


@pytest.mark.parametrize("value", ["", "火星", "2026-13", "2月30日", "99999年", "9999年9999", "9999年"])
def test_what_is_no_time(value: str) -> None:
    assert parse_span(value, NOW, SHANGHAI) is None


def test_until_is_with_its_day_and_before_is_without() -> None:
    def end(text: str) -> str:
        until = parse_query(text, now=NOW, zone=SHANGHAI).until
        assert until is not None
        return f"{until.astimezone(SHANGHAI):%m-%d}"

    assert end("华为 until:2026-11-20") == "11-21"
    assert end("华为 截至：昨天") == "11-25"
    assert end("华为 before:2026-11-20") == "11-20"
    assert end("华为 until:2026-11-20 until:2026-11-10") == "11-11"
    assert parse_query("华为 after:2026-11-20", now=NOW).since == datetime(2026, 11, 20, tzinfo=UTC)
    assert [note.value for note in parse_query("华为 until:火星", now=NOW).notes] == ["火星"]
