"""Cursors: where a list goes on. Pure.

A cursor belongs to one question. It holds how far the list was read and the moment of the first page, as of which the
later ones are made too, so that what comes in meanwhile moves nothing.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import InputError

MAX_OFFSET = 10_000


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins."""

    offset: int
    as_of: datetime
    """Aware UTC."""


def place_of(cursor: str | None, question: str, now: datetime) -> PageStart:
    """Where the cursor says to go on, or the beginning where there is none.

    Raises InputError for what is no cursor, or that of another question.
    """
    if not cursor:
        return PageStart(0, now)
    try:
        mark, offset, second = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        place = PageStart(int(offset), datetime.fromtimestamp(int(second), UTC))
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as error:
        raise InputError("this is no cursor; give next_cursor of the answer before, or none") from error
    if mark != _mark(question) or not 0 < place.offset <= MAX_OFFSET:
        raise InputError(
            "this cursor belongs to another question; ask the same one again, or without a cursor"
        )
    return PageStart(place.offset, min(place.as_of, now))


def next_cursor(place: PageStart, size: int, total: int, question: str) -> str | None:
    """The cursor of the page after this one of `size`; None where there is nothing more."""
    offset = place.offset + size
    if offset >= total or offset > MAX_OFFSET:
        return None
    # rounded up: what was published within the second of the first page is on no page otherwise
    second = int(place.as_of.timestamp()) + (place.as_of.microsecond > 0)
    return base64.urlsafe_b64encode(json.dumps([_mark(question), offset, second]).encode()).decode("ascii")


def _mark(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:12]
