"""要闻与关注: an edition in two parts, what a reader follows and the day's top stories; following adds, it takes nothing away.
Pure.

    what is followed, ranked → half of the places → the top stories, less those and their affairs → the other half
                             → places that one part leaves are the other's
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.briefing.filling import READS_IN, Filling, Ranked, ReaderProfile
from bot.briefing.select import Choice, ordered
from bot.text.taxonomy import Taxonomy

FOLLOWED_PART = 0.5
"""Of the places of an edition, what the followed part takes before the top stories have had theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class TopStories:
    """The top stories of one moment in the order in which an edition takes them: the best of each section first."""

    taken: tuple[Ranked, ...]
    possible: frozenset[int]
    """Ids of all that an edition of any size could tell."""


def top_stories(ranked: Sequence[Ranked], wanted: ReaderProfile, taxonomy: Taxonomy) -> TopStories:
    """The top stories of what nobody in particular follows, best first, enough for any part of `wanted.max_items`."""
    places = wanted.max_items + _followed_places(wanted)
    filling = Filling(replace(wanted, subscriptions=(), max_items=places))
    taken = filling.fill(ranked, [section.id for section in taxonomy.sections])
    return TopStories(tuple(taken), filling.possible_ids)


def mixed(ranked: Sequence[Ranked], top: TopStories, wanted: ReaderProfile, taxonomy: Taxonomy) -> Choice:
    """The two parts, what is followed first; `ranked` is that, best first."""
    sections = [section.id for section in taxonomy.sections]
    filling = Filling(replace(wanted, max_items=_followed_places(wanted)))
    followed = filling.fill(ranked, sections)
    others = _besides(top, filling, wanted.max_items - len(followed))
    room = wanted.max_items - len(others)
    if len(followed) < min(room, filling.possible):  # the top stories leave places
        told = {entry.story_id for entry in others}
        filling = Filling(replace(wanted, max_items=room))
        followed = filling.fill([entry for entry in ranked if entry.story_id not in told], sections)
    considered = len(filling.possible_ids | top.possible)
    chosen = (*ordered(followed, taxonomy), *ordered(others, taxonomy))
    return Choice(tuple(entry.item for entry in chosen), considered)


def _followed_places(wanted: ReaderProfile) -> int:
    return math.ceil(wanted.max_items * FOLLOWED_PART)


def _besides(top: TopStories, filling: Filling, places: int) -> list[Ranked]:
    """The best top stories that the followed part does not tell, nor of an affair of which it tells; reads in their share."""
    free = [
        entry
        for entry in top.taken
        if entry.story_id not in filling.ids and not (entry.affair and entry.affair in filling.affairs)
    ]
    news = [entry for entry in free if not entry.is_read]
    reads = [entry for entry in free if entry.is_read][: places // READS_IN]
    return [*news[: places - len(reads)], *reads]
