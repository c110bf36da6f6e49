"""Keys that open pages: links by which owners log in, their sessions, and readers' private feeds.

A key itself stands nowhere: what is kept is its SHA-256, so that who reads the store or a backup opens nothing.
"""

from datetime import datetime
from typing import Literal

from storage.database import Database, from_text, maybe_text, to_text

WebKeyKind = Literal["login", "session", "feed"]

_VALID = "digest = ? AND kind = ? AND (expires_at IS NULL OR expires_at > ?)"


def add(
    db: Database,
    digest: str,
    kind: WebKeyKind,
    now: datetime,
    *,
    person_id: int | None = None,
    chat_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    """A new key, of an owner (Telegram's user id) or of a chat; without `expires_at` it holds until it is revoked."""
    db.execute(
        "INSERT INTO web_keys (digest, kind, person_id, chat_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (digest, kind, person_id, chat_id, to_text(now), maybe_text(expires_at)),
    )


def person_of(db: Database, digest: str, kind: WebKeyKind, now: datetime) -> int | None:
    """Whose key it is; None where it is unknown or has expired."""
    row = db.execute(
        f"SELECT person_id FROM web_keys WHERE {_VALID}", (digest, kind, to_text(now))
    ).fetchone()
    return None if row is None or row["person_id"] is None else int(row["person_id"])


def chat_of(db: Database, digest: str, now: datetime) -> int | None:
    """Our id of the chat whose feed the key opens; None where it opens none."""
    row = db.execute(
        f"SELECT chat_id FROM web_keys WHERE {_VALID}", (digest, "feed", to_text(now))
    ).fetchone()
    return None if row is None else int(row["chat_id"])


def use_up(db: Database, digest: str, now: datetime) -> int | None:
    """Who may log in by this link: it works once. None where it is unknown, used or has expired."""
    with db.transaction():
        person_id = person_of(db, digest, "login", now)
        revoke(db, digest)
    return person_id


def revoke(db: Database, digest: str) -> None:
    """The key opens nothing any more."""
    db.execute("DELETE FROM web_keys WHERE digest = ?", (digest,))


def revoke_of_person(db: Database, person_id: int, kind: WebKeyKind) -> None:
    """All the person's keys of a kind open nothing any more."""
    db.execute("DELETE FROM web_keys WHERE person_id = ? AND kind = ?", (person_id, kind))


def revoke_of_chat(db: Database, chat_id: int) -> bool:
    """The chat has no feed any more; False where it had none."""
    return db.execute("DELETE FROM web_keys WHERE chat_id = ?", (chat_id,)).rowcount > 0


def made_for_chat(db: Database, chat_id: int) -> datetime | None:
    """Since when the chat has a feed; None where it has none."""
    row = db.execute("SELECT created_at FROM web_keys WHERE chat_id = ?", (chat_id,)).fetchone()
    return None if row is None else from_text(row["created_at"])


def forget(db: Database, now: datetime) -> None:
    """Drop what has expired."""
    db.execute("DELETE FROM web_keys WHERE expires_at <= ?", (to_text(now),))
