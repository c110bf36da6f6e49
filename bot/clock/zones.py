"""Time zones as people write them: IANA names, places, abbreviations and UTC offsets; and what a zone is called.

`bot/data/zones.toml` says what people call the places of a zone.
"""

import functools
import re
import tomllib
import unicodedata
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from bot.clock.local import to_local
from bot.clock.times import numerals, short
from bot.errors import InputError

_NOT_PLACES = frozenset({"Factory", "localtime"})
"""In the zone database, but no zone of anybody's."""
_OF_PLACES = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+|Etc/GMT[-+]\d+|UTC"
)
"""IANA's names for places. The others (EST, CST6CDT, PRC, US/Pacific, posix/…) are kept for old programs: who types
CST means one of several clocks, and none of them is IANA's."""
_FIXED = re.compile(r"Etc/GMT([-+])(\d{1,2})")
_PROBES = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
"""Standard time is the smaller offset of January and July; the year only has to be one with today's rules."""
_BEFORE = re.compile(
    r"^(?:中国|中國|我|人|现在|現在|目前|已经|已經|住|搬|去|来|來|到|在|时区|時區|改|换|換|设|設|为|為|成|是|用|按|了|i'm|i am|i live|now|live"
    r"|in|at|to|timezone|time zone|the|[:= ])*+"
)
_BEHIND = re.compile(
    r" ?(?:(?:standard|summer|winter|daylight|local)? ?time(?:zone| zone)?|标准时间|標準時間|夏令时间?|夏令時間?|冬令时间?"
    r"|冬令時間?|当地时间|當地時間|时间|時間|时区|時區|时|時|这边|這邊|那边|那邊|市|(?<=京)都|府|了|吧|[。.!,])+$"
)
_OFFSET = re.compile(r"(?:utc|gmt|z)? ?([-+])? ?(\d{1,2})(?:[:.]?(\d{2}))?")
_CHINESE_OFFSET = re.compile(r"([东東西])(\d{1,2})[时時]?[区區]")
_SLASH = re.compile(r" ?/ ?")
_NEAR = 0.78


@functools.cache
def _zones() -> dict[str, str]:
    """Every IANA zone of this machine, by its name in lower case."""
    return {name.casefold(): name for name in sorted(available_timezones() - _NOT_PLACES)}


@functools.cache
def _of_places() -> dict[str, str]:
    """Those that are of places."""
    return {key: name for key, name in _zones().items() if _OF_PLACES.fullmatch(name)}


@functools.cache
def _named() -> dict[str, tuple[str, ...]]:
    """What people call a zone's places, best-known first; only zones that this machine has."""
    data = tomllib.loads((Path(__file__).parent.parent / "data" / "zones.toml").read_text(encoding="utf-8"))
    return {zone: tuple(names) for zone, names in data.items() if is_zone(zone)}


@functools.cache
def _places() -> dict[str, tuple[str, ...]]:
    """The names of `_named`, normalised for comparison."""
    return {zone: tuple(map(_plain, names)) for zone, names in _named().items()}


def is_zone(name: str) -> bool:
    """Whether `name` is exactly an IANA zone that this machine knows."""
    return _zones().get(name.casefold()) == name


def place_in(zone: str, language: Literal["zh", "en"]) -> str:
    """What a reader calls the zone: its place in simplified Chinese or English, or the distance from UTC (UTC+8)."""
    if fixed := _FIXED.fullmatch(zone):  # POSIX counts west of Greenwich as positive
        return f"UTC{'+' if fixed[1] == '-' else '-'}{fixed[2]}"
    if language == "zh" and (names := _named().get(zone)):
        return names[0]
    return zone.rpartition("/")[2].replace("_", " ")


def parse_zone(text: str) -> str:
    """The one zone that `text` names: an IANA name in any case, a place with one clock (上海, 北京时间, I'm in London), or
    an offset at which no clocks change (UTC+8).

    Raises InputError, naming nearby zones, where it names none or several (美国, CST, GMT-5): see `find_zones`.
    """
    meant = next(filter(None, (_still(wanted) or _exactly(wanted) for wanted in _readings(text))), [])
    if len(meant) == 1:
        return meant[0]
    near = find_zones(text, 3)
    hint = f"did you mean {', '.join(near)}?" if near else "write one such as Asia/Shanghai."
    raise InputError(f"“{short(text)}” is not one time zone: {hint}")


def zones_called(text: str) -> list[str]:
    """Exactly those that are called so, best-known first (美国 → four); empty where it only looks like a name."""
    for wanted in _readings(text):
        if exact := _exactly(wanted):
            return exact
    return []


def find_zones(query: str, limit: int) -> list[str]:
    """Zones that `query` may mean, best first: IANA name or part, city or country, UTC offset (+8, GMT-5); where nothing
    has it, names that look like it."""
    if limit < 1:
        return []
    if exact := zones_called(query):
        return exact[:limit]
    for wanted in _readings(query):
        if found := _partly(wanted) or _nearly(wanted):
            return found[:limit]
    return []


def _readings(text: str) -> list[str]:
    """What may name the zone: all of the text, and it without the words around a place."""
    plain = _plain(text)
    if len(plain) > 80:
        return []
    inner = _BEFORE.sub("", plain)
    found = (plain, _BEHIND.sub("", plain), inner, _BEHIND.sub("", inner))
    return list(dict.fromkeys(filter(None, found)))


def _exactly(wanted: str) -> list[str]:
    """The zones that are called so, best-known first."""
    named = [zone for zone, names in _places().items() if wanted in names]
    if named:
        return named
    offset = _offset(wanted)
    if offset is not None:
        return _zones_at(offset)
    name = _SLASH.sub("/", wanted).replace(" ", "_")
    if name in _zones() and (name in _of_places() or "/" in name):
        return [_zones()[name]]
    area, _, city = name.rpartition("/")
    if area and (
        meant := [zone for zone in _exactly(city.replace("_", " ")) if zone.casefold().startswith(f"{area}/")]
    ):
        return meant  # Asia/Beijing: as a zone is written, but by a city that none is named after
    cities = [name for key, name in _of_places().items() if _city(key) == wanted]
    return cities or [
        zone for zone, names in _places().items() if _is_place_in_place(wanted, (*names, _city(zone)))
    ]


def _is_place_in_place(wanted: str, names: tuple[str, ...]) -> bool:
    """Whether it is two names of the zone in a row: 日本东京, Sydney, Australia."""
    known = {name.casefold() for name in names}
    return any(
        wanted[:end] in known and wanted[end:].lstrip(" ,、") in known for end in range(2, len(wanted) - 1)
    )


def _still(wanted: str) -> list[str]:
    """The one zone for an offset at which nobody changes the clocks: which place is meant makes no difference."""
    offset = _offset(wanted)
    zones = [] if offset is None else _zones_at(offset)
    if any(_utc_offset(zone, at) != offset for zone in zones for at in _PROBES):
        return []
    return ([zone for zone in zones if _FIXED.fullmatch(zone)] or zones)[:1]


def _partly(wanted: str) -> list[str]:
    ranked: dict[str, int] = {}
    for zone, names in _places().items():
        _keep_best(ranked, zone, _rank(wanted, names))
    for key, zone in _of_places().items():
        _keep_best(ranked, zone, _rank(wanted, (_city(key), key)))
    order = {zone: position for position, zone in enumerate(_places())}
    return sorted(ranked, key=lambda zone: (ranked[zone], order.get(zone, len(order)), zone))


def _nearly(wanted: str) -> list[str]:
    """Zones whose names look like it: slips of the keyboard."""
    if len(wanted) < 4 or not wanted.isascii():
        return []
    names: dict[str, str] = {_city(key): zone for key, zone in _of_places().items()}
    names |= {name: zone for zone, known in _places().items() for name in known if name.isascii()}
    return list(dict.fromkeys(names[name] for name in get_close_matches(wanted, names, cutoff=_NEAR)))


def _keep_best(ranked: dict[str, int], zone: str, rank: int | None) -> None:
    if rank is not None:
        ranked[zone] = min(rank, ranked.get(zone, rank))


def _rank(wanted: str, names: tuple[str, ...]) -> int | None:
    """2 for the beginning of a name, 3 for a part of it, None for no match (one Latin letter is no part)."""
    if len(wanted) < 2 and wanted.isascii():
        return None
    if any(name.startswith(wanted) for name in names):
        return 2
    return 3 if any(wanted in name for name in names) else None


def _offset(text: str) -> timedelta | None:
    """`+8`, `utc8`, `utc+05:30`, `gmt-5`, `东八区` → the distance from UTC; None for anything else."""
    match = _OFFSET.fullmatch(text.replace("−", "-"))
    if match and (match[1] or text.startswith(("utc", "gmt"))):
        hours, minutes = int(match[2]), int(match[3] or 0)
        sign = -1 if match[1] == "-" else 1
    else:
        match = _CHINESE_OFFSET.fullmatch(numerals(text))
        if not match:
            return None
        hours, minutes, sign = int(match[2]), 0, -1 if match[1] == "西" else 1
    return sign * timedelta(hours=hours, minutes=minutes) if minutes < 60 else None


def _zones_at(offset: timedelta) -> list[str]:
    """Zones whose standard time is `offset`, the known places first, then the nameless one (Etc/GMT-8)."""
    places = [zone for zone in _places() if offset == min(_utc_offset(zone, at) for at in _PROBES)]
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    # POSIX counts west of Greenwich as positive, so Etc/GMT-8 is eight hours ahead of UTC.
    nameless = f"Etc/GMT{-hours:+d}"
    return [*places, nameless] if hours and not rest and is_zone(nameless) else places


def _utc_offset(zone: str, at: datetime) -> timedelta:
    """How far the clocks of `zone` are ahead of UTC at `at`."""
    return to_local(zone, at).replace(tzinfo=UTC) - at


def _city(key: str) -> str:
    """The last part of an IANA name in lower case, as people write it: america/new_york → new york."""
    return key.rpartition("/")[2].replace("_", " ")


def _plain(text: str) -> str:
    """For comparing names: full width → half, lower case, accents, outer and doubled space gone."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
