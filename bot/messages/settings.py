"""/settings: what holds now, and a panel of buttons for each setting."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.locales import LANGUAGE_NAMES, LANGUAGES
from bot.messages.action import Action
from bot.messages.callbacks import (
    Menu,
    OpenSettings,
    Panel,
    ResumeHere,
    SetLanguage,
    SetMaxItems,
    SetPaused,
    SetSilent,
    Stop,
    ToggleSection,
    ToggleWeekday,
    TopicsPage,
)
from bot.messages.html import Markup, bold, cut, line, lines, paragraphs, say
from bot.messages.model import Button, Message, rows
from bot.messages.onboarding import render_time_choice, render_zone_choice, zone_rows
from bot.messages.subscriptions import subscription_name
from bot.messages.view import View
from bot.messages.when import moment, zone_name
from storage.models import Chat, Subscription

ITEM_CHOICES = (5, 8, 10, 12, 15, 20, 30)
WIDTH = 2
WEEKDAY_WIDTH = 4
FOLLOWING_UNITS = 200
VALUE_UNITS = 60
LABEL_UNITS = 30


def render_settings(chat: Chat, view: View, following: Sequence[Subscription] = ()) -> Message:
    """Every setting with its value, and the buttons that change them."""
    text = view.locale.text
    language = LANGUAGE_NAMES.get(view.locale.code, chat.language)
    names = [subscription_name(item, view) for item in following]
    state = [
        text("settings.time", value=chat.briefing_time),
        text("settings.zone", value=zone_name(chat.zone, view)),
        text("settings.weekdays", value=view.locale.weekdays(chat.weekdays)),
        text("settings.items", count=chat.max_items),
        text("settings.sections", value=section_names(chat.sections, view)),
        text("settings.following", value=cut(view.locale.join_names(names), FOLLOWING_UNITS))
        if names
        else "",
        text("settings.language", value=language),
        text("settings.slow_silent" if chat.silent_when_slow else "settings.slow_notice"),
    ]
    if not chat.active:
        next_one = text("settings.stopped")
    elif chat.paused:
        next_one = text("settings.paused")
    else:
        next_one = text("settings.next", when=moment(chat.next_due_at, view)) if chat.next_due_at else ""
    panels: tuple[Panel, ...] = ("time", "zone", "weekdays", "items", "sections", "language")
    buttons = [Button(text(f"button.{panel}"), OpenSettings(panel)) for panel in panels]
    buttons.append(Button(text("button.topics"), TopicsPage("settings", 1)))
    pause = SetPaused(on=not chat.paused)
    buttons.append(Button(text("button.resume" if chat.paused else "button.pause"), pause))
    silent = SetSilent(on=not chat.silent_when_slow)
    label = "button.silent_off" if chat.silent_when_slow else "button.silent_on"
    return Message(
        paragraphs(bold(text("settings.title")), lines(*state), next_one, Markup(text("settings.hint"))),
        rows(buttons, WIDTH),
    ).with_buttons((Button(text(label), silent),))


def render_panel(panel: Panel, chat: Chat, view: View, following: Sequence[Subscription] = ()) -> Message:
    """The buttons of one setting, with the way back; `home` is all of them."""
    if panel == "home":
        return render_settings(chat, view, following)
    made: dict[Panel, Callable[[Chat, View], Message]] = {
        "time": _time,
        "zone": _zone,
        "weekdays": _weekdays,
        "items": _items,
        "sections": _sections,
        "language": _language,
    }
    back = Button(view.locale.text("button.back"), OpenSettings("home"))
    return made[panel](chat, view).with_buttons((back,))


def render_schedule_set(said: Markup, chat: Chat, view: View) -> Message:
    """What was set of when briefings come; where none comes for now, that and the way out."""
    text = view.locale.text
    if not chat.active:
        return Message(paragraphs(said, text("settings.stopped")))
    if chat.paused:
        resume = Button(text("button.resume"), ResumeHere())
        return Message(paragraphs(said, text("settings.paused")), ((resume,),))
    return Message(said)


def render_zone_suggestions(
    value: str, zones: Sequence[str], view: View, *, found: bool, menu: Menu = "settings"
) -> Message:
    """Zones to choose from: several that fit what the reader wrote (`found`), or the nearest where none does."""
    nearest = "settings.bad_zone_suggestions" if zones else "settings.bad_zone"
    key = "settings.many_zones" if found and zones else nearest
    return Message(
        say(view.locale, key, value=cut(line(value), VALUE_UNITS)), zone_rows(tuple(zones), view, menu)
    )


def render_stop(view: View) -> Message:
    """/stop: what shall become of the data."""
    text = view.locale.text
    return Message(
        say(view.locale, "stop.ask"),
        (
            (Button(text("button.stop_keep"), Stop("keep")),),
            (Button(text("button.stop_delete"), Stop("delete"), style="danger"),),
            (Button(text("button.stop_cancel"), Stop("cancel")),),
        ),
    )


def section_names(sections: Sequence[str], view: View) -> str:
    """The chosen sections' names in the taxonomy's order; `全部` where none is chosen."""
    chosen = [name for section, name in view.names.sections.items() if section in sections]
    return view.locale.join_names(chosen) if chosen else view.locale.text("settings.sections_all")


def _time(chat: Chat, view: View) -> Message:
    question = say(
        view.locale, "settings.choose_time", time=chat.briefing_time, zone=zone_name(chat.zone, view)
    )
    return replace(render_time_choice(view, menu="settings", current=chat.briefing_time), text=question)


def _zone(chat: Chat, view: View) -> Message:
    question = say(view.locale, "settings.choose_zone", zone=zone_name(chat.zone, view))
    return replace(render_zone_choice(view, menu="settings"), text=question)


def _weekdays(chat: Chat, view: View) -> Message:
    buttons = [
        _choice(view.locale.text(f"date.weekday_short.{day}"), ToggleWeekday(day), view, day in chat.weekdays)
        for day in range(1, 8)
    ]
    return Message(say(view.locale, "settings.choose_weekdays"), rows(buttons, WEEKDAY_WIDTH))


def _items(chat: Chat, view: View) -> Message:
    buttons = [
        _choice(str(count), SetMaxItems(count), view, count == chat.max_items)
        for count in sorted({*ITEM_CHOICES, chat.max_items})
    ]
    return Message(say(view.locale, "settings.choose_items"), rows(buttons, WEEKDAY_WIDTH))


def _sections(chat: Chat, view: View) -> Message:
    buttons = [
        _choice(cut(line(name), LABEL_UNITS), ToggleSection(section), view, section in chat.sections)
        for section, name in view.names.sections.items()
    ]
    return Message(say(view.locale, "settings.choose_sections"), rows(buttons, WIDTH))


def _language(chat: Chat, view: View) -> Message:
    buttons = [
        _choice(LANGUAGE_NAMES[code], SetLanguage(code), view, code == chat.language) for code in LANGUAGES
    ]
    return Message(say(view.locale, "settings.choose_language"), rows(buttons, 1))


def _choice(label: str, action: Action, view: View, chosen: bool) -> Button:
    return Button(view.locale.text("button.chosen", name=label) if chosen else label, action)
