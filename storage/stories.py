"""Stories: one event each, and the articles that report it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from storage import articles, sources
from storage.database import Database, from_text, maybe_time, to_text
from storage.models import Article, Story


class Parted(NamedTuple):
    """What an owner took apart."""

    old: int
    """The story that the articles were in."""
    new: int
    """The story that they are now."""
    article_ids: tuple[int, ...]


def create(db: Database, at: datetime, follows: int | None = None, *, repeats: bool = False) -> int:
    """A new story whose first report is from `at`, which follows story `follows` if that is there, and may say nothing
    that this has not said; returns its id."""
    moment = to_text(at)
    return db.insert(
        "INSERT INTO stories (first_at, last_at, follows, repeats) "
        "VALUES (?, ?, (SELECT id FROM stories WHERE id = ?), ?)",
        (moment, moment, follows, int(repeats)),
    )


def relate(db: Database, story_id: int, other_id: int) -> None:
    """A report shows two stories to be of one affair: the later follows the earlier, or the other way round where it
    follows one already; where both do, the first of the later affair follows that of the earlier. Nothing changes where
    they are of one affair as it is."""
    later, earlier = max(story_id, other_id), min(story_id, other_id)
    first = affairs(db, [later, earlier])
    if len(first) < 2 or first[later] == first[earlier]:  # one has gone with its last article
        return
    for one, followed_one in ((later, earlier), (earlier, later)):
        changed = db.execute(
            "UPDATE stories SET follows = ? WHERE id = ? AND follows IS NULL", (followed_one, one)
        )
        if changed.rowcount:
            return
    begun = sorted(first.values())
    db.execute("UPDATE stories SET follows = ? WHERE id = ?", (begun[0], begun[1]))


def affairs(db: Database, story_ids: Collection[int]) -> dict[int, int]:
    """Of each of these stories that is there: the id of the first story of its affair, its own where it follows none."""
    rows = db.execute(
        "WITH RECURSIVE chain (story_id, earlier, follows) AS ("
        "SELECT s.id, s.id, s.follows FROM json_each(?) AS wanted JOIN stories s ON s.id = wanted.value UNION "
        "SELECT chain.story_id, s.id, s.follows FROM chain JOIN stories s ON s.id = chain.follows) "
        "SELECT story_id, earlier FROM chain WHERE follows IS NULL",
        (json.dumps(list(story_ids)),),
    )
    return {row["story_id"]: row["earlier"] for row in rows}


def followed(db: Database, story_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Of each of these stories that goes on with an affair: the stories of it that were reported before this one."""
    rows = db.execute(
        "WITH RECURSIVE up (story_id, id, follows) AS ("
        "SELECT s.id, s.id, s.follows FROM json_each(?) AS wanted JOIN stories s ON s.id = wanted.value UNION "
        "SELECT up.story_id, s.id, s.follows FROM up JOIN stories s ON s.id = up.follows), "
        "affair (first, id) AS (SELECT DISTINCT up.id, up.id FROM up WHERE up.follows IS NULL UNION "
        "SELECT affair.first, s.id FROM affair JOIN stories s ON s.follows = affair.id) "
        "SELECT up.story_id, s.id AS earlier FROM up JOIN affair ON affair.first = up.id AND up.follows IS NULL "
        "JOIN stories s ON s.id = affair.id JOIN stories own ON own.id = up.story_id "
        "WHERE (s.first_at, s.id) < (own.first_at, own.id)",
        (json.dumps(list(story_ids)),),
    )
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row["story_id"], set()).add(row["earlier"])
    return {story_id: frozenset(earlier) for story_id, earlier in found.items()}


def follows_itself(db: Database, story_id: int) -> bool:
    """Whether the story is among those that it follows, as a merge can leave it."""
    rows = db.execute(
        "WITH RECURSIVE chain (earlier) AS (SELECT follows FROM stories WHERE id = ? UNION "
        "SELECT s.follows FROM chain JOIN stories s ON s.id = chain.earlier) "
        "SELECT 1 FROM chain WHERE earlier = ? LIMIT 1",
        (story_id, story_id),
    )
    return rows.fetchone() is not None


def affair_of(db: Database, story_id: int, limit: int) -> list[int]:
    """Ids of the stories of this one's affair, its own among them, the earliest first: at most the newest `limit`."""
    rows = db.execute(
        "WITH RECURSIVE up (id, follows) AS (SELECT id, follows FROM stories WHERE id = ? UNION "
        "SELECT s.id, s.follows FROM up JOIN stories s ON s.id = up.follows), "
        "affair (id) AS (SELECT id FROM up WHERE follows IS NULL UNION "
        "SELECT s.id FROM affair JOIN stories s ON s.follows = affair.id) "
        "SELECT s.id FROM affair JOIN stories s ON s.id = affair.id ORDER BY s.first_at DESC, s.id DESC LIMIT ?",
        (story_id, limit),
    )
    return [row["id"] for row in rows][::-1]


def predecessors(db: Database, story_ids: Sequence[int]) -> dict[int, int]:
    """Of each of these stories that is a development: the story right before it."""
    rows = db.execute(
        "SELECT s.id, s.follows FROM json_each(?) AS wanted JOIN stories s ON s.id = wanted.value "
        "WHERE s.follows IS NOT NULL",
        (json.dumps(list(story_ids)),),
    )
    return {row["id"]: row["follows"] for row in rows}


def links(db: Database, since: datetime, until: datetime) -> list[tuple[int, datetime, datetime, int | None]]:
    """Of the stories last reported after `since` and first by `until`: id, first and last report, the id of the story that
    each follows. A report after `until` does not count."""
    rows = db.execute(
        "SELECT id, first_at, last_at, follows FROM stories WHERE last_at > ? AND first_at <= ?",
        (to_text(since), to_text(until)),
    )
    return [
        (row["id"], from_text(row["first_at"]), min(from_text(row["last_at"]), until), row["follows"])
        for row in rows
    ]


def oldest(db: Database, story_ids: Collection[int]) -> datetime | None:
    """When the first of these stories was first reported; None without stories."""
    return maybe_time(
        db.execute(
            "SELECT min(s.first_at) FROM json_each(?) AS wanted JOIN stories s ON s.id = wanted.value",
            (json.dumps(list(story_ids)),),
        ).fetchone()[0]
    )


def old_and_living(db: Database, begun_before: datetime, since: datetime) -> list[int]:
    """Ids of stories first reported before that which were reported again since, or which such a one follows, and of
    those that have gone into them."""
    rows = db.execute(
        "WITH RECURSIVE living (id) AS (SELECT story_id FROM articles WHERE published_at > ? AND story_id IS NOT NULL "
        "UNION SELECT s.follows FROM living JOIN stories s ON s.id = living.id WHERE s.follows IS NOT NULL), "
        "old (id) AS (SELECT s.id FROM living JOIN stories s ON s.id = living.id WHERE s.first_at < ?) "
        "SELECT id FROM old UNION SELECT m.gone_id FROM old JOIN story_merges m ON m.story_id = old.id",
        (to_text(since), to_text(begun_before)),
    )
    return [row["id"] for row in rows]


def extend(db: Database, story_id: int, at: datetime) -> bool:
    """One more report, from `at`, belongs to the story; False where it has gone with its last article."""
    changed = db.execute(
        "UPDATE stories SET first_at = min(first_at, ?), last_at = max(last_at, ?) WHERE id = ?",
        (to_text(at), to_text(at), story_id),
    )
    return changed.rowcount > 0


def remeasure(db: Database, story_id: int) -> None:
    """Since when and until when the story is reported, by its articles."""
    db.execute(
        "UPDATE stories SET (first_at, last_at) = "
        "(SELECT min(published_at), max(published_at) FROM articles WHERE story_id = stories.id) WHERE id = ?",
        (story_id,),
    )


def reported_since(db: Database, since: datetime, until: datetime) -> list[Story]:
    """Stories with a report in (since, until] that was news, with all their articles, newest first."""
    return list(by_ids(db, ids_reported_since(db, since, until)).values())


def ids_reported_since(db: Database, since: datetime, until: datetime) -> list[int]:
    """Ids of the stories that `reported_since` gives, in its order."""
    rows = db.execute(
        "SELECT DISTINCT story_id FROM articles WHERE published_at > ? AND published_at <= ? AND story_id IS NOT NULL "
        "AND NOT archived ORDER BY story_id DESC",
        (to_text(since), to_text(until)),
    )
    return [row["story_id"] for row in rows]


def by_ids(db: Database, story_ids: Sequence[int]) -> dict[int, Story]:
    """The stories with these ids, in that order; their articles with the longest text of the best source first."""
    members: dict[int, list[Article]] = {story_id: [] for story_id in story_ids}
    spans: dict[int, tuple[datetime, datetime, bool]] = {}
    affair: dict[int, int] = {}
    for start in range(0, len(story_ids), 500):
        chunk = story_ids[start : start + 500]
        marks = ",".join("?" * len(chunk))
        rows = db.execute(f"SELECT id, first_at, last_at, repeats FROM stories WHERE id IN ({marks})", chunk)
        for row in rows:
            spans[row["id"]] = (from_text(row["first_at"]), from_text(row["last_at"]), bool(row["repeats"]))
        affair |= affairs(db, chunk)
        ids = [row["id"] for row in db.execute(f"SELECT id FROM articles WHERE story_id IN ({marks})", chunk)]
        for article in articles.by_ids(db, ids).values():
            if article.story_id is not None:
                members[article.story_id].append(article)
    weight = sources.weights(db)
    return {
        story_id: Story(
            id=story_id,
            first_at=spans[story_id][0],
            last_at=spans[story_id][1],
            articles=tuple(
                sorted(found, key=lambda a: _merit(a, weight.get(a.source_id, 1.0)), reverse=True)
            ),
            affair=affair.get(story_id, story_id),
            repeats=spans[story_id][2],
        )
        for story_id, found in members.items()
        if found and story_id in spans
    }


def _merit(article: Article, weight: float) -> tuple[bool, bool, float, int, int]:
    """Who stands for a story: news before an essay on it, one of which more than the headline can be told, the better
    source, the one with more to say (up to a point), the earlier one."""
    told = article.editorial.genre in ("news", "")
    return told, bool(article.summary), weight, min(article.text_length, 600) // 150, -article.id


def split(db: Database, article_id: int, new_story_at: datetime) -> Parted | None:
    """An owner says that the article is another event: give it a story of its own and remember it.

    None where the article is alone already or unknown.
    """
    row = db.execute("SELECT story_id FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None or row["story_id"] is None:
        return None
    old = int(row["story_id"])
    if db.execute("SELECT count(*) FROM articles WHERE story_id = ?", (old,)).fetchone()[0] < 2:
        return None
    with db.transaction():
        new = create(db, new_story_at)
        articles.place(db, article_id, new)
        db.execute(
            "INSERT OR IGNORE INTO story_splits (article_id, story_id) VALUES (?, ?)", (article_id, old)
        )
    return Parted(old, new, (article_id,))


def unsplit(db: Database, article_id: int, story_id: int) -> None:
    """An owner takes back that the article is not of that story."""
    db.execute("DELETE FROM story_splits WHERE article_id = ? AND story_id = ?", (article_id, story_id))


def merged(db: Database, limit: int) -> list[Story]:
    """The stories that were reported last by more than one article, newest first."""
    rows = db.execute(
        "SELECT s.id FROM stories s WHERE (SELECT count(*) FROM articles a WHERE a.story_id = s.id) > 1 "
        "ORDER BY s.last_at DESC, s.id DESC LIMIT ?",
        (limit,),
    )
    return list(by_ids(db, [row["id"] for row in rows]).values())


def splits(db: Database) -> list[tuple[int, int]]:
    """(article id, story id) pairs that an owner keeps apart."""
    return [
        (row["article_id"], row["story_id"])
        for row in db.execute("SELECT article_id, story_id FROM story_splits")
    ]


def of_topic(db: Database, topic: str, since: datetime, until: datetime, limit: int) -> list[Story]:
    """Stories with an article about the topic published in (since, until], newest first, at most `limit`."""
    rows = db.execute(
        "SELECT a.story_id, max(a.published_at) AS latest FROM article_topics t JOIN articles a ON a.id = t.article_id "
        "WHERE t.topic = ? AND a.published_at > ? AND a.published_at <= ? AND a.story_id IS NOT NULL "
        "GROUP BY a.story_id ORDER BY latest DESC, a.story_id DESC LIMIT ?",
        (topic, to_text(since), to_text(until), limit),
    )
    return list(by_ids(db, [row["story_id"] for row in rows]).values())
