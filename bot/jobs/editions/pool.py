"""Reading the stories that editions choose from: once for all chats that ask at the same moment."""

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta

from bot.briefing.edition import MAX_WINDOW, WINDOW, StoryPool
from bot.briefing.matching import Candidate
from bot.briefing.select import HALF_LIFE, prepare
from bot.text.taxonomy import Taxonomy
from storage import sources, stories
from storage.database import Database

READ_AT_ONCE = 40
"""Stories of one step: some ten milliseconds."""


def load_pool(
    db: Database, taxonomy: Taxonomy, now: datetime, *, window: timedelta = MAX_WINDOW
) -> StoryPool:
    """The stories reported within `window` before `now` (aware UTC)."""
    return _pool(db, taxonomy, now, prepare(stories.reported_since(db, now - window, now)))


def load_in_steps(
    db: Database,
    taxonomy: Taxonomy,
    now: datetime,
    *,
    window: timedelta = MAX_WINDOW,
    half_life: timedelta = HALF_LIFE,
) -> Generator[None, None, StoryPool]:
    """`load_pool`, a few stories at each step, so that other tasks can run in between; returns the pool, ranked.

    `half_life` is the age at which being new counts half.
    """
    found: list[Candidate] = []
    ids = stories.ids_reported_since(db, now - window, now)
    for start in range(0, len(ids), READ_AT_ONCE):
        read = stories.by_ids(db, ids[start : start + READ_AT_ONCE])
        for candidate in prepare(read.values()):
            candidate.prepare()
            found.append(candidate)
        yield
    pool = _pool(db, taxonomy, now, found, half_life)
    for looked_back in (WINDOW, MAX_WINDOW):
        pool.ranked_stories(looked_back)
        yield
    return pool


def _pool(
    db: Database,
    taxonomy: Taxonomy,
    now: datetime,
    candidates: Sequence[Candidate],
    half_life: timedelta = HALF_LIFE,
) -> StoryPool:
    return StoryPool(
        candidates,
        now,
        taxonomy,
        weights=sources.weights(db),
        earlier=stories.followed(db, [item.story.id for item in candidates]),
        recent=frozenset(stories.ids_reported_since(db, now - WINDOW, now)),
        half_life=half_life,
    )
