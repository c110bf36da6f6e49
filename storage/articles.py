"""Articles: entries that we own, found by link, guid or title, and their topics.

A text is stored packed (`storage.packing`), a title's key as its digest. The fingerprint stands in a table of its own, for
as long as it is needed (`storage.fingerprints`).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from storage import fingerprints
from storage.database import Database, from_text, to_text
from storage.known import Known
from storage.models import Analysis, Article, Editorial, Entry
from storage.packing import digest, pack_text, unpack_numbers

COLUMNS = (
    "a.id, a.source_id, a.guid, a.url, a.canonical_url, a.title, a.text, a.text_length, a.publisher, a.published_at, "
    "a.fetched_at, a.section, a.keywords, a.summary, a.story_id, a.page, a.centrality, "
    "a.genre, a.news, a.worth, a.placed, "
    "(SELECT numbers FROM fingerprints WHERE article_id = a.id) AS fingerprint, "
    "(SELECT group_concat(topic) FROM (SELECT topic FROM article_topics WHERE article_id = a.id ORDER BY topic)) "
    "AS topics"
)

KNOWN = "a.id, a.source_id, a.guid, a.canonical_url, a.title, a.text, a.published_at, a.section, a.page, a.text_digest"

_CORRECTED = "EXISTS (SELECT 1 FROM section_corrections c WHERE c.article_id = articles.id)"
_json = json.JSONEncoder(ensure_ascii=False).encode
NAMESAKES = 50
"""Articles of one guid or title that are looked at."""


def _article(row: Sequence[Any]) -> Article:
    """From `COLUMNS`, by place: to look up twenty by name takes as long as to read them."""
    (number, source_id, guid, url, canonical_url, title, text, length, publisher, published, fetched, section,
     keywords, summary, story_id, page, centrality, genre, news, worth, placed, fingerprint, topics) = row  # fmt: skip
    return Article(
        number,
        source_id,
        guid,
        url,
        canonical_url,
        title,
        text,
        from_text(published),
        from_text(fetched),
        section,
        tuple(topics.split(",")) if topics else (),
        tuple(json.loads(keywords)),
        tuple(json.loads(summary)),
        unpack_numbers(fingerprint) if fingerprint else (),
        story_id,
        page,
        publisher,
        centrality,
        Editorial(genre, news, worth, placed),
        length,
    )


def link_taken(db: Database, canonical_url: str) -> bool:
    """Whether an article has this canonical link, whosever it is."""
    # The index is partial: without the second condition SQLite reads the whole table instead.
    row = db.execute(
        "SELECT 1 FROM articles WHERE canonical_url = ? AND canonical_url <> ''", (canonical_url,)
    ).fetchone()
    return row is not None


def _known(row: sqlite3.Row) -> Known:
    number, source_id, guid, link, title, text, published_at, section, page, text_digest = row
    return Known(
        number, source_id, guid, link, title, text, from_text(published_at), section, page, text_digest
    )


def known_by_id(db: Database, article_id: int) -> Known | None:
    """The article with this id."""
    row = db.execute(f"SELECT {KNOWN} FROM articles a WHERE a.id = ?", (article_id,)).fetchone()
    return _known(row) if row else None


def by_links(db: Database, canonical_urls: Iterable[str]) -> dict[str, Known]:
    """The articles with these canonical links, by link."""
    rows = db.execute(
        f"SELECT {KNOWN} FROM json_each(?) wanted CROSS JOIN articles a ON a.canonical_url = wanted.value "
        "WHERE a.canonical_url <> ''",
        (json.dumps(list(canonical_urls)),),
    )
    return {known.canonical_url: known for known in map(_known, rows)}


def guids_known(db: Database, source_id: int, guids: Iterable[str]) -> frozenset[str]:
    """Those of the guids that articles of the source have."""
    rows = db.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS "
        "(SELECT 1 FROM articles WHERE source_id = ? AND guid = value AND guid <> '')",
        (json.dumps(list(guids)), source_id),
    )
    return frozenset(row["value"] for row in rows)


def titles_known(db: Database, source_id: int, title_keys: Iterable[str]) -> frozenset[str]:
    """Those of the titles that articles of the source have."""
    keys = {digest(key): key for key in title_keys}
    rows = db.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS "
        "(SELECT 1 FROM articles WHERE source_id = ? AND title_digest = value)",
        (json.dumps(list(keys)), source_id),
    )
    return frozenset(keys[row["value"]] for row in rows)


def by_guid(db: Database, source_id: int, guid: str) -> list[Known]:
    """The source's articles with this guid, the newest first: several where a guid stands for more than one."""
    rows = db.execute(
        f"SELECT {KNOWN} FROM articles a WHERE a.source_id = ? AND a.guid = ? AND a.guid <> '' "
        "ORDER BY a.id DESC LIMIT ?",
        (source_id, guid, NAMESAKES),
    )
    return list(map(_known, rows))


def by_title(db: Database, source_id: int, title_key: str) -> list[Known]:
    """The source's articles with this title, the newest first."""
    rows = db.execute(
        f"SELECT {KNOWN} FROM articles a WHERE a.source_id = ? AND a.title_digest = ? ORDER BY a.id DESC LIMIT ?",
        (source_id, digest(title_key), NAMESAKES),
    )
    return list(map(_known, rows))


def next_id(db: Database) -> int:
    """The id that the next article gets, as long as the transaction lasts in which this is asked."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'articles'").fetchone()
    return int(row[0]) + 1 if row else 1


def insert(
    db: Database,
    *,
    source_id: int,
    entry: Entry,
    canonical_url: str,
    title_key: str,
    publisher: str,
    published_at: datetime,
    analysis: Analysis,
    now: datetime,
    article_id: int | None = None,
    story_id: int | None = None,
) -> int:
    """Own an entry; returns the new article's id: `article_id`, a `next_id`, where it is given."""
    article_id = db.insert(
        "INSERT INTO articles (id, story_id, source_id, guid, url, canonical_url, title, title_digest, text, text_length, "
        "text_digest, publisher, published_at, fetched_at, section, section_given, keywords, summary, page, archived, "
        "centrality, genre, news, worth, placed) "
        f"VALUES ({', '.join('?' * 25)})",
        (
            article_id,
            story_id,
            source_id,
            entry.guid,
            entry.url,
            canonical_url,
            entry.title,
            digest(title_key),
            *pack_text(entry.text),
            publisher,
            to_text(published_at),
            to_text(now),
            analysis.section,
            entry.section is not None,
            _json(analysis.keywords),
            _json(analysis.summary),
            entry.page,
            entry.archived,
            analysis.centrality,
            *astuple(analysis.editorial),
        ),
    )
    fingerprints.write(db, article_id, analysis.fingerprint)
    _add_topics(db, article_id, analysis.topics)
    return article_id


def update(db: Database, article_id: int, *, entry: Entry, title_key: str, analysis: Analysis) -> None:
    """The publisher edited the article: new words, same identity and publication time."""
    db.execute(
        "UPDATE articles SET title = ?, title_digest = ?, text = ?, text_length = ?, text_digest = ?, "
        # what an owner said of it holds against every analysis
        f"section = CASE WHEN {_CORRECTED} THEN section ELSE ? END, "
        f"section_given = CASE WHEN {_CORRECTED} THEN section_given ELSE ? END, keywords = ?, "
        "summary = ?, page = ?, centrality = ?, "
        "genre = ?, news = ?, worth = ?, placed = ? WHERE id = ?",
        (
            entry.title,
            digest(title_key),
            *pack_text(entry.text),
            analysis.section,
            entry.section is not None,
            _json(analysis.keywords),
            _json(analysis.summary),
            entry.page,
            analysis.centrality,
            *astuple(analysis.editorial),
            article_id,
        ),
    )
    fingerprints.write(db, article_id, analysis.fingerprint)
    _set_topics(db, article_id, analysis.topics)


def redate(db: Database, article_id: int, at: datetime) -> None:
    """The article was published at `at`, as its page says."""
    db.execute("UPDATE articles SET published_at = ? WHERE id = ?", (to_text(at), article_id))


def _set_topics(db: Database, article_id: int, topics: Iterable[str]) -> None:
    db.execute("DELETE FROM article_topics WHERE article_id = ?", (article_id,))
    _add_topics(db, article_id, topics)


def _add_topics(db: Database, article_id: int, topics: Iterable[str]) -> None:
    rows = [(article_id, topic) for topic in topics]
    if rows:
        db.executemany("INSERT INTO article_topics (article_id, topic) VALUES (?, ?)", rows)


def place(db: Database, article_id: int, story_id: int) -> None:
    """Make the article one of the story's."""
    db.execute("UPDATE articles SET story_id = ? WHERE id = ?", (story_id, article_id))


def by_id(db: Database, article_id: int) -> Article | None:
    """The article with this id."""
    row = db.execute(f"SELECT {COLUMNS} FROM articles a WHERE a.id = ?", (article_id,)).fetchone()
    return _article(row) if row else None


def existing(db: Database, article_ids: Sequence[int]) -> set[int]:
    """Those of the ids that articles have."""
    rows = db.execute(
        "SELECT a.id FROM json_each(?) AS wanted JOIN articles a ON a.id = wanted.value",
        (json.dumps(article_ids),),
    )
    return {row["id"] for row in rows}


def by_ids(db: Database, article_ids: Sequence[int]) -> dict[int, Article]:
    """The articles with these ids, by id; missing ones are left out."""
    found: dict[int, Article] = {}
    for start in range(0, len(article_ids), 500):
        chunk = article_ids[start : start + 500]
        marks = ",".join("?" * len(chunk))
        for row in db.execute(f"SELECT {COLUMNS} FROM articles a WHERE a.id IN ({marks})", chunk):
            found[row[0]] = _article(row)
    return found


def published_since(db: Database, since: datetime) -> Iterator[Article]:
    """Articles published at or after `since`, oldest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM articles a WHERE a.published_at >= ? ORDER BY a.published_at, a.id",
        (to_text(since),),
    )
    return map(_article, rows)


def ids_published_since(db: Database, since: datetime) -> list[int]:
    """Ids of the articles that `published_since` gives, in its order."""
    rows = db.execute(
        "SELECT id FROM articles WHERE published_at >= ? ORDER BY published_at, id", (to_text(since),)
    )
    return [row["id"] for row in rows]


def ids_published_between(db: Database, since: datetime, until: datetime, limit: int) -> list[int]:
    """Ids of articles published in [since, until], the latest first, at most `limit`."""
    rows = db.execute(
        "SELECT id FROM articles WHERE published_at BETWEEN ? AND ? ORDER BY published_at DESC, id DESC LIMIT ?",
        (to_text(since), to_text(until), limit),
    )
    return [row["id"] for row in rows]


def after_id(db: Database, article_id: int, limit: int) -> list[Article]:
    """The next articles by id: for work that goes through the whole archive in batches."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM articles a WHERE a.id > ? ORDER BY a.id LIMIT ?",
        (article_id, limit),
    )
    return [_article(row) for row in rows]


def newest_id(db: Database) -> int:
    """The id of the article stored last; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])


def latest_keywords(db: Database, limit: int) -> Iterator[list[str]]:
    """The keywords of the articles that were stored last, at most so many."""
    rows = db.execute("SELECT keywords FROM articles ORDER BY id DESC LIMIT ?", (limit,))
    for row in rows:
        yield json.loads(row["keywords"])


def count(db: Database) -> int:
    """How many articles are stored."""
    return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def count_since(db: Database, since: datetime) -> int:
    """How many came in since then."""
    return int(
        db.execute(
            "SELECT count(*) FROM articles WHERE fetched_at > ? AND published_at > ?",
            (to_text(since), to_text(since)),
        ).fetchone()[0]
    )


def older_than(db: Database, before: datetime, limit: int) -> list[int]:
    """Ids of articles published before `before` that nobody saved."""
    rows = db.execute(
        "SELECT id FROM articles WHERE published_at < ? AND (story_id IS NULL OR story_id NOT IN "
        "(SELECT story_id FROM saved_stories)) ORDER BY id LIMIT ?",
        (to_text(before), limit),
    )
    return [row["id"] for row in rows]


def delete(db: Database, article_ids: Sequence[int]) -> None:
    """Forget these articles (the search index is told separately)."""
    db.executemany("DELETE FROM articles WHERE id = ?", [(article_id,) for article_id in article_ids])
