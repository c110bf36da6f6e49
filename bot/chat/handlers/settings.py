"""/settings: buttons, and the same as text (`/settings time 08:30`)."""

from typing import get_args

from bot import clock
from bot.chat.handlers import start
from bot.chat.turn import Turn
from bot.errors import InputError
from bot.locales import LANGUAGE_NAMES, LANGUAGES
from bot.messages.callbacks import (
    OTHER,
    Menu,
    OpenSettings,
    Panel,
    SetLanguage,
    SetMaxItems,
    SetPaused,
    SetSilent,
    SetTime,
    SetZone,
    ToggleSection,
    ToggleWeekday,
)
from bot.messages.settings import render_panel, render_settings, render_zone_suggestions, section_names
from bot.messages.when import moment, time_of, zone_name
from bot.text.normalise import normalise

MOST_ITEMS = 30
SUGGESTIONS = 8
PANELS = get_args(Panel)
WORDS_FOR_YES = frozenset({"", "on", "yes", "1", "开", "是"})


async def settings(turn: Turn) -> None:
    """Show everything, or set what the words name."""
    turn.expect("")
    name, _, value = turn.text.partition(" ")
    value = value.strip()
    match name.casefold():
        case "":
            await show_settings(turn)
        case "time" | "时间":
            await set_time(turn, value)
        case "zone" | "timezone" | "时区":
            await set_zone(turn, value)
        case "weekdays" | "days" | "日子":
            await _set_weekdays(turn, value)
        case "items" | "条数":
            await _set_items(turn, value)
        case "sections" | "栏目":
            await _set_sections(turn, value)
        case "language" | "语言":
            await _set_language(turn, value)
        case "silent" | "安静":
            await _set_silent(turn, on=normalise(value) in WORDS_FOR_YES)
        case "pause" | "暂停":
            await _set_paused(turn, on=normalise(value) in WORDS_FOR_YES)
        case "resume" | "继续":
            await _set_paused(turn, on=False)
        case _:
            await turn.say("settings.unknown", value=name[:40])


async def show_settings(turn: Turn) -> None:
    """Every setting, with the buttons that change them."""
    await turn.reply(render_settings(turn.chat, turn.view, turn.following))


async def set_time(turn: Turn, value: str, menu: Menu = "settings") -> None:
    """The briefing comes at the time that the words say."""
    try:
        time = clock.parse_time(value)
    except InputError:
        await turn.say("settings.bad_time", value=value[:40])
        return
    turn.expect("")
    turn.change(briefing_time=time)
    if menu == "start":
        await start.time_chosen(turn)
        return
    at_once = turn.chat.next_due_at is not None and turn.chat.next_due_at <= turn.now
    await turn.say(
        "settings.time_set_now" if at_once else "settings.time_set",
        time=time,
        zone=zone_name(turn.chat.zone, turn.view),
    )


async def set_zone(turn: Turn, value: str, menu: Menu = "settings") -> None:
    """The chat's zone is the one that the words name; several to choose from where they are not clear."""
    try:
        zone = clock.parse_zone(value)
    except InputError:
        found = clock.find_zones(value, SUGGESTIONS) if value else []
        if len(found) != 1:
            await turn.reply(render_zone_suggestions(value, found, turn.view, found=bool(found), menu=menu))
            return
        (zone,) = found
    await _zone_is(turn, zone, menu)


async def _zone_is(turn: Turn, zone: str, menu: Menu) -> None:
    turn.expect("")
    turn.change(zone=zone)
    if menu == "start":
        await start.zone_chosen(turn)
        return
    view = turn.view
    await turn.say("settings.zone_set", zone=zone_name(zone, view), time=time_of(turn.now, view))


async def _set_weekdays(turn: Turn, value: str) -> None:
    try:
        weekdays = clock.parse_weekdays(value)
    except InputError:
        await turn.say("settings.bad_weekdays", value=value[:40])
        return
    turn.change(weekdays=weekdays)
    await turn.say("settings.weekdays_set", value=turn.locale.weekdays(weekdays))


async def _set_items(turn: Turn, value: str) -> None:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_ITEMS):
        await turn.say("settings.bad_items", value=value[:40], limit=MOST_ITEMS)
        return
    turn.change(max_items=int(value))
    await turn.say("settings.items_set", count=int(value))


async def _set_sections(turn: Turn, value: str) -> None:
    named = {normalise(name): section for section, name in turn.view.names.sections.items()}
    named |= {section: section for section in turn.view.names.sections}
    for section in turn.services.reading.taxonomy.sections:
        named |= {normalise(name): section.id for name in section.name.values()}
    wanted = [
        word
        for word in normalise(value.replace("、", " ").replace(",", " ").replace("，", " ")).split()
        if word
    ]
    unknown = [word for word in wanted if word not in named and word not in {"all", "全部"}]
    if unknown:
        await turn.say(
            "settings.bad_sections",
            value=unknown[0][:40],
            names=turn.locale.join(turn.view.names.sections.values()),
        )
        return
    turn.change(sections=tuple(dict.fromkeys(named[word] for word in wanted if word in named)))
    await turn.say("settings.sections_set", value=section_names(turn.chat.sections, turn.view))


async def _set_language(turn: Turn, value: str) -> None:
    known = {normalise(code): code for code in LANGUAGES} | {
        normalise(name): code for code, name in LANGUAGE_NAMES.items()
    }
    known |= {"zh": "zh-Hans", "中文": "zh-Hans", "英文": "en"}
    code = known.get(normalise(value))
    if code is None:
        await turn.say("settings.bad_language", value=value[:40])
        return
    turn.change(language=code)
    await turn.say("settings.language_set", language=LANGUAGE_NAMES[code])


async def _set_silent(turn: Turn, *, on: bool) -> None:
    turn.change(silent_when_slow=on)
    await turn.say("settings.slow_silent_set" if on else "settings.slow_notice_set")


async def _set_paused(turn: Turn, *, on: bool) -> None:
    turn.change(paused=on)
    if on or turn.chat.next_due_at is None:
        await turn.say("settings.paused_set")
    else:
        await turn.say("settings.resumed_set", when=moment(turn.chat.next_due_at, turn.view))


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
    """A time from the buttons, or the wish to type one."""
    if action.value == OTHER:
        turn.expect("start time" if action.menu == "start" else "time")
        await turn.say("settings.type_time")
        return
    if action.time is None:
        await turn.pop_up("error.old_menu")
        return
    turn.change(briefing_time=action.time)
    turn.expect("")
    if action.menu == "start":
        await start.time_chosen(turn)
        return
    await turn.pop_up("settings.time_set", time=action.time, zone=zone_name(turn.chat.zone, turn.view))
    await _panel(turn, "home")


async def press_zone(turn: Turn, action: SetZone) -> None:
    """A zone from the buttons, or the wish to type one."""
    if action.zone == OTHER:
        turn.expect("start zone" if action.menu == "start" else "zone")
        await turn.say("settings.type_zone")
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
    turn.change(max_items=min(max(action.count, 1), MOST_ITEMS))
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
    """Speak another language from now on."""
    if action.language not in LANGUAGES:
        await turn.pop_up("error.old_menu")
        return
    turn.change(language=action.language)
    await turn.pop_up("settings.language_set", language=LANGUAGE_NAMES[action.language])
    await _panel(turn, "home")


async def press_paused(turn: Turn, action: SetPaused) -> None:
    """Pause, or go on."""
    turn.change(paused=action.on)
    if action.on or turn.chat.next_due_at is None:
        await turn.pop_up("settings.paused_set")
    else:
        await turn.pop_up("settings.resumed_set", when=moment(turn.chat.next_due_at, turn.view))
    await _panel(turn, "home")


async def press_silent(turn: Turn, action: SetSilent) -> None:
    """Silence on slow days, or one line."""
    turn.change(silent_when_slow=action.on)
    await turn.pop_up("settings.slow_silent_set" if action.on else "settings.slow_notice_set")
    await _panel(turn, "home")
