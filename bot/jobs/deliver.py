"""Delivering: claim a part, send it once, record what Telegram said. Never blindly send again."""

import asyncio
import logging
from datetime import datetime, timedelta

from bot.delivery.outcomes import Outcome
from bot.jobs import present
from bot.services import Services
from storage import chats, deliveries, editions, stories
from storage.models import Chat, Delivery

log = logging.getLogger(__name__)

BATCH = 200
"""Parts read from the ledger at a time."""
RETRY = timedelta(seconds=30)
"""First wait after a request that certainly never left this machine; doubled up to MOST_RETRY."""
NEVER_LEFT = frozenset({"flood", "retry", "conflict", "unauthorised"})
"""Outcomes after which a message has surely not arrived, and may come later."""
MOST_RETRY = timedelta(minutes=15)


async def deliver_pending(services: Services, now: datetime, *, stopping: asyncio.Event | None = None) -> int:
    """Send every part whose time has come; returns how many arrived. Ends between two parts when `stopping` is set."""
    arrived = 0
    for delivery in deliveries.pending(services.db, now, BATCH):
        if stopping is not None and stopping.is_set():
            break
        outcome = await deliver(services, delivery, background=True)
        if outcome is None:
            continue
        arrived += outcome.kind == "sent"
        if outcome.kind in {"flood", "conflict", "unauthorised"}:
            break  # the whole bot must wait, not this chat alone
    return arrived


async def deliver_edition(services: Services, edition_id: int) -> Outcome | None:
    """Send an edition that a reader is waiting for right now, ahead of scheduled ones."""
    outcome = None
    for delivery in deliveries.of_edition(services.db, edition_id):
        outcome = await deliver(services, delivery, background=False)
    return outcome


async def deliver(services: Services, delivery: Delivery, *, background: bool) -> Outcome | None:
    """Claim and send one part; None where somebody else has it or there is nothing left to send."""
    if not deliveries.claim(services.db, delivery.id, services.now()):
        return None
    chat = chats.by_id(services.db, delivery.chat_id)
    edition = editions.by_id(services.db, delivery.edition_id)
    if chat is None or edition is None or not chat.active:
        deliveries.finish(
            services.db, delivery.id, "failed", services.now(), problem="the chat is not reachable"
        )
        return None
    message = present.edition(services, chat, edition)
    outcome = await services.sender.send(
        chat.telegram_chat_id, chat.telegram_thread_id, message, background=background
    )
    record(services, chat, delivery, outcome, services.now())
    if outcome.kind == "sent":
        await _offer_lost(services, chat, background=background)
    return outcome


async def _offer_lost(services: Services, chat: Chat, *, background: bool) -> None:
    """Now that the reader can be reached: tell them, once, that an earlier edition may be missing (补发)."""
    offer = present.uncertain(services, chat)
    if offer is None:
        return
    deliveries.offered(services.db, chat.id, services.now())
    outcome = await services.sender.send(
        chat.telegram_chat_id, chat.telegram_thread_id, offer, background=background
    )
    if outcome.kind in NEVER_LEFT:
        deliveries.not_offered(services.db, chat.id)


def record(services: Services, chat: Chat, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a claimed part, in one transaction with what follows from it."""
    db = services.db
    with db.transaction():
        match outcome.kind:
            case "sent" | "unmodified":
                deliveries.finish(
                    db, delivery.id, "sent", now, message_id=outcome.message_id, problem=outcome.problem
                )
                edition = editions.by_id(db, delivery.edition_id)
                stories.mark_seen(
                    db, chat.id, [item.story.id for item in edition.items] if edition else [], now
                )
            case "permanent":
                deliveries.finish(db, delivery.id, "failed", now, problem=outcome.problem)
                chats.deactivate(db, chat.id, outcome.problem)
                log.info("chat %d is not reachable any more: %s", chat.id, outcome.problem)
            case "migrated" if outcome.new_chat_id is not None:
                chats.migrate(db, chat.id, outcome.new_chat_id)
                deliveries.postpone(db, delivery.id, now, outcome.problem)
            case "flood":
                wait = timedelta(seconds=outcome.retry_after or 1)
                deliveries.postpone(db, delivery.id, now + wait, outcome.problem)
            case "retry" | "conflict" | "unauthorised":
                wait = min(RETRY * 2 ** min(delivery.attempts, 10), MOST_RETRY)
                deliveries.postpone(db, delivery.id, now + wait, outcome.problem)
            case "ambiguous":
                deliveries.finish(db, delivery.id, "uncertain", now, problem=outcome.problem)
                log.warning("chat %d: a message may or may not have arrived: %s", chat.id, outcome.problem)
            case _:
                deliveries.finish(db, delivery.id, "failed", now, problem=outcome.problem)
                log.error("chat %d: Telegram refuses a message: %s", chat.id, outcome.problem)
