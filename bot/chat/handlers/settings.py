"""/settings: everything that can be set, as text (`/settings time 08:30`, 改成7点半, 我在东京)."""

import re

from bot import clock
from bot.chat.handlers import start
from bot.chat.handlers.panels import MAX_ITEMS, resumed
from bot.chat.phrases import LANGUAGE
from bot.chat.turn import Turn
from bot.errors import InputError
from bot.locales import LANGUAGE_NAMES, LANGUAGES, Language
from bot.messages.callbacks import Menu, Panel, ResumeHere, SetTime
from bot.messages.html import say
from bot.messages.model import Button, Message
from bot.messages.settings import (
    render_panel,
    render_schedule_set,
    render_settings,
    render_zone_suggestions,
    section_names,
)
from bot.messages.when import time_of, zone_name
from bot.text.normalise import normalise, squash

SUGGESTIONS = 8
NAME = re.compile(r"([^\s:：=]*)[\s:：=]*(.*)", re.DOTALL)
NAMES: dict[str, Panel] = {
    "time": "time", "时间": "time", "推送时间": "time", "推播时间": "time", "简报时间": "time",
    "zone": "zone", "timezone": "zone", "时区": "zone",
    "weekdays": "weekdays", "days": "weekdays", "日子": "weekdays", "推送日": "weekdays", "星期": "weekdays",
    "items": "items", "条数": "items", "数量": "items",
    "sections": "sections", "栏目": "sections",
    "language": "language", "语言": "language",
}  # fmt: skip
LANGUAGE_WORDS: dict[str, Language] = {
    "简体": "zh-Hans", "简体字": "zh-Hans", "简体中文": "zh-Hans", "中文": "zh-Hans", "汉语": "zh-Hans", "普通话": "zh-Hans",
    "chinese": "zh-Hans", "simplified": "zh-Hans", "simplifiedchinese": "zh-Hans", "zh": "zh-Hans", "zhhans": "zh-Hans",
    "zhcn": "zh-Hans", "繁体": "zh-Hant", "繁体字": "zh-Hant", "繁体中文": "zh-Hant", "正体": "zh-Hant", "正体字": "zh-Hant",
    "正体中文": "zh-Hant", "traditional": "zh-Hant", "traditionalchinese": "zh-Hant", "zhhant": "zh-Hant", "zhtw": "zh-Hant",
    "zhhk": "zh-Hant", "english": "en", "en": "en", "英文": "en", "英语": "en",
}  # fmt: skip
WORDS_FOR_YES = frozenset({"", "on", "yes", "1", "开", "是"})


async def settings(turn: Turn) -> None:
    """Show everything, or a panel, or set what the words name."""
    turn.expect("")
    match = NAME.fullmatch(turn.text)
    name, value = (normalise(match[1]), match[2].strip()) if match else ("", "")
    panel = NAMES.get(name)
    if not name:
        await turn.reply(render_settings(turn.chat, turn.view, turn.following))
    elif panel is not None and not value:
        await turn.reply(render_panel(panel, turn.chat, turn.view, turn.following))
    elif name in {"silent", "安静"}:
        await _set_silent(turn, on=normalise(value) in WORDS_FOR_YES)
    elif name in {"pause", "暂停"}:
        await _set_paused(turn, on=normalise(value) in WORDS_FOR_YES)
    elif name in {"resume", "继续"}:
        await _set_paused(turn, on=False)
    else:
        await _set(turn, panel, value)


async def _set(turn: Turn, panel: Panel | None, value: str) -> None:
    match panel:
        case "time":
            await set_schedule(turn, value)
        case "zone":
            await set_zone(turn, value)
        case "weekdays":
            await _set_weekdays(turn, value)
        case "items":
            await _set_items(turn, value)
        case "sections":
            await _set_sections(turn, value)
        case "language":
            await _set_language(turn, value)
        case _:
            await _set_by_value(turn)


async def _set_by_value(turn: Turn) -> None:
    """The value alone says which setting it is: 9:30, 东京, 繁体, 工作日."""
    words = turn.text
    if LANGUAGE.fullmatch(squash(words)) or squash(words) in LANGUAGE_WORDS:
        await _set_language(turn, words)
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
        await start.time_chosen(turn)
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
        await start.zone_chosen(turn)
        return
    view = turn.view
    await turn.reply(
        _scheduled(turn, "settings.zone_set", zone=zone_name(zone, view), time=time_of(turn.now, view))
    )


async def _set_weekdays(turn: Turn, value: str) -> None:
    try:
        weekdays = clock.parse_weekdays(value)
    except InputError:
        await turn.say("settings.bad_weekdays", value=value[:40])
        return
    turn.change(weekdays=weekdays)
    await turn.reply(_scheduled(turn, "settings.weekdays_set", value=turn.locale.weekdays(weekdays)))


def _scheduled(turn: Turn, key: str, **values: str | int) -> Message:
    """Confirm the change; if briefings are paused or stopped, say so and how to resume them."""
    return render_schedule_set(say(turn.locale, key, **values), turn.chat, turn.view)


async def _set_items(turn: Turn, value: str) -> None:
    digits = clock.numerals(value).removesuffix("条").strip()
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:9]) <= MAX_ITEMS):
        await turn.say("settings.bad_items", value=value[:40], limit=MAX_ITEMS)
        return
    turn.change(max_items=int(digits))
    await turn.say("settings.items_set", count=int(digits))


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
    known = {squash(code): code for code in LANGUAGES} | {
        squash(name): code for code, name in LANGUAGE_NAMES.items()
    }
    known |= LANGUAGE_WORDS
    asked = LANGUAGE.fullmatch(squash(value))
    code = known.get(asked[1] if asked else squash(value))
    if code is None:
        await turn.say("settings.bad_language", value=value[:40])
        return
    turn.change(language=code)
    await turn.say("settings.language_set", language=LANGUAGE_NAMES[code])


async def _set_silent(turn: Turn, *, on: bool) -> None:
    turn.change(silent_when_slow=on)
    await turn.say("settings.slow_silent_set" if on else "settings.slow_notice_set")


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
