"""What was reported over longer times, without the texts: for counts and for names that rise."""

import json
from collections.abc import Iterator
from datetime import datetime

from storage.database import Database, maybe_time, to_text
from storage.models import Mention


def mentions(db: Database, since: datetime, until: datetime) -> Iterator[Mention]:
    """Articles about the industry that were news, published in (since, until], oldest first."""
    rows = db.execute(
        "SELECT story_id, publisher, title, summary, keywords FROM articles WHERE published_at > ? AND published_at <= ? "
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
        )


def since(db: Database) -> datetime | None:
    """When the first article that was news was published; None in an empty store."""
    return maybe_time(db.execute("SELECT min(published_at) FROM articles WHERE NOT archived").fetchone()[0])
