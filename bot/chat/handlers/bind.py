"""/bind: look after groups and channels from a private chat with the bot."""

from bot.chat.turn import Turn
from bot.jobs.editions import reschedule
from bot.messages.callbacks import ManagePlace
from bot.messages.model import Message
from bot.messages.places import private_link, render_places
from bot.messages.settings import render_settings
from storage import bindings, chats
from storage.models import Chat

MAX_ASKED = 5
"""Places of one title that Telegram is asked about."""


async def bind(turn: Turn) -> None:
    """Show what there is to choose from; with a title or id, take that place on."""
    if turn.chat.kind != "private":
        await turn.say("bind.in_private", private_link(turn.view))
        return
    words = " ".join(turn.text.split())
    if not words or turn.user_id is None:
        await turn.reply(_places(turn))
        return
    for place in bindings.named(turn.services.db, words, MAX_ASKED):
        if await turn.administrators.includes(place.telegram_chat_id, turn.user_id):
            bindings.bind(turn.services.db, turn.user_id, place.id, turn.now)
            await _take_on(turn, place)
            return
    await turn.say("bind.unknown", name=words[:40])


async def manage(turn: Turn, action: ManagePlace) -> None:
    """From now on it is this place that is talked about."""
    if turn.chat.kind != "private":
        await turn.pop_up("error.old_menu")
        return
    place = chats.by_id(turn.services.db, action.chat_id) if action.chat_id else None
    if place is None:
        bindings.manage(turn.services.db, turn.chat.id, None)
        await turn.pop_up("bind.self_now" if not action.chat_id else "bind.lost")
        await turn.show(_places(turn))
    elif not await turn.look_after(place):
        await turn.pop_up("bind.lost")
    else:
        await _take_on(turn, place)


async def _take_on(turn: Turn, place: Chat) -> None:
    """A place whose administrator stopped it begins again; Telegram's own refusals are not undone from here."""
    db = turn.services.db
    if not place.active and not chats.was_lost(db, place.id):
        chats.revive(db, place.id)
        reschedule.start_schedule(turn.services, chats.by_id(db, place.id) or place, turn.now)
    bindings.manage(db, turn.home.id, place.id)
    if await turn.look_after(chats.by_id(db, place.id) or place):
        await turn.reply(render_settings(turn.chat, turn.view, turn.following))
    else:
        await turn.say("bind.lost")


def _places(turn: Turn) -> Message:
    found = bindings.of(turn.services.db, turn.user_id) if turn.user_id is not None else []
    managing = (chats.by_id(turn.services.db, turn.home.id) or turn.home).managing
    return render_places(found, turn.view, current=managing)
