"""Times in a query: days, weeks, months, years, and lengths of time, as people write them. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.clock import named_days, numerals
from bot.text.normalise import normalise

_SPAN = re.compile(r"(\d{1,4})\s*(h|hours?|小时|d|days?|天|日|w|weeks?|周|星期|m|months?|个?月|y|years?|年)")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?)?年?")
_COMPACT = re.compile(r"(20\d{2})([01]\d)([0-3]\d)")
_MONTH_DAY = re.compile(r"(\d{1,2})月(?:(\d{1,2})[日号]?)?")
_AROUND_SPAN = re.compile(r"^(?:最近|近|过去|这|last |past )|(?:以?内|以来|前|ago)$")
_UNIT_DAYS = {
    "d": 1,
    "天": 1,
    "日": 1,
    "w": 7,
    "周": 7,
    "星": 7,
    "m": 30,
    "月": 30,
    "个": 30,
    "y": 365,
    "年": 365,
}


def parse_span(value: str, now: datetime, zone: tzinfo = UTC) -> tuple[datetime, datetime] | None:
    """`7d`, `24h`, `三天`, `最近一周`, `半年`, `today`, `昨天`, `本周`, `上个月`, `2026-11-01`, `2026-11`, `2026`, `11月20日` → the
    first moment and the first moment behind it, aware UTC; None where it is none of these.

    A length of time (`7d`) is the one moment so long ago.
    """
    plain = numerals(normalise(value).replace("半年", "6个月").replace("半个月", "15天"))
    today = now.astimezone(zone).date()
    try:
        if days := _days(plain, today):
            first, last = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
            return first, last
        if span := _SPAN.fullmatch(_AROUND_SPAN.sub("", plain).strip()):
            count, unit = int(span[1]), span[2][0]
            hours = count if unit in {"h", "小"} else count * 24 * _UNIT_DAYS[unit]
            moment = now.astimezone(UTC) - timedelta(hours=hours)
            return moment, moment
    except (ValueError, OverflowError):
        return None
    return None


def _days(plain: str, today: date) -> tuple[date, date] | None:
    """The first day of what is named, and the first day behind it. Raises ValueError for a day that is none."""
    if named := named_days(plain, today):
        return named[0], named[1] + timedelta(days=1)
    if short := _MONTH_DAY.fullmatch(plain):
        first = date(today.year, int(short[1]), int(short[2] or 1))
        first = first if first <= today else first.replace(year=today.year - 1)
        return first, first + timedelta(days=1) if short[2] else _next_month(first)
    moment = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if moment is None:
        return None
    first = date(int(moment[1]), int(moment[2] or 1), int(moment[3] or 1))
    if moment[3]:
        return first, first + timedelta(days=1)
    return first, _next_month(first) if moment[2] else date(first.year + 1, 1, 1)


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
