"""Composing for the many chats that are due at one moment, in steps that are each one transaction.

ids → a step of as many as there is time for → plan, history → shared choice → compositions, editions, deliveries
"""

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.briefing.edition import MAX_WINDOW, WINDOW, StoryPool
from bot.jobs.editions.shared import Manner, SharedChoice, SharedChoices
from bot.jobs.editions.slots import CATCH_UP, CATCH_UP_PRINTED, SlotPlan, plan_of
from bot.jobs.editions.storing import printed_edition, scheduled_edition, skipped_editions, store_choices
from storage import editions, stories
from storage.chats import Due
from storage.database import Database, from_text, to_text
from storage.errors import is_trouble
from storage.slots import PRINTED, WEEKLY, SlotSchedule

log = logging.getLogger(__name__)

BATCH = 500
"""Chats composed in one step and one transaction, if there is time for so many."""
STEP = 0.02
"""Seconds after which a step begins no further chat: nobody waits for longer than that and what it takes to commit."""
TRY_AGAIN = timedelta(hours=1)
TOO_MANY = 20
"""If so many chats fail before one succeeds, the cause is not in the chats, and the round ends."""
LATEST_DATE = timedelta(days=2)
"""More than the distance of any local date from UTC's, catching up included."""


@dataclass(slots=True)
class ComposingRound:
    """All chats due in one slot at one moment; those with equal wishes and knowledge share one choice."""

    db: Database
    pool: StoryPool
    now: datetime
    schedule: SlotSchedule
    given_up: set[int] = field(default_factory=set)
    """Chats that cannot be composed for."""
    composed: int = 0
    """Chats that could."""
    size: int = field(default_factory=lambda: BATCH)
    """Chats of the next step: as many as there was time for in the last."""
    plans: dict[tuple[str, ...], SlotPlan] = field(default_factory=dict)
    """By what of a chat a plan depends on."""
    choices: SharedChoices = field(init=False)
    since: str = field(init=False)
    """Who had an edition then or later had one lately, as the store writes it."""
    first: datetime = field(init=False)
    """No edition from before that told a story that matters now."""

    def __post_init__(self) -> None:
        self.choices = SharedChoices(self.db, self.pool)
        self.since = to_text(self.now - WINDOW)
        ids = {item.story.id for item in self.pool.candidates}.union(*self.pool.earlier.values())
        self.first = min(self.now - WINDOW, stories.oldest(self.db, ids) or self.now)

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
                with self.db.transaction(flush=False):
                    delivered, rest = self._compose(part, written)
            except Exception as error:
                for choice in written:  # it was undone, and its id may be given to another
                    choice.composition_id = None
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
        db, now = self.db, self.now
        until = time.perf_counter() + STEP
        batch = self.schedule.due(db, ids, now)
        histories = self._histories(batch)
        upcoming: list[tuple[datetime, int]] = []
        fresh: list[editions.NewEdition] = []
        chosen: list[tuple[Due, str, SharedChoice]] = []
        for chat in batch:
            if upcoming and time.perf_counter() > until:
                break
            plan, history = self._plan(chat), histories.get(chat.id, _NO_HISTORY)
            upcoming.append((plan.next_due_at, chat.id))
            if plan.skipped:
                missed = [local_date for local_date in plan.skipped if local_date not in history.dates]
                fresh += skipped_editions(chat.id, missed)
            if plan.composed is None or plan.composed in history.dates:
                continue
            if self.schedule.slot == PRINTED:
                fresh.append(printed_edition(chat.id, plan.composed))
            else:
                chosen.append((chat, plan.composed, self._choice(chat, history)))
        written += store_choices(db, {choice for _, _, choice in chosen if choice.items})
        slot = self.schedule.slot
        fresh += [scheduled_edition(chat, slot, local_date, choice) for chat, local_date, choice in chosen]
        editions.add_all(db, fresh, slot, now)
        self.schedule.schedule_all(db, upcoming)
        return sum(edition.delivers for edition in fresh), [chat.id for chat in batch[len(upcoming) :]]

    def _plan(self, chat: Due) -> SlotPlan:
        schedule = (chat.next_due_at, chat.zone, chat.briefing_time, chat.weekdays)
        if (plan := self.plans.get(schedule)) is None:
            plan = self.plans[schedule] = plan_of(
                chat, self.now, CATCH_UP_PRINTED if self.schedule.slot == PRINTED else CATCH_UP
            )
        return plan

    def _choice(self, chat: Due, history: editions.History) -> SharedChoice:
        if self.schedule.slot == WEEKLY:  # a look back tells again what was told
            return self.choices.of(
                chat.follows, Manner(chat.sections, chat.max_items, MAX_WINDOW, chat.tastes, chat.mix), ""
            )
        # Who had no edition lately had none before or has waited for long: the same either way for a chat so old.
        lately = max(history.last_at, chat.created_at) >= self.since
        window = WINDOW if lately else MAX_WINDOW
        return self.choices.of(
            chat.follows, Manner(chat.sections, chat.max_items, window, chat.tastes, chat.mix), history.known
        )

    def _histories(self, batch: Sequence[Due]) -> dict[int, editions.History]:
        """What was composed for these chats before, as far as it matters now."""
        # Times are compared as they are stored; nobody may be left of a step (a pause just now).
        due = min((chat.next_due_at for chat in batch), default=to_text(self.first))
        first = min(self.first, from_text(due))
        ids = [chat.id for chat in batch]
        found = editions.histories(self.db, ids, self.schedule.slot, first.date() - LATEST_DATE)
        if self.schedule.slot not in (WEEKLY, PRINTED):  # those tell again what is known
            self.choices.read(history.known for history in found.values())
        return found

    def _give_up(self, chat_id: int) -> None:
        """No edition for this one; it is tried again, so that one that can be mended gets it late."""
        log.exception("chat %d: no edition can be composed; the next try comes in an hour", chat_id)
        self.given_up.add(chat_id)
        try:
            self.schedule.schedule_all(self.db, [(self.now + TRY_AGAIN, chat_id)])
        except sqlite3.Error as error:
            if is_trouble(error):
                raise
            log.exception("chat %d: nor can the next try be put off", chat_id)


_NO_HISTORY = editions.History(0, "", "", "")
