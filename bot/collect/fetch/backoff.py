"""When to ask a source again. Pure: minutes and times in, minutes and times out.

A feed that has something new is asked sooner, one that has not later, within bounds; a failing one is left
alone for twice as long each time. What the server itself asks for (Retry-After, Cache-Control) is honoured.
"""

import hashlib
from datetime import datetime, timedelta

from bot.clock.waits import doubled

SHORTEST = 15
LONGEST = 240
MAX_FAILING_MINUTES = 24 * 60
FIRST = 30
QUARANTINE_AFTER = 8
"""Failures in a row after which the owner is told, once: some two days of trying."""
OVERRUN = 0.5
MOVE_DOUBTED = 3
"""Failures in a row at an address that a permanent redirect gave, after which the one before is tried again."""
_SERVER_AT_MOST = timedelta(days=7)
_CACHE_AT_MOST = 12 * 60
_JITTER = 0.1


def after_success(
    interval: int, *, changed: bool, turnover: float = 0.0, max_age: float | None = None
) -> int:
    """Minutes until the next fetch after a good one; `changed` says whether it brought anything new.

    `turnover` is the share of the feed's entries that were new: from half on, entries may have been missed.

    `interval` is the minutes waited before it, `max_age` the seconds that the server's Cache-Control gives.
    """
    wanted = interval * 2 // 3 if changed else interval * 5 // 4 + 1
    if turnover >= OVERRUN:
        wanted = SHORTEST
    fresh_for = min(_CACHE_AT_MOST, round((max_age or 0.0) / 60))
    return max(SHORTEST, fresh_for, min(LONGEST, wanted))


def after_failure(failures: int, *, retry_after: float | None = None) -> timedelta:
    """The wait after `failures` (≥ 1) in a row; `retry_after` is the server's wish in seconds."""
    waited = doubled(timedelta(minutes=FIRST), failures - 1, timedelta(minutes=MAX_FAILING_MINUTES))
    return max(waited, min(_SERVER_AT_MOST, timedelta(seconds=max(0.0, retry_after or 0.0))))


def in_quarantine(failures: int) -> bool:
    """Whether the source has failed so often that its owner should look at it."""
    return failures >= QUARANTINE_AFTER


def next_fetch(now: datetime, minutes: int, key: str) -> datetime:
    """The time to ask again, spread by up to a tenth of the wait so that sources do not march in step.

    The spread depends on `key` (the source's address) and the day: the same after a restart.
    """
    digest = hashlib.sha256(f"{key} {now:%Y-%m-%d}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 0xFFFFFFFF
    return now + timedelta(minutes=minutes * (1 + _JITTER * share))
