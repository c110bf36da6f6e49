"""The buttons of /settings: a panel per setting."""

from typing import get_args

from bot import clock
from bot.chat.handlers import start
from bot.chat.turn import Turn
from bot.locales import LANGUAGE_NAMES, LANGUAGES
from bot.messages.callbacks import (
    OTHER,
    OpenSettings,
    Panel,
    ResumeHere,
    SetLanguage,
    SetMaxItems,
    SetPaused,
    SetSilent,
    SetTime,
    SetZone,
    ToggleSection,
    ToggleWeekday,
)
from bot.messages.model import Message
from bot.messages.notice import notice
from bot.messages.settings import render_panel, render_settings
from bot.messages.when import moment, time_of, zone_name

MAX_ITEMS = 30
PANELS = get_args(Panel)


async def open_panel(turn: Turn, action: OpenSettings) -> None:
    """Show one panel, or all settings."""
    turn.expect("")
    if action.panel not in PANELS:
        await turn.pop_up("error.old_menu")
        await turn.reply(render_settings(turn.chat, turn.view, turn.following))
        return
    await _panel(turn, action.panel)


async def _panel(turn: Turn, panel: Panel) -> None:
    await turn.show(render_panel(panel, turn.chat, turn.view, turn.following))


async def press_time(turn: Turn, action: SetTime) -> None:
    """Set the time of a button, or ask for one to be typed."""
    if action.value == OTHER:
        turn.expect("start time" if action.menu == "start" else "time")
        await turn.say(_typed_in(turn, "settings.type_time"))
        return
    if action.time is None:
        await turn.pop_up("error.old_menu")
        return
    turn.change(briefing_time=action.time)
    turn.expect("")
    if action.menu == "start":
        await start.time_chosen(turn)
        return
    key = "settings.time_set"
    if turn.chat.paused or not turn.chat.active:
        key = "settings.time_set_paused" if turn.chat.active else "settings.time_set_stopped"
    days = turn.locale.weekdays(turn.chat.weekdays)
    await turn.pop_up(key, days=days, time=action.time, zone=zone_name(turn.chat.zone, turn.view))
    await _panel(turn, "home")


def _typed_in(turn: Turn, key: str) -> str:
    """In a group, only a reply to the question is taken as its answer."""
    return key if turn.home.kind == "private" else f"{key}_in_reply"


async def press_zone(turn: Turn, action: SetZone) -> None:
    """Set the zone of a button, or ask for one to be typed."""
    if action.zone == OTHER:
        turn.expect("start zone" if action.menu == "start" else "zone")
        await turn.say(_typed_in(turn, "settings.type_zone"))
        return
    if not clock.is_zone(action.zone):
        await turn.pop_up("error.old_menu")
        return
    turn.change(zone=action.zone)
    turn.expect("")
    if action.menu == "start":
        await start.zone_chosen(turn)
        return
    view = turn.view
    await turn.pop_up("settings.zone_set", zone=zone_name(action.zone, view), time=time_of(turn.now, view))
    await _panel(turn, "home")


async def press_weekday(turn: Turn, action: ToggleWeekday) -> None:
    """One weekday on or off; the last one stays."""
    weekdays = set(turn.chat.weekdays) ^ {min(max(action.weekday, 1), 7)}
    with turn.progress.once() as first:
        if first and weekdays:
            turn.change(weekdays=tuple(sorted(weekdays)))
    if not weekdays:
        await turn.pop_up("settings.weekdays_one")
    await _panel(turn, "weekdays")


async def press_items(turn: Turn, action: SetMaxItems) -> None:
    """How many stories at most."""
    turn.change(max_items=min(max(action.count, 1), MAX_ITEMS))
    await turn.pop_up("settings.items_set", count=turn.chat.max_items)
    await _panel(turn, "home")


async def press_section(turn: Turn, action: ToggleSection) -> None:
    """One section on or off; none chosen means all."""
    order = list(turn.view.names.sections)
    if action.section_id not in order:
        await turn.pop_up("error.old_menu")
        return
    chosen = set(turn.chat.sections) ^ {action.section_id}
    with turn.progress.once() as first:
        if first:
            turn.change(sections=tuple(section for section in order if section in chosen))
    await _panel(turn, "sections")


async def press_language(turn: Turn, action: SetLanguage) -> None:
    """Change the language."""
    if action.language not in LANGUAGES:
        await turn.pop_up("error.old_menu")
        return
    turn.change(language=action.language)
    await turn.pop_up("settings.language_set", language=LANGUAGE_NAMES[action.language])
    await _panel(turn, "home")


async def press_paused(turn: Turn, action: SetPaused) -> None:
    """Pause or resume the briefings."""
    turn.change(paused=action.on)
    if action.on:
        await turn.pop_up("settings.paused_set")
    elif not turn.chat.active or turn.chat.next_due_at is None:
        await turn.pop_up("settings.stopped_still")
    else:
        await turn.pop_up("settings.resumed_set", when=moment(turn.chat.next_due_at, turn.view))
    await _panel(turn, "home")


async def press_resume(turn: Turn, _: ResumeHere) -> None:
    """Resume the briefings, and change the sentence that said they are paused."""
    turn.change(paused=False)
    await turn.pop_up()
    await turn.show(resumed(turn))


def resumed(turn: Turn) -> Message:
    """That briefings are resumed, and when the next one comes; or that /start is needed as well."""
    if not turn.chat.active or turn.chat.next_due_at is None:
        return notice(turn.view, "settings.stopped_still")
    return notice(turn.view, "settings.resumed_set", when=moment(turn.chat.next_due_at, turn.view))


async def press_silent(turn: Turn, action: SetSilent) -> None:
    """Whether a day without news gets a short note."""
    turn.change(silent_when_slow=action.on)
    await turn.pop_up("settings.slow_silent_set" if action.on else "settings.slow_notice_set")
    await _panel(turn, "home")
