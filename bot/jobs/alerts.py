"""Alerts: a story that somebody watches for is sent at once, as an edition of its own slot.

    articles since the last look, and those that got their text since → their stories → what watched subscriptions
    call for → each chat's bundle, less what it knows → editions and urgent deliveries, some chats at a time

Each step is committed; how far the archive was looked through is written down last. What a kill leaves half done is
looked at again, and whoever was served knows the story by then: nobody is called twice.
"""

import asyncio
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import clock
from bot.briefing.alerts import Bundle, Call, calls, items_for
from bot.briefing.edition import marked
from bot.briefing.select import prepare
from bot.briefing.tastes import unmuted
from bot.runtime.services import Newsroom
from storage import alerts, articles, compositions, editions, stories, tastes
from storage.models import EditionItem, Subscription

ARTICLES_AT_ONCE = 200
"""Articles of one look: what a round of collecting brings, a few steps of it at first."""
CHATS_AT_ONCE = 200
"""Chats served in one transaction."""
LATEST_DATE = timedelta(days=2)
"""More than the distance of any local date from UTC's."""


async def alert(room: Newsroom, now: datetime, stopping: asyncio.Event) -> int:
    """Queue what is to be told at once of what came in since the last look; returns how many chats are told.

    Ends between two steps when `stopping` is set.
    """
    told = 0
    for count in alert_steps(room, now):
        told += count
        await asyncio.sleep(0)
        if stopping.is_set():
            break
    return told


def alert_steps(room: Newsroom, now: datetime) -> Generator[int]:
    """`alert` in steps: how many chats are told in each."""
    looked = alerts.looked_until(room.db)
    if looked is None:  # what is there when the bot first starts is no news
        alerts.look_until(room.db, articles.newest_id(room.db))
        return
    while (until := alerts.articles_until(room.db, looked, ARTICLES_AT_ONCE)) > looked:
        yield from _look(room, alerts.story_ids(room.db, looked, until), f"{alerts.SLOT}:{until}", now)
        alerts.look_until(room.db, until)
        looked = until
    if again := alerts.again(room.db):
        # With how many there are: what comes behind a stop in the middle is no part of what was told before it.
        slot = f"{alerts.SLOT}:second:{alerts.second_looks(room.db) + 1}:{len(again)}"
        yield from _look(room, alerts.stories_of(room.db, again), slot, now)
        alerts.looked_again(room.db, again)


def _look(room: Newsroom, story_ids: Sequence[int], slot: str, now: datetime) -> Iterator[int]:
    """Tell of these stories those who watch for them."""
    called: Mapping[Subscription, Sequence[Call]] = {}
    if watched := alerts.watched(room.db):
        found = list(stories.by_ids(room.db, story_ids).values())
        yield 0
        called = calls(prepare(found), watched, now)
        yield 0
    if called:
        yield from _serve(room, called, slot, now)


def _serve(
    room: Newsroom, called: Mapping[Subscription, Sequence[Call]], slot: str, now: datetime
) -> Iterator[int]:
    """Tell everybody who watches, some chats at a time, each time in one transaction."""
    found = {call.candidate.story.id: call.candidate.story for each in called.values() for call in each}
    earlier = stories.followed(room.db, list(found))
    since = stories.oldest(room.db, set(found).union(*earlier.values())) or now
    repeating = {story.id for story in found.values() if story.repeats}
    ids = alerts.chat_ids(room.db, called)
    for start in range(0, len(ids), CHATS_AT_ONCE):
        some = ids[start : start + CHATS_AT_ONCE]
        with room.db.transaction(flush=False):  # what a power cut undoes is looked at again
            bundles = _bundles(alerts.watchers(room.db, called, some), called)
            past = _past(room, list(bundles), min(since, now))
            telling: dict[tuple[_Told, ...], _Telling] = {}
            for chat_id, bundle in bundles.items():
                history = past.get(chat_id, _Past())
                today = clock.local_date(bundle.zone, now).isoformat()
                if slot in history.slots:
                    continue
                known = history.known | {
                    story_id
                    for story_id in repeating
                    if not history.known.isdisjoint(earlier.get(story_id, ()))
                }
                wanted = unmuted(items_for(bundle, known, history.alerts[today]), bundle.tastes)
                items = marked(wanted, history.known, earlier)
                if items:
                    key = tuple(
                        (item.story.id, item.story.lead.id, item.reason, item.is_word, item.follow_up)
                        for item in items
                    )
                    telling.setdefault(key, _Telling(items)).chats.append((chat_id, today))
            _write_down(room, list(telling.values()), slot, now)
        yield sum(len(each.chats) for each in telling.values())


def _bundles(
    found: Iterable[tuple[Subscription, alerts.Watcher]], called: Mapping[Subscription, Sequence[Call]]
) -> dict[int, Bundle]:
    """By chat what it may be told."""
    bundles: dict[int, Bundle] = {}
    for subscription, watcher in found:
        wanted = [call for call in called[subscription] if call.outlets >= watcher.outlets]
        if wanted:
            bundles.setdefault(
                watcher.chat_id, Bundle(watcher.zone, watcher.a_day, tastes.parse(watcher.tastes))
            ).calls.extend(wanted)
    return bundles


@dataclass(slots=True)
class _Past:
    """What a chat was told before."""

    known: frozenset[int] = frozenset()
    """Ids of stories."""
    alerts: Counter[str] = field(default_factory=Counter)
    """How many alerts it had, by local date."""
    slots: set[str] = field(default_factory=set)
    """Of those alerts."""


def _past(room: Newsroom, chat_ids: Sequence[int], since: datetime) -> dict[int, _Past]:
    """What these chats were told in editions since then."""
    found: dict[int, _Past] = {}
    lately = list(editions.lately(room.db, chat_ids, since.date() - LATEST_DATE))
    told = compositions.story_ids(
        room.db, {each.composition_id for each in lately if each.composition_id is not None}
    )
    for each in lately:
        past = found.setdefault(each.chat_id, _Past())
        if each.slot.startswith(alerts.SLOT):
            past.slots.add(each.slot)
            past.alerts[each.local_date] += 1
        if each.is_known and each.composition_id is not None:
            past.known |= told.get(each.composition_id, frozenset())
    return found


_Told = tuple[int, int, str, bool, bool]
"""A story's id and its lead's, why it is told, whether for a word that an outlet is called, too, and whether it goes on with
what the reader knows."""


@dataclass(slots=True)
class _Telling:
    """What some chats are told alike."""

    items: tuple[EditionItem, ...]
    chats: list[tuple[int, str]] = field(default_factory=list)
    """Each with its local date."""


def _write_down(room: Newsroom, telling: Sequence[_Telling], slot: str, now: datetime) -> None:
    """An edition and an urgent delivery for each chat; who is told the same shares a composition."""
    ids = compositions.add_all(room.db, [each.items for each in telling])
    fresh = [
        editions.NewEdition(chat_id, today, "composed", len(each.items), composition_id, delivers=True)
        for composition_id, each in zip(ids, telling, strict=True)
        for chat_id, today in each.chats
    ]
    editions.add_all(room.db, fresh, slot, now, urgent=True)
