"""Chats: where briefings go, and how each reader wants them."""

import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_origin, get_type_hints

from storage import tastes
from storage.database import Database, from_text, maybe_text, maybe_time, to_text
from storage.models import Chat, ChatKind, Mix, Taste

DEFAULT_MAX_ITEMS = 12
STOPPED = "the reader stopped it"
"""Why a chat is inactive whose reader wanted it so."""


@functools.lru_cache(4096)
def _listed(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


def _codec(kind: object) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """How a field of this type is read from its column and written to it."""
    if kind is bool:
        return bool, int
    if kind is datetime:
        return from_text, to_text
    if kind == datetime | None:
        return maybe_time, maybe_text
    if kind == tuple[Taste, ...]:
        return tastes.parse, tastes.to_json
    if get_origin(kind) is tuple:
        return _listed, json.dumps
    return _as_it_is, _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


FIELDS = {name: _codec(kind) for name, kind in get_type_hints(Chat).items()}
"""Every field of a chat stands in the column of its name: reader and writer of each."""
COLUMNS = ", ".join(FIELDS)
FIXED = frozenset(
    {
        "id",
        "telegram_chat_id",
        "telegram_thread_id",
        "kind",
        "active",
        "created_at",
        "managing",
        "rests_since",
    }
)
"""What no setting changes."""
_SETTINGS = {name: write for name, (_, write) in FIELDS.items() if name not in FIXED}
_SAVE = f"UPDATE chats SET {', '.join(f'{name} = ?' for name in _SETTINGS)} WHERE id = ?"


def of_row(row: sqlite3.Row) -> Chat:
    """The chat in a row of COLUMNS."""
    return Chat(**{name: read(row[name]) for name, (read, _) in FIELDS.items()})


def add(
    db: Database,
    *,
    telegram_chat_id: int,
    telegram_thread_id: int | None,
    kind: ChatKind,
    title: str,
    language: str,
    zone: str,
    briefing_time: str,
    now: datetime,
) -> Chat:
    """Create a chat with default settings; not scheduled yet."""
    with db.transaction(flush=False):  # what is answered there, or set, flushes it
        chat_id = db.insert(
            "INSERT INTO chats (telegram_chat_id, telegram_thread_id, kind, title, language, zone, briefing_time, weekdays, "
            "max_items, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                telegram_chat_id,
                telegram_thread_id,
                kind,
                title,
                language,
                zone,
                briefing_time,
                json.dumps([1, 2, 3, 4, 5, 6, 7]),
                DEFAULT_MAX_ITEMS,
                to_text(now),
            ),
        )
    chat = by_id(db, chat_id)
    assert chat is not None  # noqa: S101 - it was inserted a moment ago
    return chat


def by_id(db: Database, chat_id: int) -> Chat | None:
    """The chat with this id of ours."""
    row = db.execute(f"SELECT {COLUMNS} FROM chats WHERE id = ?", (chat_id,)).fetchone()
    return of_row(row) if row else None


def by_address(db: Database, telegram_chat_id: int, telegram_thread_id: int | None) -> Chat | None:
    """The chat at this place in Telegram."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM chats WHERE telegram_chat_id = ? AND ifnull(telegram_thread_id, 0) = ?",
        (telegram_chat_id, telegram_thread_id or 0),
    ).fetchone()
    return of_row(row) if row else None


class Due(NamedTuple):
    """A chat that waits for its scheduled edition, as it is stored."""

    id: int
    created_at: str
    next_due_at: str
    zone: str
    briefing_time: str
    weekdays: str
    sections: str
    max_items: int
    silent_when_slow: int
    tastes: str
    """See `tastes.parse`."""
    mix: Mix
    follows: str
    """JSON list of strings, see `subscriptions.parse`."""


def due_ids(db: Database, now: datetime, limit: int) -> list[int]:
    """Chats whose scheduled edition has come, the longest due first."""
    rows = db.execute(
        "SELECT id FROM chats WHERE active AND NOT paused AND rests_since IS NULL AND next_due_at <= ? "
        "ORDER BY next_due_at, id LIMIT ?",
        (to_text(now), limit),
    )
    return [row[0] for row in rows]


def due(db: Database, chat_ids: Sequence[int], now: datetime) -> list[Due]:
    """Those of these chats whose scheduled edition has (still) come, in their order."""
    rows = db.execute(
        "SELECT c.id, created_at, next_due_at, zone, briefing_time, weekdays, sections, max_items, silent_when_slow, tastes, mix, "
        "(SELECT json_group_array(s.kind || ':' || s.value) FROM subscriptions s WHERE s.chat_id = c.id) "
        "FROM json_each(?) AS wanted JOIN chats c ON c.id = wanted.value "
        "WHERE active AND NOT paused AND rests_since IS NULL AND next_due_at <= ? ORDER BY wanted.key",
        (json.dumps(chat_ids), to_text(now)),
    )
    rows.row_factory = None
    return list(map(Due._make, rows))


def earliest_due(db: Database) -> datetime | None:
    """When the next scheduled edition of any chat comes."""
    return maybe_time(
        db.execute(
            "SELECT min(next_due_at) FROM chats WHERE active AND NOT paused AND rests_since IS NULL"
        ).fetchone()[0]
    )


def schedule_all(db: Database, wanted: Iterable[tuple[datetime, int]]) -> None:
    """Each chat's next scheduled edition comes then: (when, chat) pairs, many chats at the same moment."""
    chats_at: dict[datetime, list[int]] = {}
    for at, chat_id in wanted:
        chats_at.setdefault(at, []).append(chat_id)
    for at, chat_ids in chats_at.items():
        db.execute(
            "UPDATE chats SET next_due_at = ? WHERE id IN (SELECT value FROM json_each(?))",
            (to_text(at), json.dumps(chat_ids)),
        )


def save_settings(db: Database, chat: Chat) -> None:
    """Write back every setting that a reader can change."""
    db.execute(_SAVE, (*(write(getattr(chat, name)) for name, write in _SETTINGS.items()), chat.id))


def deactivate(db: Database, chat_id: int, reason: str) -> None:
    """Deactivate the chat; its subscriptions are kept, and so is the first reason if it was inactive already."""
    db.execute(
        "UPDATE chats SET active = 0, inactive_reason = ?, awaiting = '' WHERE id = ? AND active",
        (reason, chat_id),
    )


def revive(db: Database, chat_id: int) -> None:
    """Reactivate the chat."""
    db.execute(
        "UPDATE chats SET active = 1, inactive_reason = '', refused = 0, rests_since = NULL, rests_for = '', ask_at = NULL "
        "WHERE id = ?",
        (chat_id,),
    )


def was_lost(db: Database, chat_id: int) -> bool:
    """Whether it was Telegram that ended this chat, not its reader."""
    row = db.execute("SELECT inactive_reason FROM chats WHERE id = ? AND NOT active", (chat_id,)).fetchone()
    return row is not None and row["inactive_reason"] not in {"", STOPPED}


def at(db: Database, telegram_chat_id: int) -> list[Chat]:
    """Every chat at this place in Telegram: a group itself and each of its topics."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM chats WHERE telegram_chat_id = ? ORDER BY id", (telegram_chat_id,)
    )
    return [of_row(row) for row in rows]


def places(db: Database, reason: str) -> list[Chat]:
    """Every chat that is served, or is not for this reason."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM chats WHERE active OR inactive_reason = ? ORDER BY id", (reason,)
    )
    return [of_row(row) for row in rows]


def migrate(db: Database, chat_id: int, telegram_chat_id: int) -> None:
    """The group became a supergroup: Telegram gave it another id. Who is known there already becomes part of it."""
    with db.transaction():
        row = db.execute(
            "SELECT id FROM chats WHERE telegram_chat_id = ? AND telegram_thread_id IS NULL AND id <> ?",
            (telegram_chat_id, chat_id),
        ).fetchone()
        if row is not None:
            _take_over(db, chat_id, row["id"])
        db.execute(
            "UPDATE chats SET telegram_chat_id = ?, kind = 'supergroup' WHERE id = ?",
            (telegram_chat_id, chat_id),
        )


def move(db: Database, chat_id: int, place: Chat) -> None:
    """The chat's briefings come to another topic of its forum from now on, where `place` was; it becomes part of it."""
    with db.transaction():
        _take_over(db, chat_id, place.id)
        db.execute(
            "UPDATE chats SET telegram_thread_id = ? WHERE id = ?", (place.telegram_thread_id, chat_id)
        )


def _take_over(db: Database, chat_id: int, other_id: int) -> None:
    """Move subscriptions, tastes, saved stories and history of the other chat to this one, and delete the other."""
    for table in (
        "subscriptions",
        "follow_changes",
        "saved_stories",
        "editions",
        "searches",
        "feedback",
        "bindings",
        "shared_sets",
    ):
        db.execute(f"UPDATE OR IGNORE {table} SET chat_id = ? WHERE chat_id = ?", (chat_id, other_id))
    # Both had an edition of that date: the other's stays too, for what was told in it is known.
    db.execute(
        "UPDATE editions SET chat_id = ?, slot = slot || ':' || id WHERE chat_id = ? AND NOT EXISTS "
        "(SELECT 1 FROM deliveries d WHERE d.edition_id = editions.id AND d.state IN ('pending', 'sending'))",
        (chat_id, other_id),
    )
    own, other = (
        db.execute("SELECT tastes FROM chats WHERE id = ?", (one,)).fetchone()["tastes"]
        for one in (chat_id, other_id)
    )
    db.execute("UPDATE chats SET tastes = ? WHERE id = ?", (tastes.merged(own, other), chat_id))
    delete(db, other_id)


def delete(db: Database, chat_id: int) -> None:
    """Forget the chat and everything about it; a person's chat also forgets what they look after."""
    db.execute(
        "DELETE FROM bindings WHERE telegram_user_id = (SELECT telegram_chat_id FROM chats WHERE id = ?)",
        (chat_id,),
    )
    db.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
