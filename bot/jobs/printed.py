"""The printed periodical that chats want by themselves: made and sent one after the other, beside the other deliveries.

That it is due stands in the ledger like an edition (slot `printed`). It is claimed when the file is ready and about to
leave: a kill while it is made leaves it pending, a kill while it is sent leaves it *uncertain* and its reader is told.
"""

import asyncio
import logging
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.errors import ReportError
from bot.jobs import views
from bot.jobs.deliver import UNREACHABLE, deliver, takes_nothing
from bot.locales import resolve
from bot.messages.notice import notice
from bot.messages.report import render_report_caption
from bot.report.wishes import Made, Wish, installed, month
from bot.runtime.services import Services
from storage import chats, deliveries, editions, subscriptions
from storage.models import Chat, Delivery, Subscription

log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
TRIES = 3
"""So often is one made that fails; then its chat is told, in one sentence."""
AGAIN = timedelta(minutes=10)
"""The wait before the next try."""
KEPT = 4
"""Files that are held for others who want the very same."""


async def print_due(services: Services, now: datetime, stopping: asyncio.Event | None = None) -> int:
    """Make and send every periodical that is due; returns how many arrived. Ends between two when `stopping` is set."""
    return await _Round(services, now, stopping or asyncio.Event()).run()


def wish_of(chat: Chat, follows: tuple[Subscription, ...], on: date, title: str) -> Wish:
    """What this chat gets on this local date: the seven days or the month before, of what its briefings are of."""
    first, last = on - WEEK, on - timedelta(days=1)
    if chat.printed == "monthly":
        first, last = month(last.year, last.month)
    return Wish(
        first,
        last,
        installed(chat.printed_form),
        resolve(chat.language),
        follows if chat.mix == "followed" else (),
        chat.sections,
        title=title,
        own_script=chat.own_script,
    )


class _Round:
    """The periodicals of many chats; those who want the same are sent the same file."""

    def __init__(self, services: Services, now: datetime, stopping: asyncio.Event) -> None:
        self._services = services
        self._now = now
        self._stopping = stopping
        self._made: dict[tuple[Wish, str], Made | ReportError] = {}
        self._seen: set[int] = set()

    async def run(self) -> int:
        arrived = 0
        while (part := self._next()) is not None:
            self._seen.add(part.id)
            outcome = await self._one(part)
            if outcome is None:
                continue
            arrived += outcome.delivered
            if outcome.consequence.halts:
                break
        return arrived

    def _next(self) -> Delivery | None:
        services = self._services
        if self._stopping.is_set() or services.sender.rests:
            return None
        waiting = deliveries.pending(services.db, self._now, len(self._seen) + 1, printed=True)
        return next((part for part in waiting if part.id not in self._seen), None)

    async def _one(self, part: Delivery) -> Outcome | None:
        services, db = self._services, self._services.db
        chat, edition = chats.by_id(db, part.chat_id), editions.by_id(db, part.edition_id)
        if chat is None or edition is None or takes_nothing(chat):
            deliveries.give_up(db, part.id, services.now(), problem=UNREACHABLE)
            return None
        wish = wish_of(chat, subscriptions.of(db, chat.id), edition.local_date, services.config.report_title)
        made = await self._file(wish, chat.zone)
        if isinstance(made, ReportError):
            if part.attempts + 1 < TRIES:
                deliveries.put_off(db, part.id, services.now() + AGAIN, problem=str(made))
                return None
            return await deliver(services, part, background=True, sending=self._apology)
        if not made.pieces:
            deliveries.give_up(db, part.id, services.now(), problem="there is nothing to print")
            return None
        return await deliver(services, part, background=True, sending=partial(self._send, made))

    async def _file(self, wish: Wish, zone: str) -> Made | ReportError:
        """The file, or why there is none. Raises what is wrong with the store."""
        key = (wish, zone)
        if key not in self._made:
            from bot.jobs import reports  # noqa: PLC0415 - it takes a tenth of a second of every start

            services = self._services
            while len(self._made) >= KEPT:
                del self._made[next(iter(self._made))]
            try:
                async with services.printing.scheduled():
                    self._made[key] = await reports.make_apart(
                        services.config, wish, ZoneInfo(zone), services.now()
                    )
            except ReportError as error:
                log.warning("a periodical could not be printed: %s", error)
                self._made[key] = error
        return self._made[key]

    async def _send(self, made: Made, chat: Chat, claim: SendClaim) -> Outcome:
        view = views.view(self._services, chat, self._services.now())
        return await self._services.sender.send_document(
            chat.telegram_chat_id,
            chat.telegram_thread_id,
            name=made.name,
            data=made.data,
            caption=render_report_caption(view, made.name.rpartition(".")[0], made.pieces),
            claim=claim,
        )

    async def _apology(self, chat: Chat, claim: SendClaim) -> Outcome:
        view = views.view(self._services, chat, self._services.now())
        return await self._services.sender.send(
            chat.telegram_chat_id,
            chat.telegram_thread_id,
            notice(view, "report.printed_failed"),
            background=True,
            claim=claim,
        )
