"""Telling owners what became of their sources, and people of the chats that they look after: one message for all that
has come up, each notice once."""

import logging
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.jobs import views
from bot.messages.notices import render_notices
from bot.runtime.patience import until_stored
from bot.runtime.services import Services
from storage import chats, notices
from storage.models import Chat

log = logging.getLogger(__name__)

RETRY = timedelta(minutes=5)
"""The wait before another attempt after a request that certainly never left this machine."""


async def deliver_notices(services: Services, now: datetime) -> int:
    """Send each person their pending notices in one message; returns how many messages arrived."""
    arrived = 0
    for person, waiting in notices.pending(services.db, now).items():
        chat = chats.by_address(services.db, person, None)
        owns = person in services.config.owners  # else sources are not, or no longer, theirs to hear of
        found = [notice for notice in waiting if owns or notice.kind == "resting"]
        ids = [notice.id for notice in found]
        if chat is None or not found:
            continue
        message = render_notices(found, views.view(services, chat, now))
        claim = SendClaim(partial(notices.claim, services.db, ids))
        outcome = await services.sender.send(person, None, message, background=True, claim=claim)
        if outcome.consequence.part == "withheld":
            continue
        await until_stored(partial(_record, services, chat, ids, outcome, now))
        arrived += outcome.delivered
        if outcome.consequence.again:
            break
    return arrived


def _record(services: Services, chat: Chat, ids: list[int], outcome: Outcome, now: datetime) -> None:
    """Record the outcome of one person's message."""
    follows = outcome.consequence
    if follows.chat == "lost":  # it waits until they are back
        chats.deactivate(services.db, chat.id, outcome.problem)
        notices.postpone(services.db, ids, now)
        return
    match follows.part:
        case "later":
            notices.postpone(services.db, ids, now + max(RETRY, timedelta(seconds=outcome.retry_after or 0)))
        case "sent" | "uncertain" as state:
            notices.finish(services.db, ids, state)
        case _:
            notices.finish(services.db, ids, "failed")
            log.error("person %d: Telegram refuses a notice: %s", chat.telegram_chat_id, outcome.problem)
