"""Deep links into the bot: `t.me/bot?start=…` for a topic, a word, a story, a set of subscriptions. At most 64 letters of
A-Z a-z 0-9 _ - (https://core.telegram.org/bots/features#deep-linking)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from bot.messages.view import View

MAX_PAYLOAD = 64
LinkKind = Literal["topic", "word", "story", "set"]
_MARKS: dict[str, LinkKind] = {"t": "topic", "w": "word", "s": "story", "f": "set"}
_PAYLOAD = re.compile(r"([twsf])_([A-Za-z0-9_-]{1,62})")


@dataclass(frozen=True, slots=True)
class DeepLink:
    """What a link is to: a topic's id, a word, a story's id, the token of a set."""

    kind: LinkKind
    value: str


def read_payload(text: str) -> DeepLink | None:
    """What stands behind `start=`; None where it is none of ours."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    kind, value = _MARKS[found[1]], found[2]
    if kind == "word":
        try:
            value = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    if not value.strip() or (
        kind == "story" and not (value.isascii() and value.isdigit() and len(value) < 19)
    ):
        return None
    return DeepLink(kind, value)


def payload(link: DeepLink) -> str | None:
    """The text behind `start=`; None for a word that is too long for it."""
    mark = next(mark for mark, kind in _MARKS.items() if kind == link.kind)
    value = link.value
    if link.kind == "word":
        value = base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    made = f"{mark}_{value}"
    return made if len(made) <= MAX_PAYLOAD and _PAYLOAD.fullmatch(made) else None


def address_of(link: DeepLink, view: View) -> str:
    """The link's address; empty where the bot's name is unknown or the word is too long."""
    made = payload(link)
    return f"https://t.me/{view.bot_username}?start={made}" if made and view.bot_username else ""


def story_link(story_id: int, view: View) -> str:
    """The address that opens a story in the chat with the bot."""
    return address_of(DeepLink("story", str(story_id)), view)
