"""Dates in every form that feeds and files write."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.collect.dates import CHINA, has_zone, parse_date

EIGHT = datetime(2026, 6, 20, 3, 45, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Sat, 20 Jun 2026 03:45:44 GMT",
        "Sat, 20 Jun 2026 11:45:44 +0800",
        "20 Jun 2026 11:45:44 +0800",
        "Mon, 20 Jun 2026 11:45:44 +0800",
        "20 Jun 2026 11:45:44 CST",
        "20 Jun 2026 03:45:44 -0000",
        "2026-06-20T03:45:44Z",
        "2026-06-20T11:45:44+08:00",
        "2026-06-20T11:45:44.000+0800",
        "2026-06-20 11:45:44",
        "2026-06-20 11:45:44 +0800",
        "2026/6/20 11:45:44",
        "2026.06.20 11:45:44",
        "2026年6月20日 11:45:44",
        "2026年06月20日 11时45分44秒",
        "2026年6月20日 星期六 上午11:45:44",
        "2026-06-20 11:45:44 北京时间",
        "2026-06-20 03:45:44 UTC",
        "2026-6-20 11:45:44 CST",
        " 2026-06-20\n 11:45:44 ",
    ],
)
def test_one_moment_in_many_forms(value: str) -> None:
    assert parse_date(value, CHINA) == EIGHT


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("2026年6月20日 下午3点", 15),
        ("2026年6月20日 凌晨12:10", 0),
        ("2026-6-20 3:10 PM", 15),
        ("2026年6月20日 中午12时", 12),
    ],
)
def test_halves_of_the_day(value: str, hour: int) -> None:
    found = parse_date(value, UTC)
    assert found is not None
    assert found.hour == hour


def test_a_date_alone_is_midnight_in_its_zone() -> None:
    assert parse_date("2026-06-20", ZoneInfo("Asia/Shanghai")) == datetime(2026, 6, 19, 16, tzinfo=UTC)
    assert parse_date("2026年6月20日", UTC) == datetime(2026, 6, 20, tzinfo=UTC)


def test_cst_is_chicagos_outside_china() -> None:
    assert parse_date("20 Jun 2026 11:45:44 CST", UTC) == datetime(2026, 6, 20, 17, 45, 44, tzinfo=UTC)


def test_a_zone_given_wins_over_the_assumed_one() -> None:
    assert parse_date("2026-06-20T11:45:44+08:00", timezone(timedelta(hours=-5))) == EIGHT


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "昨天",
        "0000-00-00",
        "2026-13-40",
        "2026年13月40日",
        "1970-01-01",
        "9999-12-31T23:59:59-12:00",
        "x" * 9999,
    ],
)
def test_what_is_no_date(value: str) -> None:
    assert parse_date(value, CHINA) is None


@pytest.mark.parametrize(
    ("value", "certain"),
    [
        ("Sat, 20 Jun 2026 03:45:44 GMT", True),
        ("2026-06-20T03:45:44Z", True),
        ("2026-06-20 11:45:44", False),
        ("x CST", False),
    ],
)
def test_has_zone(value: str, certain: bool) -> None:
    assert has_zone(value) is certain
