"""What was reported over longer times, without the texts: for counts and for names that rise."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

from storage.database import Database, from_text, maybe_time, to_text
from storage.models import Mention, StoryReport


def mentions(db: Database, since: datetime, until: datetime) -> Iterator[Mention]:
    """Articles about the industry that were news, published in (since, until], oldest first."""
    rows = db.execute(
        "SELECT story_id, publisher, title, summary, keywords, genre FROM articles WHERE published_at > ? AND published_at <= ? "
        "AND section IS NOT NULL AND story_id IS NOT NULL AND NOT archived ORDER BY published_at, id",
        (to_text(since), to_text(until)),
    )
    for row in rows:
        yield Mention(
            row["story_id"],
            row["publisher"],
            row["title"],
            tuple(json.loads(row["summary"])),
            tuple(json.loads(row["keywords"])),
            row["genre"],
        )


def since(db: Database) -> datetime | None:
    """When the first article that was news was published; None in an empty store."""
    return maybe_time(db.execute("SELECT min(published_at) FROM articles WHERE NOT archived").fetchone()[0])


def of_topic(db: Database, topic: str, since: datetime, until: datetime) -> list[StoryReport]:
    """Articles about the topic published in (since, until], oldest first."""
    rows = db.execute(
        "SELECT a.id, a.story_id, a.publisher, a.published_at FROM article_topics t JOIN articles a ON a.id = t.article_id "
        "WHERE t.topic = ? AND a.published_at > ? AND a.published_at <= ? ORDER BY a.published_at, a.id",
        (topic, to_text(since), to_text(until)),
    )
    return [_report(row) for row in rows]


def of_documents(db: Database, doc_ids: Sequence[int], since: datetime, until: datetime) -> list[StoryReport]:
    """Of these documents of the search index, the articles published in (since, until], oldest first."""
    rows = db.execute(
        "SELECT a.id, a.story_id, a.publisher, a.published_at FROM json_each(?) AS wanted "
        "JOIN index_documents d ON d.doc_id = wanted.value JOIN articles a ON a.id = d.article_id "
        "WHERE a.published_at > ? AND a.published_at <= ? ORDER BY a.published_at, a.id",
        (json.dumps(doc_ids), to_text(since), to_text(until)),
    )
    return [_report(row) for row in rows]


def _report(row: sqlite3.Row) -> StoryReport:
    return StoryReport(row["id"], row["story_id"], row["publisher"], from_text(row["published_at"]))
