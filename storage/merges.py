"""Stories that turned out to be one: the later goes, its articles belong to the earlier, and its id keeps its meaning.

Editions tell stories by id, and chats know them by what editions told. A story's id is never given again, so one that
has gone leads to the story that has its articles now, and who knows the one knows the other.
"""

import json
from collections.abc import Collection
from typing import NamedTuple

from storage import stories
from storage.database import Database


class Merge(NamedTuple):
    """One story that has gone into another."""

    number: int
    """They are counted as they happen."""
    gone_id: int
    story_id: int


def merge(db: Database, gone_id: int, story_id: int) -> None:
    """The articles of the first story belong to the second, as does all that was kept about it; the first goes."""
    with db.transaction():
        db.execute(
            "INSERT INTO story_merges (gone_id, story_id, articles) "
            "SELECT ?, ?, json_group_array(id) FROM articles WHERE story_id = ?",
            (gone_id, story_id, gone_id),
        )
        both = {"gone": gone_id, "into": story_id}
        for statement in (
            "UPDATE story_merges SET story_id = :into WHERE story_id = :gone",
            "UPDATE articles SET story_id = :into WHERE story_id = :gone",
            "INSERT OR IGNORE INTO story_splits SELECT article_id, :into FROM story_splits WHERE story_id = :gone",
            "UPDATE OR IGNORE saved_stories SET story_id = :into WHERE story_id = :gone",
            "UPDATE feedback SET story_id = :into WHERE story_id = :gone",
            (
                "UPDATE stories SET follows = (SELECT follows FROM stories WHERE id = :gone) "
                "WHERE id = :into AND follows IS NULL"
            ),
            "UPDATE stories SET follows = :into WHERE follows = :gone",
            "DELETE FROM stories WHERE id = :gone",
        ):
            db.execute(statement, both)
        if stories.follows_itself(db, story_id):
            db.execute("UPDATE stories SET follows = NULL WHERE id = ?", (story_id,))
        stories.remeasure(db, story_id)


def undo(db: Database, article_id: int) -> stories.Parted | None:
    """An owner says that an article does not belong to its story: where it came with a story that went into this one,
    that story is there again, with its id and its articles, and they are kept apart. None where it did not."""
    row = db.execute(
        "SELECT m.number, m.gone_id, m.story_id, m.articles FROM articles a JOIN story_merges m ON m.story_id = a.story_id "
        "WHERE a.id = ? AND ? IN (SELECT value FROM json_each(m.articles)) ORDER BY m.number DESC LIMIT 1",
        (article_id, article_id),
    ).fetchone()
    if row is None:
        return None
    gone_id, story_id = row["gone_id"], row["story_id"]
    came = [
        found["id"]
        for found in db.execute(
            "SELECT id FROM articles WHERE story_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (story_id, row["articles"]),
        )
    ]
    with db.transaction():
        db.execute("DELETE FROM story_merges WHERE number = ?", (row["number"],))
        at = db.execute(
            "SELECT min(published_at) FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(came),),
        ).fetchone()[0]
        db.execute("INSERT INTO stories (id, first_at, last_at) VALUES (?, ?, ?)", (gone_id, at, at))
        for one in came:
            db.execute("UPDATE articles SET story_id = ? WHERE id = ?", (gone_id, one))
            db.execute(
                "INSERT OR IGNORE INTO story_splits (article_id, story_id) VALUES (?, ?)", (one, story_id)
            )
        db.execute(  # what had gone into it before goes with it
            "UPDATE story_merges SET story_id = ? WHERE story_id = ? AND NOT EXISTS "
            "(SELECT 1 FROM json_each(articles) AS had WHERE had.value NOT IN (SELECT value FROM json_each(?)))",
            (gone_id, story_id, row["articles"]),
        )
        stories.remeasure(db, gone_id)
        stories.remeasure(db, story_id)
    return stories.Parted(story_id, gone_id, tuple(came))


def current(db: Database, story_id: int) -> int:
    """The story's id, or that of the story into which it has gone."""
    return current_of(db, [story_id]).get(story_id, story_id)


def current_of(db: Database, story_ids: Collection[int]) -> dict[int, int]:
    """Of those that have gone, the stories into which they went."""
    rows = db.execute(
        "SELECT m.gone_id, m.story_id FROM json_each(?) AS wanted JOIN story_merges m ON m.gone_id = wanted.value",
        (json.dumps(list(story_ids)),),
    )
    return {row["gone_id"]: row["story_id"] for row in rows}


def after(db: Database, number: int) -> list[Merge]:
    """What went into what since the merge of that number, in order."""
    rows = db.execute(
        "SELECT number, gone_id, story_id FROM story_merges WHERE number > ? ORDER BY number", (number,)
    )
    return [Merge(*row) for row in rows]


def newest(db: Database) -> int:
    """The number of the latest merge; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(number), 0) FROM story_merges").fetchone()[0])
