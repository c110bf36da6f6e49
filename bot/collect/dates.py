"""Dates as feeds and files write them, read into aware UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_CHINESE = re.compile(
    r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*日?(?:[\sT]*(?:星期.|周.)?\s*"
    r"(?P<half>上午|下午|晚上|凌晨|中午|早上|AM|PM|am|pm)?\s*(?P<h>\d{1,2})\s*[时点:：]\s*(?P<min>\d{1,2})?\s*分?"
    r"(?:\s*[:：]?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<late>[AaPp][Mm])?)?\s*(?P<zone>Z|UTC|GMT|CST|北京时间|[+-]\d{2}:?\d{2})?\s*$"
)
_ZONE_AT_END = re.compile(r"(?:Z|UT|UTC|GMT|[+-]\d{2}:?\d{2})$")
_CST = re.compile(r"\bCST\b")
_WEEKDAY = re.compile(r"^[A-Za-z]{3,9},?\s*")
_MAX_CHARS = 80
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
"""China Standard Time, without daylight saving since 1991 (tz database)."""


def has_zone(value: str) -> bool:
    """Whether the writer said which zone the time is in, unmistakably (CST is China's and Chicago's)."""
    return bool(_ZONE_AT_END.search(value.strip()))


def parse_date(value: str, zone: tzinfo | ZoneInfo) -> datetime | None:
    """A date in any common form as aware UTC; None when it is none, or before 1990.

    `zone` holds where the value names none; CST means China's time where `zone` is eight hours east.
    """
    text = " ".join(value.split())[:_MAX_CHARS]
    found = _from_iso(text) or _from_chinese(text, zone) or _from_mail(text, zone)
    if found is None:
        return None
    try:
        aware = found.replace(tzinfo=zone) if found.tzinfo is None else found
        moment = aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment >= _EARLIEST else None


def _from_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_chinese(text: str, zone: tzinfo) -> datetime | None:
    match = _CHINESE.match(text)
    if not match:
        return None
    hour = int(match["h"] or 0)
    half = (match["half"] or match["late"] or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    elif half in ("凌晨", "上午", "AM") and hour == 12:
        hour = 0
    named = _zone(match["zone"], zone)
    try:
        return datetime(
            int(match["y"]),
            int(match["m"]),
            int(match["d"]),
            hour,
            int(match["min"] or 0),
            int(match["s"] or 0),
            tzinfo=named,
        )
    except ValueError:
        return None


def _zone(name: str | None, zone: tzinfo) -> tzinfo:
    if name is None or name == "CST":
        return zone
    if name == "北京时间":
        return CHINA
    if name in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if name[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(name[1:3]) % 24, minutes=int(name[-2:]) % 60))


def _from_mail(text: str, zone: tzinfo) -> datetime | None:
    """RFC 822 and its relatives. The weekday is dropped: it is often wrong, sometimes in another language."""
    text = _WEEKDAY.sub("", text)
    china = _CST.search(text) and datetime(2000, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=8)
    if china:
        text = _CST.sub("+0800", text)
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" means "UTC, zone unknown" (RFC 5322, 3.3) and comes back naive.
    return found.replace(tzinfo=UTC) if found.tzinfo is None and text.endswith("-0000") else found
