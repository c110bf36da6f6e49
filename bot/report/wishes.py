"""What somebody wants printed, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.locales import Language
from bot.report.formats import FORMATS, Form
from storage.models import Subscription

MAX_DAYS = 366
MAX_PIECES, MAX_PIECES_ASKED = 100, 300
PREFERRED: tuple[Form, ...] = ("pdf", "epub")
"""What is made where nothing is said, the first that is installed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants printed: local dates, what of it, how, and under which title (empty: the usual one)."""

    first: date
    last: date
    form: Form
    language: Language
    follows: tuple[Subscription, ...] = ()
    sections: tuple[str, ...] = ()
    most: int = MAX_PIECES
    title: str = ""
    own_script: bool = True
    """Headlines and texts in the characters of the language, where that is traditional Chinese."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file."""

    name: str
    data: bytes
    pieces: int


def last_days(days: int, zone: ZoneInfo, now: datetime) -> tuple[date, date]:
    """The local dates of the last so many days, today's included."""
    today = now.astimezone(zone).date()
    return today - timedelta(days=days - 1), today


def month(year: int, number: int) -> tuple[date, date]:
    """The first and the last date of a month of the calendar."""
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    return first, following - timedelta(days=1)


def installed(form: str) -> Form:
    """This form where its packages are installed, else what can be made instead."""
    for each in (form, *PREFERRED):
        if each in FORMATS and not FORMATS[each].lacks:
            return each
    return PREFERRED[-1]
