"""From an update to the handler that wants it: the library's application with the handlers of `registry` on it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat.administrators import Administrators
from bot.chat.dispatch import Callback, Context
from bot.chat.dispatch import answering as answers
from bot.chat.handlers import document, inline, membership, onboarding, plain, unknown
from bot.chat.registry import (
    ANYONE,
    BY_ACTION,
    COMMANDS,
    OWNER_COMMANDS,
    OWNERS,
    READER_COMMANDS,
    Press,
    unpack,
)
from bot.chat.turn import Handler, Turn
from bot.chat.typed import ForUs, Typing
from bot.messages.action import about as about_chat
from bot.messages.settings import render_settings
from bot.runtime.services import Services
from storage import bindings, chats


class Router(Application[Any, Any, Any, Any, Any, Any]):
    """The library's own `process_update` logs what a handler raises, with a traceback, and goes on as if all were well:
    nobody could tell an update that is done from one that is not."""

    async def process_update(self, update: object) -> None:
        """Run the first handler that accepts the update. Raises what the handler raises."""
        for handler in (each for group in self.handlers.values() for each in group):
            check = handler.check_update(update)
            if check is None or check is False:
                continue
            context = self.context_types.context.from_update(update, self)
            await handler.handle_update(update, self, check, context)
            return


def register(application: Any, services: Services) -> None:
    """Put every handler on the application (PTB's type has six parameters that mean nothing here)."""
    add = application.add_handler
    administrators = Administrators(application.bot, services.now)
    answering = partial(answers, administrators=administrators)
    messages = filters.UpdateType.MESSAGE
    for command in COMMANDS:
        handler = _for_administrators(command.handler) if command.changes else command.handler
        callback = answering(
            services,
            handler,
            READER_COMMANDS,
            OWNER_COMMANDS,
            owners_only=command.owners_only,
            admit=onboarding.redeem if command.name == "start" else None,
        )
        add(MessageHandler(messages & Typing(services.username, command.name), callback))
    add(CallbackQueryHandler(answering(services, _pressed, READER_COMMANDS, OWNER_COMMANDS)))
    add(InlineQueryHandler(_inline(services)))
    add(ChatMemberHandler(_membership(services, administrators), ChatMemberHandler.MY_CHAT_MEMBER))
    add(MessageHandler(messages & filters.StatusUpdate.MIGRATE, _noting(services, membership.migrated)))
    reopened = filters.StatusUpdate.FORUM_TOPIC_REOPENED
    add(MessageHandler(messages & reopened, _noting(services, membership.reopened)))
    unknown_command = answering(services, unknown.command, READER_COMMANDS, OWNER_COMMANDS)
    add(MessageHandler(messages & Typing(services.username), unknown_command))
    for_us = ForUs(services.username)
    add(
        MessageHandler(
            messages & filters.TEXT & for_us,
            answering(services, plain.plain, READER_COMMANDS, OWNER_COMMANDS),
        )
    )
    files = messages & filters.ChatType.PRIVATE & filters.Document.ALL
    add(MessageHandler(files, answering(services, document.received, READER_COMMANDS, OWNER_COMMANDS)))
    add(
        MessageHandler(
            messages & filters.ChatType.PRIVATE & ~filters.TEXT & ~filters.StatusUpdate.ALL,
            answering(services, unknown.not_text, READER_COMMANDS, OWNER_COMMANDS),
        )
    )


def _for_administrators(handler: Handler) -> Handler:
    async def guarded(turn: Turn) -> None:
        if not await turn.take_up():
            await turn.say("bind.lost")
        elif await turn.may_change():
            await handler(turn)
        else:
            await turn.say("access.admins_only")

    return guarded


async def _pressed(turn: Turn) -> None:
    """A button: do what it says, or say that the menu is old and give a fresh one."""
    action = unpack(turn.data)
    if action is None:
        await turn.pop_up("error.old_menu")
        await turn.reply(render_settings(turn.chat, turn.view, turn.following))
        return
    press = BY_ACTION[type(action)]
    if press.who == OWNERS and not turn.is_owner:  # seen in a group, or forged
        await turn.pop_up("access.owners_only")
        return
    if not await _about_its_chat(turn, press):
        await turn.pop_up("bind.lost")
        return
    if press.who != ANYONE and not await turn.may_change():
        await turn.pop_up("access.admins_only")
        return
    await press.handler(turn, action)


async def _about_its_chat(turn: Turn, press: Press) -> bool:
    """The turn is about the chat that the pressed button is about, and so is what is typed after it."""
    chat_id = about_chat(turn.data)
    if turn.chat.kind != "private" or not press.is_about_managed:
        return chat_id is None
    if turn.chat.managing != chat_id:
        place = chats.by_id(turn.services.db, chat_id) if chat_id else None
        turn.chat = replace(turn.chat, managing=place.id if place else None)
        bindings.manage(turn.services.db, turn.chat.id, turn.chat.managing)
        if chat_id and place is None:
            return False
    return await turn.take_up()


def _inline(services: Services) -> Callback:
    async def callback(update: Update, _: Context) -> None:
        await inline.answer(services, update)

    return callback


def _membership(services: Services, administrators: Administrators) -> Callback:
    async def callback(update: Update, _: Context) -> None:
        await membership.changed(services, administrators, update)

    return callback


def _noting(services: Services, note: Callable[[Services, Update], None]) -> Callback:
    async def callback(update: Update, _: Context) -> None:
        note(services, update)

    return callback
