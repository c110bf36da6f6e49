"""/alert: what the chat is told of at once (即时提醒)."""

import re
from collections.abc import Sequence

from bot.chat.handlers import follow
from bot.chat.turn import Turn
from bot.clock import numerals
from bot.messages.alert_callbacks import SetAlert, ShowAlerts
from bot.messages.alerts import render_alert_set, render_alerts
from bot.messages.callbacks import mark
from bot.messages.chat_settings import WORDS_FOR_ALL, WORDS_FOR_OFF, WORDS_FOR_YES
from bot.messages.model import Message
from bot.messages.settings import with_way_out
from bot.text.normalise import normalise
from storage import alerts
from storage.models import Subscription

MAX_OUTLETS = 20
NUMBER = re.compile(r"(.*\S)\s+(-?\d{1,2})\s*家?", re.DOTALL)
SPELT = re.compile(r"(.*\S)\s+([〇零一二两三四五六七八九十]{1,3})\s*家", re.DOTALL)
"""Names, and from how many outlets on; 0 is not at once any more. A numeral without 家 may be part of a name."""
LAST = re.compile(r"(.*\S)\s+(\S+)", re.DOTALL)
NO_NAME = WORDS_FOR_OFF | WORDS_FOR_YES | WORDS_FOR_ALL | {"打开", "所有"}


async def alert(turn: Turn) -> None:
    """Tell at once of each name after the command, which is then followed too; without a name, list them."""
    if normalise(turn.text) in NO_NAME:
        await turn.reply(_list(turn))
        return
    outlets = 1
    if match := NUMBER.fullmatch(turn.text):
        turn.text, outlets = match[1], min(int(match[2]), MAX_OUTLETS)
    elif match := SPELT.fullmatch(turn.text):
        turn.text, outlets = match[1], min(int(numerals(match[2])), MAX_OUTLETS)
    elif (match := LAST.fullmatch(turn.text)) and normalise(match[2]) in WORDS_FOR_OFF:
        turn.text, outlets = match[1], 0
    if outlets <= 0:
        await _off(turn)
        return
    items, refused = follow.follow_names(turn)
    for item in items:
        alerts.switch(turn.services.db, turn.chat.id, item, outlets)
    if items:
        await turn.reply(_set(turn, items, outlets))
    if refused is not None:
        await turn.reply(refused)
    elif not items:  # marks alone
        await turn.reply(_list(turn))


async def _off(turn: Turn) -> None:
    """Tell of the names no more at once; where none of them is followed, the list."""
    wanted = [follow.meant(turn, name) for name in follow.names_in(turn)]
    items = [item for item in turn.following if item in wanted]
    for item in items:
        alerts.switch(turn.services.db, turn.chat.id, item, 0)
    await turn.reply(_set(turn, items, 0) if items else _list(turn))


async def show(turn: Turn, _: ShowAlerts) -> None:
    """The list again."""
    await turn.pop_up()
    await turn.show(_list(turn))


async def choose(turn: Turn, action: SetAlert) -> None:
    """From how many outlets on, or not at once any more, and what holds now."""
    item = next((each for each in turn.following if mark(each) == action.mark), None)
    if item is None:
        await turn.pop_up("error.old_menu")
        await turn.show(_list(turn))
        return
    outlets = min(action.outlets, MAX_OUTLETS)
    alerts.switch(turn.services.db, turn.chat.id, item, outlets)
    await turn.pop_up("alert.popped_on" if outlets else "alert.popped_off")
    await turn.show(_set(turn, [item], outlets))


def _set(turn: Turn, items: Sequence[Subscription], outlets: int) -> Message:
    said = render_alert_set(items, outlets, turn.view, a_day=turn.chat.alerts_a_day)
    return with_way_out(said, turn.chat, turn.view) if outlets else said


def _list(turn: Turn) -> Message:
    watched = alerts.of(turn.services.db, turn.chat.id)
    return render_alerts(turn.following, watched, turn.chat.alerts_a_day, turn.view)
