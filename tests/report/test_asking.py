"""Words behind /report: days, topics, sections, names and a format, in any order and in one."""

from datetime import date

import pytest

from bot.report.asking import BadDaysError, read_report
from bot.text.taxonomy import load_taxonomy

TODAY = date(2026, 11, 29)
"""A Sunday."""


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("7天", "11-23", "11-29"),
        ("近30天", "10-31", "11-29"),
        ("七天", "11-23", "11-29"),
        ("两周", "11-16", "11-29"),
        ("7 days", "11-23", "11-29"),
        ("2026-11", "11-01", "11-29"),
        ("2026年10月", "10-01", "10-31"),
        ("9月", "09-01", "09-30"),
        ("上月", "10-01", "10-31"),
        ("last month", "10-01", "10-31"),
        ("本月", "11-01", "11-29"),
        ("上周", "11-16", "11-22"),
        ("last week", "11-16", "11-22"),
        ("昨天", "11-28", "11-28"),
        ("11月1日至11月7日", "11-01", "11-07"),
        ("从11月1日 到 11月7日", "11-01", "11-07"),
        ("2026-11-01..2026-11-07", "11-01", "11-07"),
        ("2026/11/1 2026/11/7", "11-01", "11-07"),
        ("7", "11-23", "11-29"),
        ("半个月", "11-15", "11-29"),
        ("半年", "06-03", "11-29"),
        ("2026", "01-01", "11-29"),
        ("7日", "11-07", "11-07"),
        ("30号", "10-30", "10-30"),
        ("7 天", "11-23", "11-29"),
        ("两 周", "11-16", "11-29"),
        ("3 個月", "09-01", "11-29"),
        ("10 月", "10-01", "10-31"),
        ("2026 年 10 月", "10-01", "10-31"),
        ("2026 年 11 月 1 日 至 11 月 7 日", "11-01", "11-07"),
        ("周报", "11-23", "11-29"),
        ("月报", "10-01", "10-31"),
    ],
)
def test_days(words: str, first: str, last: str) -> None:
    asked = read_report(words, load_taxonomy(), TODAY)
    assert asked.days is not None
    assert tuple(day.isoformat() for day in asked.days) == (f"2026-{first}", f"2026-{last}")
    assert (asked.follows, asked.sections, asked.form, asked.mine) == ((), (), None, None)


def test_a_month_that_has_not_come_is_the_one_of_last_year() -> None:
    assert read_report("12月", load_taxonomy(), TODAY).days == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("12月31日", (date(2025, 12, 31), date(2025, 12, 31))),
        ("2月29日 2024-03-01", (date(2024, 2, 29), date(2024, 3, 1))),
        ("11月1日至12月31日", (date(2026, 11, 1), TODAY)),
        ("12月1日至1月15日", (date(2025, 12, 1), date(2026, 1, 15))),
    ],
)
def test_a_date_without_a_year_is_the_last_of_its_name(words: str, days: tuple[date, date]) -> None:
    assert read_report(words, load_taxonomy(), TODAY).days == days


@pytest.mark.parametrize(
    "words",
    [
        "2026-13",
        "2026年2月30日",
        "2027-01",
        "400天",
        "0天",
        "2024-01-01 2026-01-01",
        "13月",
        "0",
        "-3",
        "-3天",
        "-3 days",
        "1.5天",
        "1000天",
        "32号",
        "0日",
        "明年",
        "下周",
        "next week",
        "tomorrow",
        "半导体 -3 pdf",
        "2031",
        "-3 天",
        "1.5 天",
        "1000 天",
        "32 号",
    ],
)
def test_days_that_there_are_none_of(words: str) -> None:
    with pytest.raises(BadDaysError):
        read_report(words, load_taxonomy(), TODAY)


@pytest.mark.parametrize(
    ("words", "follows", "sections", "form", "has_days"),
    [
        ("7天 半导体 pdf", ["semiconductor"], [], "pdf", True),
        ("上周半导体pdf", ["semiconductor"], [], "pdf", True),
        ("上周的华为", ["华为"], [], None, True),
        ("半导体、人工智能 epub", ["semiconductor", "ai"], [], "epub", False),
        ("企业情报 WORD", [], ["companies"], "docx", False),
        ("今天国际", ["今天国际"], [], None, False),
        ("今天半导体", ["semiconductor"], [], None, True),
        ("99x", ["99x"], [], None, False),  # as 5G is
        ("360", ["360"], [], None, False),
        ("小米 15", ["小米", "15"], [], None, False),
        ("嫦娥 六号", ["嫦娥", "六号"], [], None, False),
        ("华为 6号", ["华为"], [], None, True),
        ("小米 7 周年", ["小米", "7", "周年"], [], None, False),
        ("5G-A 7", ["5G-A", "7"], [], None, False),
        ("半导体 7 pdf", ["semiconductor"], [], "pdf", True),
        ("国产替代 电子书", ["国产替代"], [], "epub", False),
    ],
)
def test_topics_sections_names_and_formats(
    words: str, follows: list[str], sections: list[str], form: str | None, has_days: bool
) -> None:
    asked = read_report(words, load_taxonomy(), TODAY)
    assert [item.value for item in asked.follows] == follows
    assert (list(asked.sections), asked.form, asked.days is not None) == (sections, form, has_days)


def test_everything_or_what_is_followed() -> None:
    assert read_report("我的关注 本月", load_taxonomy(), TODAY).mine is True
    assert read_report("全部", load_taxonomy(), TODAY).mine is False
