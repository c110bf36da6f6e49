"""Delivering: claim a part as it leaves, send it once, record what Telegram said. Never blindly send again."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot import clock
from bot.briefing.alerts import is_night
from bot.clock.waits import doubled
from bot.delivery.claim_group import ClaimGroup
from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.jobs import overview, resting, views
from bot.jobs.week import REVIEW_PART, send_review
from bot.messages.headings import is_alert
from bot.messages.view import RenderCache
from bot.runtime.patience import until_stored
from bot.runtime.services import Services
from storage import chats, deliveries, editions
from storage.database import Database
from storage.models import Chat, Delivery, Edition

log = logging.getLogger(__name__)

BATCH = 200
"""Parts read from the ledger at a time."""
IN_FLIGHT = 16
"""Parts under way at once: enough for 30 a second while Telegram takes half a second to answer."""
LOOK_AGAIN = 1.0
"""Seconds after which what fell due meanwhile is noticed although nobody answers."""
KEPT = 5.0
"""Seconds for which a story stands as it was when it was read, for all editions that tell it."""
MOST_KEPT = 10_000
"""Blocks and pages that are kept so long: some 20 MB, where nothing limits the rate."""
RETRY = timedelta(seconds=30)
"""First wait after a request that certainly never left this machine; doubled up to MAX_RETRY_WAIT."""
MAX_RETRY_WAIT = timedelta(minutes=15)
UNREACHABLE = "the chat is not reachable"


async def deliver_pending(services: Services, now: datetime, *, stopping: asyncio.Event | None = None) -> int:
    """Send every part whose time has come, and what falls due meanwhile; returns how many arrived.

    Nothing new is begun once `stopping` is set; what is under way then is waited for.
    """
    return await _Round(services, now, stopping or asyncio.Event()).run()


@dataclass(slots=True)
class _Beside:
    """What parts that go out side by side share: their claims' transaction, and stories that were read and shown."""

    group: ClaimGroup
    stories: editions.KeptStories = field(default_factory=editions.KeptStories)
    shown: RenderCache = field(default_factory=RenderCache)
    since: float = field(default_factory=time.monotonic)
    newest: int = 0
    """The last edition that there was then. A later one may tell of what has come to a story since."""

    def renew(self, db: Database, edition_id: int) -> None:
        """Read and show stories anew where those that are kept are from too long ago, or too many, or older than this edition."""
        old = (now := time.monotonic()) - self.since > KEPT or edition_id > self.newest
        if old or len(self.shown) > MOST_KEPT:
            self.stories, self.shown, self.since = editions.KeptStories(), RenderCache(), now
            self.newest = editions.newest_id(db)


@dataclass(slots=True)
class _Round:
    """Parts of many chats under way at once, of one chat one after the other.

    A part is claimed only when it is about to be written to the line: a kill leaves as uncertain what was on its way,
    not what still queued here.
    """

    services: Services
    now: datetime
    stopping: asyncio.Event
    arrived: int = 0
    halted: bool = False
    """Telegram asked the whole bot to wait, not only one chat."""
    trouble: sqlite3.OperationalError | None = None
    """The store could not record what was sent: nothing more is begun that it could not record either."""
    held: set[int] = field(default_factory=set)
    """Chats whose part is pending again, or somebody else's: what comes after it waits for the next round, too."""
    sending: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By chat."""
    answered: set[int] = field(default_factory=set)
    """Chats of these whose answer is here, and only to be recorded."""
    page: list[Delivery] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    beside: _Beside = field(init=False)

    def __post_init__(self) -> None:
        self.beside = _Beside(ClaimGroup(self.services.db.transaction))

    async def run(self) -> int:
        """Start deliveries until none is left, wait for them, and return how many arrived."""
        try:
            await self._begin_all()
        except asyncio.CancelledError:
            for task in self.sending.values():
                task.cancel()
            raise
        finally:  # also when the store failed us: what is on its way is recorded all the same
            await asyncio.gather(*self.sending.values(), return_exceptions=True)
            await self.beside.group.settled()
        if self.trouble is not None:
            raise self.trouble
        return self.arrived

    async def _begin_all(self) -> None:
        while self._goes_on():
            part = self._next() if len(self.sending) < IN_FLIGHT else None
            if part is not None:
                await self._begin(part)
            elif self.sending:
                self.settled.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.settled.wait(), LOOK_AGAIN)
            else:
                return

    async def _begin(self, part: Delivery) -> None:
        self.page.remove(part)
        self.beside.renew(self.services.db, part.edition_id)
        self.sending[part.chat_id] = asyncio.create_task(self._send(part))
        await asyncio.sleep(0)  # it takes its place in the limiter before the next one asks

    def _goes_on(self) -> bool:
        return not (self.halted or self.trouble or self.services.sender.rests or self.stopping.is_set())

    def _next(self) -> Delivery | None:
        """The oldest part that may go out now; the store is read when those known are gone."""
        if (known := self._free()) is not None:
            return known
        self.page = deliveries.pending(self.services.db, max(self.now, self.services.now()), BATCH)
        return self._free()

    def _free(self) -> Delivery | None:
        free = (
            part for part in self.page if part.chat_id not in self.sending and part.chat_id not in self.held
        )
        return next(free, None)

    async def _send(self, part: Delivery) -> None:
        """Send one part; its errors do not affect the others."""
        try:
            outcome = await deliver(
                self.services,
                part,
                background=True,
                goes_on=lambda: self._others_go_on(part),
                beside=self.beside,
            )
        except sqlite3.OperationalError as error:
            self.trouble = error
        except Exception:
            log.exception("chat %d: delivery %d went wrong", part.chat_id, part.id)
            self.held.add(part.chat_id)
        else:
            self._note(part, outcome)
        finally:
            del self.sending[part.chat_id]
            self.answered.discard(part.chat_id)
            self.settled.set()

    def _others_go_on(self, answered: Delivery) -> bool:
        """Whether something is still to be claimed or answered, now that this part is.

        Those that are answered at the same moment are recorded together: to the last of them the others are none.
        """
        self.answered.add(answered.chat_id)
        return len(self.answered) < len(self.sending) or (self._goes_on() and self._free() is not None)

    def _note(self, part: Delivery, outcome: Outcome | None) -> None:
        if outcome is None:
            self.held.add(part.chat_id)
            return
        follows = outcome.consequence
        self.arrived += outcome.delivered
        self.halted |= follows.halts
        if follows.part in {"later", "moved"}:
            self.held.add(part.chat_id)


async def deliver_edition(services: Services, edition_id: int) -> Outcome | None:
    """Send an edition that a reader is waiting for right now, ahead of scheduled ones."""
    outcome = None
    for delivery in deliveries.of_edition(services.db, edition_id):
        outcome = await deliver(services, delivery, background=False)
    return outcome


Sending = Callable[[Chat, SendClaim], Awaitable[Outcome]]
"""Sends something that is ready to a chat under this claim."""


async def deliver(
    services: Services,
    delivery: Delivery,
    *,
    background: bool,
    goes_on: Callable[[], bool] = lambda: False,
    beside: _Beside | None = None,
    sending: Sending | None = None,
) -> Outcome | None:
    """Claim and send one part; None where somebody else has it or there is nothing left to send.

    `goes_on`, asked when this one is answered, says whether others follow: the next claim or record flushes what became of
    this one, and a power cut before leaves it as uncertain. `beside` is what it shares with them; `sending` sends what is no
    message of an edition.
    """
    db = services.db
    if background:
        await overview.prepare(services, delivery)
    if not deliveries.is_free(db, delivery.id):
        return None
    chat = chats.by_id(db, delivery.chat_id)
    edition = editions.by_id(db, delivery.edition_id, beside.stories if beside else None)
    if chat is None or edition is None or (background and takes_nothing(chat)):
        # who asks is answered all the same
        deliveries.give_up(db, delivery.id, services.now(), problem=UNREACHABLE)
        return None
    group = beside.group if beside else None
    claim = SendClaim(lambda: deliveries.claim(db, delivery.id, services.now()), group)
    if sending is not None:
        outcome = await sending(chat, claim)
    elif delivery.part == REVIEW_PART:
        told = await send_review(services, chat, edition, background=background, claim=claim)
        if told is None:
            deliveries.give_up(db, delivery.id, services.now(), problem="there is nothing to look back on")
            return None
        outcome = told
    else:
        outcome = await services.sender.send(
            chat.telegram_chat_id,
            chat.telegram_thread_id,
            views.edition(services, chat, edition, shared=beside.shown if beside else None),
            background=background,
            silent=background and _is_silent(chat, edition, services.now()),
            claim=claim,
        )
    if outcome.consequence.part == "withheld":
        return None
    services.counters.delivered(outcome.kind)
    if claim.left:
        # It may be with the reader: whatever the store does, what became of it is recorded as soon as that can be. A kill
        # before leaves it as uncertain.
        await _keep(
            services, chat, delivery, outcome, background=background, group=group, flush=not goes_on()
        )
        _tell(chat, delivery, outcome)
    else:
        wait = _wait(delivery, outcome)
        deliveries.put_off(db, delivery.id, services.now() + wait, outcome.problem)
    if outcome.delivered:
        await _offer_lost(services, chat, background=background)
    return outcome


async def _offer_lost(services: Services, chat: Chat, *, background: bool) -> None:
    """Now that the reader can be reached: tell them, once, that an earlier edition may be missing (补发)."""
    offer = views.uncertain(services, chat)
    if offer is None:
        return
    claim = SendClaim(lambda: deliveries.offered(services.db, chat.id, services.now()))
    outcome = await services.sender.send(
        chat.telegram_chat_id, chat.telegram_thread_id, offer, background=background, claim=claim
    )
    if claim.left and outcome.consequence.again:
        await until_stored(partial(deliveries.not_offered, services.db, chat.id))


def _is_silent(chat: Chat, edition: Edition, now: datetime) -> bool:
    """Whether it makes no sound: a day without news, and whatever is told at once in the reader's night."""
    return not edition.items or (is_alert(edition) and is_night(clock.to_local(chat.zone, now).time()))


def takes_nothing(chat: Chat) -> bool:
    """Whether nothing is sent there unasked."""
    return not chat.active or chat.rests_since is not None


def _wait(delivery: Delivery, outcome: Outcome) -> timedelta:
    """The wait before a part that certainly did not arrive is tried again."""
    if outcome.wait is not None:
        return timedelta(seconds=outcome.wait)
    return doubled(RETRY, delivery.attempts, MAX_RETRY_WAIT)


async def _keep(
    services: Services,
    chat: Chat,
    delivery: Delivery,
    outcome: Outcome,
    *,
    background: bool,
    group: ClaimGroup | None,
    flush: bool,
) -> None:
    """Record the outcome, however long the store is in trouble: that a message arrived, together with what else its group has
    to record, without a `flush` of its own where others follow."""

    def keep() -> None:
        record(services, chat, delivery, outcome, services.now(), background=background)

    if group is not None and outcome.kind == "sent":
        await until_stored(lambda: group.record_outcome(keep, flush=flush))
    else:
        await until_stored(keep)


def record(
    services: Services,
    chat: Chat,
    delivery: Delivery,
    outcome: Outcome,
    now: datetime,
    *,
    background: bool,
) -> None:
    """Record the outcome of a claimed part and its consequences, in one transaction."""
    db, follows = services.db, outcome.consequence
    with db.transaction():
        match follows.chat:
            case "reached":
                resting.arrived(services, chat, now)
            case "lost":
                chats.deactivate(db, chat.id, outcome.problem)
            case "muted" if background:
                resting.refused(services, chat, outcome.problem, now)
            case "moved" if outcome.new_chat_id is not None:
                chats.migrate(db, chat.id, outcome.new_chat_id)
        match follows.part:
            case "moved":
                deliveries.postpone(db, delivery.id, now, outcome.problem)
            case "later":
                deliveries.postpone(db, delivery.id, now + _wait(delivery, outcome), outcome.problem)
            case "sent" | "failed" | "uncertain" as state:
                deliveries.finish(
                    db, delivery.id, state, now, message_id=outcome.message_id, problem=outcome.problem
                )


def _tell(chat: Chat, delivery: Delivery, outcome: Outcome) -> None:
    """One line a delivery in the log, with the ids by which its rows and Telegram's message are found."""
    follows = outcome.consequence
    more = {
        "sent": f" as message {outcome.message_id}",
        "later": f" ({outcome.kind})",
        "moved": f" ({outcome.kind})",
    }
    words = f"{follows.words}{more.get(follows.part, '')}"
    where = f"chat {chat.id}: edition {delivery.edition_id}, delivery {delivery.id}"
    problem = f": {outcome.problem}" if outcome.problem else ""
    fields = {
        "chat_id": chat.id,
        "edition_id": delivery.edition_id,
        "delivery_id": delivery.id,
        "message_id": outcome.message_id,
        "outcome": outcome.kind,
    }
    log.log(follows.level, "%s %s%s", where, words, problem, extra=fields)
