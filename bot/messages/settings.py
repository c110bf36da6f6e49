"""/settings: what holds now, and a panel of buttons for each setting."""

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import chat_settings
from bot.messages.action import Action
from bot.messages.callbacks import (
    ChooseSetting,
    Menu,
    OpenSettings,
    ResumeHere,
    SetPaused,
    ShowFeed,
    ShowToday,
    Stop,
    TopicsPage,
)
from bot.messages.chat_settings import ChatSetting, setting_called
from bot.messages.html import Markup, bold, cut, line, lines, paragraphs, say
from bot.messages.model import Button, Message, rows
from bot.messages.onboarding import render_time_choice, render_zone_choice, zone_rows
from bot.messages.subscriptions import subscription_name
from bot.messages.taste_callbacks import TastesPage
from bot.messages.view import View
from bot.messages.when import moment, zone_name
from storage.models import Chat, Subscription

WIDTH = 2
FOLLOWING_UNITS = 200
VALUE_UNITS = 60
LABEL_UNITS = 30
LAST = frozenset({"printed", "form"})
"""Settings whose buttons stand behind all others."""
HOME = "home"
"""The panel that shows all settings."""


def render_settings(chat: Chat, view: View, following: Sequence[Subscription] = ()) -> Message:
    """Every setting with its value, and the buttons that change them."""
    text = view.locale.text
    names = [subscription_name(item, view) for item in following]
    shown = [setting for setting in chat_settings.CHAT_SETTINGS if setting.concerns(view)]
    state = [setting.state(getattr(chat, setting.field), view) for setting in shown]
    if names:
        followed = cut(view.locale.join_names(names), FOLLOWING_UNITS)
        state.append(text("settings.following", value=followed))
    if chat.tastes:
        muted = sum(taste.muted for taste in chat.tastes)
        state.append(text("settings.tastes", muted=muted, leaning=len(chat.tastes) - muted))
    if not chat.active:
        next_one = text("settings.stopped")
    elif chat.paused:
        next_one = text("settings.paused")
    else:
        next_one = text("settings.next", when=moment(chat.next_due_at, view)) if chat.next_due_at else ""
    panels = {
        setting.name: Button(text(f"button.{setting.name}"), OpenSettings(setting.name))
        for setting in shown
        if setting.form != "switch"
    }
    buttons = [button for name, button in panels.items() if name not in LAST]
    buttons.append(Button(text("button.topics"), TopicsPage("settings", 1)))
    if chat.tastes:
        buttons.append(Button(text("button.tastes"), TastesPage(1)))
    pause = SetPaused(on=not chat.paused)
    buttons.append(Button(text("button.resume" if chat.paused else "button.pause"), pause))
    if view.feeds:
        buttons.append(Button(text("button.feed"), ShowFeed()))
    late = rows([button for name, button in panels.items() if name in LAST], WIDTH)
    switches = [(_switch(setting, chat, view),) for setting in shown if setting.form == "switch"]
    # A group is looked after from a private chat, too: its briefing does not belong there.
    look = (Button(text("button.look_now"), ShowToday()),) if chat.kind == "private" else ()
    return Message(
        paragraphs(bold(text("settings.title")), lines(*state), next_one, Markup(text("settings.hint"))),
        rows(buttons, WIDTH),
    ).with_buttons(*switches, look, *late)


def _switch(setting: ChatSetting, chat: Chat, view: View) -> Button:
    """Switches it to what it is not."""
    wanted = "off" if getattr(chat, setting.field) else "on"
    return Button(view.locale.text(f"button.{setting.name}_{wanted}"), ChooseSetting(setting.name, wanted))


def render_panel(panel: str, chat: Chat, view: View, following: Sequence[Subscription] = ()) -> Message:
    """The buttons of one setting, with the way back; `home` is all of them. Raises KeyError where there is none."""
    if panel == HOME:
        return render_settings(chat, view, following)
    back = Button(view.locale.text("button.back"), OpenSettings(HOME))
    own = {"time": _time, "zone": _zone}
    if panel in own:
        return own[panel](chat, view).with_buttons((back,))
    setting = setting_called(panel)
    if setting is None or setting.form == "switch":
        raise KeyError(panel)
    return _choices(setting, chat, view).with_buttons((back,))


def _choices(setting: ChatSetting, chat: Chat, view: View) -> Message:
    """A button per option, the chosen ones marked."""
    value, options = getattr(chat, setting.field), list(setting.options(view))
    if setting.form == "one" and value not in options:  # typed
        options = sorted({*options, value})
    chosen = {value} if setting.form == "one" else set(value)
    label = setting.label or setting.shown
    buttons = [
        _choice(
            cut(line(label(option, view)), LABEL_UNITS),
            ChooseSetting(setting.name, setting.packed(option)),
            view,
            option in chosen,
        )
        for option in options
    ]
    return Message(say(view.locale, f"settings.choose_{setting.name}"), rows(buttons, setting.width))


def with_way_out(promise: Message, chat: Chat, view: View) -> Message:
    """A message that promises what will come; where nothing comes for now, that and the way out."""
    text = view.locale.text
    if not chat.active:
        return replace(promise, text=paragraphs(Markup(promise.text), text("settings.stopped")))
    if chat.paused:
        paused = replace(promise, text=paragraphs(Markup(promise.text), text("settings.paused")))
        return paused.with_buttons((Button(text("button.resume"), ResumeHere()),))
    return promise


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


def _time(chat: Chat, view: View) -> Message:
    question = say(
        view.locale, "settings.choose_time", time=chat.briefing_time, zone=zone_name(chat.zone, view)
    )
    return replace(render_time_choice(view, menu="settings", current=chat.briefing_time), text=question)


def _zone(chat: Chat, view: View) -> Message:
    question = say(view.locale, "settings.choose_zone", zone=zone_name(chat.zone, view))
    return replace(render_zone_choice(view, menu="settings"), text=question)


def _choice(label: str, action: Action, view: View, chosen: bool) -> Button:
    return Button(view.locale.text("button.chosen", name=label) if chosen else label, action)
