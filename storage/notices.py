"""What owners are told of their sources, and who looks after a chat of it: a durable outbox, pending → sending → sent | uncertain, by conditional UPDATE.

Telegram has no idempotency key: a notice that a killed process left in `sending` is uncertain and not sent again.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from storage.database import Database, from_text, maybe_text, maybe_time, to_text
from storage.models import Chat, Notice, NoticeKind, Source


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        id=row["id"],
        person_id=row["person_id"],
        kind=row["kind"],
        title=row["title"],
        failures=row["failures"],
        problem=row["problem"],
        last_good_at=maybe_time(row["last_good_at"]),
        created_at=from_text(row["created_at"]),
        place=row["place"],
    )


def add(
    db: Database, owners: Iterable[int], kind: NoticeKind, source: Source, problem: str, now: datetime
) -> None:
    """Each owner is to be told this of the source, as it stands before what is told of."""
    db.executemany(
        "INSERT INTO notices (person_id, kind, source_id, failures, problem, last_good_at, created_at, not_before) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                owner,
                kind,
                source.id,
                source.failures + 1,
                problem,
                maybe_text(source.succeeded_at),
                to_text(now),
                to_text(now),
            )
            for owner in sorted(owners)
        ],
    )


def add_resting(
    db: Database, people: Iterable[int], chat: Chat, refused: int, problem: str, now: datetime
) -> None:
    """Each of them is to be told that this chat rests, after so many refused editions."""
    at = to_text(now)
    db.executemany(
        "INSERT INTO notices (person_id, kind, chat_id, failures, problem, created_at, not_before) "
        "VALUES (?, 'resting', ?, ?, ?, ?, ?)",
        [(person, chat.id, refused, problem, at, at) for person in people],
    )


def pending(db: Database, now: datetime) -> dict[int, list[Notice]]:
    """What each person with an active private chat is still to be told, oldest first; others' waits for them."""
    rows = db.execute(
        "SELECT n.id, n.person_id, n.kind, ifnull(s.title, p.title) AS title, n.failures, n.problem, n.last_good_at, "
        "n.created_at, p.kind AS place FROM notices n LEFT JOIN sources s ON s.id = n.source_id "
        "LEFT JOIN chats p ON p.id = n.chat_id "
        "JOIN chats c ON c.telegram_chat_id = n.person_id AND c.kind = 'private' AND c.active "
        "WHERE n.state = 'pending' AND n.not_before <= ? ORDER BY n.id",
        (to_text(now),),
    )
    found: dict[int, list[Notice]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_notice(row))
    return found


def claim(db: Database, notice_ids: Sequence[int]) -> bool:
    """Take them for sending, all or none; False where somebody else has one."""
    with db.transaction():
        free = db.execute(
            "SELECT count(*) FROM notices WHERE state = 'pending' AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(notice_ids),),
        ).fetchone()[0]
        if free != len(notice_ids):
            return False
        _mark(db, notice_ids, "sending")
    return True


def finish(db: Database, notice_ids: Sequence[int], state: str) -> None:
    """They were sent, failed, or may have been sent (uncertain)."""
    _mark(db, notice_ids, state)


def postpone(db: Database, notice_ids: Sequence[int], not_before: datetime) -> None:
    """They certainly were not sent: try again then."""
    db.execute(
        "UPDATE notices SET state = 'pending', not_before = ? WHERE id IN (SELECT value FROM json_each(?))",
        (to_text(not_before), json.dumps(notice_ids)),
    )


def interrupted(db: Database) -> int:
    """At start: what a killed process left in `sending` becomes uncertain; returns how many."""
    return db.execute("UPDATE notices SET state = 'uncertain' WHERE state = 'sending'").rowcount


def doubt(db: Database, until: datetime) -> int:
    """Notices that were to go out until then may have been sent by a bot whose record is lost: they become uncertain.
    Returns how many."""
    return db.execute(
        "UPDATE notices SET state = 'uncertain' WHERE state IN ('pending', 'sending') "
        "AND (state = 'sending' OR not_before <= ?)",
        (to_text(until),),
    ).rowcount


def forget(db: Database, before: datetime) -> None:
    """Drop notices from before then, told or not: they are no news any more."""
    db.execute("DELETE FROM notices WHERE created_at < ?", (to_text(before),))


def _mark(db: Database, notice_ids: Sequence[int], state: str) -> None:
    db.execute(
        "UPDATE notices SET state = ? WHERE id IN (SELECT value FROM json_each(?))",
        (state, json.dumps(notice_ids)),
    )
