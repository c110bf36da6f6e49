"""Whether the bot may write somewhere, by what Telegram tells of its place there."""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatPermissions
from telegram.constants import ChatMemberStatus

GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
LEADING = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})


def may_write(member: ChatMember, *, channel: bool, everybody: ChatPermissions | None = None) -> bool:
    """Whether such a member of a group or `channel` may; `everybody`: what a group lets its plain members do, if known."""
    if member.status in GONE:
        return False
    if channel:  # only administrators write there, and not all of them
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if member.status in LEADING or everybody is None:
        return True
    return bool(everybody.can_send_messages)
