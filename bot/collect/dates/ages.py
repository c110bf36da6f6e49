"""How long ago: 3小时前, 刚刚, half an hour ago."""

import re
from datetime import timedelta

_JUST_NOW = re.compile(r"刚刚|刚才|方才|just now|now|(?:a )?moments? ago", re.IGNORECASE)
_UNITS = (
    (r"秒钟?|seconds?|secs?|s", timedelta(seconds=1)),
    (r"分钟?|minutes?|mins?|m", timedelta(minutes=1)),
    (r"个?半?(?:小时|钟头|时)|hours?|hrs?|hr|h", timedelta(hours=1)),
    (r"天|日|days?|d", timedelta(days=1)),
    (r"个?(?:周|星期|礼拜)|weeks?|wks?|w", timedelta(days=7)),
    (r"个?月|months?|mos?", timedelta(days=30)),
    (r"年|years?|yrs?|y", timedelta(days=365)),
)
_AGE_PARTS = tuple(
    (
        re.compile(
            rf"(\d{{1,6}}(?:\.\d{{1,3}})?|半|an?|one|half an?)\s*(?:{names})(?![A-Za-z])", re.IGNORECASE
        ),
        unit,
    )
    for names, unit in _UNITS
)
_AGE = re.compile(
    r"(?:about |around |over |almost |大?约|約|~)?(.{1,60}?)\s*(?:之前|以前|前|ago)", re.IGNORECASE
)
_AGE_JOINT = re.compile(r"[\s,、]*(?:and|又|零)?\s*")


def age_of(text: str) -> timedelta | None:
    """The age that a plain text says; None where it says none. A month has 30 days and a year 365."""
    if _JUST_NOW.fullmatch(text):
        return timedelta()
    match = _AGE.fullmatch(text)
    if match is None:
        return None
    left, age = match[1], timedelta()
    for pattern, unit in reversed(_AGE_PARTS):
        if part := pattern.match(left):
            age += unit * _amount(part[1], part[0])
            left = left[part.end() :]
            left = left[joint.end() :] if (joint := _AGE_JOINT.match(left)) else left
    return None if left or not age else age


def _amount(number: str, part: str) -> float:
    if number == "半" or number.lower().startswith("half"):
        return 0.5
    return (float(number) if number[0].isdecimal() else 1.0) + (0.5 if "半" in part else 0.0)
