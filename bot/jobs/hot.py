"""Words that rise, read from the store, each with the story that stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.report.hot import DAYS, DAYS_BEFORE, SHOWN, HotFinder, HotWord, rising_words
from storage import reported, stories
from storage.database import Database
from storage.models import Mention, Story


@dataclass(frozen=True, slots=True)
class HotSpans:
    """The articles of the last days and of those before, as they are counted."""

    now: Sequence[Mention]
    before: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class HotStory:
    """A word that rises and the story that stands for it."""

    word: HotWord
    story: Story


def read_spans(db: Database, now: datetime) -> HotSpans:
    """What `words_of` counts, as of `now` (aware UTC)."""
    middle = now - timedelta(days=DAYS)
    return HotSpans(
        tuple(reported.mentions(db, middle, now)),
        tuple(reported.mentions(db, middle - timedelta(days=DAYS_BEFORE), middle)),
    )


def words_of(spans: HotSpans, finder: HotFinder, most: int = SHOWN) -> tuple[HotWord, ...] | None:
    """The words that rise; None where too little was reported before. Touches no store: some may be counted in a thread."""
    return rising_words(spans.now, spans.before, finder, most)


def with_stories(db: Database, words: Sequence[HotWord]) -> tuple[HotStory, ...]:
    """The words with their stories; without those whose story has gone since."""
    found = stories.by_ids(db, [word.story_id for word in words])
    return tuple(HotStory(word, found[word.story_id]) for word in words if word.story_id in found)
