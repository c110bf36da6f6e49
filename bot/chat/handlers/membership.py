"""The bot's own place in a chat: added, removed, promoted, demoted, blocked; and groups that get another id."""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.chat import access
from bot.chat.administrators import Administrators
from bot.chat.dispatch import find_or_create
from bot.chat.progress import Progress
from bot.jobs import compose, present
from bot.messages.callbacks import ManagePlace
from bot.messages.model import Button
from bot.messages.notice import notice
from bot.messages.when import zone_name
from bot.services import Services
from storage import bindings, chats, invitations
from storage.models import Chat

GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


async def changed(services: Services, administrators: Administrators, update: Update) -> None:
    """Greet where we were added; send nothing more to a place that we cannot write to."""
    event = update.my_chat_member
    if event is None:
        return
    before, after = (_may_write(member, event) for member in (event.old_chat_member, event.new_chat_member))
    if not after:
        for chat in chats.at(services.db, event.chat.id):
            if chat.active:
                chats.deactivate(
                    services.db, chat.id, f"the bot cannot write there: {event.new_chat_member.status}"
                )
        if before and event.chat.type == ChatType.CHANNEL:
            await _tell(services, update, event, "start.channel_lost")
        return
    if event.chat.type == ChatType.PRIVATE or before:
        return
    invited = invitations.holds(services.db, event.from_user.id)
    if not access.may_use(services.config, event.from_user.id, invited=invited):
        return  # whoever may not use the bot may not have it write to a group either
    chat = find_or_create(services, update, event.chat)
    if not await _by_administrator(administrators, event):
        await _greet(services, update, chat, "start.group_ask")  # an administrator's /start begins
        return
    bindings.bind(services.db, event.from_user.id, chat.id, services.now())
    chat = _begin(services, chat)
    for known in chats.at(services.db, event.chat.id):  # its topics, too
        if not known.active and chats.was_lost(services.db, known.id):
            _begin(services, known)
    if event.chat.type == ChatType.CHANNEL:  # a channel's readers are not greeted; who added us hears of it
        await _tell(services, update, event, "start.channel", chat)
        return
    await _greet(services, update, chat, "start.group")


def migrated(services: Services, update: Update) -> None:
    """The group became a supergroup; both its old and its new place say so, in either order."""
    message = update.message
    if message is None:
        return
    old = message.chat.id if message.migrate_to_chat_id else message.migrate_from_chat_id
    new = message.migrate_to_chat_id or message.chat.id
    for chat in chats.at(services.db, old) if old is not None else ():
        chats.migrate(services.db, chat.id, new)


def reopened(services: Services, update: Update) -> None:
    """A forum topic that was closed is open again."""
    message = update.message
    if message is None:
        return
    chat = chats.by_address(services.db, message.chat.id, message.message_thread_id)
    if chat is not None and not chat.active and chats.was_lost(services.db, chat.id):
        _begin(services, chat)


def _begin(services: Services, chat: Chat) -> Chat:
    chats.revive(services.db, chat.id)
    return compose.start_schedule(services, chats.by_id(services.db, chat.id) or chat, services.now())


async def _greet(services: Services, update: Update, chat: Chat, key: str) -> None:
    view = present.view(services, chat, services.now(), services.username)
    greeting = notice(
        view,
        key,
        time=chat.briefing_time,
        zone=zone_name(chat.zone, view),
        industry=view.names.industry,
    )
    if departure := Progress(services.db, update.update_id).next_answer():
        await services.sender.send(
            chat.telegram_chat_id, chat.telegram_thread_id, greeting, background=False, departure=departure
        )


async def _tell(
    services: Services, update: Update, event: ChatMemberUpdated, key: str, chat: Chat | None = None
) -> None:
    """A word in private to whoever changed our place, if they have a private chat with us."""
    person = chats.by_address(services.db, event.from_user.id, None)
    if person is None or not person.active:
        return
    view = present.view(services, person, services.now(), services.username)
    values = {"time": chat.briefing_time, "zone": zone_name(chat.zone, view)} if chat else {}
    row = (Button(view.locale.text("button.manage"), ManagePlace(chat.id)),) if chat else ()
    message = notice(view, key, row, title=event.chat.title or "", **values)
    if departure := Progress(services.db, update.update_id).next_answer():
        await services.sender.send(
            person.telegram_chat_id, None, message, background=False, departure=departure
        )


async def _by_administrator(administrators: Administrators, event: ChatMemberUpdated) -> bool:
    """Any member may add a bot to many groups; into a channel, and to rights, only administrators bring it."""
    if event.chat.type == ChatType.CHANNEL or event.old_chat_member.status not in GONE:
        return True
    return await administrators.includes(event.chat.id, event.from_user.id)


def _may_write(member: ChatMember, event: ChatMemberUpdated) -> bool:
    if member.status in GONE:
        return False
    if event.chat.type == ChatType.CHANNEL:  # only administrators write there, and not all of them
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return True
