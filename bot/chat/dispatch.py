"""From Telegram's update to a Turn: who speaks, where, may they, in which language. In front of every handler."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram import Update, User
from telegram.ext import CallbackContext

from bot.chat import access
from bot.chat.administrators import Administrators
from bot.chat.progress import Progress
from bot.chat.turn import Handler, Turn
from bot.delivery.redact import redact
from bot.jobs import compose
from bot.jobs.patience import until_stored
from bot.locales import load_locale, resolve
from bot.messages.model import Message
from bot.services import Services
from storage import chats, inbox, invitations
from storage.errors import may_pass
from storage.models import Chat, ChatKind

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def answering(
    services: Services,
    handler: Handler,
    commands: frozenset[str],
    owner_commands: frozenset[str],
    *,
    owners_only: bool = False,
    admit: Callable[[Services, int, str], bool] | None = None,
    administrators: Administrators,
) -> Callback:
    """The handler as PTB calls it: with a Turn, behind access control, with an apology when it fails.

    `commands` and `owner_commands` are what readers and owners can type; `admit` may let a stranger in.
    """

    async def callback(update: Update, _: Context) -> None:
        # Again as after a restart: what was begun or applied is not repeated.
        await until_stored(partial(answer, update))

    async def answer(update: Update) -> None:
        telegram_chat, user = update.effective_chat, update.effective_user
        anonymous = _anonymous(update)
        if anonymous:
            user = None  # Telegram puts a bot of its own in the administrator's place
        if telegram_chat is None or (user is not None and user.is_bot):
            return
        if not _has_its_voice(telegram_chat, user):
            return
        user_id = user.id if user else None
        invited = user_id is not None and invitations.holds(services.db, user_id)
        if not access.may_use(services.config, user_id, invited=invited) and not (
            services.config.access == "invite"
            and admit
            and user_id
            and admit(services, user_id, _words(update))
        ):
            await refuse(services, update)
            return
        is_owner = access.is_owner(services.config, user_id)
        query, message = update.callback_query, update.effective_message
        turn = Turn(
            services=services,
            bot=update.get_bot(),
            chat=_back_again(services, find_or_create(services, update, telegram_chat)),
            user_id=user_id,
            user_name=user.first_name if user else "",
            update_id=update.update_id,
            text=_words(update),
            is_owner=is_owner,
            administrators=administrators,
            anonymous=anonymous,
            progress=Progress(services.db, update.update_id),
            commands=owner_commands if is_owner else commands,
            command=_command(message),
            message_id=query.message.message_id if query and query.message else None,
            callback_id=query.id if query else None,
            data=(query.data or "") if query else "",
            document=update.message.document if update.message else None,
        )
        if owners_only and not is_owner:
            await turn.say("access.owners_only")
            return
        try:
            await handler(turn)
            if turn.progress.doubtful:  # told anew after each restart: silence would be worse than twice
                await turn.tell("error.interrupted")
        except Exception as error:
            if may_pass(error):
                raise
            log.exception("update %d cannot be handled", update.update_id)
            inbox.poison(services.db, update.update_id, redact(f"{type(error).__name__}: {error}"))
            await turn.say("error.unexpected")
        finally:
            await turn.pop_up()

    return callback


async def refuse(services: Services, update: Update) -> None:
    """One polite sentence to a stranger, in private only: a group is not told about its members' rights."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None:
        return
    locale = load_locale(resolve(user.language_code if user else None, resolve(services.config.language)))
    link = services.config.access == "invite" and _command(update.message) == "/start" and _words(update)
    words = locale.text("access.bad_invitation" if link else "access.refused")
    if update.callback_query is not None:
        await services.sender.answer(update.callback_query.id, words)
    elif chat.type == TelegramChat.PRIVATE and (
        departure := Progress(services.db, update.update_id).next_answer()
    ):
        await services.sender.send(chat.id, None, Message(words), background=False, departure=departure)


def find_or_create(services: Services, update: Update, telegram_chat: TelegramChat) -> Chat:
    """The chat as we know it; one that we meet for the first time gets the defaults."""
    message = update.effective_message
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    known = chats.by_address(services.db, telegram_chat.id, thread)
    if known is not None:
        return known
    user = update.effective_user
    config = services.config
    kinds: dict[str, ChatKind] = {kind: kind for kind in get_args(ChatKind)}
    return chats.add(
        services.db,
        telegram_chat_id=telegram_chat.id,
        telegram_thread_id=thread,
        kind=kinds.get(telegram_chat.type, "private"),
        title=telegram_chat.title or telegram_chat.first_name or "",
        language=resolve(user.language_code if user else None, resolve(config.language)),
        zone=config.zone.key,
        briefing_time=config.briefing_time,
        now=services.now(),
    )


def _has_its_voice(chat: TelegramChat, user: User | None) -> bool:
    """A private chat is its person's: nobody else speaks there. Ids are numbers; SQLite would take the same digits."""
    its_own = chat.type != TelegramChat.PRIVATE or (user is not None and user.id == chat.id)
    return its_own and type(chat.id) is int


def _anonymous(update: Update) -> bool:
    """Whether an administrator wrote this as the group itself (a press always tells who it was)."""
    message = update.message
    return (
        message is not None and message.sender_chat is not None and message.sender_chat.id == message.chat.id
    )


def _back_again(services: Services, chat: Chat) -> Chat:
    """Whoever writes to us can be reached again: what Telegram's refusal ended goes on, a reader's own /stop stays."""
    if chat.active or not chats.was_lost(services.db, chat.id):
        return chat
    chats.revive(services.db, chat.id)
    chat = replace(chat, active=True)
    return compose.start_schedule(services, chat, services.now()) if chat.onboarded else chat


def _command(message: TelegramMessage | None) -> str:
    """The first word of a message, which may be a command."""
    words = ((message.text if message else None) or "").split(maxsplit=1)
    return words[0] if words else ""


def _words(update: Update) -> str:
    """What stands behind a command, or the whole text."""
    message = update.message or update.channel_post
    text = (message.text if message else None) or ""
    if text.startswith("/"):
        _, _, text = text.partition(" ") if " " in text.split("\n", 1)[0] else text.partition("\n")
    return text.strip()
