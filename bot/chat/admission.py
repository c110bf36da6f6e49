"""Which chats are served when the bot is not open to everybody: a group is served once an admitted person claims it.

private chat                     → its person is an owner, or invited
group, forum topic, channel      → an owner, or an invited administrator of it, has spoken there by name, brought the
                                   bot there or bound it; then its anonymous administrators are served, too
everything else                  → one polite sentence, and nothing more
"""

import logging
from dataclasses import replace

from telegram import Chat as TelegramChat
from telegram import Update

from bot.chat import access
from bot.chat.access import Speaker
from bot.chat.administrators import Administrators
from bot.chat.progress import UpdateProgress
from bot.jobs.editions import reschedule
from bot.locales import load_locale, resolve
from bot.messages.model import Message
from bot.runtime.services import Newsroom, Services
from storage import bindings, chats, invitations, refusals
from storage.models import Chat

log = logging.getLogger(__name__)

NOT_ADMITTED = "CHENBAO_ACCESS does not admit it"
"""Why a chat is inactive that was served before the setting changed."""
GROUPS = frozenset({TelegramChat.GROUP, TelegramChat.SUPERGROUP})


def may_use(room: Newsroom, user_id: int | None) -> bool:
    """Whether this person may talk to the bot."""
    invited = user_id is not None and invitations.holds(room.db, user_id)
    return access.may_use(room.config, user_id, invited=invited)


def taken_in(room: Newsroom, telegram_chat_id: int) -> bool:
    """Whether somebody who may use the bot looks after this group or channel."""
    return room.config.access == "open" or any(
        may_use(room, keeper) for keeper in bindings.keepers(room.db, telegram_chat_id)
    )


def serves(room: Newsroom, chat: TelegramChat) -> bool:
    """Whether anything may be sent to this chat."""
    return may_use(room, chat.id) if chat.type == TelegramChat.PRIVATE else taken_in(room, chat.id)


async def admits(
    room: Newsroom, administrators: Administrators, chat: TelegramChat, speaker: Speaker
) -> bool:
    """Whether this speaker is served in this chat; who takes it in thereby is to be bound to it (`bind`)."""
    if room.config.access == "open":
        return True
    if speaker.anonymous:
        return taken_in(room, chat.id)
    user_id = speaker.user_id
    if user_id is None or not may_use(room, user_id):
        return False
    if chat.type == TelegramChat.PRIVATE or taken_in(room, chat.id):
        return True
    return access.is_owner(room.config, user_id) or await administrators.includes(chat.id, user_id)


def bind(room: Newsroom, chat: Chat, speaker: Speaker) -> None:
    """Bind the chat to this person unless somebody else has claimed it."""
    refusals.forget(room.db, chat.telegram_chat_id)
    if speaker.user_id is not None and not taken_in(room, chat.telegram_chat_id):
        bindings.bind(room.db, speaker.user_id, chat.id, room.now())


async def refuse(services: Services, update: Update, *, key: str = "access.refused") -> None:
    """One polite sentence: above a press, to a person in private, and once to a group that nobody has taken in."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        return
    locale = load_locale(resolve(user.language_code if user else None, resolve(services.config.language)))
    progress = UpdateProgress(services.db, update.update_id)
    if update.callback_query is not None:
        outcome = await services.sender.answer(update.callback_query.id, locale.text(key))
        progress.check(outcome, new=False)
        return
    if chat.type in GROUPS:
        key = "access.refused_group"
        if taken_in(services, chat.id) or not refusals.first(services.db, chat.id, services.now()):
            return
    elif chat.type != TelegramChat.PRIVATE:  # a channel's readers have not asked for anything
        return
    message = update.message
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    if claim := progress.next_answer():
        outcome = await services.sender.send(
            chat.id, thread, Message(locale.text(key)), background=False, claim=claim
        )
        progress.check(outcome, new=True)


def enforce(room: Newsroom) -> tuple[int, int]:
    """Deactivate the chats that CHENBAO_ACCESS no longer admits and reactivate those that it admits again; returns both numbers."""
    resting = waking = 0
    for place in chats.places(room.db, NOT_ADMITTED):
        private = place.kind == "private"
        served = may_use(room, place.telegram_chat_id) if private else taken_in(room, place.telegram_chat_id)
        if place.active and not served:
            chats.deactivate(room.db, place.id, NOT_ADMITTED)
            resting += 1
        elif served and not place.active:
            chats.revive(room.db, place.id)
            if place.onboarded:
                reschedule.start_schedule(room, replace(place, active=True), room.now())
            waking += 1
    if resting:
        log.warning(
            "%d chats are not admitted by CHENBAO_ACCESS=%s: nothing is sent there",
            resting,
            room.config.access,
        )
    if waking:
        log.info("%d chats are admitted again", waking)
    return resting, waking
