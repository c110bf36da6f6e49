"""The first conversation: greeting, topics, time, zone, and a first briefing."""

from collections.abc import Collection
from datetime import datetime

from bot.clock import to_local
from bot.messages.callbacks import OTHER, Menu, SetTime, SetZone
from bot.messages.html import Markup, cut, line, paragraphs, say
from bot.messages.model import Button, Message, rows
from bot.messages.topics import render_topics
from bot.messages.view import View
from bot.messages.when import moment, time_of, zone_name

NAME_UNITS = 40
TIMES = ("0630", "0700", "0730", "0800", "0830", "0900", "1200", "1800", "2000")
TIME_COLUMNS = 3
ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
)
ZONE_COLUMNS = 2


def render_greeting(view: View, following: Collection[str], *, name: str = "") -> Message:
    """Who we are, and the topics to choose from. `name` is the reader's first name, if Telegram tells it."""
    key = "start.greeting_named" if line(name) else "start.greeting"
    greeting = say(view.locale, key, industry=view.names.industry, name=cut(line(name), NAME_UNITS))
    topics = render_topics(view, following, menu="start")
    return Message(paragraphs(greeting, Markup(topics.text)), topics.buttons)


def render_welcome_back(view: View, step: Message, *, upcoming: datetime | None) -> Message:
    """To a reader whom we know: what is kept, when the next edition comes, and the choice that is open."""
    text = view.locale.text
    next_one = text("settings.next", when=moment(upcoming, view)) if upcoming else ""
    return Message(paragraphs(text("start.again"), next_one, Markup(step.text)), step.buttons)


def render_time_choice(view: View, *, menu: Menu = "start", current: str = "") -> Message:
    """At what time of day; `current` is the chat's own `HH:MM`."""
    text = view.locale.text
    buttons = []
    for value in TIMES:
        label = f"{value[:2]}:{value[2:]}"
        chosen = text("button.chosen", name=label) if label == current else label
        buttons.append(Button(chosen, SetTime(value, menu)))
    other = Button(text("button.another"), SetTime(OTHER, menu))
    return Message(say(view.locale, "start.step_time"), (*rows(buttons, TIME_COLUMNS), (other,)))


def render_zone_choice(view: View, *, menu: Menu = "start", zones: tuple[str, ...] = ZONES) -> Message:
    """In which zone; the chat's own is the view's, and is offered first where it is not among `zones`."""
    current = view.zone.key
    offered = zones if current in zones else (current, *zones)
    question = say(
        view.locale, "start.step_zone", zone=zone_name(current, view), time=time_of(view.now, view)
    )
    other = Button(view.locale.text("button.another"), SetZone(OTHER, menu))
    return Message(question, (*zone_rows(offered, view, menu), (other,)))


def zone_rows(zones: tuple[str, ...], view: View, menu: Menu) -> tuple[tuple[Button, ...], ...]:
    """One button per zone, with what the clock says there now."""
    buttons = []
    for zone in zones:
        label = f"{zone_name(zone, view)} {to_local(zone, view.now):%H:%M}"
        chosen = view.locale.text("button.chosen", name=label) if zone == view.zone.key else label
        buttons.append(Button(chosen, SetZone(zone, menu)))
    return rows(buttons, ZONE_COLUMNS)


def render_finished(view: View, *, time: str, briefing: bool = True) -> Message:
    """All is set; `briefing` announces the first one, which follows at once."""
    finished = say(view.locale, "start.finished", time=time, zone=zone_name(view.zone.key, view))
    return Message(paragraphs(finished, say(view.locale, "start.first_briefing") if briefing else ""))
