"""The bot's own place in a chat: added, removed, promoted, demoted, blocked; and groups that get another id."""

from telegram import ChatMember, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.chat import access, admission
from bot.chat.administrators import Administrators
from bot.chat.dispatch import find_or_create
from bot.chat.progress import UpdateProgress
from bot.delivery.rights import GONE, may_write
from bot.jobs import resting, views
from bot.jobs.editions import reschedule
from bot.messages.callbacks import ManagePlace
from bot.messages.model import Button, Message
from bot.messages.notice import notice
from bot.messages.when import zone_name
from bot.runtime.services import Services
from storage import bindings, chats, refusals
from storage.models import Chat


async def changed(services: Services, administrators: Administrators, update: Update) -> None:
    """Greet a chat that the bot was added to; stop sending to a chat that it cannot write to."""
    event = update.my_chat_member
    if event is None:
        return
    before, after = (_may_write(member, event) for member in (event.old_chat_member, event.new_chat_member))
    if not after:
        await _lost(services, update, event, before=before)
        return
    if not before or event.new_chat_member.status == ChatMemberStatus.ADMINISTRATOR:
        for chat in chats.at(services.db, event.chat.id):
            if chat.rests_since is not None:
                resting.arrived(services, chat, services.now())
    if not before and event.chat.type != ChatType.PRIVATE:
        await _gained(services, administrators, update, event)


async def _lost(services: Services, update: Update, event: ChatMemberUpdated, *, before: bool) -> None:
    for chat in chats.at(services.db, event.chat.id):
        if chat.active:
            chats.deactivate(
                services.db, chat.id, f"the bot cannot write there: {event.new_chat_member.status}"
            )
    if before and event.chat.type == ChatType.CHANNEL:
        await _tell(services, update, event, "start.channel_lost")


async def _gained(
    services: Services, administrators: Administrators, update: Update, event: ChatMemberUpdated
) -> None:
    """Start in a chat if an administrator who may use the bot added it, or if the chat was claimed before."""
    named = not event.from_user.is_bot  # else an anonymous administrator: nobody else is shown as a bot
    may_use = named and admission.may_use(services, event.from_user.id)
    for_administrator = named and not await _by_administrator(services, administrators, event)
    if not admission.taken_in(services, event.chat.id) and (for_administrator or not may_use):
        await admission.refuse(services, update)  # nobody else may have it write to a group, either
        return
    chat = find_or_create(services, update, event.chat)
    if for_administrator:
        await _greet(services, update, chat, "start.group_ask")  # an administrator's /start begins
        return
    if may_use:
        bindings.bind(services.db, event.from_user.id, chat.id, services.now())
        refusals.forget(services.db, event.chat.id)
    topics = [
        _begin(services, known)
        for known in chats.at(services.db, event.chat.id)
        if known.id != chat.id
        and not known.active
        and known.onboarded
        and chats.was_lost(services.db, known.id)
    ]
    # A forum whose briefing was in a topic gets it there, and only there.
    chat = _begin(services, chat) if chat.onboarded or not topics else topics[0]
    if event.chat.type == ChatType.CHANNEL:  # a channel's readers are not greeted; who added us hears of it
        await _tell(services, update, event, "start.channel", chat)
        return
    forum = event.chat.is_forum and chat.telegram_thread_id is None
    await _greet(services, update, chat, "start.group_forum" if forum else "start.group")


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
    if not admission.taken_in(services, message.chat.id):
        return
    if chat is not None and not chat.active and chats.was_lost(services.db, chat.id):
        _begin(services, chat)


def _begin(services: Services, chat: Chat) -> Chat:
    chats.revive(services.db, chat.id)
    return reschedule.start_schedule(services, chats.by_id(services.db, chat.id) or chat, services.now())


async def _greet(services: Services, update: Update, chat: Chat, key: str) -> None:
    view = views.view(services, chat, services.now(), services.username)
    greeting = notice(
        view,
        key,
        time=chat.briefing_time,
        zone=zone_name(chat.zone, view),
        industry=view.names.industry,
    )
    await _send(services, update, chat, greeting)


async def _tell(
    services: Services, update: Update, event: ChatMemberUpdated, key: str, chat: Chat | None = None
) -> None:
    """Tell the person who changed the bot's rights, if they have a private chat with it."""
    person = chats.by_address(services.db, event.from_user.id, None)
    if person is None or not person.active:
        return
    view = views.view(services, person, services.now(), services.username)
    values = {"time": chat.briefing_time, "zone": zone_name(chat.zone, view)} if chat else {}
    row = (Button(view.locale.text("button.manage"), ManagePlace(chat.id)),) if chat else ()
    message = notice(view, key, row, title=event.chat.title or "", **values)
    await _send(services, update, person, message)


async def _send(services: Services, update: Update, chat: Chat, message: Message) -> None:
    progress = UpdateProgress(services.db, update.update_id)
    if claim := progress.next_answer():
        outcome = await services.sender.send(
            chat.telegram_chat_id, chat.telegram_thread_id, message, background=False, claim=claim
        )
        progress.check(outcome, new=True)


async def _by_administrator(
    services: Services, administrators: Administrators, event: ChatMemberUpdated
) -> bool:
    """Any member may add a bot to many groups; into a channel, and to rights, only administrators bring it.

    Where not everybody may use the bot, its owner's word is enough.
    """
    if event.chat.type == ChatType.CHANNEL or event.old_chat_member.status not in GONE:
        return True
    if services.config.access != "open" and access.is_owner(services.config, event.from_user.id):
        return True
    return await administrators.includes(event.chat.id, event.from_user.id)


def _may_write(member: ChatMember, event: ChatMemberUpdated) -> bool:
    return may_write(member, channel=event.chat.type == ChatType.CHANNEL)
