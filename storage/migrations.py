"""The schema, append-only: a migration that has landed is never edited, the next change is a new function.

Each runs once, in a transaction together with the record that it ran (sqlite-utils' migrations). Times are TEXT in
UTC (`database.to_text`), lists are JSON TEXT, booleans are 0/1. Ids that buttons carry are AUTOINCREMENT: an old button
must never mean a new row.
"""

import sqlite3
from contextlib import closing

import sqlite_utils
from sqlite_utils.migrations import Migrations

from storage.errors import is_trouble
from storage.index import SCHEMA as INDEX_SCHEMA

MIGRATIONS = Migrations("chenbao")


def newer_than_known(connection: sqlite3.Connection) -> str:
    """Empty, or in words that the store has been through a migration that this version of the program lacks."""
    try:
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY name", (MIGRATIONS.name,)
        ).fetchall()
    except sqlite3.OperationalError as error:
        if is_trouble(error):
            raise
        return ""  # no such table: a new store
    with closing(sqlite3.connect(":memory:")) as empty:
        known = {migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(empty))}
    unknown = [row[0] for row in rows if row[0] not in known]
    return (
        f"was written by a newer version of Chenbao ({unknown[-1]}); update Chenbao first" if unknown else ""
    )


TABLES = (
    """
    CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,             -- the feed's address, or document:<name>
        title TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('feed', 'document')),
        language TEXT NOT NULL DEFAULT 'zh-CN',
        section TEXT,                         -- hint for entries that the text path cannot place
        weight REAL NOT NULL DEFAULT 1.0,
        enabled INTEGER NOT NULL DEFAULT 1,
        created_at TEXT NOT NULL,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        interval_minutes INTEGER NOT NULL DEFAULT 30,
        next_fetch_at TEXT,                   -- NULL: at once
        fetched_at TEXT,
        succeeded_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0,  -- in a row
        problem TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX sources_due ON sources (enabled, next_fetch_at)",
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        first_at TEXT NOT NULL,               -- earliest and latest published_at of its articles
        last_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX stories_last ON stories (last_at)",
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL,          -- empty for imported documents without links
        title TEXT NOT NULL,
        title_key TEXT NOT NULL,              -- squashed title: identity of entries that have neither link nor guid
        text TEXT NOT NULL,
        publisher TEXT NOT NULL,
        published_at TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        section TEXT,
        section_given INTEGER NOT NULL DEFAULT 0,  -- the document's own section, which analysis never overrules
        keywords TEXT NOT NULL DEFAULT '[]',
        summary TEXT NOT NULL DEFAULT '[]',
        fingerprint TEXT NOT NULL DEFAULT '[]',
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        page INTEGER
    ) STRICT
    """,
    "CREATE UNIQUE INDEX articles_link ON articles (canonical_url) WHERE canonical_url <> ''",
    "CREATE INDEX articles_guid ON articles (source_id, guid) WHERE guid <> ''",
    "CREATE INDEX articles_title ON articles (source_id, title_key)",
    "CREATE INDEX articles_story ON articles (story_id)",
    "CREATE INDEX articles_published ON articles (published_at)",
    """
    CREATE TABLE article_topics (
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        topic TEXT NOT NULL,
        PRIMARY KEY (article_id, topic)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX article_topics_topic ON article_topics (topic, article_id)",
    """
    CREATE TABLE story_splits (               -- an owner said that this article is not that story
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        PRIMARY KEY (article_id, story_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE topics (                     -- the taxonomy in force, for those who read the file by SQL
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('section', 'topic')),
        name TEXT NOT NULL,
        name_en TEXT NOT NULL,
        position INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE chats (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        telegram_chat_id INTEGER NOT NULL,
        telegram_thread_id INTEGER,           -- a forum topic, else NULL
        kind TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        zone TEXT NOT NULL,
        briefing_time TEXT NOT NULL,          -- local HH:MM
        weekdays TEXT NOT NULL,               -- JSON list of ISO weekdays
        max_items INTEGER NOT NULL,
        sections TEXT NOT NULL DEFAULT '[]',  -- JSON list; empty means all
        silent_when_slow INTEGER NOT NULL DEFAULT 0,
        paused INTEGER NOT NULL DEFAULT 0,
        active INTEGER NOT NULL DEFAULT 1,
        inactive_reason TEXT NOT NULL DEFAULT '',
        onboarded INTEGER NOT NULL DEFAULT 0,
        awaiting TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        next_due_at TEXT                      -- UTC instant of the next scheduled edition
    ) STRICT
    """,
    "CREATE UNIQUE INDEX chats_address ON chats (telegram_chat_id, ifnull(telegram_thread_id, 0))",
    "CREATE INDEX chats_due ON chats (next_due_at) WHERE active AND NOT paused",
    """
    CREATE TABLE subscriptions (
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('topic', 'keyword', 'section', 'source')),
        value TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, kind, value)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE editions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        local_date TEXT NOT NULL,
        slot TEXT NOT NULL,                   -- morning, or demand:<update id>
        state TEXT NOT NULL CHECK (state IN ('composed', 'quiet', 'skipped')),
        considered INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        UNIQUE (chat_id, local_date, slot)
    ) STRICT
    """,
    """
    CREATE TABLE edition_items (
        edition_id INTEGER NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,  -- the lead as it was shown
        section TEXT,
        reason TEXT NOT NULL DEFAULT '',
        follow_up INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (edition_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX edition_items_story ON edition_items (story_id)",
    "CREATE INDEX edition_items_article ON edition_items (article_id)",
    """
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        edition_id INTEGER NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')),
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT NOT NULL,
        claimed_at TEXT,
        finished_at TEXT,
        offered_at TEXT,                      -- the reader was told that it may be missing
        telegram_message_id INTEGER,
        problem TEXT NOT NULL DEFAULT '',
        UNIQUE (edition_id, part)
    ) STRICT
    """,
    "CREATE INDEX deliveries_open ON deliveries (state, not_before) WHERE state IN ('pending', 'sending')",
    """
    CREATE TABLE seen_stories (
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, story_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX seen_stories_story ON seen_stories (story_id)",
    """
    CREATE TABLE saved_stories (
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        saved_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, story_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        kind TEXT NOT NULL,                   -- saved, unsaved, why, more
        created_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE searches (                   -- what a result page's buttons refer to
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        query TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE inbox (                      -- updates, stored before Telegram is told that we have them
        update_id INTEGER PRIMARY KEY,
        payload TEXT NOT NULL,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'poison')),
        problem TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX inbox_new ON inbox (update_id) WHERE state = 'new'",
    """
    CREATE TABLE invitations (                -- codes that let one person in each, when access is by invitation
        code TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        used_by INTEGER,                      -- Telegram's user id
        used_at TEXT
    ) STRICT
    """,
    "CREATE INDEX invitations_used ON invitations (used_by)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


@MIGRATIONS()
def m001_first_schema(db: sqlite_utils.Database) -> None:
    """Everything that the first release knows."""
    for statement in (*TABLES, *INDEX_SCHEMA):
        db.execute(statement)


@MIGRATIONS()
def m002_developments(db: sqlite_utils.Database) -> None:
    """A story can be a new development of an earlier one (后续); one whose last article goes, goes with it."""
    db.execute("ALTER TABLE stories ADD COLUMN follows INTEGER REFERENCES stories (id) ON DELETE SET NULL")
    db.execute("CREATE INDEX stories_follows ON stories (follows) WHERE follows IS NOT NULL")
    db.execute(
        "DELETE FROM stories WHERE id NOT IN (SELECT story_id FROM articles WHERE story_id IS NOT NULL)"
    )
    db.execute(
        "CREATE TRIGGER stories_empty AFTER DELETE ON articles WHEN OLD.story_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM articles WHERE story_id = OLD.story_id) "
        "BEGIN DELETE FROM stories WHERE id = OLD.story_id; END"
    )


@MIGRATIONS()
def m003_folders(db: sqlite_utils.Database) -> None:
    """Where an operator's feed list files a source, and whether fetching it rests."""
    db.execute("ALTER TABLE sources ADD COLUMN folder TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE sources ADD COLUMN paused INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m004_identity(db: sqlite_utils.Database) -> None:
    """Links that name no article, and articles that were no news any more when they were found."""
    db.execute(
        "CREATE TABLE shared_links (source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE, "
        "link TEXT NOT NULL, PRIMARY KEY (source_id, link)) STRICT, WITHOUT ROWID"
    )
    db.execute("ALTER TABLE articles ADD COLUMN archived INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m005_progress_of_updates(db: sqlite_utils.Database) -> None:
    """Messages begun in answer to an update, and whether its effect is in the store: nothing is done twice."""
    db.execute("ALTER TABLE inbox ADD COLUMN answers INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE inbox ADD COLUMN applied INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m006_notices(db: sqlite_utils.Database) -> None:
    """Where a feed was before it moved, since when it fails for long, and what owners are to be told."""
    db.execute("ALTER TABLE sources ADD COLUMN moved_from TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE sources ADD COLUMN quarantined_at TEXT")
    db.execute(
        "CREATE TABLE notices (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, "
        "kind TEXT NOT NULL CHECK (kind IN ('failing', 'gone', 'back')), "
        "source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE, failures INTEGER NOT NULL, "
        "problem TEXT NOT NULL, last_good_at TEXT, created_at TEXT NOT NULL, not_before TEXT NOT NULL, "
        "state TEXT NOT NULL DEFAULT 'pending' "
        "CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain'))) STRICT"
    )
    db.execute("CREATE INDEX notices_open ON notices (state) WHERE state IN ('pending', 'sending')")


@MIGRATIONS()
def m007_compositions(db: sqlite_utils.Database) -> None:
    """What an edition tells is stored once for all chats that are told the same; `edition_items` reads as before.

    A composition goes with the last edition that has it.
    """
    for statement in (
        "CREATE TABLE compositions (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
        """
        CREATE TABLE composition_items (
            composition_id INTEGER NOT NULL REFERENCES compositions (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
            article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,  -- the lead as it was shown
            section TEXT,
            reason TEXT NOT NULL DEFAULT '',
            follow_up INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (composition_id, position)
        ) STRICT, WITHOUT ROWID
        """,
        "INSERT INTO compositions SELECT DISTINCT edition_id FROM edition_items",
        (
            "INSERT INTO composition_items SELECT edition_id, position, story_id, article_id, section, reason, follow_up "
            "FROM edition_items"
        ),
        "DROP TABLE edition_items",
        "CREATE INDEX composition_items_story ON composition_items (story_id)",
        "CREATE INDEX composition_items_article ON composition_items (article_id)",
        "ALTER TABLE editions ADD COLUMN composition_id INTEGER REFERENCES compositions (id)",
        "UPDATE editions SET composition_id = id WHERE id IN (SELECT id FROM compositions)",
        "CREATE INDEX editions_composition ON editions (composition_id) WHERE composition_id IS NOT NULL",
        (
            "CREATE VIEW edition_items AS SELECT e.id AS edition_id, i.position, i.story_id, i.article_id, i.section, "
            "i.reason, i.follow_up FROM editions e JOIN composition_items i ON i.composition_id = e.composition_id"
        ),
        (
            "CREATE TRIGGER compositions_gone AFTER DELETE ON editions WHEN OLD.composition_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM editions WHERE composition_id = OLD.composition_id) "
            "BEGIN DELETE FROM compositions WHERE id = OLD.composition_id; END"
        ),
        "CREATE INDEX deliveries_unsettled ON deliveries (edition_id) WHERE state IN ('pending', 'sending', 'uncertain')",
    ):
        db.execute(statement)


@MIGRATIONS()
def m008_centrality(db: sqlite_utils.Database) -> None:
    """How much an article's headline and summary alone say that it is about the industry."""
    db.execute("ALTER TABLE articles ADD COLUMN centrality REAL NOT NULL DEFAULT 1.0")


@MIGRATIONS()
def m009_full_text(db: sqlite_utils.Database) -> None:
    """When the pages of a source's articles are fetched for their text."""
    db.execute(
        "ALTER TABLE sources ADD COLUMN full_text TEXT NOT NULL DEFAULT 'auto' "
        "CHECK (full_text IN ('auto', 'always', 'never'))"
    )


@MIGRATIONS()
def m010_bindings(db: sqlite_utils.Database) -> None:
    """Groups and channels are looked after from a private chat."""
    for statement in (
        """
        CREATE TABLE bindings (
            telegram_user_id INTEGER NOT NULL,
            chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
            bound_at TEXT NOT NULL,
            PRIMARY KEY (telegram_user_id, chat_id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX bindings_chat ON bindings (chat_id)",
        "ALTER TABLE chats ADD COLUMN managing INTEGER REFERENCES chats (id) ON DELETE SET NULL",
        "CREATE INDEX chats_managing ON chats (managing) WHERE managing IS NOT NULL",
        "CREATE INDEX chats_titles ON chats (title) WHERE kind <> 'private'",
    ):
        db.execute(statement)


@MIGRATIONS()
def m011_gone_sources(db: sqlite_utils.Database) -> None:
    """Since when a source is gone for good (HTTP 410), until an owner has it back or removes it."""
    db.execute("ALTER TABLE sources ADD COLUMN gone_at TEXT")


@MIGRATIONS()
def m012_source_topics(db: sqlite_utils.Database) -> None:
    """Topics that the operator's feed list files a source under, their ids parted by commas."""
    db.execute("ALTER TABLE sources ADD COLUMN topics TEXT NOT NULL DEFAULT ''")
