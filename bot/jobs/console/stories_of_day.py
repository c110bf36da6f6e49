"""The stories of a day, and why a balanced edition tells each of them or does not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot import clock
from bot.briefing.edition import WINDOW
from bot.briefing.filling import LIKELY, ReaderProfile
from bot.briefing.select import RankedStories, fill, prepare
from bot.runtime.services import Newsroom
from storage import sources, stories
from storage.models import Story

Verdict = Literal["chosen", "outside", "genre", "faint", "unsure", "crowded", "earlier"]
"""Chosen; not of the industry; only for who follows it; too old or too little reported; not surely news or worth
printing; others came first; not of the last hours that an edition looks at."""
MAX_ITEMS = 12


@dataclass(frozen=True, slots=True)
class JudgedStory:
    """A story and what became of it."""

    story: Story
    verdict: Verdict
    place: int = 0
    """In the order of rank; 0 where it has none."""
    rank: float = 0.0


def judged(room: Newsroom, day: date, now: datetime) -> list[JudgedStory]:
    """The stories reported on that local day, the chosen first, then by rank; judged for a new reader who follows
    nothing, as of the day's end or now."""
    start = clock.start_of_day(room.config.zone.key, day)
    end = min(start + timedelta(days=1), max(now, start))
    candidates = prepare(stories.reported_since(room.db, end - WINDOW, end))
    wanted = ReaderProfile((), (), MAX_ITEMS)
    ranked = RankedStories(candidates, end, sources.weights(room.db)).ranked(wanted)
    chosen = {item.story.id for item in fill(ranked, wanted, room.reading.taxonomy).items}
    by_id = {entry.story_id: (place, entry) for place, entry in enumerate(ranked, 1)}
    looked_at = {candidate.story.id for candidate in candidates}
    found = []
    for story in stories.reported_since(room.db, start, end):
        place, entry = by_id.get(story.id, (0, None))
        if story.id in chosen:
            verdict: Verdict = "chosen"
        elif story.lead.section is None:
            verdict = "outside"
        elif story.lead.editorial.genre not in {"news", "feature", ""}:
            verdict = "genre"
        elif story.id not in looked_at:
            verdict = "earlier"
        elif entry is None:
            verdict = "faint"
        else:
            verdict = "crowded" if entry.promise >= LIKELY else "unsure"
        found.append(JudgedStory(story, verdict, place, entry.rank if entry else 0.0))
    found.sort(key=lambda one: (one.verdict != "chosen", -one.rank, one.story.id))
    return found
