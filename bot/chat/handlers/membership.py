"""The bot was added to a group or channel, removed from it, blocked or unblocked."""

from telegram import ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus

from bot.chat.dispatch import find_or_create
from bot.chat.progress import Progress
from bot.jobs import compose, present
from bot.messages.notice import notice
from bot.messages.when import zone_name
from bot.services import Services
from storage import chats

GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


async def changed(services: Services, update: Update) -> None:
    """Greet a group that we were added to; send nothing more to a place that we cannot reach."""
    event = update.my_chat_member
    if event is None:
        return
    if event.new_chat_member.status in GONE:
        chat = chats.by_address(services.db, event.chat.id, None)
        if chat is not None:
            chats.deactivate(services.db, chat.id, f"the bot was removed: {event.new_chat_member.status}")
        return
    if event.chat.type == "private" or not _came_in(event):
        return
    chat = find_or_create(services, update, event.chat)
    chats.revive(services.db, chat.id)
    chat = compose.start_schedule(services, chats.by_id(services.db, chat.id) or chat, services.now())
    view = present.view(services, chat, services.now(), services.username)
    greeting = notice(
        view,
        "start.group",
        time=chat.briefing_time,
        zone=zone_name(chat.zone, view),
        industry=view.names.industry,
    )
    if Progress(services.db, update.update_id).begin_answer():
        await services.sender.send(chat.telegram_chat_id, chat.telegram_thread_id, greeting, background=False)


def _came_in(event: ChatMemberUpdated) -> bool:
    return event.old_chat_member.status in GONE
