"""How much is reported of each topic, and on which days."""

from datetime import datetime

from storage.database import Database, to_text


def stories_of(db: Database, since: datetime, until: datetime) -> dict[str, int]:
    """By topic, how many stories have a report in (since, until] that was news about it."""
    rows = db.execute(
        "SELECT t.topic, count(DISTINCT a.story_id) FROM articles a JOIN article_topics t ON t.article_id = a.id "
        "WHERE a.published_at > ? AND a.published_at <= ? AND a.story_id IS NOT NULL AND NOT a.archived "
        "GROUP BY t.topic ORDER BY t.topic",
        (to_text(since), to_text(until)),
    )
    return {row[0]: row[1] for row in rows}
