"""/start: greet, let the reader choose topics, time and zone, and show a first briefing at once."""

import re

from bot.chat.handlers import bind, share
from bot.chat.handlers.article import show_article
from bot.chat.handlers.today import brief_now
from bot.chat.turn import NOT_GREETED, Turn
from bot.jobs.editions import reschedule
from bot.messages.callbacks import MoveHere
from bot.messages.notice import notice
from bot.messages.onboarding import (
    render_finished,
    render_greeting,
    render_time_choice,
    render_welcome_back,
    render_zone_choice,
)
from bot.messages.places import render_elsewhere
from bot.messages.topics import render_topics
from bot.messages.when import zone_name
from bot.runtime.services import Services
from storage import bindings, chats, invitations
from storage.models import Chat

ARTICLE_LINK = re.compile(r"a(\d{1,18})")
INVITATION = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def start(turn: Turn) -> None:
    """Begin, come back, or follow a link into the bot (an article of an imported document, an invitation)."""
    if link := ARTICLE_LINK.fullmatch(turn.text):
        await show_article(turn, int(link[1]))
        return
    if turn.text and await share.opened(turn):
        return
    turn.expect("")
    if turn.text == "bind" and turn.chat.kind == "private" and turn.chat.onboarded:
        turn.text = ""
        await bind.bind(turn)
        return
    if turn.chat.kind != "private":
        await _start_group(turn)
        return
    greeted = turn.chat.onboarded and turn.open_step != NOT_GREETED
    if greeted and not turn.progress.applied:
        await _welcome_back(turn)
        return
    with turn.progress.once() as first:
        if first:  # whoever stops answering half-way still gets tomorrow's digest, with the defaults
            turn.begin()
            turn.change(paused=False)
    turn.step("topics")
    await turn.reply(render_greeting(turn.view, turn.topics, name=turn.user_name))


def redeem(services: Services, user_id: int, code: str) -> bool:
    """Use up the invitation that a stranger's /start carries; whether they are in now."""
    return bool(INVITATION.fullmatch(code)) and invitations.redeem(services.db, code, user_id, services.now())


async def topics_chosen(turn: Turn) -> None:
    """Next: at what time."""
    turn.step("time")
    await turn.show(render_time_choice(turn.view, current=turn.chat.briefing_time))


async def time_chosen(turn: Turn) -> None:
    """Next: in which zone."""
    turn.step("zone")
    await turn.show(render_zone_choice(turn.view))


async def zone_chosen(turn: Turn) -> None:
    """All is set: say so, and show what there is now."""
    turn.step("")
    await turn.show(render_finished(turn.view, time=turn.chat.briefing_time))
    await brief_now(turn)


async def _welcome_back(turn: Turn) -> None:
    """What is kept, and the step of getting started that is still open."""
    if not turn.chat.active:
        chats.revive(turn.services.db, turn.chat.id)
        turn.chat = chats.by_id(turn.services.db, turn.chat.id) or turn.chat
        turn.chat = reschedule.start_schedule(turn.services, turn.chat, turn.now)
    if turn.chat.paused:
        turn.change(paused=False)
    match turn.open_step:
        case "time":
            step = render_time_choice(turn.view, current=turn.chat.briefing_time)
        case "zone":
            step = render_zone_choice(turn.view)
        case open_step:
            step = render_topics(turn.view, turn.topics, menu="start" if open_step else "topics")
    await turn.reply(render_welcome_back(turn.view, step, upcoming=turn.chat.next_due_at))


async def _start_group(turn: Turn) -> None:
    if not await turn.may_change():
        await turn.say("access.admins_only")
        return
    if not _is_served(turn.chat):
        elsewhere = [
            place for place in chats.at(turn.services.db, turn.chat.telegram_chat_id) if _is_served(place)
        ]
        if elsewhere:
            await turn.reply(render_elsewhere(elsewhere[0], turn.view))
            return
    await _begin_group(turn)


async def move_here(turn: Turn, action: MoveHere) -> None:
    """The forum's briefing comes to this topic, with all that it follows."""
    place = chats.by_id(turn.services.db, action.chat_id)
    if place is None or place.telegram_chat_id != turn.chat.telegram_chat_id:
        await turn.pop_up("error.old_menu_here")
        return
    if place.id != turn.chat.id:  # else it is here already
        chats.move(turn.services.db, place.id, turn.chat)
        turn.chat = chats.by_id(turn.services.db, place.id) or place
    view = turn.view
    zone = zone_name(turn.chat.zone, view)
    await turn.show(notice(view, "start.moved", time=turn.chat.briefing_time, zone=zone))


async def begin_here(turn: Turn) -> None:
    """This topic has a briefing of its own."""
    await _begin_group(turn)


def _is_served(chat: Chat) -> bool:
    return chat.active and chat.onboarded


async def _begin_group(turn: Turn) -> None:
    if not turn.chat.active:
        chats.revive(turn.services.db, turn.chat.id)
        turn.chat = chats.by_id(turn.services.db, turn.chat.id) or turn.chat
    turn.chat = reschedule.start_schedule(turn.services, turn.chat, turn.now)
    if turn.user_id is not None:
        bindings.bind(turn.services.db, turn.user_id, turn.chat.id, turn.now)
    view = turn.view
    await turn.say(
        "start.group",
        time=turn.chat.briefing_time,
        zone=zone_name(turn.chat.zone, view),
        industry=view.names.industry,
    )
