"""The migrations of the first versions, m001 to m018; those since then stand in `storage.migrations`.

As there: none is ever edited. They run in the order in which they stand.
"""

import sqlite_utils
from sqlite_utils.migrations import Migrations

from storage.first_schema import TABLES
from storage.index_schema import INDEX_TABLES, STEADY, UNCOUNTED_TABLE
from storage.state import MIGRATION_SET

EARLY = Migrations(MIGRATION_SET)
"""`storage.migrations` goes on with it."""


@EARLY()
def m001_first_schema(db: sqlite_utils.Database) -> None:
    """Everything that the first release knows."""
    for statement in (*TABLES, *INDEX_TABLES):
        db.execute(statement)


@EARLY()
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


@EARLY()
def m003_folders(db: sqlite_utils.Database) -> None:
    """Where an operator's feed list files a source, and whether fetching it rests."""
    db.execute("ALTER TABLE sources ADD COLUMN folder TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE sources ADD COLUMN paused INTEGER NOT NULL DEFAULT 0")


@EARLY()
def m004_identity(db: sqlite_utils.Database) -> None:
    """Links that name no article, and articles that were no news any more when they were found."""
    db.execute(
        "CREATE TABLE shared_links (source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE, "
        "link TEXT NOT NULL, PRIMARY KEY (source_id, link)) STRICT, WITHOUT ROWID"
    )
    db.execute("ALTER TABLE articles ADD COLUMN archived INTEGER NOT NULL DEFAULT 0")


@EARLY()
def m005_progress_of_updates(db: sqlite_utils.Database) -> None:
    """Messages begun in answer to an update, and whether its effect is in the store: nothing is done twice."""
    db.execute("ALTER TABLE inbox ADD COLUMN answers INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE inbox ADD COLUMN applied INTEGER NOT NULL DEFAULT 0")


@EARLY()
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


@EARLY()
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


@EARLY()
def m008_centrality(db: sqlite_utils.Database) -> None:
    """How much an article's headline and summary alone say that it is about the industry."""
    db.execute("ALTER TABLE articles ADD COLUMN centrality REAL NOT NULL DEFAULT 1.0")


@EARLY()
def m009_full_text(db: sqlite_utils.Database) -> None:
    """When the pages of a source's articles are fetched for their text."""
    db.execute(
        "ALTER TABLE sources ADD COLUMN full_text TEXT NOT NULL DEFAULT 'auto' "
        "CHECK (full_text IN ('auto', 'always', 'never'))"
    )


@EARLY()
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


@EARLY()
def m011_gone_sources(db: sqlite_utils.Database) -> None:
    """Since when a source is gone for good (HTTP 410), until an owner has it back or removes it."""
    db.execute("ALTER TABLE sources ADD COLUMN gone_at TEXT")


@EARLY()
def m012_source_topics(db: sqlite_utils.Database) -> None:
    """Topics that the operator's feed list files a source under, their ids parted by commas."""
    db.execute("ALTER TABLE sources ADD COLUMN topics TEXT NOT NULL DEFAULT ''")


@EARLY()
def m013_told_is_known(db: sqlite_utils.Database) -> None:
    """A composition is one row, and what a chat knows is what its editions told it: far fewer rows to write.

    Stories that a chat had seen in an edition that is no more (two groups became one) get an edition in a slot of
    their own, so that they stay known.
    """
    db.execute("ALTER TABLE compositions ADD COLUMN items TEXT NOT NULL DEFAULT '[]'")  # of compositions.Item
    db.execute(
        "UPDATE compositions SET items = (SELECT json_group_array(json_array(story_id, article_id, section, reason, "
        "follow_up)) FROM (SELECT * FROM composition_items WHERE composition_id = compositions.id ORDER BY position))"
    )
    lost = db.execute(
        "SELECT s.chat_id, max(s.seen_at), json_group_array(json_array(s.story_id, "
        "(SELECT min(id) FROM articles WHERE story_id = s.story_id), NULL, '', 0)) FROM seen_stories s "
        "WHERE NOT EXISTS (SELECT 1 FROM editions e JOIN composition_items i ON i.composition_id = e.composition_id "
        "WHERE e.chat_id = s.chat_id AND i.story_id = s.story_id) GROUP BY s.chat_id"
    ).fetchall()
    for chat_id, seen_at, items in lost:
        composition = db.execute("INSERT INTO compositions (items) VALUES (?)", (items,)).lastrowid
        edition = db.execute(
            "INSERT INTO editions (chat_id, local_date, slot, state, composition_id, created_at) "
            "VALUES (?, date(?), 'seen', 'composed', ?, ?)",
            (chat_id, seen_at, composition, seen_at),
        ).lastrowid
        db.execute(
            "INSERT INTO deliveries (edition_id, part, state, not_before, finished_at) VALUES (?, 0, 'sent', ?, ?)",
            (edition, seen_at, seen_at),
        )
    for statement in (
        "DROP VIEW edition_items",
        "DROP TABLE composition_items",
        "DROP TABLE seen_stories",
        "DROP INDEX deliveries_unsettled",
        (
            "CREATE VIEW edition_items AS SELECT e.id AS edition_id, i.key AS position, "
            "json_extract(i.value, '$[0]') AS story_id, json_extract(i.value, '$[1]') AS article_id, "
            "json_extract(i.value, '$[2]') AS section, json_extract(i.value, '$[3]') AS reason, "
            "json_extract(i.value, '$[4]') AS follow_up "
            "FROM editions e JOIN compositions c ON c.id = e.composition_id, json_each(c.items) AS i"
        ),
    ):
        db.execute(statement)


@EARLY()
def m014_same_bodies(db: sqlite_utils.Database) -> None:
    """What a source answered last, as a digest: many servers know no validators and send the same again."""
    db.execute("ALTER TABLE sources ADD COLUMN digest TEXT NOT NULL DEFAULT ''")


@EARLY()
def m015_words_counted_later(db: sqlite_utils.Database) -> None:
    """New documents wait for their words to be counted, many at once."""
    db.execute(UNCOUNTED_TABLE)


@EARLY()
def m016_steady_index(db: sqlite_utils.Database) -> None:
    """The search index is joined a little with each transaction, never much at once."""
    db.execute(STEADY)


@EARLY()
def m017_unread_dates(db: sqlite_utils.Database) -> None:
    """How many entries of a source's last answer have a date that cannot be read."""
    db.execute("ALTER TABLE sources ADD COLUMN unread_dates INTEGER NOT NULL DEFAULT 0")


@EARLY()
def m018_updates_by_number(db: sqlite_utils.Database) -> None:
    """Updates are known by a number of ours and told apart by their content: Telegram's ids come again.

    Also what was surely answered, which question was answered, and which groups were told that they are not admitted.
    """
    for statement in (
        "DROP INDEX inbox_new",
        "ALTER TABLE inbox RENAME TO inbox_before",
        """
        CREATE TABLE inbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            update_id INTEGER NOT NULL,
            mark TEXT NOT NULL DEFAULT '',        -- of its content; empty for what an older version stored
            payload TEXT NOT NULL,
            received_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'poison')),
            problem TEXT NOT NULL DEFAULT '',
            answers INTEGER NOT NULL DEFAULT 0,   -- messages in answer that were begun
            settled INTEGER NOT NULL DEFAULT 0,   -- of those, how many surely arrived
            applied INTEGER NOT NULL DEFAULT 0,   -- what it changes is in the store
            awaited TEXT NOT NULL DEFAULT '',     -- the question that it answers
            UNIQUE (update_id, mark)
        ) STRICT
        """,
        (
            "INSERT INTO inbox (number, update_id, payload, received_at, state, problem, answers, applied) "
            "SELECT update_id, update_id, payload, received_at, state, problem, answers, applied FROM inbox_before "
            "ORDER BY update_id"
        ),
        "DROP TABLE inbox_before",
        "CREATE INDEX inbox_new ON inbox (number) WHERE state = 'new'",
        "CREATE TABLE refusals (telegram_chat_id INTEGER PRIMARY KEY, told_at TEXT NOT NULL) STRICT",
    ):
        db.execute(statement)
