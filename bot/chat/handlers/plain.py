"""Plain text: an answer to a question we asked, a command in plain words, else a search."""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from bot.chat.handlers import (
    about,
    address,
    alert,
    follow,
    onboarding,
    report,
    saved,
    search,
    settings,
    small_talk,
    tastes,
    today,
    topic,
    topics,
)
from bot.chat.turn import Handler, Turn
from bot.chat.understanding import Verb, understand
from bot.messages.callbacks import Menu


class Deed(NamedTuple):
    """What is done for a verb; `changes` marks what only a group's administrators may do."""

    handler: Handler
    changes: bool = False


async def plain(turn: Turn) -> None:
    """Do what the words say."""
    meaning = understand(
        turn.text, partial(follow.is_name, turn), awaited=turn.home.awaiting, forwarded=turn.forwarded
    )
    if (
        turn.home.kind != "private"
        and turn.in_reply
        and meaning.verb in {"words", "nothing", "address", "agreement"}
    ):
        turn.text = meaning.words
        await search.search_if_found(turn)  # what people remark under a briefing is no question
        return
    deed = DEEDS[meaning.verb]
    if deed.changes:
        if not await turn.take_up():
            await turn.say("bind.lost")
            return
        if not await turn.may_change():
            await turn.say("access.admins_only")
            return
    if meaning.verb != "answer" and not turn.forwarded:
        turn.expect("")
    turn.text = meaning.words.strip()
    await deed.handler(turn)


async def _answer(turn: Turn) -> None:
    awaited = turn.home.awaiting
    menu: Menu = "settings" if awaited in {"time", "zone"} else "start"
    if awaited.endswith("time"):
        await settings.set_schedule(turn, turn.text, menu)
    else:
        await settings.set_zone(turn, turn.text, menu)


DEEDS: Mapping[Verb, Deed] = {
    "answer": Deed(_answer, changes=True),
    "today": Deed(today.today),
    "further": Deed(today.more),
    "help": Deed(about.show_help),
    "start": Deed(onboarding.start),
    "settings": Deed(settings.settings, changes=True),
    "schedule": Deed(settings.set_schedule, changes=True),
    "offer_time": Deed(settings.offer_time),
    "zone": Deed(settings.set_zone, changes=True),
    "pause": Deed(settings.pause, changes=True),
    "resume": Deed(settings.resume, changes=True),
    "topics": Deed(topics.topics, changes=True),
    "topic": Deed(topic.topic),
    "alert": Deed(alert.alert, changes=True),
    "follow": Deed(follow.follow, changes=True),
    "unfollow": Deed(follow.unfollow, changes=True),
    "unfollow_all": Deed(follow.unfollow_all, changes=True),
    "following": Deed(follow.following),
    "mute": Deed(tastes.mute, changes=True),
    "unmute": Deed(tastes.unmute, changes=True),
    "more": Deed(tastes.more, changes=True),
    "less": Deed(tastes.less, changes=True),
    "saved": Deed(saved.saved),
    "report": Deed(report.report),
    "search": Deed(search.search),
    "words": Deed(search.search),
    "address": Deed(address.address),
    "stop": Deed(about.stop, changes=True),
    "privacy": Deed(about.privacy),
    "export": Deed(about.export, changes=True),
    "greeting": Deed(small_talk.greeting),
    "thanks": Deed(small_talk.thanks),
    "agreement": Deed(small_talk.agreement),
    "nothing": Deed(small_talk.nothing),
}
