"""What follows from a fetch for its source: when it is asked again, what its line says, and what owners are told."""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.collect.fetch import backoff
from bot.collect.fetch.client import Fetched
from bot.errors import FetchError, SourceError
from bot.messages.problems import error_sentence
from bot.runtime.patience import when_unlocked
from bot.runtime.services import Newsroom
from storage import notices, sources
from storage.models import FetchState, Source

log = logging.getLogger(__name__)

GONE = 410
"""HTTP's word for a feed that will never be there again: the source is switched off."""


@dataclass(frozen=True, slots=True)
class GoodFetch:
    """An answer that could be read, and what it brought."""

    answer: Fetched
    """Without its body, which has been read."""
    digest: str
    changed: bool = False
    """Whether anything in it was new."""
    turnover: float = 0.0
    """The share of its entries that was new."""
    name: str | None = None
    """The feed's own name, where the source has none yet."""
    unread_dates: int | None = None
    """Entries whose date cannot be read; None where the answer was not read again."""


async def record_success(room: Newsroom, source: Source, fetch: GoodFetch, now: datetime) -> None:
    """Record a good fetch at `now` (aware UTC) and when the next one comes."""
    answer = fetch.answer
    interval = backoff.after_success(
        source.interval_minutes, changed=fetch.changed, turnover=fetch.turnover, max_age=answer.max_age
    )
    state = FetchState(
        etag=answer.etag,
        last_modified=answer.last_modified,
        interval_minutes=interval,
        next_fetch_at=backoff.next_fetch(now, interval, source.url),
        digest=fetch.digest,
        unread_dates=fetch.unread_dates,
    )
    told = source.quarantined_at is not None

    def record() -> None:
        with room.db.transaction(flush=told):
            sources.record_success(room.db, source.id, state, now, name=fetch.name)
            if answer.moved_to:
                sources.move(room.db, source.id, answer.moved_to)
            if told:
                notices.add(room.db, room.config.owners, "back", source, "", now)

    await when_unlocked(record)


async def record_failure(room: Newsroom, source: Source, error: SourceError, now: datetime) -> None:
    """Record a failure at `now` (aware UTC): wait longer, distrust a permanent redirect, and finally tell the owners,
    once."""
    failures = source.failures + 1
    asked, status = (error.retry_after, error.status) if isinstance(error, FetchError) else (None, None)
    wait = backoff.after_failure(failures, retry_after=asked)
    next_at = backoff.next_fetch(now, round(wait.total_seconds() / 60), source.url)
    log.warning("source %s: %s", source.title, error_sentence(error))

    def record() -> None:
        with room.db.transaction():
            sources.record_failure(room.db, source.id, str(error), next_at, now)
            if source.moved_from and (status == GONE or failures == backoff.MOVE_DOUBTED):
                sources.move_back(room.db, source.id)
            elif status == GONE:
                sources.retire(room.db, source.id, now)
                notices.add(room.db, room.config.owners, "gone", source, str(error), now)
            elif backoff.in_quarantine(failures) and source.quarantined_at is None:
                sources.quarantine(room.db, source.id, now)
                notices.add(room.db, room.config.owners, "failing", source, str(error), now)

    await when_unlocked(record)
