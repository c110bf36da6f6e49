"""One way of choosing an edition, for all who ask: the round of the morning, a single reader, /today and the preview.

    stories of the last days (`StoryPool`) + what a reader wants (`ReaderProfile`) + what they know → `choose` → `Choice`

Pure: values in, values out. A pool ranks its stories once for all readers of one moment.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.briefing.filling import Ranked, ReaderProfile
from bot.briefing.matching import Candidate
from bot.briefing.mixing import TopStories, mixed, top_stories
from bot.briefing.select import HALF_LIFE, Choice, RankedStories, fill
from bot.briefing.tastes import NO_EFFECT, TastedStories
from bot.text.taxonomy import Taxonomy
from storage.models import EditionItem, Story

WINDOW = timedelta(hours=36)
"""How far back an edition looks when the one before it was yesterday's."""
MAX_WINDOW = timedelta(days=4)
"""How far back it looks after days without one (a weekend, a pause, a holiday)."""
_NONE: frozenset[int] = frozenset()


class StoryPool:
    """The stories reported recently as of one moment, ranked once for all readers."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        now: datetime,
        taxonomy: Taxonomy,
        *,
        weights: Mapping[int, float],
        earlier: Mapping[int, frozenset[int]] | None = None,
        recent: Collection[int] | None = None,
        half_life: timedelta = HALF_LIFE,
    ) -> None:
        """`candidates` have a report within `MAX_WINDOW` before `now` (aware UTC); `recent` holds the ids of those that
        have one within `WINDOW` (None: all have). `weights` is each source's weight by its id, 1.0 where it is missing;
        `earlier` says, by a story's id, of which stories it is a development; `half_life` is the age at which being new counts half."""
        self.candidates = tuple(candidates)
        self.now = now
        self.taxonomy = taxonomy
        self.earlier = earlier or {}
        self._weights = weights
        self._recent = recent
        self._half_life = half_life
        self._ranked: dict[timedelta, RankedStories] = {}
        self._tasted: dict[timedelta, TastedStories] = {}
        self._top: dict[tuple[object, ...], TopStories] = {}
        self._top_ids: dict[timedelta, frozenset[int]] = {}

    def ranked_stories(self, window: timedelta) -> RankedStories:
        """The ranked candidates of a window (`WINDOW` or `MAX_WINDOW`), made once and shared by all readers."""
        if window not in self._ranked:
            within = self.candidates
            if window < MAX_WINDOW and self._recent is not None:
                within = tuple(item for item in within if item.story.id in self._recent)
            self._ranked[window] = RankedStories(within, self.now, self._weights, self._half_life)
        return self._ranked[window]

    def tasted(self, window: timedelta) -> TastedStories:
        """What readers with tastes see of the ranked candidates of a window."""
        if window not in self._tasted:
            self._tasted[window] = TastedStories(self.ranked_stories(window))
        return self._tasted[window]

    def ranked(
        self,
        profile: ReaderProfile,
        known: Collection[int],
        window: timedelta,
        heard_after: datetime | None,
    ) -> Sequence[Ranked]:
        """What this reader could be told, best first; see `choose`."""
        stories = self.tasted(window) if profile.tastes else self.ranked_stories(window)
        ranked = stories.ranked(profile)
        if not known and heard_after is None:
            return ranked
        return [
            entry
            for entry in ranked
            if self.is_new(entry.item.story, known)
            and (heard_after is None or _first_heard(entry.item.story) > heard_after)
        ]

    def top(
        self,
        profile: ReaderProfile,
        known: Collection[int],
        window: timedelta,
        heard_after: datetime | None,
    ) -> TopStories:
        """The top stories beside what this reader follows, found once for all to whom nothing else makes a difference."""
        plain = replace(profile, subscriptions=())
        effect = self.tasted(window).effect(plain) if plain.tastes else NO_EFFECT
        matters = self._ids_of_top(window).intersection(known)
        key = window, plain.sections, plain.max_items, effect, matters, heard_after
        if key not in self._top:
            ranked = self.ranked(plain, matters, window, heard_after)
            self._top[key] = top_stories(ranked, plain, self.taxonomy)
        return self._top[key]

    def _ids_of_top(self, window: timedelta) -> frozenset[int]:
        """Ids of the stories that can be top stories, and of those that they follow."""
        if window not in self._top_ids:
            ids = frozenset(self.ranked_stories(window).ids(None))
            self._top_ids[window] = ids.union(*(self.earlier.get(story_id, ()) for story_id in ids))
        return self._top_ids[window]

    def is_new(self, story: Story, known: Collection[int]) -> bool:
        """Whether the story is new to a reader who knows the stories of this set: neither known nor a repetition."""
        if story.id in known:
            return False
        return not story.repeats or self.earlier.get(story.id, _NONE).isdisjoint(known)


def choose(
    pool: StoryPool,
    profile: ReaderProfile,
    known: Collection[int],
    window: timedelta,
    *,
    heard_after: datetime | None = None,
) -> Choice:
    """What this reader is told: at most `profile.max_items` stories in the order of sections, each with its reason; of a
    mixed profile first what is followed, then the top stories, which have no reason.

    `known` holds ids of stories that the reader knows (a set for speed); a story that follows one of them is marked.
    `window` is how far back the edition looks, see `window_since`. With `heard_after` (aware UTC) only stories that were
    first collected after that time are chosen.
    """
    ranked = pool.ranked(profile, known, window, heard_after)
    if profile.is_mixed:
        choice = mixed(ranked, pool.top(profile, known, window, heard_after), profile, pool.taxonomy)
    else:
        choice = fill(ranked, profile, pool.taxonomy)
    return replace(choice, items=marked(choice.items, known, pool.earlier)) if known else choice


def window_since(last: datetime, now: datetime) -> timedelta:
    """How far back an edition looks for a reader whose previous one was at `last` (aware UTC)."""
    return MAX_WINDOW if now - last > WINDOW else WINDOW


def marked(
    items: Sequence[EditionItem], known: Collection[int], earlier: Mapping[int, frozenset[int]]
) -> tuple[EditionItem, ...]:
    """The items, marked as follow-ups where the reader knows what they follow."""
    return tuple(
        item if earlier.get(item.story.id, _NONE).isdisjoint(known) else replace(item, follow_up=True)
        for item in items
    )


def _first_heard(story: Story) -> datetime:
    return min(article.fetched_at for article in story.articles)
