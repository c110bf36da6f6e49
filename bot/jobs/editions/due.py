"""Composes scheduled editions: which chats are due, which stories each gets, and when it is due again.

Scheduled editions are unique by chat, local date and slot; the row is the promise, not a timer.
"""

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot import clock
from bot.jobs.editions.pool import MAX_WINDOW, WINDOW, Known, Manner, SharedChoice, StoryPool
from bot.jobs.editions.reschedule import cap_wait
from bot.runtime.services import Newsroom
from storage import alerts, chats, compositions, editions
from storage.chats import Due
from storage.database import from_text, to_text
from storage.errors import is_trouble
from storage.models import Chat, EditionState

log = logging.getLogger(__name__)

MORNING = "morning"
LINE = 50_000
"""Chats of which it is looked up at once that they are due."""
BATCH = 500
"""Chats composed in one step and one transaction, if there is time for so many."""
STEP = 0.02
"""Seconds after which a step begins no further chat: nobody waits for longer than that and what it takes to commit."""
TRY_AGAIN = timedelta(hours=1)
TOO_MANY = 20
"""If so many chats fail before one succeeds, the cause is not in the chats, and the round ends."""
PAGES_WAIT = timedelta(minutes=2)
"""An edition may be so late for articles to get their text first: it is worth more to a reader than the minute."""
LATEST_DATE = timedelta(days=2)
"""More than the distance of any local date from UTC's, catching up included."""
CATCH_UP = timedelta(hours=12)
"""A scheduled edition that is later than this is recorded as skipped instead of sent."""


def compose_due(room: Newsroom, now: datetime) -> int:
    """Compose every scheduled edition that has come; returns how many will be delivered."""
    return sum(compose_steps(room, now))


async def compose_in_steps(room: Newsroom, now: datetime, stopping: asyncio.Event) -> None:
    """`compose_due` beside everything else that the event loop does; ends between two steps when `stopping` is set.

    While articles wait for the text of their pages, so does an edition, but never longer than `PAGES_WAIT`.
    """
    if room.pages and (due := earliest_due(room)) is not None and due <= now < due + PAGES_WAIT:
        return
    for _ in compose_steps(room, now):
        await asyncio.sleep(0)
        if stopping.is_set():
            return


def compose_steps(room: Newsroom, now: datetime) -> Iterator[int]:
    """`compose_due` in steps, each committed: between two of them others may use the store, and a stop loses nothing."""
    round_: _Round | None = None
    while ids := chats.due_ids(room.db, now, LINE):
        if round_ is None:
            round_ = _Round(StoryPool(room, now), to_text(now - WINDOW))
            for _ in round_.pool.steps():
                yield 0
        elif round_.given_up.issuperset(ids):
            return
        yield from round_.steps(ids)


@dataclass(slots=True)
class _Round:
    """One round: all chats due at one moment; chats with equal wishes and knowledge share one choice."""

    pool: StoryPool
    since: str
    """Who had an edition then or later had one lately, as the store writes it."""
    given_up: set[int] = field(default_factory=set)
    """Chats that cannot be composed for."""
    composed: int = 0
    """Chats that could."""
    size: int = field(default_factory=lambda: BATCH)
    """Chats of the next step: as many as there was time for in the last."""
    plans: dict[tuple[str, ...], "SlotPlan"] = field(default_factory=dict)
    """By what of a chat a plan depends on."""

    def steps(self, ids: Sequence[int]) -> Iterator[int]:
        """The editions of these chats in as many steps as it takes; how many of each step will be delivered.

        What goes wrong is halved until the one chat is alone that it goes wrong with.
        """
        line = [ids]
        while line:
            part = line.pop()
            if len(part) > self.size:
                line.append(part[self.size :])
                part = part[: self.size]
            written: list[SharedChoice] = []
            try:
                # Unflushed: what a power cut undoes is composed again; what is sent of it is flushed by its claim.
                with self.pool.room.db.transaction(flush=False):
                    delivered, rest = self._compose(part, written)
            except Exception as error:
                for told in written:  # it was undone, and its id may be given to another
                    told.composition_id = None
                if is_trouble(error):
                    raise
                if len(part) == 1:
                    self._give_up(part[0])
                    if not self.composed and len(self.given_up) >= TOO_MANY:
                        raise
                else:
                    line += [part[len(part) // 2 :], part[: len(part) // 2]]
                yield 0
            else:
                self.composed += len(part) - len(rest)
                self.size = min(BATCH, 2 * self.size)
                if rest:
                    line.append(rest)
                    self.size = max(1, len(part) - len(rest))
                yield delivered

    def _compose(self, ids: Sequence[int], written: list[SharedChoice]) -> tuple[int, list[int]]:
        """One step: how many editions will be delivered, and the chats that there was no time for."""
        db, now = self.pool.room.db, self.pool.now
        until = time.perf_counter() + STEP
        batch = chats.due(db, ids, now)
        lately = self._lately(batch)
        upcoming: list[tuple[datetime, int]] = []
        fresh: list[editions.NewEdition] = []
        telling: list[tuple[Due, str, SharedChoice]] = []
        for chat in batch:
            if upcoming and time.perf_counter() > until:
                break
            plan, history = self._plan(chat), lately.get(chat.id, _NO_HISTORY)
            upcoming.append((plan.next_due_at, chat.id))
            if plan.skipped:
                fresh += _skipped(chat.id, plan.skipped, history)
            if plan.composed is not None and plan.composed not in history.dates:
                telling.append((chat, plan.composed, self._told(chat, history)))
        self._write_down({told for _, _, told in telling if told.items}, written)
        fresh += [_edition(chat, local_date, told) for chat, local_date, told in telling]
        editions.add_all(db, fresh, now)
        chats.schedule_all(db, upcoming)
        return sum(edition.delivers for edition in fresh), [chat.id for chat in batch[len(upcoming) :]]

    def _plan(self, chat: Due) -> "SlotPlan":
        schedule = (chat.next_due_at, chat.zone, chat.briefing_time, chat.weekdays)
        if (plan := self.plans.get(schedule)) is None:
            plan = self.plans[schedule] = _plan(chat, self.pool.now)
        return plan

    def _told(self, chat: Due, history: "_History") -> SharedChoice:
        # Who had no edition lately had none before or has waited for long: the same either way for a chat so old.
        lately = history.is_recent or chat.created_at >= self.since
        window = WINDOW if lately else MAX_WINDOW
        return self.pool.told(chat.follows, Manner(chat.sections, chat.max_items, window), history.known)

    def _lately(self, batch: Sequence[Due]) -> dict[int, "_History"]:
        """What was composed for these chats before, as far as it matters now."""
        now = self.pool.now
        first = min(now - WINDOW, self.pool.oldest, *(from_text(chat.next_due_at) for chat in batch))
        found: dict[int, _History] = {}
        ids = [chat.id for chat in batch]
        for edition in editions.lately(self.pool.room.db, ids, first.date() - LATEST_DATE):
            history = found.setdefault(edition.chat_id, _History())
            if edition.slot == MORNING:
                history.dates.add(edition.local_date)
            counts = edition.state != "skipped" and not edition.slot.startswith(alerts.SLOT)
            history.is_recent |= counts and edition.created_at >= self.since
            if edition.is_known and edition.composition_id is not None:
                history.known += (edition.composition_id,)
        return found

    def _write_down(self, wanted: set[SharedChoice], written: list[SharedChoice]) -> None:
        """Each choice as a composition. One from a step before may have gone with its last reader."""
        db = self.pool.room.db
        there = compositions.existing(
            db, [told.composition_id for told in wanted if told.composition_id is not None]
        )
        missing = [told for told in wanted if told.composition_id not in there]
        ids = compositions.add_all(db, [told.items for told in missing])
        for told, composition_id in zip(missing, ids, strict=True):
            told.composition_id = composition_id
        written += missing

    def _give_up(self, chat_id: int) -> None:
        """No edition for this one; it is tried again, so that one that can be mended gets it late."""
        log.exception("chat %d: no edition can be composed; the next try comes in an hour", chat_id)
        self.given_up.add(chat_id)
        try:
            chats.schedule_all(self.pool.room.db, [(self.pool.now + TRY_AGAIN, chat_id)])
        except sqlite3.Error as error:
            if is_trouble(error):
                raise
            log.exception("chat %d: nor can the next try be put off", chat_id)


@dataclass(slots=True)
class _History:
    """What a chat got before."""

    dates: set[str] = field(default_factory=set)
    """Local dates that have had their scheduled edition, whatever became of it."""
    known: Known = ()
    is_recent: bool = False
    """It had one so lately that the next looks back no further than usual."""


_NO_HISTORY = _History()


def _skipped(chat_id: int, dates: Sequence[str], history: _History) -> Iterator[editions.NewEdition]:
    """The dates that came too late, each as an edition that says so."""
    for local_date in dates:
        log.info("chat %d: the edition of %s came too late and is skipped", chat_id, local_date)
        if local_date not in history.dates:
            yield editions.NewEdition(chat_id, local_date, MORNING, "skipped", 0, None, delivers=False)


def _edition(chat: Due, local_date: str, told: SharedChoice) -> editions.NewEdition:
    state: EditionState = "composed" if told.items else "quiet"
    delivers = bool(told.items) or not chat.silent_when_slow
    return editions.NewEdition(
        chat.id, local_date, MORNING, state, told.considered, told.composition_id, delivers
    )


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """What chats with one schedule get now: dates that are too late, the date to compose, and when they are due again.

    Local dates are as the store writes them.
    """

    skipped: tuple[str, ...]
    composed: str | None
    next_due_at: datetime


def _plan(chat: Due, now: datetime) -> SlotPlan:
    due_at, weekdays = from_text(chat.next_due_at), tuple(json.loads(chat.weekdays))
    just_before = due_at - timedelta(seconds=1)
    moments = clock.due_between(chat.zone, chat.briefing_time, weekdays, just_before, now)
    if not moments:  # the time was moved to one that has passed today: this edition comes at once
        moments = [(clock.local_date(chat.zone, due_at), due_at)]
    last_date, last_at = moments[-1]
    composed = None if now - last_at > CATCH_UP else last_date
    skipped = tuple(local_date.isoformat() for local_date, _ in moments if local_date != composed)
    told = composed.isoformat() if composed else None
    return SlotPlan(skipped, told, clock.next_due(chat.zone, chat.briefing_time, weekdays, now))


def reschedule(chat: Chat, now: datetime, *, already_today: bool) -> Chat:
    """The chat with its next scheduled edition after a change of time, zone or days.

    Moving the time moves today's unsent edition; if its new time has passed today it comes at once.
    """
    today = clock.local_date(chat.zone, now)
    upcoming = clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
    if already_today and clock.local_date(chat.zone, upcoming) == today:
        upcoming = clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, upcoming)
    return replace(chat, next_due_at=upcoming)


def after_change(room: Newsroom, before: Chat, chat: Chat, now: datetime) -> Chat:
    """Save a changed chat; when its schedule changed, its next edition moves with it."""
    schedule_changed = (before.zone, before.briefing_time, before.weekdays, before.paused) != (
        chat.zone,
        chat.briefing_time,
        chat.weekdays,
        chat.paused,
    )
    if schedule_changed and chat.onboarded:
        chat = _moved(room, before, chat, now)
    chats.save_settings(room.db, chat)
    return chat


def _moved(room: Newsroom, before: Chat, chat: Chat, now: datetime) -> Chat:
    today = clock.local_date(chat.zone, now)
    already = editions.exists(room.db, chat.id, today, MORNING)
    chat = reschedule(chat, now, already_today=already)
    was_to_come_today = (
        before.next_due_at is not None
        and not before.paused
        and clock.local_date(chat.zone, before.next_due_at) == today
    )
    missed_today = chat.next_due_at is not None and clock.local_date(chat.zone, chat.next_due_at) != today
    if not already and was_to_come_today and missed_today and today.isoweekday() in chat.weekdays:
        return replace(chat, next_due_at=now)
    if len(chat.weekdays) < len(clock.ALL_WEEKDAYS):
        return chat
    if before.paused or len(before.weekdays) < len(clock.ALL_WEEKDAYS):
        return cap_wait(room, chat, MORNING, now, since=now)
    last = editions.last_at(room.db, chat.id, MORNING) or chat.created_at
    return cap_wait(room, chat, MORNING, now, since=min(last, now))  # the clock may have been set back since


def start_schedule(room: Newsroom, chat: Chat, now: datetime) -> Chat:
    """A reader who just finished onboarding: editions begin with the next local briefing time."""
    chat = replace(
        chat, onboarded=True, next_due_at=clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
    )
    chats.save_settings(room.db, chat)
    return chat


def earliest_due(room: Newsroom) -> datetime | None:
    """When the next scheduled edition of any chat comes; None while none is scheduled."""
    return chats.earliest_due(room.db)
