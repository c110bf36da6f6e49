"""Sets of subscriptions that a reader shares by a link; whoever has the token sees the set, and nothing of its reader."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.database import Database, to_text
from storage.models import Subscription

TOKEN_BYTES = 12


def share(db: Database, chat_id: int, items: Sequence[Subscription], now: datetime) -> str:
    """The token of this set, the one that the chat has for an equal one already where there is such a one."""
    stored = json.dumps([[item.kind, item.value] for item in items], ensure_ascii=False)
    row = db.execute(
        "SELECT token FROM shared_sets WHERE chat_id = ? AND items = ?", (chat_id, stored)
    ).fetchone()
    if row is not None:
        return str(row["token"])
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.execute(
        "INSERT INTO shared_sets (token, chat_id, items, created_at) VALUES (?, ?, ?, ?)",
        (token, chat_id, stored, to_text(now)),
    )
    return token


def by_token(db: Database, token: str) -> tuple[Subscription, ...] | None:
    """The set behind a link; None where there is none, or its reader has left and taken it along."""
    row = db.execute("SELECT items FROM shared_sets WHERE token = ?", (token,)).fetchone()
    if row is None:
        return None
    found: list[list[Any]] = json.loads(row["items"])
    return tuple(Subscription(kind, value) for kind, value in found)
