"""The day in a date text: numbers in any order, months by name, 昨天, and days without a year."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from bot.collect.dates.words import MONTHS

Order = Literal["dmy", "mdy", "ymd"]
"""What comes first in 05/11/2026."""

USUAL: Final[Mapping[str, tuple[Order, ...]]] = {
    "/": ("mdy", "dmy", "ymd"),
    ".": ("dmy", "ymd", "mdy"),
    "-": ("ymd", "dmy", "mdy"),
}
"""What the mark between the numbers speaks for, the likeliest first."""
_MAX_YEARS = 9
"""Years back in which 29 February is found for certain."""
_MONTH = r"(?<!\d)\d{1,2}\s?月|[^\W\d_]{3,12}"
_OF = r"[\s./-]*(?:(?:of|de|del)\s+)?"
_TH = r"(?:st|nd|rd|th|er|º|日)?"

_WORD = re.compile(
    r"(?:(大前天|前[天日]|昨[天日]|今[天日]|(?:the )?day before yesterday|yesterday|today)"
    r"|(\d{1,3})\s?(?:天|日|days?)\s?(?:之?前|ago))[\s,]*",
    re.IGNORECASE,
)
_AGO = {"大": 3, "前": 2, "昨": 1, "今": 0, "d": 2, "y": 1, "t": 0}
_YEAR_FIRST = re.compile(
    r"(\d{4}|\d\d(?=\s*年))(?:\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?)(?!\d)"
)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])(?!\d)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_YEAR_MONTH_DAY = re.compile(
    rf"(?P<year>\d{{4}})[\s./-]*(?P<month>{_MONTH})\.?[\s./-]*(?P<day>\d{{1,2}})(?!\d)[日号]?"
)
_DAY_MONTH_YEAR = re.compile(
    rf"(?P<day>\d{{1,2}}){_TH}\.?{_OF}(?P<month>{_MONTH})\.?,?(?:{_OF}'?(?P<year>\d{{4}}|\d{{2}})(?!\d)年?)?"
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?P<month>{_MONTH})\.?[\s./-]*(?P<day>\d{{1,2}})(?!\d)(?:{_TH}|号)(?:,?[\s./-]*['’]?(?P<year>\d{{4}}|(?<=['’])\d\d)(?!\d)年?)?"
)
_MONTH_AND_DAY = re.compile(r"(?:(\d{1,2})([-/])(\d{1,2})|(\d\d)(\.)(\d\d)\.?)(?![\d/.-])")

Found = tuple[date, str]
"""A day, and what of the text follows it."""


def day_of(text: str, today: date | None, order: Order | None) -> Found | None:
    """The day that a text begins with, and the rest of the text; None where it begins with none.

    `today` is the local date of the fetch, without which 昨天 and days without a year are none. Raises ValueError
    where there is no such day.
    """
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
        (_WORD, lambda match: _before(match, today)),
        (_YEAR_FIRST, _year_first),
        (_WEEK, lambda match: date.fromisocalendar(int(match[1]), int(match[2]), int(match[3]))),
        (_ORDINAL, _ordinal),
        (_NUMBERS, lambda match: _numbers(match, today, order)),
        (_YEAR_MONTH_DAY, lambda match: _named(match, today)),
        (_DAY_MONTH_YEAR, lambda match: _named(match, today)),
        (_MONTH_DAY_YEAR, lambda match: _named(match, today)),
        (_MONTH_AND_DAY, lambda match: _month_and_day(match, today, order)),
    )
    for pattern, read in forms:
        if (match := pattern.match(text)) and (day := read(match)):
            return day, text[match.end() :]
    return None


class Numbers(NamedTuple):
    """The days that a text stands for whose numbers can be in more than one order, and the mark between them."""

    mark: str
    days: Mapping[Order, date]


def numbers_in(text: str) -> Numbers | None:
    """None where there are no such numbers, or none of their orders is a day."""
    match = _NUMBERS.search(text)
    days = _readings(match[1], match[3], match[4]) if match else {}
    return Numbers(match[2], days) if match and days else None


def _before(match: re.Match[str], today: date | None) -> date | None:
    if today is None:
        return None
    days = int(match[2]) if match[2] else _AGO[match[1].lower().removeprefix("the ")[0]]
    return today - timedelta(days=days)


def _year_first(match: re.Match[str]) -> date:
    return date(_year(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))


def _ordinal(match: re.Match[str]) -> date:
    """Day of the year. Raises ValueError where the year has fewer."""
    day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
    if day.year != int(match[1]):
        raise ValueError(match[0])
    return day


def _readings(first: str, second: str, third: str) -> dict[Order, date]:
    """The days that three numbers can stand for."""
    found: dict[Order, date] = {}
    parts: tuple[tuple[Order, str, str, str], ...] = (
        ("dmy", third, second, first),
        ("mdy", third, first, second),
        ("ymd", first, second, third),
    )
    for order, year, month, day in parts:
        if len(day) <= 2 and len(year) > 1:
            try:
                found[order] = date(_year(year), int(month), int(day))
            except ValueError:
                continue
    return found


def _numbers(match: re.Match[str], today: date | None, order: Order | None) -> date:
    """In the order that holds, else the usual one; where any of them may be the year, the usual one that does not lie
    ahead. Raises ValueError where none is a day."""
    found = _readings(match[1], match[3], match[4])
    if order in found:
        return found[order]
    wished = [found[one] for one in USUAL[match[2]] if one in found]
    if not wished:
        raise ValueError(match[0])
    if today is not None and len(match[4]) == 2:
        wished = [day for day in wished if day <= today + timedelta(days=1)] or wished
    return wished[0]


def _named(match: re.Match[str], today: date | None) -> date | None:
    """None where the word is no month. Raises ValueError where the month has no such day."""
    word = match["month"]
    number = int(word.rstrip("月 ")) if word[0].isdecimal() else MONTHS.get(_bare(word))
    if number is None:
        return None
    year = match["year"]
    return date(_year(year), number, int(match["day"])) if year else _latest(number, int(match["day"]), today)


def _bare(word: str) -> str:
    """In small letters, without accents (й stays)."""
    marks = unicodedata.normalize("NFKD", word.lower().replace("й", "\ue000"))
    return "".join(one for one in marks if not unicodedata.combining(one)).replace("\ue000", "й")


def _month_and_day(match: re.Match[str], today: date | None, order: Order | None) -> date | None:
    first, second = int(match[1] or match[4]), int(match[3] or match[6])
    day_first = order == "dmy" or (order is None and match[5] is not None)
    if second > 12 or (not day_first and first <= 12):
        return _latest(first, second, today)
    return _latest(second, first, today)


def _latest(month: int, day: int, today: date | None) -> date | None:
    """The last such day that is not after tomorrow. Raises ValueError where no year has it."""
    if today is None:
        return None
    date(2000, month, day)
    for year in range(today.year + 1, today.year - _MAX_YEARS, -1):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February
            continue
        if found <= today + timedelta(days=1):
            return found
    return None


def _year(digits: str) -> int:
    """Two digits stand for 1970 to 2069."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)
