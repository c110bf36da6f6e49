"""The one visible list of what a reader can do, in the order in which it is tried."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from telegram import Bot, BotCommand, BotCommandScopeChat, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from bot.chat.administrators import Administrators
from bot.chat.dispatch import Callback, Context
from bot.chat.dispatch import answering as answers
from bot.chat.handlers import (
    about,
    article,
    bind,
    document,
    edition,
    follow,
    membership,
    owner,
    panels,
    plain,
    report,
    saved,
    search,
    settings,
    sources,
    start,
    today,
    topic,
    topics,
    unknown,
)
from bot.chat.turn import Handler, Turn
from bot.chat.typed import ForUs, Typing
from bot.locales import load_locale, resolve
from bot.messages.action import Action
from bot.messages.callbacks import (
    ArticlePage,
    BeginHere,
    EditionPage,
    EditionSaving,
    FollowSearch,
    FollowTopic,
    ManagePlace,
    MoreStories,
    MoveHere,
    OpenSettings,
    ResumeHere,
    SavedPage,
    SearchPage,
    SendAgain,
    SetLanguage,
    SetMaxItems,
    SetPaused,
    SetSilent,
    SetTime,
    SetZone,
    ShowToday,
    Stop,
    SubscriptionsPage,
    ToggleSaved,
    ToggleSection,
    ToggleTopic,
    ToggleWeekday,
    TopicPage,
    TopicsDone,
    TopicsPage,
    Unfollow,
    Unsave,
    WhySent,
    unpack,
)
from bot.messages.callbacks import (
    about as about_chat,
)
from bot.messages.follow_callbacks import LookAt, UndoChange
from bot.messages.help import command_menu
from bot.messages.report_callbacks import MakeReport, ReportMenu
from bot.messages.settings import render_settings
from bot.messages.source_callbacks import (
    AddSource,
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from bot.runtime.services import Services
from storage import bindings, chats

log = logging.getLogger(__name__)


class Command(NamedTuple):
    """One command: `changes` marks those that only a group's administrators may use there."""

    name: str
    handler: Handler
    changes: bool = False
    owners_only: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("start", start.start),
    Command("topics", topics.topics, changes=True),
    Command("follow", follow.follow, changes=True),
    Command("unfollow", follow.unfollow, changes=True),
    Command("today", today.today),
    Command("topic", topic.topic),
    Command("search", search.search),
    Command("saved", saved.saved),
    Command("report", report.report),
    Command("settings", settings.settings, changes=True),
    Command("bind", bind.bind),
    Command("help", about.show_help),
    Command("privacy", about.privacy),
    Command("export", about.export, changes=True),
    Command("stop", about.stop, changes=True),
    Command("sources", sources.sources, owners_only=True),
    Command("stats", owner.stats, owners_only=True),
    Command("status", owner.status, owners_only=True),
    Command("split", owner.split, owners_only=True),
    Command("invite", owner.invite, owners_only=True),
)
READERS = frozenset(command.name for command in COMMANDS if not command.owners_only)
OWNERS = frozenset(command.name for command in COMMANDS)

PRESSES: dict[type[Action], Callable[[Turn, Any], Awaitable[None]]] = {
    EditionPage: edition.page,
    EditionSaving: edition.saving,
    ToggleSaved: edition.toggle_saved,
    WhySent: edition.why,
    MoreStories: lambda turn, _: today.more(turn),
    SendAgain: lambda turn, action: today.send_again(turn, action.edition_id),
    ShowToday: lambda turn, _: today.today(turn),
    SearchPage: search.page,
    FollowSearch: search.follow,
    TopicPage: topic.page,
    FollowTopic: topic.follow,
    ArticlePage: article.page,
    ToggleTopic: topics.toggle,
    TopicsPage: topics.page,
    TopicsDone: topics.done,
    SubscriptionsPage: follow.page,
    Unfollow: follow.drop,
    LookAt: follow.look_at,
    UndoChange: follow.undo,
    SavedPage: saved.page,
    Unsave: saved.unsave,
    ReportMenu: report.menu,
    MakeReport: report.make,
    OpenSettings: panels.open_panel,
    SetTime: panels.press_time,
    SetZone: panels.press_zone,
    ToggleWeekday: panels.press_weekday,
    SetMaxItems: panels.press_items,
    ToggleSection: panels.press_section,
    SetLanguage: panels.press_language,
    SetPaused: panels.press_paused,
    ResumeHere: panels.press_resume,
    SetSilent: panels.press_silent,
    Stop: about.stop_chosen,
    ManagePlace: bind.manage,
    MoveHere: start.move_here,
    BeginHere: lambda turn, _: start.begin_here(turn),
    AddSource: sources.add_pasted,
    SourcesPage: sources.page,
    ShowSource: sources.show,
    PauseSource: sources.pause,
    FetchSource: sources.fetch,
    RemoveSource: sources.remove,
}
FOR_EVERYBODY: frozenset[type[Action]] = frozenset(
    {EditionPage, WhySent, SearchPage, TopicPage, ArticlePage, SavedPage, ShowToday, LookAt}
)
"""Presses that change nothing: in a group, any member may use them."""
FOR_OWNERS: frozenset[type[Action]] = frozenset(
    {AddSource, SourcesPage, ShowSource, PauseSource, FetchSource, RemoveSource}
)


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
            READERS,
            OWNERS,
            owners_only=command.owners_only,
            admit=start.redeem if command.name == "start" else None,
        )
        add(MessageHandler(messages & Typing(services.username, command.name), callback))
    add(CallbackQueryHandler(answering(services, _pressed, READERS, OWNERS)))
    add(ChatMemberHandler(_membership(services, administrators), ChatMemberHandler.MY_CHAT_MEMBER))
    add(MessageHandler(messages & filters.StatusUpdate.MIGRATE, _noting(services, membership.migrated)))
    reopened = filters.StatusUpdate.FORUM_TOPIC_REOPENED
    add(MessageHandler(messages & reopened, _noting(services, membership.reopened)))
    unknown_command = answering(services, unknown.command, READERS, OWNERS)
    add(MessageHandler(messages & Typing(services.username), unknown_command))
    for_us = ForUs(services.username)
    add(MessageHandler(messages & filters.TEXT & for_us, answering(services, plain.plain, READERS, OWNERS)))
    files = messages & filters.ChatType.PRIVATE & filters.Document.ALL
    add(MessageHandler(files, answering(services, document.received, READERS, OWNERS)))
    add(
        MessageHandler(
            messages & filters.ChatType.PRIVATE & ~filters.TEXT & ~filters.StatusUpdate.ALL,
            answering(services, unknown.not_text, READERS, OWNERS),
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
    if type(action) in FOR_OWNERS and not turn.is_owner:  # seen in a group, or forged
        await turn.pop_up("access.owners_only")
        return
    if not await _about_its_chat(turn, action):
        await turn.pop_up("bind.lost")
        return
    if type(action) not in FOR_EVERYBODY and not await turn.may_change():
        await turn.pop_up("access.admins_only")
        return
    await PRESSES[type(action)](turn, action)


async def _about_its_chat(turn: Turn, action: Action) -> bool:
    """The turn is about the chat that the pressed button is about, and so is what is typed after it."""
    looking = type(action) in FOR_EVERYBODY and not isinstance(action, LookAt)
    if turn.chat.kind != "private" or looking or isinstance(action, ManagePlace):
        return about_chat(turn.data) is None
    chat_id = about_chat(turn.data)
    if turn.chat.managing != chat_id:
        place = chats.by_id(turn.services.db, chat_id) if chat_id else None
        turn.chat = replace(turn.chat, managing=place.id if place else None)
        bindings.manage(turn.services.db, turn.chat.id, turn.chat.managing)
        if chat_id and place is None:
            return False
    return await turn.take_up()


def _membership(services: Services, administrators: Administrators) -> Callback:
    async def callback(update: Update, _: Context) -> None:
        await membership.changed(services, administrators, update)

    return callback


def _noting(services: Services, note: Callable[[Services, Update], None]) -> Callback:
    async def callback(update: Update, _: Context) -> None:
        note(services, update)

    return callback


async def announce_commands(bot: Bot, services: Services) -> None:
    """Tell Telegram which commands to offer, in each language; owners see theirs too. Without it all works too."""
    default = load_locale(resolve(services.config.language))
    english, chinese = load_locale("en"), load_locale("zh-Hans")
    for locale, language in ((default, None), (english, "en"), (chinese, "zh")):
        await _offer(bot, command_menu(locale, READERS), language_code=language)
    for owner_id in services.config.owners:
        await _offer(bot, command_menu(default, OWNERS), scope=BotCommandScopeChat(owner_id))


async def _offer(bot: Bot, commands: Iterable[tuple[str, str]], **where: Any) -> None:
    try:
        await bot.set_my_commands([BotCommand(name, words) for name, words in commands], **where)
    except TelegramError as error:  # an owner who never wrote to the bot has no chat yet
        log.info("the command menu could not be set: %s", error)
