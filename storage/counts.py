"""Figures about the whole store."""

from storage.database import Database
from storage.figures import Counts


def of_everything(db: Database) -> Counts:
    """The number of rows of each kind."""
    row = db.execute(
        """
        SELECT (SELECT count(*) FROM sources WHERE enabled) AS sources,
               (SELECT count(*) FROM sources WHERE enabled AND failures > 0) AS sources_failing,
               (SELECT count(*) FROM articles) AS articles,
               (SELECT count(*) FROM stories) AS stories,
               (SELECT count(*) FROM chats) AS chats,
               (SELECT count(*) FROM chats WHERE active AND NOT paused) AS chats_active,
               (SELECT count(*) FROM chats WHERE active AND rests_since IS NOT NULL) AS chats_resting,
               (SELECT count(*) FROM subscriptions) AS subscriptions,
               (SELECT count(*) FROM editions) AS editions
        """
    ).fetchone()
    states = db.execute("SELECT state, count(*) AS parts FROM deliveries GROUP BY state ORDER BY state")
    return Counts(**dict(row), deliveries={state["state"]: state["parts"] for state in states})
