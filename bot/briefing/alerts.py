"""Which stories are told at once, and to whom. Pure.

stories that just got a report → met by a watched subscription, and fresh → each chat's, less what it knows
       → bundled into one message, as long as the day's number is not used up
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.briefing.matching import (
    STRENGTH_OFTEN,
    STRENGTH_SECTION,
    STRENGTH_SOURCE,
    Candidate,
    Keyword,
    Texts,
    is_word,
    strength,
)
from storage.models import EditionItem, Subscription, SubscriptionKind, Taste

FRESH = timedelta(hours=12)
"""A report that is older when we first hear of it is for the next edition: nobody is called for it."""
MAX_STORIES = 5
"""Stories of one message; what is beyond comes with the next edition."""
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)
"""Local times between which an alert makes no sound."""
_LEAST: Mapping[SubscriptionKind, float] = {
    "keyword": STRENGTH_OFTEN,
    "topic": STRENGTH_OFTEN,
    "source": STRENGTH_SOURCE,
    "section": STRENGTH_SECTION,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A story that a subscription calls for."""

    candidate: Candidate
    subscription: Subscription
    strength: float

    @property
    def outlets(self) -> int:
        """How many report it."""
        return len(self.candidate.story.publishers)


@dataclass(slots=True)
class Bundle:
    """What one chat may be told of at once, in the order of its subscriptions."""

    zone: str
    a_day: int
    tastes: tuple[Taste, ...] = ()
    """Nothing that is muted is told."""
    calls: list[Call] = field(default_factory=list)


def calls(
    candidates: Sequence[Candidate], watched: Iterable[Subscription], now: datetime
) -> Mapping[Subscription, Sequence[Call]]:
    """What each of the watched subscriptions calls for; those that call for nothing are left out.

    An aside in a long text is no reason to call anybody, nor is an essay, unless its source is watched. `now` is aware UTC.
    """
    fresh = [item for item in candidates if item.story.last_at >= now - FRESH and not item.is_a_name]
    texts = Texts(fresh)
    found: dict[Subscription, list[Call]] = {}
    for subscription in watched if fresh else ():
        keyword = Keyword(subscription.value) if subscription.kind == "keyword" else None
        for place in sorted(keyword.places(texts)) if keyword else range(len(fresh)):
            met = strength(subscription, fresh[place], keyword)
            if met >= _LEAST[subscription.kind] and (subscription.kind == "source" or _is_news(fresh[place])):
                found.setdefault(subscription, []).append(Call(fresh[place], subscription, met))
    return found


def items_for(bundle: Bundle, known: Collection[int], told_today: int) -> tuple[EditionItem, ...]:
    """What the chat is told now: each story once, the strongest first.

    `known` holds ids of stories that it knows, `told_today` says how many alerts it had on this local date.
    """
    if told_today >= bundle.a_day:
        return ()
    best: dict[int, Call] = {}
    for call in sorted(bundle.calls, key=lambda call: -call.strength):
        if call.candidate.story.id not in known:
            best.setdefault(call.candidate.story.id, call)
    return tuple(
        EditionItem(
            call.candidate.story,
            call.candidate.section,
            call.subscription.value,
            is_word=is_word(call.subscription, call.candidate.story.publishers),
        )
        for call in list(best.values())[:MAX_STORIES]
    )


def _is_news(candidate: Candidate) -> bool:
    return candidate.genre == "news"


def is_night(at: time) -> bool:
    """Whether this local time is in a reader's night."""
    return at >= NIGHT_BEGINS or at < NIGHT_ENDS
