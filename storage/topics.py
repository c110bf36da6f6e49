"""The taxonomy in force, written into the store for those who read the file by SQL."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from storage.database import Database


class TopicRow(NamedTuple):
    """A section or a topic with its names."""

    id: str
    kind: Literal["section", "topic"]
    name: str
    name_en: str


def replace(db: Database, rows: Iterable[TopicRow]) -> None:
    """Make the table say what the topics file says."""
    with db.transaction():
        db.execute("DELETE FROM topics")
        db.executemany(
            "INSERT INTO topics (id, kind, name, name_en, position) VALUES (?, ?, ?, ?, ?)",
            [(*row, position) for position, row in enumerate(rows)],
        )
