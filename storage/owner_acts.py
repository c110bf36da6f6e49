"""What owners changed by hand on the console: kept, so that it can be looked up and taken back; and the sections that they
corrected, which no later analysis overrules.
"""

import sqlite3
from datetime import datetime
from typing import Literal, NamedTuple

from storage.database import Database, from_text, maybe_time, to_text

OwnerActKind = Literal["pause", "resume", "fetch", "split", "section"]


class OwnerAct(NamedTuple):
    """One change."""

    id: int
    person_id: int
    """Telegram's user id."""
    at: datetime
    kind: OwnerActKind
    target_id: int
    """Of a source or an article."""
    title: str
    was: str
    becomes: str
    undone_at: datetime | None


class CorrectedSection(NamedTuple):
    """An article that an owner put where it belongs."""

    guid: str
    url: str
    title: str
    was: str | None
    section: str | None
    """None: it is not of the industry."""
    at: datetime


def _act(row: sqlite3.Row) -> OwnerAct:
    return OwnerAct(
        row["id"],
        row["person_id"],
        from_text(row["at"]),
        row["kind"],
        row["target_id"],
        row["title"],
        row["was"],
        row["becomes"],
        maybe_time(row["undone_at"]),
    )


_COLUMNS = "id, person_id, at, kind, target_id, title, was, becomes, undone_at"


def add(
    db: Database,
    person_id: int,
    kind: OwnerActKind,
    target_id: int,
    title: str,
    was: str,
    becomes: str,
    now: datetime,
) -> int:
    """Write down what was done; returns its id."""
    return db.insert(
        "INSERT INTO owner_acts (person_id, at, kind, target_id, title, was, becomes) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (person_id, to_text(now), kind, target_id, title, was, becomes),
    )


def listed(db: Database, limit: int) -> list[OwnerAct]:
    """The newest, newest first."""
    return [
        _act(row)
        for row in db.execute(f"SELECT {_COLUMNS} FROM owner_acts ORDER BY id DESC LIMIT ?", (limit,))
    ]


def by_id(db: Database, act_id: int) -> OwnerAct | None:
    """The act with this id."""
    row = db.execute(f"SELECT {_COLUMNS} FROM owner_acts WHERE id = ?", (act_id,)).fetchone()
    return None if row is None else _act(row)


def undo(db: Database, act_id: int, now: datetime) -> bool:
    """It is taken back; False where it was already."""
    return (
        db.execute(
            "UPDATE owner_acts SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (to_text(now), act_id)
        ).rowcount
        == 1
    )


def correct_section(
    db: Database, article_id: int, section: str | None, person_id: int, now: datetime
) -> None:
    """An owner says where the article belongs; what it was before any correction is kept."""
    with db.transaction():
        db.execute(
            "INSERT INTO section_corrections (article_id, section, was, was_given, person_id, at) "
            "SELECT id, ?, section, section_given, ?, ? FROM articles WHERE id = ? "
            "ON CONFLICT (article_id) DO UPDATE SET section = excluded.section, person_id = excluded.person_id, at = excluded.at",
            (section, person_id, to_text(now), article_id),
        )
        db.execute("UPDATE articles SET section = ?, section_given = 1 WHERE id = ?", (section, article_id))


def uncorrect_section(db: Database, article_id: int) -> None:
    """The article is where it was before anybody corrected it."""
    with db.transaction():
        db.execute(
            "UPDATE articles SET (section, section_given) = (SELECT was, was_given FROM section_corrections "
            "WHERE article_id = articles.id) WHERE id = ? AND EXISTS (SELECT 1 FROM section_corrections WHERE article_id = ?)",
            (article_id, article_id),
        )
        db.execute("DELETE FROM section_corrections WHERE article_id = ?", (article_id,))


def is_corrected(db: Database, article_id: int) -> bool:
    """Whether an owner said where the article belongs."""
    row = db.execute("SELECT 1 FROM section_corrections WHERE article_id = ?", (article_id,)).fetchone()
    return row is not None


def corrected_sections(db: Database) -> list[CorrectedSection]:
    """All corrections that hold, oldest first."""
    rows = db.execute(
        "SELECT a.guid, a.url, a.title, c.was, c.section, c.at FROM section_corrections c "
        "JOIN articles a ON a.id = c.article_id ORDER BY c.at, a.id"
    )
    return [
        CorrectedSection(
            row["guid"], row["url"], row["title"], row["was"], row["section"], from_text(row["at"])
        )
        for row in rows
    ]
