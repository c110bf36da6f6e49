"""What a reader can do: the commands, and what the buttons ask for. Each is one row here; `router` tries them in this order."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Literal, NamedTuple

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.handlers import (
    about,
    alert,
    article,
    bind,
    console,
    edition,
    feed,
    follow,
    hot,
    onboarding,
    owner,
    panels,
    quiet,
    report,
    saved,
    search,
    settings,
    share,
    sources,
    story,
    tastes,
    today,
    topic,
    topics,
    trends,
)
from bot.chat.turn import Handler, Turn
from bot.jobs.views import names
from bot.languages import SPEECH
from bot.locales import Locale, load_locale, resolve
from bot.messages import action as actions
from bot.messages.action import Action
from bot.messages.alert_callbacks import SetAlert, ShowAlerts
from bot.messages.callbacks import (
    ArticlePage,
    BeginAsIs,
    BeginHere,
    ChooseSetting,
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
    SetFeed,
    SetPaused,
    SetTime,
    SetZone,
    ShowFeed,
    ShowToday,
    Stop,
    SubscriptionsPage,
    ToggleSaved,
    ToggleTopic,
    TopicPage,
    TopicsDone,
    TopicsPage,
    Unfollow,
    Unsave,
    WhySent,
)
from bot.messages.follow_callbacks import LookAt, UndoChange
from bot.messages.help import command_menu
from bot.messages.hot_callbacks import FollowHot
from bot.messages.quiet import FollowWider
from bot.messages.report_callbacks import MakeReport, ReportMenu, ReportTopics
from bot.messages.share_callbacks import AdoptSet
from bot.messages.source_callbacks import (
    AddSource,
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from bot.messages.story_callbacks import KeepStory, OpenStory
from bot.messages.taste_callbacks import (
    ChangeTaste,
    ForgetTaste,
    ForgetTastes,
    TastesPage,
    TunePage,
    TuneStory,
)
from bot.runtime.services import Services
from storage import meta
from storage.errors import describe, is_trouble

log = logging.getLogger(__name__)


ANNOUNCED = "announced"
"""Where in the store a digest of what Telegram was told is kept."""


class Command(NamedTuple):
    """One command: `changes` marks those that only a group's administrators may use there."""

    name: str
    handler: Handler
    changes: bool = False
    owners_only: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("start", onboarding.start),
    Command("topics", topics.topics, changes=True),
    Command("follow", follow.follow, changes=True),
    Command("unfollow", follow.unfollow, changes=True),
    Command("alert", alert.alert, changes=True),
    Command("mute", tastes.mute, changes=True),
    Command("today", today.today),
    Command("topic", topic.topic),
    Command("search", search.search),
    Command("hot", hot.hot),
    Command("trends", trends.trends),
    Command("share", share.share),
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
    Command("console", console.console, owners_only=True),
    Command("section", console.section, owners_only=True),
)
READER_COMMANDS = frozenset(command.name for command in COMMANDS if not command.owners_only)
OWNER_COMMANDS = frozenset(command.name for command in COMMANDS)

Who = Literal["anyone", "administrators", "owners"]
"""Who may press a button in a group or channel; in private everybody is an administrator of the chat."""
ANYONE: Final = "anyone"
OWNERS: Final = "owners"


class Press(NamedTuple):
    """What a button asks for, who does it, and who may press it."""

    action: type[Action]
    handler: Callable[[Turn, Any], Awaitable[None]]
    who: Who = "administrators"
    there: bool | None = None
    """Whether a press in private is about the group or channel that is managed from there; None: where it changes something."""

    @property
    def is_about_managed(self) -> bool:
        """Whether the turn becomes one about the managed group or channel."""
        return self.who != ANYONE if self.there is None else self.there


PRESSES: tuple[Press, ...] = (
    Press(EditionPage, edition.page, ANYONE),
    Press(EditionSaving, edition.saving),
    Press(ToggleSaved, edition.toggle_saved),
    Press(WhySent, edition.why, ANYONE),
    Press(MoreStories, lambda turn, _: today.more(turn)),
    Press(SendAgain, lambda turn, action: today.send_again(turn, action.edition_id)),
    Press(FollowWider, quiet.follow_wider),
    Press(ShowToday, lambda turn, _: today.today(turn), ANYONE),
    Press(SearchPage, search.page, ANYONE),
    Press(FollowSearch, search.follow),
    Press(FollowHot, hot.follow_hot),
    Press(AdoptSet, share.adopt),
    Press(TopicPage, topic.page, ANYONE),
    Press(FollowTopic, topic.follow),
    Press(ArticlePage, article.page, ANYONE),
    Press(ToggleTopic, topics.toggle),
    Press(TopicsPage, topics.page),
    Press(TopicsDone, topics.done),
    Press(BeginAsIs, lambda turn, _: onboarding.zone_chosen(turn)),
    Press(SubscriptionsPage, follow.page),
    Press(Unfollow, follow.drop),
    Press(LookAt, follow.look_at, ANYONE, there=True),
    Press(UndoChange, follow.undo),
    Press(ShowAlerts, alert.show),
    Press(SetAlert, alert.choose),
    Press(TunePage, edition.tune),
    Press(TuneStory, tastes.tune),
    Press(ChangeTaste, tastes.change),
    Press(TastesPage, tastes.page),
    Press(ForgetTaste, tastes.forget),
    Press(ForgetTastes, tastes.forget_all),
    Press(OpenStory, story.open_story, ANYONE),
    Press(KeepStory, story.keep),
    Press(SavedPage, saved.page, ANYONE),
    Press(Unsave, saved.unsave),
    Press(ReportMenu, report.menu),
    Press(ReportTopics, report.topics),
    Press(MakeReport, report.make),
    Press(OpenSettings, panels.open_panel),
    Press(ChooseSetting, panels.choose),
    Press(SetTime, panels.press_time),
    Press(SetZone, panels.press_zone),
    Press(SetPaused, panels.press_paused),
    Press(ResumeHere, panels.press_resume),
    Press(ShowFeed, feed.panel),
    Press(SetFeed, feed.choose),
    Press(Stop, about.stop_chosen),
    Press(ManagePlace, bind.manage, there=False),
    Press(MoveHere, onboarding.move_here),
    Press(BeginHere, lambda turn, _: onboarding.begin_here(turn)),
    Press(AddSource, sources.add_pasted, OWNERS),
    Press(SourcesPage, sources.page, OWNERS),
    Press(ShowSource, sources.show, OWNERS),
    Press(PauseSource, sources.pause, OWNERS),
    Press(FetchSource, sources.fetch, OWNERS),
    Press(RemoveSource, sources.remove, OWNERS),
)
ACTIONS = tuple(press.action for press in PRESSES)
BY_ACTION = {press.action: press for press in PRESSES}
BY_CODE = {press.action.code: press.action for press in PRESSES}


def unpack(data: str) -> Action | None:
    """The action that a button carries; None for old, unknown or malformed data."""
    return actions.unpack(data, BY_CODE)


async def announce(bot: Bot, services: Services) -> None:
    """Tell Telegram the commands and what the bot is, where it was not told the same before. Without it all works too."""
    told = _announced(services)
    try:
        if meta.get(services.db, ANNOUNCED) == told:
            return
        if await announce_commands(bot, services) and await _describe(bot, services):
            meta.put_unflushed(services.db, ANNOUNCED, told)
    except sqlite3.Error as error:
        if not is_trouble(error):
            raise
        log.info("what Telegram was told is not noted and will be told again: %s", describe(error))


def _announced(services: Services) -> str:
    """A digest of all that Telegram is told: by language, to whom, about which bot."""
    config = services.config
    said = [
        [speech.tag, speech.menu, command_menu(locale, OWNER_COMMANDS), *_descriptions(locale, services)]
        for speech in SPEECH.values()
        for locale in (load_locale(speech.tag),)
    ]
    whole = [services.username, config.language, sorted(config.owners), sorted(READER_COMMANDS), said]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _descriptions(locale: Locale, services: Services) -> tuple[str, str]:
    """What stands in the bot's profile, and in its empty chat."""
    industry = names(services.reading.taxonomy, locale).industry
    return locale.text("about.short", industry=industry), locale.text("about.long", industry=industry)


async def _describe(bot: Bot, services: Services) -> bool:
    default = load_locale(resolve(services.config.language))
    spoken = [(default, None), *((load_locale(each.tag), each.menu) for each in SPEECH.values() if each.menu)]
    try:
        for locale, language in spoken:
            short, long = _descriptions(locale, services)
            await bot.set_my_short_description(short, language_code=language)
            await bot.set_my_description(long, language_code=language)
    except TelegramError as error:
        log.info("the bot's description could not be set: %s", error)
        return False
    return True


async def announce_commands(bot: Bot, services: Services) -> bool:
    """Tell Telegram which commands to offer, in each language; owners see theirs too. False where it did not take them."""
    default = load_locale(resolve(services.config.language))
    taken = [await _offer(bot, command_menu(default, READER_COMMANDS))]
    for speech in SPEECH.values():
        if speech.menu:
            menu = command_menu(load_locale(speech.tag), READER_COMMANDS)
            taken.append(await _offer(bot, menu, language_code=speech.menu))
    for (
        owner_id
    ) in services.config.owners:  # one who never wrote to the bot has no chat yet: tried at each start
        scope = BotCommandScopeChat(owner_id)
        taken.append(await _offer(bot, command_menu(default, OWNER_COMMANDS), scope=scope))
    return all(taken)


async def _offer(bot: Bot, commands: Iterable[tuple[str, str]], **where: Any) -> bool:
    try:
        await bot.set_my_commands([BotCommand(name, words) for name, words in commands], **where)
    except TelegramError as error:
        log.info("the command menu could not be set: %s", error)
        return False
    return True
