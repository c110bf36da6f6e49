"""What began and what ended in a week: affairs, stories over days that an editor would call one. Pure.

stories of some weeks, each with the one that it follows → affairs → those that began, those that nobody goes on with
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.report.hot import HotWord

WEEK = timedelta(days=7)
ENDS_AFTER = timedelta(days=4)
"""An affair without a report for so long has ended: a later story would not be found to follow it."""
LOOKS_BACK = timedelta(days=60)
"""Of how long before the moment stories have to be given: an affair that is older counts from there."""


class StoryLink(NamedTuple):
    """A story without its articles: when it was reported, and the id of the story that it follows."""

    id: int
    first_at: datetime
    last_at: datetime
    follows: int | None


@dataclass(frozen=True, slots=True)
class Affair:
    """Several stories, each following one before it."""

    first_id: int
    """The story with which it begins, as far as it was looked back."""
    last_id: int
    stories: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class AffairsOfWeek:
    """The affairs that began within the week and those that ended in it, those of most stories first."""

    began: tuple[Affair, ...] = ()
    ended: tuple[Affair, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """What a look back at a week has to tell, the same for all readers."""

    words: tuple[HotWord, ...]
    """Those that rise."""
    affairs: AffairsOfWeek


def affairs_of_week(links: Iterable[StoryLink], now: datetime) -> AffairsOfWeek:
    """What began and ended in the seven days up to `now` (aware UTC); an affair has at least two stories.

    One that both began and ended in them is told as ended alone.
    """
    found = sorted(
        _affairs(links), key=lambda each: (-each.stories, -each.last_at.timestamp(), each.first_id)
    )
    ended = tuple(each for each in found if now - WEEK < each.last_at + ENDS_AFTER <= now)
    began = tuple(each for each in found if each.first_at > now - WEEK and each not in ended)
    return AffairsOfWeek(began, ended)


def _affairs(links: Iterable[StoryLink]) -> Iterable[Affair]:
    known = {link.id: link for link in links}
    members: dict[int, list[StoryLink]] = {}
    for link in known.values():
        first, seen = link, {link.id}
        while first.follows in known and first.follows not in seen:
            first = known[first.follows]
            seen.add(first.id)
        members.setdefault(first.id, []).append(link)
    for first_id, stories in members.items():
        if len(stories) > 1:
            last = max(stories, key=lambda each: (each.last_at, each.id))
            begun = min(each.first_at for each in stories)
            yield Affair(first_id, last.id, len(stories), begun, last.last_at)
