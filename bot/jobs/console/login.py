"""Who may see the console: an owner who asked the bot for a link, which is signed, expires, and opens once.

link (`nonce.signature`, ten minutes) ─used up→ session (a cookie, twelve hours) ─leave→ nothing

The store keeps SHA-256 of both, never themselves. A person who is no owner any more is out at once.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from bot.runtime.services import Newsroom
from storage import web_keys

LINK_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=12)


def digest_of(key: str) -> str:
    """What the store knows of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _signature(room: Newsroom, nonce: str) -> str:
    key = hmac.digest(room.config.token.encode(), b"console link", "sha256")
    return hmac.digest(key, nonce.encode("utf-8", "replace"), "sha256").hex()[:32]


def make_link(room: Newsroom, person_id: int, now: datetime) -> str:
    """The last part of an address that lets this owner in, once; the ones before it open nothing any more."""
    nonce = secrets.token_urlsafe(24)
    link = f"{nonce}.{_signature(room, nonce)}"
    with room.db.transaction():
        web_keys.forget(room.db, now)
        web_keys.revoke_of_person(room.db, person_id, "login")
        web_keys.add(room.db, digest_of(link), "login", now, person_id=person_id, expires_at=now + LINK_LIFE)
    return link


def log_in(room: Newsroom, link: str, now: datetime) -> str | None:
    """A new session's cookie for the owner to whom the link was given; None where the link opens nothing."""
    nonce, _, signature = link.rpartition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(room, nonce).encode()):
        return None
    person_id = web_keys.use_up(room.db, digest_of(link), now)
    if person_id not in room.config.owners or person_id is None:
        return None
    cookie = secrets.token_urlsafe(32)
    web_keys.add(
        room.db, digest_of(cookie), "session", now, person_id=person_id, expires_at=now + SESSION_LIFE
    )
    return cookie


def owner_of(room: Newsroom, cookie: str, now: datetime) -> int | None:
    """Whose session it is; None where there is none, or its person is no owner any more."""
    person_id = web_keys.person_of(room.db, digest_of(cookie), "session", now) if cookie else None
    return person_id if person_id in room.config.owners else None


def close_session(room: Newsroom, cookie: str) -> None:
    """The session ends."""
    web_keys.revoke(room.db, digest_of(cookie))


def form_token(cookie: str) -> str:
    """What a form of this session carries: a page of somebody else's cannot know it."""
    return hmac.digest(cookie.encode("utf-8", "replace"), b"form", "sha256").hex()


def is_form_token(cookie: str, token: str) -> bool:
    """Whether a form came from a page of this session."""
    return hmac.compare_digest(token.encode("utf-8", "replace"), form_token(cookie).encode())
