"""The ledger: each message part goes pending → sending → sent | failed | uncertain, by conditional UPDATE."""

import sqlite3
from datetime import datetime

from storage.database import Database, from_text, to_text
from storage.models import Delivery

SELECT = (
    "SELECT d.id, d.edition_id, e.chat_id, d.part, d.state, d.attempts, d.telegram_message_id, d.not_before, d.problem "
    "FROM deliveries d JOIN editions e ON e.id = d.edition_id "
)


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        edition_id=row["edition_id"],
        chat_id=row["chat_id"],
        part=row["part"],
        state=row["state"],
        attempts=row["attempts"],
        telegram_message_id=row["telegram_message_id"],
        not_before=from_text(row["not_before"]),
        problem=row["problem"],
    )


def add(db: Database, edition_id: int, part: int, not_before: datetime) -> int:
    """Queue one message part."""
    return db.insert(
        "INSERT INTO deliveries (edition_id, part, not_before) VALUES (?, ?, ?)",
        (edition_id, part, to_text(not_before)),
    )


def pending(db: Database, now: datetime, limit: int, *, printed: bool = False) -> list[Delivery]:
    """Parts whose time has come, urgent ones first, then the oldest; none whose edition's earlier part comes later.

    What is `printed` is made right before it is sent, and goes by itself.
    """
    rows = db.execute(
        # The first condition is the partial index's own: without it SQLite reads every delivery there ever was.
        SELECT + "WHERE d.state IN ('pending', 'sending') AND d.state = 'pending' AND d.not_before <= ? "
        f"AND e.slot {'=' if printed else '<>'} 'printed' "
        "AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.edition_id = d.edition_id AND b.part < d.part "
        "AND b.state = 'pending' AND b.not_before > d.not_before) ORDER BY d.urgent DESC, d.not_before, d.id LIMIT ?",
        (to_text(now), limit),
    )
    return [_delivery(row) for row in rows]


def by_id(db: Database, delivery_id: int) -> Delivery | None:
    """The part with this id."""
    row = db.execute(SELECT + "WHERE d.id = ?", (delivery_id,)).fetchone()
    return None if row is None else _delivery(row)


def of_edition(db: Database, edition_id: int) -> list[Delivery]:
    """The parts of an edition in order."""
    return [
        _delivery(row) for row in db.execute(SELECT + "WHERE d.edition_id = ? ORDER BY d.part", (edition_id,))
    ]


_FREE = (
    "id = ? AND state = 'pending' AND NOT EXISTS (SELECT 1 FROM deliveries b "
    "WHERE b.edition_id = deliveries.edition_id AND b.part < deliveries.part "
    "AND b.state IN ('pending', 'sending'))"
)


def is_free(db: Database, delivery_id: int) -> bool:
    """Whether `claim` would succeed now."""
    return db.execute(f"SELECT 1 FROM deliveries WHERE {_FREE}", (delivery_id,)).fetchone() is not None


def claim(db: Database, delivery_id: int, now: datetime) -> bool:
    """Take the part for sending; False where somebody else has it, it is done, or an earlier part is not."""
    return (
        db.execute(
            f"UPDATE deliveries SET state = 'sending', attempts = attempts + 1, claimed_at = ? WHERE {_FREE}",
            (to_text(now), delivery_id),
        ).rowcount
        == 1
    )


def finish(
    db: Database,
    delivery_id: int,
    state: str,
    now: datetime,
    *,
    message_id: int | None = None,
    problem: str = "",
) -> None:
    """The part was sent, failed, or may have been sent (uncertain)."""
    db.execute(
        "UPDATE deliveries SET state = ?, finished_at = ?, telegram_message_id = ifnull(?, telegram_message_id), "
        "problem = ? WHERE id = ?",
        (state, to_text(now), message_id, problem, delivery_id),
    )


def postpone(db: Database, delivery_id: int, not_before: datetime, problem: str) -> None:
    """A claimed part has certainly not arrived: make it pending again, due at that time (aware UTC)."""
    db.execute(
        "UPDATE deliveries SET state = 'pending', not_before = ?, problem = ? WHERE id = ? AND state = 'sending'",
        (to_text(not_before), problem, delivery_id),
    )


def put_off(db: Database, delivery_id: int, not_before: datetime, problem: str) -> None:
    """A part failed before it was claimed: make it due at that time (aware UTC), unless another task has claimed it."""
    db.execute(
        "UPDATE deliveries SET attempts = attempts + 1, not_before = ?, problem = ? WHERE id = ? AND state = 'pending'",
        (to_text(not_before), problem, delivery_id),
    )


def give_up(db: Database, delivery_id: int, now: datetime, problem: str) -> None:
    """Cancel the part, unless it has been claimed."""
    db.execute(
        "UPDATE deliveries SET state = 'failed', finished_at = ?, problem = ? WHERE id = ? AND state = 'pending'",
        (to_text(now), problem, delivery_id),
    )


def resend(db: Database, delivery_id: int, now: datetime) -> bool:
    """A reader asked for an uncertain part again (补发); False where it is not uncertain any more."""
    return (
        db.execute(
            "UPDATE deliveries SET state = 'pending', not_before = ? WHERE id = ? AND state = 'uncertain'",
            (to_text(now), delivery_id),
        ).rowcount
        == 1
    )


def interrupted(db: Database, now: datetime) -> list[Delivery]:
    """At start: parts that a killed process left in `sending` become uncertain. Returns them."""
    rows = [_delivery(row) for row in db.execute(SELECT + "WHERE d.state = 'sending'")]
    db.execute(
        "UPDATE deliveries SET state = 'uncertain', finished_at = ?, problem = 'interrupted while sending' "
        "WHERE state = 'sending'",
        (to_text(now),),
    )
    return rows


def doubt(db: Database, until: datetime) -> int:
    """Parts that were to go out until then may have been sent by a bot whose record is lost: they become uncertain.
    Returns how many."""
    return db.execute(
        "UPDATE deliveries SET state = 'uncertain', finished_at = ?, problem = 'the record of it is lost' "
        "WHERE state IN ('pending', 'sending') AND (state = 'sending' OR not_before <= ?)",
        (to_text(until), to_text(until)),
    ).rowcount


def uncertain_of(db: Database, chat_id: int) -> Delivery | None:
    """The chat's newest part that may or may not have arrived, and that the reader was not yet told of."""
    row = db.execute(
        SELECT
        + "WHERE e.chat_id = ? AND d.state = 'uncertain' AND d.offered_at IS NULL ORDER BY d.id DESC LIMIT 1",
        (chat_id,),
    ).fetchone()
    return None if row is None else _delivery(row)


def offered(db: Database, chat_id: int, now: datetime) -> None:
    """The reader was told that editions may be missing, and can ask for the newest again."""
    db.execute(
        "UPDATE deliveries SET offered_at = ? WHERE state = 'uncertain' AND offered_at IS NULL "
        "AND edition_id IN (SELECT id FROM editions WHERE chat_id = ?)",
        (to_text(now), chat_id),
    )


def not_offered(db: Database, chat_id: int) -> None:
    """The newest offer surely never arrived: make it again with the next edition."""
    db.execute(
        "UPDATE deliveries SET offered_at = NULL WHERE id = (SELECT d.id FROM deliveries d JOIN editions e "
        "ON e.id = d.edition_id WHERE e.chat_id = ? AND d.state = 'uncertain' AND d.offered_at IS NOT NULL "
        "ORDER BY d.id DESC LIMIT 1)",
        (chat_id,),
    )


def known_stories(db: Database, chat_id: int) -> frozenset[int]:
    """Ids of stories that the chat was sent, may have been sent, or is about to be sent, and of those into which they
    have gone: never to be picked again."""
    rows = db.execute(
        "WITH told (story_id) AS (SELECT DISTINCT i.story_id FROM editions e JOIN edition_items i ON i.edition_id = e.id "
        "WHERE e.chat_id = ? AND EXISTS "
        "(SELECT 1 FROM deliveries d WHERE d.edition_id = e.id AND d.state <> 'failed')) "
        "SELECT story_id FROM told UNION "
        "SELECT m.story_id FROM told JOIN story_merges m ON m.gone_id = told.story_id",
        (chat_id,),
    )
    return frozenset(row["story_id"] for row in rows)
