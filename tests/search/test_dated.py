"""A date among the words is when."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.search.dated import dated
from bot.search.query import parse_query

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def read(text: str) -> tuple[str, ...] | None:
    found = dated(parse_query(text, now=NOW, zone=ZONE), NOW, ZONE)
    if found is None:
        return None
    assert found.query.since is not None
    assert found.query.until is not None
    local = [f"{each.astimezone(ZONE):%Y-%m-%d}" for each in (found.query.since, found.query.until)]
    return found.date, found.query.words, *local


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026年8月腾讯财报", ("2026年8月", "腾讯财报", "2026-08-01", "2026-09-01")),
        ("腾讯财报2026年8月", ("2026年8月", "腾讯财报", "2026-08-01", "2026-09-01")),
        ("腾讯 8月", ("8月", "腾讯", "2026-08-01", "2026-09-01")),
        ("腾讯 8月份", ("8月份", "腾讯", "2026-08-01", "2026-09-01")),
        ("11月20日 华为", ("11月20日", "华为", "2026-11-20", "2026-11-21")),
        ("11月20号华为", ("11月20号", "华为", "2026-11-20", "2026-11-21")),
        ("2026-08 腾讯", ("2026-08", "腾讯", "2026-08-01", "2026-09-01")),
        ("去年的华为", ("去年", "华为", "2025-01-01", "2026-01-01")),
        ("华为 昨天", ("昨天", "华为", "2026-11-23", "2026-11-24")),
        ("tencent August 2026", ("August 2026", "tencent", "2026-08-01", "2026-09-01")),
        ("tencent Sep. 2026", ("Sep. 2026", "tencent", "2026-09-01", "2026-10-01")),
    ],
)
def test_a_date_beside_words(typed: str, expected: tuple[str, ...]) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "腾讯财报",
        "2026年8月",
        '"2026年8月腾讯"',
        "2026年8月 since:7d 腾讯",
        "今日头条",
        "月之暗面",
        "2026年13月腾讯",
        "August 腾讯",
        "2026年8月澜川市人工智能算力枢纽一期工程正式投运",
        "8月 OR 9月",
        "3nm",
        "",
    ],
)
def test_no_date_to_filter_by(typed: str) -> None:
    assert read(typed) is None
