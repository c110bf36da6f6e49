"""Local-time arithmetic against an oracle that walks the clock minute by minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot import clock

DAILY = clock.ALL_WEEKDAYS
MINUTE = timedelta(minutes=1)
SLOTS = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]

ODD_ZONES = (
    "America/Nuuk",  # the gap runs up to midnight
    "America/Santiago",  # the gap starts at midnight
    "Australia/Lord_Howe",  # half an hour
    "Antarctica/Troll",  # two hours
    "Africa/Casablanca",  # backwards for Ramadan
    "Asia/Beirut",
    "Asia/Gaza",
    "Pacific/Chatham",
    "America/New_York",
    "Europe/Dublin",  # its summer time is its standard time
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # the ints never reach tzinfo's place


def changes(zone: str, first_year: int, last_year: int) -> Iterator[datetime]:
    """Every instant at which the offset of `zone` changes, to the minute."""
    info = ZoneInfo(zone)
    day, end = utc(first_year, 1, 1), utc(last_year + 1, 1, 1)
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            low, high = day, following
            while high - low > MINUTE:
                middle = (low + (high - low) // 2).replace(second=0)
                if middle.astimezone(info).utcoffset() == day.astimezone(info).utcoffset():
                    low = middle
                else:
                    high = middle
            yield high
        day = following


def expected(zone: str, around: datetime) -> dict[tuple[date, str], datetime]:
    """For three local dates around `around` and 48 slots: the due instant, found by reading every minute."""
    info = ZoneInfo(zone)
    start = around - timedelta(days=3)
    minutes: dict[date, list[tuple[str, datetime]]] = {}
    for step in range(6 * 1440):
        at = start + step * MINUTE
        wall = at.astimezone(info)
        minutes.setdefault(wall.date(), []).append((f"{wall:%H:%M}", at))
    middle = around.astimezone(info).date()
    found = {}
    for day in (middle - timedelta(days=1), middle, middle + timedelta(days=1)):
        seen = minutes[day]
        for slot in SLOTS:
            exact = [at for shown, at in seen if shown == slot]
            later = [at for shown, at in seen if shown > slot]
            found[day, slot] = exact[0] if exact else later[0] if later else seen[-1][1]
    return found


def check_change(zone: str, change: datetime) -> int:
    """Every slot around one change of the clocks agrees with the oracle, from every side; how many were checked."""
    truth = expected(zone, change)
    for (day, slot), at in truth.items():
        assert clock.next_due(zone, slot, DAILY, at - timedelta(seconds=1)) == at, (zone, slot, day)
        assert clock.next_due(zone, slot, DAILY, at) > at, (zone, slot, day)
        assert clock.local_date(zone, at) == day, (zone, slot, day)
    days = sorted({day for day, _ in truth})
    for slot in SLOTS:
        first, last = truth[days[0], slot], truth[days[-1], slot]
        between = clock.due_between(zone, slot, DAILY, first - MINUTE, last)
        assert between == [(day, truth[day, slot]) for day in days], (zone, slot)
    return len(truth)


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_each_local_date_has_one_due_instant_through_odd_changes(zone: str) -> None:
    found = list(changes(zone, 2026, 2026))
    assert len(found) >= 2
    for change in found[:2]:
        assert check_change(zone, change) == 3 * 48


@pytest.mark.soak
def test_each_local_date_has_one_due_instant_through_every_change() -> None:
    checked = 0
    for zone in sorted(available_timezones() - {"Factory", "localtime", "posixrules"}):
        for change in changes(zone, 2025, 2035):
            checked += check_change(zone, change)
    assert checked > 100_000


def test_a_skipped_time_comes_right_after_the_gap() -> None:
    # New York, 8 March 2026: 02:00 → 03:00 at 07:00 UTC.
    assert clock.next_due("America/New_York", "02:30", DAILY, utc(2026, 3, 8)) == utc(2026, 3, 8, 7)


def test_a_skipped_time_before_midnight_stays_on_its_date() -> None:
    # Nuuk, 28 March 2026: 23:00 on Saturday → 00:00 on Sunday at 01:00 UTC.
    due = clock.next_due("America/Nuuk", "23:30", (6,), utc(2026, 3, 28, 12))
    assert due == utc(2026, 3, 29, 0, 59)
    assert clock.local_date("America/Nuuk", due) == date(2026, 3, 28)


def test_a_repeated_time_comes_once_at_its_first_occurrence() -> None:
    # Berlin, 25 October 2026: 03:00 → 02:00 at 01:00 UTC; 02:30 is 00:30 and 01:30 UTC.
    first = clock.next_due("Europe/Berlin", "02:30", DAILY, utc(2026, 10, 25))
    assert first == utc(2026, 10, 25, 0, 30)
    assert clock.next_due("Europe/Berlin", "02:30", DAILY, first) == utc(2026, 10, 26, 1, 30)


def test_a_date_that_never_was_has_no_due_instant() -> None:
    # Samoa skipped 30 December 2011.
    due = clock.due_between("Pacific/Apia", "08:00", DAILY, utc(2011, 12, 29), utc(2011, 12, 31, 12))
    assert [day for day, _ in due] == [date(2011, 12, 29), date(2011, 12, 31)]


def test_strictly_after_and_only_wanted_weekdays() -> None:
    monday_eight = utc(2026, 11, 23, 0)  # 08:00 in Shanghai
    assert clock.next_due("Asia/Shanghai", "08:00", (1,), monday_eight) == utc(2026, 11, 30, 0)
    assert clock.next_due("Asia/Shanghai", "08:00", (1,), monday_eight - MINUTE) == monday_eight
    for day in DAILY:
        wait = clock.next_due("Asia/Shanghai", "08:00", (day,), monday_eight) - monday_eight
        assert timedelta(0) < wait <= timedelta(days=8)


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ((clock.FIRST_OF_MONTH,), ["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"]),
        ((clock.FIRST_OF_MONTH, 7), ["2026-11-29", "2026-12-01", "2026-12-06", "2026-12-13"]),
        ((clock.FIRST_OF_MONTH, 2), ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]),
    ],
)
def test_the_first_of_each_month_alone_or_beside_weekdays(weekdays: tuple[int, ...], days: list[str]) -> None:
    start = utc(2026, 11, 23, 8)  # a Monday
    due = clock.due_between("UTC", "08:00", weekdays, start, utc(2027, 3, 1, 8))
    assert [str(day) for day, _ in due][:4] == days
    assert clock.next_due("UTC", "08:00", weekdays, start) == due[0][1]


@pytest.mark.parametrize("time", ["00:00", "23:59"])
def test_from_one_first_of_a_month_to_the_next_whatever_the_months_length(time: str) -> None:
    at = utc(2026, 11, 1, 16)  # midnight after the first in Shanghai
    for month in range(1, 13):
        at = clock.next_due("Asia/Shanghai", time, (clock.FIRST_OF_MONTH,), at)
        assert clock.local_date("Asia/Shanghai", at) == date(
            2026 + (month + 10) // 12, (month + 10) % 12 + 1, 1
        )


@pytest.mark.parametrize("weekdays", [(), (9,)])
def test_no_wanted_weekday_is_an_error(weekdays: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weekday"):
        clock.next_due("UTC", "08:00", weekdays, utc(2026, 1, 1))


def test_due_between_catches_up_over_weeks_and_excludes_its_start() -> None:
    start, end = utc(2026, 11, 1, 0), utc(2026, 11, 30, 0)
    due = clock.due_between("Asia/Shanghai", "08:00", DAILY, start, end)
    assert [day for day, _ in due] == [date(2026, 11, day) for day in range(2, 31)]
    assert clock.due_between("Asia/Shanghai", "08:00", (), start, end) == []


def test_wall_clock_and_date() -> None:
    at = utc(2026, 11, 23, 18, 30)
    assert f"{clock.to_local('Asia/Tokyo', at):%Y-%m-%d %H:%M}" == "2026-11-24 03:30"
    assert clock.local_date("America/Los_Angeles", at) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-50, (0, "minute")), (-7200, (0, "minute")), (59, (0, "minute")), (60, (1, "minute")), (119, (1, "minute")), (3599, (59, "minute")),
     (3600, (1, "hour")), (86399, (23, "hour")), (86400, (1, "day")), (864000, (10, "day"))],
)  # fmt: skip
def test_elapsed(seconds: int, shown: tuple[int, str]) -> None:
    now = utc(2026, 11, 24)
    assert clock.elapsed(now - timedelta(seconds=seconds), now) == shown
