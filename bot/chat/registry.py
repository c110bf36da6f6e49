"""What a reader can do: the commands, and what the buttons ask for. Each is one row here; `router` tries them in this order."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Literal, NamedTuple

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.handlers import (
    about,
    alert,
    article,
    bind,
    edition,
    follow,
    looking,
    onboarding,
    owner,
    panels,
    report,
    saved,
    search,
    settings,
    sources,
    tastes,
    today,
    topic,
    topics,
)
from bot.chat.turn import Handler, Turn
from bot.languages import SPEECH
from bot.locales import load_locale, resolve
from bot.messages import action as actions
from bot.messages.action import Action
from bot.messages.alert_callbacks import SetAlert, ShowAlerts
from bot.messages.callbacks import (
    ArticlePage,
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
    SetPaused,
    SetTime,
    SetZone,
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
from bot.messages.looking_callbacks import FollowHot
from bot.messages.report_callbacks import MakeReport, ReportMenu
from bot.messages.source_callbacks import (
    AddSource,
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from bot.messages.taste_callbacks import ChangeTaste, ForgetTaste, ForgetTastes, TastesPage, TuneStory
from bot.runtime.services import Services

log = logging.getLogger(__name__)


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
    Command("hot", looking.hot),
    Command("trends", looking.trends),
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
    Press(ShowToday, lambda turn, _: today.today(turn), ANYONE),
    Press(SearchPage, search.page, ANYONE),
    Press(FollowSearch, search.follow),
    Press(FollowHot, looking.follow_hot),
    Press(TopicPage, topic.page, ANYONE),
    Press(FollowTopic, topic.follow),
    Press(ArticlePage, article.page, ANYONE),
    Press(ToggleTopic, topics.toggle),
    Press(TopicsPage, topics.page),
    Press(TopicsDone, topics.done),
    Press(SubscriptionsPage, follow.page),
    Press(Unfollow, follow.drop),
    Press(LookAt, follow.look_at, ANYONE, there=True),
    Press(UndoChange, follow.undo),
    Press(ShowAlerts, alert.show),
    Press(SetAlert, alert.choose),
    Press(TuneStory, tastes.tune),
    Press(ChangeTaste, tastes.change),
    Press(TastesPage, tastes.page),
    Press(ForgetTaste, tastes.forget),
    Press(ForgetTastes, tastes.forget_all),
    Press(SavedPage, saved.page, ANYONE),
    Press(Unsave, saved.unsave),
    Press(ReportMenu, report.menu),
    Press(MakeReport, report.make),
    Press(OpenSettings, panels.open_panel),
    Press(ChooseSetting, panels.choose),
    Press(SetTime, panels.press_time),
    Press(SetZone, panels.press_zone),
    Press(SetPaused, panels.press_paused),
    Press(ResumeHere, panels.press_resume),
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


async def announce_commands(bot: Bot, services: Services) -> None:
    """Tell Telegram which commands to offer, in each language; owners see theirs too. Without it all works too."""
    default = load_locale(resolve(services.config.language))
    await _offer(bot, command_menu(default, READER_COMMANDS))
    for speech in SPEECH.values():
        if speech.menu:
            await _offer(
                bot, command_menu(load_locale(speech.tag), READER_COMMANDS), language_code=speech.menu
            )
    for owner_id in services.config.owners:
        await _offer(bot, command_menu(default, OWNER_COMMANDS), scope=BotCommandScopeChat(owner_id))


async def _offer(bot: Bot, commands: Iterable[tuple[str, str]], **where: Any) -> None:
    try:
        await bot.set_my_commands([BotCommand(name, words) for name, words in commands], **where)
    except TelegramError as error:  # an owner who never wrote to the bot has no chat yet
        log.info("the command menu could not be set: %s", error)
