"""The inbox: updates are stored before Telegram is told that we have them, and handled once."""

from datetime import datetime

from storage.database import Database, to_text


def put(db: Database, update_id: int, payload: str, now: datetime) -> bool:
    """Store one update as it came (JSON); False where we have it already."""
    return (
        db.execute(
            "INSERT OR IGNORE INTO inbox (update_id, payload, received_at) VALUES (?, ?, ?)",
            (update_id, payload, to_text(now)),
        ).rowcount
        > 0
    )


def waiting(db: Database) -> list[tuple[int, str]]:
    """(update id, payload) of updates not handled yet, in order."""
    rows = db.execute("SELECT update_id, payload FROM inbox WHERE state = 'new' ORDER BY update_id")
    return [(row["update_id"], row["payload"]) for row in rows]


def done(db: Database, update_id: int) -> None:
    """The update was handled, unless its handler said that it failed."""
    db.execute(
        "UPDATE inbox SET state = 'done', payload = '' WHERE update_id = ? AND state = 'new'", (update_id,)
    )


def poison(db: Database, update_id: int, problem: str) -> None:
    """The update cannot be handled; keep it for the operator and go on."""
    db.execute("UPDATE inbox SET state = 'poison', problem = ? WHERE update_id = ?", (problem, update_id))


def answers(db: Database, update_id: int) -> int:
    """How many messages in answer to the update were begun, each of which may have arrived."""
    row = db.execute("SELECT answers FROM inbox WHERE update_id = ?", (update_id,)).fetchone()
    return 0 if row is None else int(row["answers"])


def begin_answer(db: Database, update_id: int, number: int) -> None:
    """The message of that number (from 1) is about to be sent: never send it again."""
    db.execute("UPDATE inbox SET answers = ? WHERE update_id = ?", (number, update_id))


def applied(db: Database, update_id: int) -> bool:
    """Whether what the update changes is in the store already."""
    row = db.execute("SELECT applied FROM inbox WHERE update_id = ?", (update_id,)).fetchone()
    return row is not None and bool(row["applied"])


def apply(db: Database, update_id: int) -> None:
    """What the update changes is in the store; belongs into the transaction of the change."""
    db.execute("UPDATE inbox SET applied = 1 WHERE update_id = ?", (update_id,))


def last_id(db: Database) -> int | None:
    """The newest update that we have."""
    value = db.execute("SELECT max(update_id) FROM inbox").fetchone()[0]
    return None if value is None else int(value)


def forget(db: Database, before: datetime) -> None:
    """Drop handled updates older than `before`, but never the newest: its id is the polling offset."""
    db.execute(
        "DELETE FROM inbox WHERE received_at < ? AND state <> 'new' AND update_id < (SELECT max(update_id) FROM inbox)",
        (to_text(before),),
    )
