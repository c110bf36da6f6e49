"""The buttons of /settings: a panel per setting."""

from bot import clock
from bot.chat.handlers import onboarding
from bot.chat.turn import Turn
from bot.messages.callbacks import OTHER, ChooseSetting, OpenSettings, ResumeHere, SetPaused, SetTime, SetZone
from bot.messages.chat_settings import BadValueError, ChatSetting, setting_called
from bot.messages.model import Message
from bot.messages.notice import notice
from bot.messages.settings import HOME, render_panel, render_settings
from bot.messages.when import moment, time_of, zone_name


async def open_panel(turn: Turn, action: OpenSettings) -> None:
    """Show one panel, or all settings."""
    turn.expect("")
    try:
        panel = render_panel(action.panel, turn.chat, turn.view, turn.following)
    except KeyError:
        await _old_menu(turn)
    else:
        await turn.show(panel)


async def _old_menu(turn: Turn) -> None:
    await turn.pop_up("error.old_menu")
    await turn.reply(render_settings(turn.chat, turn.view, turn.following))


async def choose(turn: Turn, action: ChooseSetting) -> None:
    """Set what a button of a setting's panel says."""
    setting = setting_called(action.setting)
    try:
        if setting is None or setting.form == "own":
            raise BadValueError(action.setting)  # noqa: TRY301 - either way the button is of an older menu
        await (_toggle if setting.form == "several" else _set)(turn, setting, action.value)
    except BadValueError:
        await _old_menu(turn)


async def _set(turn: Turn, setting: ChatSetting, words: str) -> None:
    value = setting.parse(words, turn.services.reading.taxonomy)
    turn.change(**{setting.field: value})
    await turn.pop_up(setting.confirmation(value), **setting.fields(value, turn.view))
    await _panel(turn, HOME)


async def _toggle(turn: Turn, setting: ChatSetting, part: str) -> None:
    """One of several on or off; where one must stay, the last one does."""
    taxonomy = turn.services.reading.taxonomy
    value = setting.toggled(getattr(turn.chat, setting.field), taxonomy, part, turn.view)
    is_too_few = setting.needs_one and not value
    with turn.progress.once() as first:
        if first and not is_too_few:
            turn.change(**{setting.field: value})
    if is_too_few:
        await turn.pop_up(f"settings.{setting.name}_one")
    await _panel(turn, setting.name)


async def _panel(turn: Turn, panel: str) -> None:
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
        await onboarding.time_chosen(turn)
        return
    key = "settings.time_set"
    if turn.chat.paused or not turn.chat.active:
        key = "settings.time_set_paused" if turn.chat.active else "settings.time_set_stopped"
    days = turn.locale.weekdays(turn.chat.weekdays)
    await turn.pop_up(key, days=days, time=action.time, zone=zone_name(turn.chat.zone, turn.view))
    await _panel(turn, HOME)


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
        await onboarding.zone_chosen(turn)
        return
    view = turn.view
    await turn.pop_up("settings.zone_set", zone=zone_name(action.zone, view), time=time_of(turn.now, view))
    await _panel(turn, HOME)


async def press_paused(turn: Turn, action: SetPaused) -> None:
    """Pause or resume the briefings."""
    turn.change(paused=action.on)
    if action.on:
        await turn.pop_up("settings.paused_set")
    elif not turn.chat.active or turn.chat.next_due_at is None:
        await turn.pop_up("settings.stopped_still")
    else:
        await turn.pop_up("settings.resumed_set", when=moment(turn.chat.next_due_at, turn.view))
    await _panel(turn, HOME)


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
