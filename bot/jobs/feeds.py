"""A reader's digests as a private feed: its key, and what stands in it.

The key is told once, when it is made; the store knows only its SHA-256. A new one takes the old one's place.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import pages_at
from bot.jobs import views
from bot.jobs.console.login import digest_of
from bot.messages.digest import pages, render_edition, title_of
from bot.runtime.services import Newsroom
from storage import chats, editions, web_keys

MAX_EDITIONS = 14
"""The newest digests that stand in a feed."""


@dataclass(frozen=True, slots=True)
class FeedDigest:
    """One digest as an entry of a feed."""

    id: int
    title: str
    at: datetime
    html: Sequence[str]
    """Its pages as Telegram HTML."""


@dataclass(frozen=True, slots=True)
class PrivateFeed:
    """A chat's digests, newest first."""

    title: str
    language: str
    digests: Sequence[FeedDigest]


def make_key(room: Newsroom, chat_id: int, now: datetime) -> str:
    """A new key for the chat's feed; the one before opens nothing any more."""
    key = secrets.token_urlsafe(24)
    with room.db.transaction():
        web_keys.revoke_of_chat(room.db, chat_id)
        web_keys.add(room.db, digest_of(key), "feed", now, chat_id=chat_id)
    return key


def made_at(room: Newsroom, chat_id: int) -> datetime | None:
    """Since when the chat has a feed; None where it has none."""
    return web_keys.made_for_chat(room.db, chat_id)


def revoke(room: Newsroom, chat_id: int) -> None:
    """The chat's feed is gone."""
    web_keys.revoke_of_chat(room.db, chat_id)


def addresses(room: Newsroom, key: str) -> tuple[str, str]:
    """Where the feed is, as Atom and as JSON Feed."""
    base = f"{pages_at(room.config)}/feed/{key}"
    return f"{base}.xml", f"{base}.json"


def feed_of(room: Newsroom, key: str, now: datetime) -> PrivateFeed | None:
    """What stands in the feed that the key opens; None where it opens none, or its chat has stopped."""
    chat_id = web_keys.chat_of(room.db, digest_of(key), now)
    chat = chats.by_id(room.db, chat_id) if chat_id is not None else None
    if chat is None or not chat.active:
        return None
    view = views.view(room, chat, now)
    found = []
    for edition in editions.newest(room.db, chat.id, MAX_EDITIONS):
        count = pages(edition, view)
        html = [render_edition(edition, view, page=number).text for number in range(1, count + 1)]
        found.append(FeedDigest(edition.id, title_of(edition, view), edition.created_at, html))
    return PrivateFeed(view.locale.text("feed.title"), view.locale.code, found)
