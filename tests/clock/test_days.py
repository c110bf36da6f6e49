"""Days that have a name."""

from datetime import date

import pytest

from bot.clock import named_days

TODAY = date(2026, 1, 7)
"""A Wednesday."""


def days(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (("今天", "今日", "today"), "2026-01-07", "2026-01-07"),
        (("昨天", "昨日", "yesterday"), "2026-01-06", "2026-01-06"),
        (("前天",), "2026-01-05", "2026-01-05"),
        (("本周", "这周", "这个星期", "本星期", "this week"), "2026-01-05", "2026-01-11"),
        (("上周", "上星期", "上个星期", "上一周", "last week"), "2025-12-29", "2026-01-04"),
        (("本月", "这个月", "当月", "this month"), "2026-01-01", "2026-01-31"),
        (("上月", "上个月", "last month"), "2025-12-01", "2025-12-31"),
        (("今年", "本年", "this year"), "2026-01-01", "2026-12-31"),
        (("去年", "last year"), "2025-01-01", "2025-12-31"),
    ],
)
def test_they_begin_and_end(words: tuple[str, ...], first: str, last: str) -> None:
    assert {word: named_days(word, TODAY) for word in words} == dict.fromkeys(words, days(first, last))


@pytest.mark.parametrize(
    ("words", "today", "first", "last"),
    [
        ("本周", "2026-11-23", "2026-11-23", "2026-11-29"),  # a Monday
        ("本周", "2026-11-29", "2026-11-23", "2026-11-29"),  # a Sunday
        ("上周", "2026-11-23", "2026-11-16", "2026-11-22"),
        ("本月", "2026-02-28", "2026-02-01", "2026-02-28"),
        ("本月", "2028-02-01", "2028-02-01", "2028-02-29"),
        ("本月", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("上个月", "2026-03-31", "2026-02-01", "2026-02-28"),
        ("昨天", "2026-03-01", "2026-02-28", "2026-02-28"),
        ("去年", "2028-02-29", "2027-01-01", "2027-12-31"),
    ],
)
def test_they_end_where_the_week_the_month_and_the_year_do(
    words: str, today: str, first: str, last: str
) -> None:
    assert named_days(words, date.fromisoformat(today)) == days(first, last)


def test_others_are_none() -> None:
    assert named_days("下周", TODAY) is None
    assert named_days("", TODAY) is None
