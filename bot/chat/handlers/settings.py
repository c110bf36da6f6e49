"""/settings: everything that can be set, as text (`/settings time 08:30`, 改成7点半, 我在东京)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot import clock
from bot.chat.handlers import feed, onboarding
from bot.chat.handlers.panels import resumed
from bot.chat.phrases import LANGUAGE
from bot.chat.turn import Turn
from bot.errors import InputError
from bot.languages import called
from bot.messages.callbacks import Menu, ResumeHere, SetTime
from bot.messages.chat_settings import (
    LANGUAGE_SETTING,
    WORDS_FOR_YES,
    BadValueError,
    ChatSetting,
    setting_called,
)
from bot.messages.html import say
from bot.messages.model import Button, Message
from bot.messages.settings import (
    render_panel,
    render_settings,
    render_zone_suggestions,
    with_way_out,
)
from bot.messages.when import time_of, zone_name
from bot.text.normalise import normalise, squash

SUGGESTIONS = 8
NAME = re.compile(r"([^\s:：=]*)[\s:：=]*(.*)", re.DOTALL)


async def settings(turn: Turn) -> None:
    """Show everything, or a panel, or set what the words name."""
    turn.expect("")
    match = NAME.fullmatch(turn.text)
    name, value = (normalise(match[1]), match[2].strip()) if match else ("", "")
    setting = setting_called(name)
    if not name:
        await turn.reply(render_settings(turn.chat, turn.view, turn.following))
    elif setting is not None and not value and setting.form != "switch":
        await turn.reply(render_panel(setting.name, turn.chat, turn.view, turn.following))
    elif setting is not None:
        await OWN_WAYS.get(setting.name, partial(_set, setting))(turn, value)
    elif name in {"feed", "rss", "订阅源"}:
        await feed.panel(turn)
    elif name in {"pause", "暂停"}:
        await _set_paused(turn, on=normalise(value) in WORDS_FOR_YES)
    elif name in {"resume", "继续"}:
        await _set_paused(turn, on=False)
    else:
        await _set_by_value(turn)


async def _set(setting: ChatSetting, turn: Turn, words: str) -> None:
    """Set one to what the words say."""
    try:
        value = setting.parse(words, turn.services.reading.taxonomy)
    except BadValueError as error:
        await turn.say(f"settings.bad_{setting.name}", value=error.word[:40], **setting.hint(turn.view))
        return
    turn.change(**{setting.field: value})
    said = say(turn.locale, setting.confirmation(value), **setting.fields(value, turn.view))
    answer = Message(said)
    await turn.reply(with_way_out(answer, turn.chat, turn.view) if setting.schedules else answer)


async def _set_by_value(turn: Turn) -> None:
    """The value alone says which setting it is: 9:30, 东京, 繁体, 工作日."""
    words = turn.text
    asked = LANGUAGE.fullmatch(squash(words))
    if asked or called(squash(words)):
        await _set(LANGUAGE_SETTING, turn, asked[1] if asked else words)
        return
    try:
        clock.parse_schedule(words)
    except InputError:
        if clock.zones_called(words):
            await set_zone(turn, words)
        elif re.match(r"\d{1,2}[:：]\d", words):
            await set_schedule(turn, words)  # which says what is wrong with it
        else:
            await turn.say("settings.unknown", value=words.split()[0][:40])
    else:
        await set_schedule(turn, words)


async def set_schedule(turn: Turn, value: str | None = None, menu: Menu = "settings") -> None:
    """The briefing comes at the time and on the weekdays that the words say."""
    value = turn.text if value is None else value
    try:
        schedule = clock.parse_schedule(value)
    except InputError:
        await turn.say("settings.bad_time", value=value[:40])
        return
    turn.expect("")
    wanted: dict[str, str | tuple[int, ...]] = {}
    if schedule.time is not None:
        wanted["briefing_time"] = schedule.time
    if schedule.weekdays is not None:
        wanted["weekdays"] = schedule.weekdays
    turn.change(**wanted)
    if menu == "start" and schedule.time is not None:
        await onboarding.time_chosen(turn)
        return
    if schedule.time is None:
        await turn.reply(
            _scheduled(turn, "settings.weekdays_set", value=turn.locale.weekdays(turn.chat.weekdays))
        )
        return
    now_due = turn.chat.next_due_at is not None and turn.chat.next_due_at <= turn.now and not turn.chat.paused
    await turn.reply(
        _scheduled(
            turn,
            "settings.time_set_now" if now_due and turn.chat.active else "settings.time_set",
            days=turn.locale.weekdays(turn.chat.weekdays),
            time=turn.chat.briefing_time,
            zone=zone_name(turn.chat.zone, turn.view),
        )
    )


async def offer_time(turn: Turn) -> None:
    """What may be a time and may be a number: a button for the one, a hint for the other."""
    time = clock.parse_time(turn.text)
    button = Button(
        turn.locale.text("button.set_time", time=time), SetTime(time.replace(":", ""), "settings")
    )
    await turn.say("settings.offer_time", (button,), time=time, words=turn.text)


async def set_zone(turn: Turn, value: str | None = None, menu: Menu = "settings") -> None:
    """The chat's zone is the one that the words name; several to choose from where they are not clear."""
    value = turn.text if value is None else value
    try:
        zone = clock.parse_zone(value)
    except InputError:
        called = clock.zones_called(value)
        found = called or clock.find_zones(value, SUGGESTIONS)
        if len(found) != 1 or not called:
            offered = found[:SUGGESTIONS]
            await turn.reply(
                render_zone_suggestions(value, offered, turn.view, found=bool(called), menu=menu)
            )
            return
        (zone,) = found
    turn.expect("")
    turn.change(zone=zone)
    if menu == "start":
        await onboarding.zone_chosen(turn)
        return
    view = turn.view
    await turn.reply(
        _scheduled(turn, "settings.zone_set", zone=zone_name(zone, view), time=time_of(turn.now, view))
    )


def _scheduled(turn: Turn, key: str, **values: str | int) -> Message:
    """Confirm the change; if briefings are paused or stopped, say so and how to resume them."""
    return with_way_out(Message(say(turn.locale, key, **values)), turn.chat, turn.view)


async def pause(turn: Turn) -> None:
    """Pause the briefings."""
    await _set_paused(turn, on=True)


async def resume(turn: Turn) -> None:
    """Resume the briefings."""
    await _set_paused(turn, on=False)


async def _set_paused(turn: Turn, *, on: bool) -> None:
    turn.change(paused=on)
    if on:
        await turn.say("settings.paused_set", (Button(turn.locale.text("button.resume"), ResumeHere()),))
    else:
        await turn.reply(resumed(turn))


OWN_WAYS: Mapping[str, Callable[[Turn, str], Awaitable[None]]] = {"time": set_schedule, "zone": set_zone}
"""Settings whose words are talked about: a time that names days too, a zone that may be one of several."""
