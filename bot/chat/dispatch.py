"""Turns an update into a `Turn`, in front of every handler: the sender, the chat, permission and language."""

import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import CallbackContext

from bot.chat import access, admission, typed
from bot.chat.access import Speaker
from bot.chat.administrators import Administrators
from bot.chat.progress import UnansweredError, UpdateProgress
from bot.chat.turn import Handler, Turn
from bot.jobs.editions import reschedule
from bot.locales import load_locale, resolve
from bot.runtime.patience import until_stored
from bot.runtime.services import Services
from storage import chats
from storage.errors import may_pass
from storage.models import Chat, ChatKind

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
    reception = Reception(services, administrators, commands, owner_commands, admit)

    async def answer(update: Update) -> None:
        turn = await reception.receive(update)
        if turn is None:
            return
        if owners_only and not turn.is_owner:
            await turn.say("access.owners_only")
            return
        await _take(turn, handler)

    async def callback(update: Update, _: Context) -> None:
        # Again as after a restart: what was begun or applied is not repeated.
        await until_stored(partial(answer, update))

    return callback


@dataclass(frozen=True, slots=True)
class Reception:
    """Calls the handler with a Turn if the sender is admitted, else sends a refusal."""

    services: Services
    administrators: Administrators
    commands: frozenset[str]
    owner_commands: frozenset[str]
    admit: Callable[[Services, int, str], bool] | None

    async def receive(self, update: Update) -> Turn | None:
        """The turn, or None if the sender is not admitted; then the refusal has been sent."""
        try:
            return await self._receive(update)
        except Exception as error:
            if not may_pass(error) and not isinstance(error, UnansweredError):
                await _end_spinner(self.services, update)
            raise

    async def _receive(self, update: Update) -> Turn | None:
        speaker, place = access.speaker_of(update), update.effective_chat
        if speaker is None or place is None:
            await _end_spinner(self.services, update)
            return None
        if await self._admits(place, speaker) or await self._lets_in(update, place, speaker):
            return self._turn(update, place, speaker)
        said = _typed(self.services, update)
        link = self.services.config.access == "invite" and said.command == "start" and said.words
        key = "access.bad_invitation" if link else "access.refused"
        await admission.refuse(self.services, update, key=key)
        return None

    async def _admits(self, place: TelegramChat, speaker: Speaker) -> bool:
        return await admission.admits(self.services, self.administrators, place, speaker)

    async def _lets_in(self, update: Update, place: TelegramChat, speaker: Speaker) -> bool:
        """Whether an unknown person sends a valid invitation."""
        if self.admit is None or self.services.config.access != "invite" or speaker.user_id is None:
            return False
        return self.admit(
            self.services, speaker.user_id, _typed(self.services, update).words
        ) and await self._admits(place, speaker)

    def _turn(self, update: Update, place: TelegramChat, speaker: Speaker) -> Turn:
        services, query = self.services, update.callback_query
        is_owner = access.is_owner(services.config, speaker.user_id)
        progress = UpdateProgress(services.db, update.update_id)
        chat = _back_again(services, find_or_create(services, update, place))
        if services.config.access != "open" and chat.kind != "private":
            admission.bind(services, chat, speaker)
        return Turn(
            services=services,
            bot=update.get_bot(),
            chat=replace(chat, awaiting=progress.awaited or chat.awaiting),
            user_id=speaker.user_id,
            user_name=speaker.user.first_name if speaker.user else "",
            update_id=update.update_id,
            text=_typed(services, update).words,
            is_owner=is_owner,
            administrators=self.administrators,
            anonymous=speaker.anonymous,
            progress=progress,
            commands=self.owner_commands if is_owner else self.commands,
            command=_command(update.message),
            message_id=query.message.message_id if query and query.message else None,
            callback_id=query.id if query else None,
            data=(query.data or "") if query else "",
            document=update.message.document if update.message else None,
            forwarded=update.message is not None and typed.is_forwarded(update.message),
            in_reply=update.message is not None and typed.is_reply(update.message, services.username),
        )


async def _take(turn: Turn, handler: Handler) -> None:
    """Handle the turn; if that fails, apologise to the reader before the error is logged.

    Raises what the handler raised, and UnansweredError where the answer can only be given later.
    """
    try:
        try:
            await handler(turn)
            # told anew after each restart: silence would be worse than twice
            if turn.progress.doubtful and not turn.doubt_told:
                await turn.tell("error.interrupted")
        except Exception as error:
            if not may_pass(error) and not isinstance(error, UnansweredError):
                with contextlib.suppress(UnansweredError):
                    await turn.say("error.unexpected")
            raise
    finally:
        await turn.pop_up()


async def _end_spinner(services: Services, update: Update) -> None:
    """Answer a press that no handler takes, so that its spinner ends: the chat is unknown, or not the presser's."""
    query, user = update.callback_query, update.effective_user
    if query is not None:
        locale = load_locale(resolve(user.language_code if user else None, resolve(services.config.language)))
        outcome = await services.sender.answer(query.id, locale.text("error.old_menu_here"))
        UpdateProgress(services.db, update.update_id).check(outcome, new=False)


def find_or_create(services: Services, update: Update, telegram_chat: TelegramChat) -> Chat:
    """The stored chat; a new one is created with the defaults."""
    message = update.effective_message
    # Of a message that is too old, a press tells no more than where it was.
    thread = (
        message.message_thread_id
        if isinstance(message, TelegramMessage) and message.is_topic_message
        else None
    )
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


def _back_again(services: Services, chat: Chat) -> Chat:
    """Reactivate a chat that Telegram's refusal ended, because its reader wrote to us; a reader's own /stop stays."""
    if chat.active or not chats.was_lost(services.db, chat.id):
        return chat
    chats.revive(services.db, chat.id)
    chat = replace(chat, active=True)
    return reschedule.start_schedule(services, chat, services.now()) if chat.onboarded else chat


def _command(message: TelegramMessage | None) -> str:
    """The first word of a message, which may be a command."""
    words = ((message.text if message else None) or "").split(maxsplit=1)
    return words[0] if words else ""


def _typed(services: Services, update: Update) -> typed.Typed:
    """What stands behind a command, or the whole text."""
    return typed.read(update.message or update.channel_post, services.username)
