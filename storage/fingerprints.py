"""What tells reprints of one article: kept while a story can still be joined, afterwards it can be computed from the text."""

from collections.abc import Sequence
from datetime import datetime

from storage.database import Database, to_text
from storage.packing import pack_numbers


def write(db: Database, article_id: int, numbers: Sequence[int]) -> None:
    """Keep an article's fingerprint, in place of an earlier one."""
    db.execute(
        "INSERT OR REPLACE INTO fingerprints (article_id, numbers) VALUES (?, ?)",
        (article_id, pack_numbers(numbers)),
    )


def forget(db: Database, before: datetime, limit: int) -> int:
    """Drop those of articles published before `before` among the `limit` that have been kept longest; how many it were.

    What was stored later waits for them, though it may be older: an archive that was imported.
    """
    gone = db.execute(
        "DELETE FROM fingerprints WHERE article_id IN (SELECT kept.article_id FROM "
        "(SELECT article_id FROM fingerprints ORDER BY article_id LIMIT ?) AS kept "
        "JOIN articles a ON a.id = kept.article_id WHERE a.published_at < ?)",
        (limit, to_text(before)),
    )
    return gone.rowcount
