"""Whether collecting stands still although there is something to collect."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.models import Source

MISSED = 3
"""So many intervals without a single good fetch are a standstill: of one or two a slow server may be the cause."""


def stands_still_since(feeds: Sequence[Source], started: datetime, now: datetime) -> datetime | None:
    """When the last good fetch was (or the start of the bot, if later), where nothing has come for too long; else None.

    Collected is what was fetched well, also where it brought nothing new. How long is too long, the busiest of those
    feeds says that are asked and were well when the last fetch went well: one that has failed for days, that rests
    until an owner resumes it, or whose turn has not come says nothing. All times are aware UTC.
    """
    used = [feed for feed in feeds if not feed.paused]
    last = max((feed.succeeded_at for feed in used if feed.succeeded_at), default=None)
    asked = [feed for feed in used if _is_asked(feed, now) and _was_well(feed, last)]
    if not asked:
        return None
    since = started if last is None else max(last, started)
    shortest = timedelta(minutes=min(feed.interval_minutes for feed in asked))
    return since if now - since >= MISSED * shortest else None


def _is_asked(feed: Source, now: datetime) -> bool:
    """Whether it is due, or failing and asked anew from time to time."""
    return bool(feed.failures) or feed.next_fetch_at is None or feed.next_fetch_at <= now


def _was_well(feed: Source, last: datetime | None) -> bool:
    """Whether it was read as often as it should be when the last fetch went well."""
    if last is None:
        return True
    interval = timedelta(minutes=feed.interval_minutes)
    return feed.succeeded_at is not None and feed.succeeded_at >= last - MISSED * interval
