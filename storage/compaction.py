"""How `migrations.m033_compact_articles` writes the articles anew: never edited, see there.

The table is made under its own name beside the old one, and so are those that refer to it: to drop a table that others
refer to takes their rows along. Rows are read and written one after the other, whatever their number. Rows whose source,
story or article was taken away by hand, with SQLite's foreign keys off, go as they would have gone with them on.
"""

import json
import sqlite3
import zlib
from array import array
from binascii import a2b_base64
from hashlib import blake2b

_PACKED_FROM = 300
_NUMBERS = next(code for code in "IL" if array(code).itemsize == 4)

_SAME = (
    "id, source_id, {story}, published_at, fetched_at, archived, section, section_given, placed, genre, news, worth, "
    "centrality, page, guid, url, canonical_url, publisher, title, keywords, summary"
)

STATEMENTS = (
    "PRAGMA legacy_alter_table = ON",  # a view that somebody made goes on reading `articles`
    "ALTER TABLE articles RENAME TO articles_before",
    "ALTER TABLE article_topics RENAME TO article_topics_before",
    "ALTER TABLE story_splits RENAME TO story_splits_before",
    "ALTER TABLE section_corrections RENAME TO section_corrections_before",
    "PRAGMA legacy_alter_table = OFF",
    "DROP INDEX article_topics_topic",
    "DROP INDEX articles_link",
    "DROP INDEX articles_guid",
    "DROP INDEX articles_title",
    "DROP INDEX articles_story",
    "DROP INDEX articles_published",
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        published_at TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0,
        section TEXT,
        section_given INTEGER NOT NULL DEFAULT 0,
        placed REAL NOT NULL DEFAULT 1.0,
        genre TEXT NOT NULL DEFAULT '',
        news REAL NOT NULL DEFAULT 0.0,
        worth REAL,
        centrality REAL NOT NULL DEFAULT 1.0,
        page INTEGER,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL,
        publisher TEXT NOT NULL,
        title TEXT NOT NULL,
        title_digest INTEGER NOT NULL DEFAULT 0,
        keywords TEXT NOT NULL DEFAULT '[]',
        summary TEXT NOT NULL DEFAULT '[]',
        text_length INTEGER,
        text_digest INTEGER,
        text ANY NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE fingerprints (
        article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        numbers BLOB NOT NULL
    ) STRICT
    """,
    # a text is packed once, and length and digest are noted where it was; SQLite's own length ends at a NUL
    (
        f"INSERT INTO articles ({_SAME.format(story='story_id')}, title_digest, text_length, text_digest, text) "
        f"SELECT {_SAME.format(story='(SELECT s.id FROM stories s WHERE s.id = story_id)')}, chenbao_digest(title_key), iif(typeof(packed) = 'blob', chenbao_length(text), NULL), "
        "iif(typeof(packed) = 'blob', chenbao_digest(text), NULL), packed "
        "FROM (SELECT *, chenbao_pack(text) AS packed FROM articles_before "
        "WHERE source_id IN (SELECT id FROM sources) ORDER BY id LIMIT -1)"
    ),
    # two weeks and a day: longer than a story stays open
    (
        "INSERT INTO fingerprints SELECT id, chenbao_numbers(fingerprint) FROM articles_before WHERE id IN (SELECT id FROM articles) AND published_at >= "
        "(SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(fetched_at), '-15 days') FROM articles_before) "
        "AND chenbao_numbers(fingerprint) IS NOT NULL ORDER BY id"
    ),
    "DELETE FROM sqlite_sequence WHERE name = 'articles'",
    "UPDATE sqlite_sequence SET name = 'articles' WHERE name = 'articles_before'",  # no id is given again
    """
    CREATE TABLE article_topics (
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        topic TEXT NOT NULL,
        PRIMARY KEY (article_id, topic)
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO article_topics SELECT article_id, topic FROM article_topics_before WHERE article_id IN (SELECT id FROM articles)",
    """
    CREATE TABLE story_splits (
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        PRIMARY KEY (article_id, story_id)
    ) STRICT, WITHOUT ROWID
    """,
    (
        "INSERT INTO story_splits SELECT article_id, story_id FROM story_splits_before "
        "WHERE article_id IN (SELECT id FROM articles) AND story_id IN (SELECT id FROM stories)"
    ),
    """
    CREATE TABLE section_corrections (
        article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        section TEXT,
        was TEXT,
        was_given INTEGER NOT NULL,
        person_id INTEGER NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    (
        "INSERT INTO section_corrections SELECT article_id, section, was, was_given, person_id, at "
        "FROM section_corrections_before WHERE article_id IN (SELECT id FROM articles)"
    ),
    "DROP TABLE article_topics_before",
    "DROP TABLE story_splits_before",
    "DROP TABLE section_corrections_before",
    "DROP TABLE articles_before",
    "CREATE UNIQUE INDEX articles_link ON articles (canonical_url) WHERE canonical_url <> ''",
    "CREATE INDEX articles_guid ON articles (source_id, guid) WHERE guid <> ''",
    "CREATE INDEX articles_title ON articles (source_id, title_digest)",
    "CREATE INDEX articles_story ON articles (story_id)",
    "CREATE INDEX articles_published ON articles (published_at)",
    "CREATE INDEX article_topics_topic ON article_topics (topic, article_id)",
    """
    CREATE TRIGGER stories_empty AFTER DELETE ON articles
        WHEN OLD.story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles WHERE story_id = OLD.story_id)
        BEGIN DELETE FROM stories WHERE id = OLD.story_id; END
    """,
    """
    CREATE TRIGGER articles_gone AFTER DELETE ON articles BEGIN
        INSERT OR IGNORE INTO index_gone SELECT doc_id FROM index_documents WHERE article_id = OLD.id;
    END
    """,
)


def register(connection: sqlite3.Connection) -> None:
    """Let these statements call what is below."""
    for name, function in (("pack", _pack), ("length", len), ("digest", _digest), ("numbers", _numbers)):
        connection.create_function(f"chenbao_{name}", 1, function)


def _pack(text: str) -> str | bytes:
    data = text.encode()
    if len(data) < _PACKED_FROM:
        return text
    packer = zlib.compressobj(4, zlib.DEFLATED, min(max(len(data).bit_length(), 9), 15), 7)
    packed = packer.compress(data) + packer.flush()
    return packed if len(packed) < len(data) else text


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def _numbers(text: str) -> bytes | None:
    """The numbers of a fingerprint, which was base64, and a JSON list before; None where it has none, or is damaged: it can
    be computed from the text."""
    try:
        if not text.startswith("["):
            packed = a2b_base64(text)
            return packed if packed and len(packed) % 4 == 0 else None
        numbers = array(_NUMBERS, json.loads(text))
    except (OverflowError, ValueError, TypeError):
        return None
    return b"".join(number.to_bytes(4, "little") for number in numbers) or None
