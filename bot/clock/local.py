"""Pure local-time arithmetic: when a local time of day comes round, through every change of the clocks.

Instants are aware `datetime`s and come back in UTC; local times of day are `HH:MM`; zones are IANA names.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["minute", "hour", "day"]

ALL_WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
"""ISO weekdays, Monday 1 … Sunday 7."""
FIRST_OF_MONTH = 0
"""Among weekdays: the first day of each month."""

_DAY = timedelta(days=1)


def to_local(zone: str, at: datetime) -> datetime:
    """The instant `at` (aware) as the wall clock of `zone` shows it."""
    return at.astimezone(ZoneInfo(zone))


def local_date(zone: str, at: datetime) -> date:
    """The calendar date in `zone` at the instant `at` (aware)."""
    return to_local(zone, at).date()


def start_of_day(zone: str, day: date) -> datetime:
    """The instant (UTC) at which the date begins in `zone`."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_due(zone: str, time: str, weekdays: Collection[int], after: datetime) -> datetime:
    """The first instant (UTC) strictly after `after` at which `time` comes round on a wanted local date.

    Each local date has exactly one such instant, and it lies on that date: a time that the clocks skip means
    the first instant after the gap (or, where the gap ends at midnight, the last minute before it), a time
    that comes twice means its first occurrence. `weekdays` are ISO numbers or `FIRST_OF_MONTH`; an empty set raises
    ValueError.
    """
    if not weekdays:
        raise ValueError("no weekday is wanted")
    for _, at in _occurrences(zone, time, weekdays, after):
        return at
    raise ValueError(f"no ISO weekday among {sorted(weekdays)}")


def due_between(
    zone: str, time: str, weekdays: Collection[int], after: datetime, until: datetime
) -> list[tuple[date, datetime]]:
    """Every (local date, instant in UTC) at which `time` came round, `after` < instant ≤ `until`; for catch-up."""
    found: list[tuple[date, datetime]] = []
    start = after
    while True:
        batch = [(day, at) for day, at in _occurrences(zone, time, weekdays, start) if at <= until]
        found += batch
        if not batch:
            return found
        start = batch[-1][1]


def elapsed(then: datetime, now: datetime) -> tuple[int, Unit]:
    """How long ago `then` was, in the largest whole unit; (0, "minute") for just now and for the future."""
    seconds = int(max(now - then, timedelta()).total_seconds())
    if seconds < 3600:
        return seconds // 60, "minute"
    if seconds < 86400:
        return seconds // 3600, "hour"
    return seconds // 86400, "day"


def _occurrences(
    zone: str, clock: str, weekdays: Collection[int], after: datetime
) -> Iterator[tuple[date, datetime]]:
    """The wanted occurrences strictly after `after` on the local dates of the following nine days, or of two months."""
    info = ZoneInfo(zone)
    at_time = time.fromisoformat(clock)
    today = after.astimezone(info).date()
    # Nine days hold every weekday even where a zone skips a whole date (Samoa, 30 December 2011).
    for offset in range(63 if FIRST_OF_MONTH in weekdays else 10):
        day = today + offset * _DAY
        if day.isoweekday() not in weekdays and not (day.day == 1 and FIRST_OF_MONTH in weekdays):
            continue
        at = _instant(info, day, at_time)
        if at is not None and at > after:
            yield day, at


def _instant(info: ZoneInfo, day: date, at_time: time) -> datetime | None:
    """The one instant (UTC) at which `at_time` counts as reached on `day`; None if the date never was."""
    wall = datetime.combine(day, at_time, tzinfo=info)  # fold=0: the first of two occurrences
    at = wall.astimezone(UTC)
    if at.astimezone(info).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return at
    # The wall time is in a gap. PEP 495: fold=0 reads it with the offset before the change and so lands after
    # it, fold=1 the other way round; the change lies between the two and is found to the second.
    low, high = wall.replace(fold=1).astimezone(UTC), at
    before = low.astimezone(info).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    if high.astimezone(info).date() == day:
        return high
    last_minute = high - timedelta(minutes=1)  # Nuuk goes from 23:00 on Saturday to 00:00 on Sunday
    return last_minute if last_minute.astimezone(info).date() == day else None
