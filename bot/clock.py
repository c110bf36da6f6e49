"""Pure local-time arithmetic: when a local time of day comes round, through every change of the clocks.

Instants are aware `datetime`s and come back in UTC; local times of day are `HH:MM`; zones are IANA names.
The second half reads what people write: times of day, weekdays, and zones by name, city or UTC offset.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import InputError

Unit = Literal["minute", "hour", "day"]

ALL_WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)
"""ISO weekdays, Monday 1 … Sunday 7."""

_DAY = timedelta(days=1)
_NOT_PLACES = frozenset(
    {"Factory", "localtime", "posixrules"}
)  # in the zone database, but no zone of anybody's


def to_local(zone: str, at: datetime) -> datetime:
    """The instant `at` (aware) as the wall clock of `zone` shows it."""
    return at.astimezone(ZoneInfo(zone))


def local_date(zone: str, at: datetime) -> date:
    """The calendar date in `zone` at the instant `at` (aware)."""
    return to_local(zone, at).date()


def next_due(zone: str, time: str, weekdays: Collection[int], after: datetime) -> datetime:
    """The first instant (UTC) strictly after `after` at which `time` comes round on a wanted local date.

    Each local date has exactly one such instant, and it lies on that date: a time that the clocks skip means
    the first instant after the gap (or, where the gap ends at midnight, the last minute before it), a time
    that comes twice means its first occurrence. `weekdays` are ISO numbers; an empty set raises ValueError.
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
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 3600:
        return seconds // 60, "minute"
    if seconds < 86400:
        return seconds // 3600, "hour"
    return seconds // 86400, "day"


def _occurrences(
    zone: str, clock: str, weekdays: Collection[int], after: datetime
) -> Iterator[tuple[date, datetime]]:
    """The wanted occurrences strictly after `after` on the local dates of the following nine days."""
    info = ZoneInfo(zone)
    at_time = time.fromisoformat(clock)
    today = after.astimezone(info).date()
    # Nine days hold every weekday even where a zone skips a whole date (Samoa, 30 December 2011).
    for offset in range(10):
        day = today + offset * _DAY
        if day.isoweekday() not in weekdays:
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


# --- What people write ---------------------------------------------------------------------------------------

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_PERIODS = {
    "凌晨": "night", "半夜": "evening", "午夜": "evening", "清晨": "morning", "早上": "morning", "早晨": "morning",
    "早": "morning", "上午": "morning", "中午": "noon", "下午": "afternoon", "傍晚": "afternoon", "晚上": "evening",
    "夜里": "evening", "夜裡": "evening", "晚": "evening", "am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm",
}  # fmt: skip
_PERIOD = "|".join(re.escape(word) for word in sorted(_PERIODS, key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?P<before>{_PERIOD})?"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})|[点點时時](?P<spoken>\d{1,2}分?|半|整|[13]刻)?(?:钟|鐘)?)?"
    r"|(?P<compact>\d{3,4}))"
    rf"(?P<behind>{_PERIOD})?"
)
_SPOKEN_MINUTES = {"": 0, "整": 0, "半": 30, "1刻": 15, "3刻": 45}


def parse_time(text: str) -> str:
    """A time of day as people write it (8:30, 830, 8点半, 晚上9点, 7:30 pm) → `HH:MM`; raises InputError."""
    compact = _numerals("".join(unicodedata.normalize("NFKC", text).casefold().split()))
    match = _CLOCK.fullmatch(compact)
    found = _hour_and_minute(match) if match else None
    if found is None or not (0 <= found[0] <= 23 and 0 <= found[1] <= 59):
        raise InputError(f"“{_short(text)}” is not a time of day: write one such as 08:30 or 8pm.")
    return f"{found[0]:02d}:{found[1]:02d}"


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int] | None:
    if match["compact"]:
        hour, minute = int(match["compact"][:-2]), int(match["compact"][-2:])
    else:
        spoken = (match["spoken"] or "").removesuffix("分")
        hour = int(match["hour"])
        minute = int(match["minute"] or 0) or _SPOKEN_MINUTES.get(spoken, -1)
        if minute < 0:
            minute = int(spoken)
    words = [word for word in (match["before"], match["behind"]) if word]
    if len(words) > 1:
        return None
    return _in_period(hour, _PERIODS[words[0]] if words else ""), minute


def _in_period(hour: int, period: str) -> int:
    """The hour of 24 that an hour of 12 means in a part of the day; -1 where it means none."""
    if period in {"am", "pm"}:
        return hour % 12 + (12 if period == "pm" else 0) if 1 <= hour <= 12 else -1
    if period == "night":
        return 0 if hour == 12 else hour
    if period in {"noon", "afternoon"}:
        return hour + 12 if hour < (11 if period == "noon" else 12) else hour
    if period == "evening":  # 晚上12点 is midnight, 夜里2点 is after it
        return 0 if hour == 12 else hour + 12 if 5 <= hour < 12 else hour
    return hour


def _numerals(text: str) -> str:
    """Chinese numerals up to 59 → digits, so that 二十点 reads 20点."""

    def number(match: re.Match[str]) -> str:
        tens, ten, ones = match.groups()
        if not ten:
            return "".join(str(_DIGITS[digit]) for digit in match[0])
        return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))

    digits = "".join(_DIGITS)
    return re.sub(rf"([{digits}])?(十)([{digits}])?|[{digits}]+", number, text)


_NAMED_DAYS = {
    "每天": ALL_WEEKDAYS, "每日": ALL_WEEKDAYS, "天天": ALL_WEEKDAYS, "全周": ALL_WEEKDAYS,
    "daily": ALL_WEEKDAYS, "everyday": ALL_WEEKDAYS, "all": ALL_WEEKDAYS,
    "工作日": (1, 2, 3, 4, 5), "平日": (1, 2, 3, 4, 5), "weekdays": (1, 2, 3, 4, 5), "workdays": (1, 2, 3, 4, 5),
    "周末": (6, 7), "週末": (6, 7), "双休日": (6, 7), "weekend": (6, 7), "weekends": (6, 7),
}  # fmt: skip
_CHINESE_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_DAY = re.compile(
    r"(mon)(?:days?)?|(tue)(?:s?(?:days?)?)|(wed)(?:nesdays?)?|(thu)(?:r?s?(?:days?)?)|(fri)(?:days?)?"
    r"|(sat)(?:urdays?)?|(sun)(?:days?)?"
)


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Weekdays as people write them (每天, 工作日, 周一三五, 周一至周五, Mon-Fri, 1,3,5) → sorted ISO numbers.

    Raises InputError for anything else, an empty choice included.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    compact = "".join(plain.split())
    if compact in _NAMED_DAYS:
        return _NAMED_DAYS[compact]
    digits = _ENGLISH_DAY.sub(lambda match: str(_ENGLISH_DAYS.index(match[0][:3]) + 1), plain)
    digits = re.sub(r"星期|礼拜|禮拜|[周週每]", "", digits)
    digits = "".join(str(_CHINESE_DAYS.get(character, character)) for character in digits)
    digits = re.sub(r"\s*(?:[-–—~～至到]|to|through)\s*", "-", digits)
    digits = re.sub(r"\s*(?:[,、;/&+和]|and)\s*|\s+", "", digits)
    if not re.fullmatch(r"(?:[1-7](?:-[1-7])?)+", digits):
        raise InputError(
            f"“{_short(text)}” names no weekdays: write daily, weekdays, or a list such as Mon Wed Fri."
        )
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])(?:-([1-7]))?", digits):
        start, end = int(first), int(last or first)
        days.update((start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1))
    return tuple(sorted(days))


# --- Zones ---------------------------------------------------------------------------------------------------


@functools.cache
def _zones() -> dict[str, str]:
    """Every IANA zone of this machine, by its name in lower case."""
    return {name.casefold(): name for name in sorted(available_timezones() - _NOT_PLACES)}


@functools.cache
def _places() -> dict[str, tuple[str, ...]]:
    """What people call a zone's places, best-known first; only zones that this machine has."""
    data = tomllib.loads((Path(__file__).parent / "data" / "zones.toml").read_text(encoding="utf-8"))
    return {zone: tuple(map(_plain, names)) for zone, names in data.items() if is_zone(zone)}


def is_zone(name: str) -> bool:
    """Whether `name` is exactly an IANA zone that this machine knows."""
    return _zones().get(name.casefold()) == name


def parse_zone(text: str) -> str:
    """The one zone that `text` names: an IANA name in any case, or a place with one clock (上海, London).

    Raises InputError, naming nearby zones, where it names none or several (美国, +8): see `find_zones`.
    """
    wanted = _plain(text)
    offset = _offset(wanted)  # IANA's own bare GMT-0 and GMT+0 too: an offset is no one zone
    exact = [zone for zone, names in _places().items() if wanted in names]
    if not exact and offset is None and wanted in _zones():
        return _zones()[wanted]
    if not exact and offset is None:
        exact = [name for key, name in _zones().items() if _city(key) == wanted]
    if len(exact) == 1:
        return exact[0]
    near = find_zones(text, 3)
    hint = f"did you mean {', '.join(near)}?" if near else "write one such as Asia/Shanghai."
    raise InputError(f"“{_short(text)}” is not one time zone: {hint}")


def find_zones(query: str, limit: int) -> list[str]:
    """Zones that `query` may mean, best first: IANA name or part, city or country, UTC offset (+8, GMT-5)."""
    wanted = _plain(query)
    if not wanted or limit < 1:
        return []
    offset = _offset(wanted)
    if offset is not None:
        return _zones_at(offset)[:limit]
    ranked: dict[str, int] = {}
    for zone, names in _places().items():
        _keep_best(ranked, zone, _rank(wanted, names))
    for key, zone in _zones().items():
        _keep_best(ranked, zone, 0 if key == wanted else _rank(wanted, (_city(key), key)))
    order = {zone: position for position, zone in enumerate(_places())}
    return sorted(ranked, key=lambda zone: (ranked[zone], order.get(zone, len(order)), zone))[:limit]


def _keep_best(ranked: dict[str, int], zone: str, rank: int | None) -> None:
    if rank is not None:
        ranked[zone] = min(rank, ranked.get(zone, rank))


def _rank(wanted: str, names: tuple[str, ...]) -> int | None:
    """1 for a name, 2 for its beginning, 3 for a part of it, None for no match (one Latin letter is no part)."""
    if wanted in names:
        return 1
    if len(wanted) < 2 and wanted.isascii():
        return None
    if any(name.startswith(wanted) for name in names):
        return 2
    return 3 if any(wanted in name for name in names) else None


def _offset(text: str) -> timedelta | None:
    """`+8`, `utc+05:30`, `gmt-5`, `东八区` → the distance from UTC; None for anything else."""
    match = re.fullmatch(r"(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?(\d{2}))?", text.replace("−", "-"))
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        sign = -1 if match[1] == "-" else 1
    else:
        match = re.fullmatch(r"([东東西])(\d{1,2})[区區]", _numerals(text))
        if not match:
            return None
        hours, minutes, sign = int(match[2]), 0, -1 if match[1] == "西" else 1
    return sign * timedelta(hours=hours, minutes=minutes) if hours <= 14 and minutes < 60 else None


def _zones_at(offset: timedelta) -> list[str]:
    """Zones whose standard time is `offset`, the known places first, then the nameless one (Etc/GMT-8)."""
    # Standard time is the smaller offset of January and July; the year only has to be one with today's rules.
    probes = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    places = [zone for zone in _places() if offset == min(_utc_offset(zone, at) for at in probes)]
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    # POSIX counts west of Greenwich as positive, so Etc/GMT-8 is eight hours ahead of UTC.
    nameless = f"Etc/GMT{-hours:+d}" if hours and not rest else ""
    return [*places, *([nameless] if is_zone(nameless) else [])]


def _utc_offset(zone: str, at: datetime) -> timedelta:
    """How far the clocks of `zone` are ahead of UTC at `at`."""
    return to_local(zone, at).replace(tzinfo=UTC) - at


def _city(key: str) -> str:
    """The last part of an IANA name in lower case, as people write it: america/new_york → new york."""
    return key.rpartition("/")[2].replace("_", " ")


def _plain(text: str) -> str:
    """For comparing names: full width → half, lower case, outer and doubled space gone."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _short(text: str) -> str:
    """What a person wrote, short enough to be quoted in one sentence."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
