"""How the schema came to be, append-only: a migration that has landed is never edited, the next change is a new function.

`schema` shows what they lead to. Each runs once, in a transaction together with the record that it ran (sqlite-utils'
migrations). Times are TEXT in UTC (`database.to_text`), lists are JSON TEXT, booleans are 0/1. Ids that buttons carry
are AUTOINCREMENT: an old button must never mean a new row.
"""

import sqlite3
from contextlib import closing

import sqlite_utils
from sqlite_utils.migrations import Migrations

from storage.first_schema import TABLES
from storage.index_schema import INDEX_TABLES, STEADY, UNCOUNTED_TABLE
from storage.state import MIGRATION_SET, applied

MIGRATIONS = Migrations(MIGRATION_SET)


def known() -> list[str]:
    """Names of the migrations of this version of the program, in order."""
    with closing(sqlite3.connect(":memory:")) as empty:
        return [migration.name for migration in MIGRATIONS.pending(sqlite_utils.Database(empty))]


def waiting(connection: sqlite3.Connection) -> list[str]:
    """Names of the migrations that the store has not been through yet."""
    done = set(applied(connection))
    return [name for name in known() if name not in done]


def newer_than_known(connection: sqlite3.Connection) -> str:
    """Empty, or in words that the store has been through a migration that this version of the program lacks."""
    done = applied(connection)
    ours = set(known()) if done else set()
    unknown = [name for name in done if name not in ours]
    return (
        f"was written by a newer version of Chenbao ({unknown[-1]}); update Chenbao first" if unknown else ""
    )


@MIGRATIONS()
def m001_first_schema(db: sqlite_utils.Database) -> None:
    """Everything that the first release knows."""
    for statement in (*TABLES, *INDEX_TABLES):
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


@MIGRATIONS()
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


@MIGRATIONS()
def m014_same_bodies(db: sqlite_utils.Database) -> None:
    """What a source answered last, as a digest: many servers know no validators and send the same again."""
    db.execute("ALTER TABLE sources ADD COLUMN digest TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m015_words_counted_later(db: sqlite_utils.Database) -> None:
    """New documents wait for their words to be counted, many at once."""
    db.execute(UNCOUNTED_TABLE)


@MIGRATIONS()
def m016_steady_index(db: sqlite_utils.Database) -> None:
    """The search index is joined a little with each transaction, never much at once."""
    db.execute(STEADY)


@MIGRATIONS()
def m017_unread_dates(db: sqlite_utils.Database) -> None:
    """How many entries of a source's last answer have a date that cannot be read."""
    db.execute("ALTER TABLE sources ADD COLUMN unread_dates INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
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


@MIGRATIONS()
def m019_resting_chats(db: sqlite_utils.Database) -> None:
    """Chats that refuse one edition after the other rest; who looks after one is told, as owners are of sources."""
    for statement in (
        "ALTER TABLE chats ADD COLUMN refused INTEGER NOT NULL DEFAULT 0",  # scheduled editions in a row
        "ALTER TABLE chats ADD COLUMN rests_since TEXT",
        "ALTER TABLE chats ADD COLUMN rests_for TEXT NOT NULL DEFAULT ''",  # what Telegram said
        "ALTER TABLE chats ADD COLUMN ask_at TEXT",  # when to ask Telegram whether we may write there again
        "CREATE INDEX chats_resting ON chats (rests_since) WHERE rests_since IS NOT NULL",
        "ALTER TABLE notices RENAME TO notices_before",
        "DROP INDEX notices_open",
        """
        CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            person_id INTEGER NOT NULL,           -- Telegram's user id
            kind TEXT NOT NULL CHECK (kind IN ('failing', 'gone', 'back', 'resting')),
            source_id INTEGER REFERENCES sources (id) ON DELETE CASCADE,
            chat_id INTEGER REFERENCES chats (id) ON DELETE CASCADE,
            failures INTEGER NOT NULL,
            problem TEXT NOT NULL,
            last_good_at TEXT,
            created_at TEXT NOT NULL,
            not_before TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')),
            CHECK ((source_id IS NULL) <> (chat_id IS NULL))
        ) STRICT
        """,
        (
            "INSERT INTO notices SELECT id, owner_id, kind, source_id, NULL, failures, problem, last_good_at, created_at, "
            "not_before, state FROM notices_before"
        ),
        "DROP TABLE notices_before",
        "CREATE INDEX notices_open ON notices (state) WHERE state IN ('pending', 'sending')",
        "CREATE INDEX notices_chat ON notices (chat_id) WHERE chat_id IS NOT NULL",
    ):
        db.execute(statement)


@MIGRATIONS()
def m020_follow_changes(db: sqlite_utils.Database) -> None:
    """What was followed or dropped at once, for the buttons under the answer."""
    db.execute(
        "CREATE TABLE follow_changes (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE, followed INTEGER NOT NULL, "
        "items TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX follow_changes_chat ON follow_changes (chat_id)")


@MIGRATIONS()
def m021_stories_that_are_one(db: sqlite_utils.Database) -> None:
    """A later report can show two stories to be one; a story can follow another without bringing anything new."""
    for statement in (
        """
        CREATE TABLE story_merges (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            gone_id INTEGER NOT NULL UNIQUE,      -- no story has it any more
            story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,  -- has its articles now
            articles TEXT NOT NULL                -- JSON list of those that it had
        ) STRICT
        """,
        "CREATE INDEX story_merges_story ON story_merges (story_id)",
        "ALTER TABLE stories ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0",  # what it follows has said it all
    ):
        db.execute(statement)


@MIGRATIONS()
def m022_editorial(db: sqlite_utils.Database) -> None:
    """What kind of piece an article is, and how surely it is news, worth printing and in its section."""
    for statement in (
        "ALTER TABLE articles ADD COLUMN genre TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE articles ADD COLUMN news REAL NOT NULL DEFAULT 0.0",
        "ALTER TABLE articles ADD COLUMN worth REAL",
        "ALTER TABLE articles ADD COLUMN placed REAL NOT NULL DEFAULT 1.0",
        "DROP VIEW edition_items",
        (
            "CREATE VIEW edition_items AS SELECT e.id AS edition_id, i.key AS position, "
            "json_extract(i.value, '$[0]') AS story_id, json_extract(i.value, '$[1]') AS article_id, "
            "json_extract(i.value, '$[2]') AS section, json_extract(i.value, '$[3]') AS reason, "
            "json_extract(i.value, '$[4]') AS follow_up, coalesce(json_extract(i.value, '$[5]'), 'news') AS part, "
            "coalesce(json_extract(i.value, '$[6]'), 0) AS mention "
            "FROM editions e JOIN compositions c ON c.id = e.composition_id, json_each(c.items) AS i"
        ),
    ):
        db.execute(statement)


@MIGRATIONS()
def m023_alerts(db: sqlite_utils.Database) -> None:
    """A story can be told at once to who asked for that by a subscription; what is urgent leaves first."""
    for statement in (
        "ALTER TABLE subscriptions ADD COLUMN alert INTEGER NOT NULL DEFAULT 0",  # from so many outlets on; 0: never
        "CREATE INDEX subscriptions_alert ON subscriptions (kind, value) WHERE alert > 0",
        "ALTER TABLE chats ADD COLUMN alerts_a_day INTEGER NOT NULL DEFAULT 5",
        "ALTER TABLE deliveries ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0",
        "DROP INDEX deliveries_open",
        (
            "CREATE INDEX deliveries_open ON deliveries (state, urgent DESC, not_before) "
            "WHERE state IN ('pending', 'sending')"
        ),
    ):
        db.execute(statement)


@MIGRATIONS()
def m024_tastes(db: sqlite_utils.Database) -> None:
    """What a chat has muted, and what it wants more or less of."""
    db.execute("ALTER TABLE chats ADD COLUMN tastes TEXT NOT NULL DEFAULT '[]'")


@MIGRATIONS()
def m025_slots(db: sqlite_utils.Database) -> None:
    """Beside the morning's edition a chat may want one at noon, one in the evening, and one of the week."""
    for statement in (
        "ALTER TABLE chats ADD COLUMN noon_time TEXT NOT NULL DEFAULT ''",  # local HH:MM; empty: none
        "ALTER TABLE chats ADD COLUMN evening_time TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE chats ADD COLUMN weekly_day INTEGER NOT NULL DEFAULT 0",  # ISO weekday; 0: none
        """
        CREATE TABLE slots (
            chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
            slot TEXT NOT NULL CHECK (slot IN ('noon', 'evening', 'weekly')),
            time TEXT NOT NULL,
            weekdays TEXT NOT NULL,
            next_due_at TEXT NOT NULL,
            PRIMARY KEY (chat_id, slot)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX slots_due ON slots (slot, next_due_at)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m026_own_script(db: sqlite_utils.Database) -> None:
    """Readers of traditional Chinese may have headlines as they were published."""
    db.execute("ALTER TABLE chats ADD COLUMN own_script INTEGER NOT NULL DEFAULT 1")


@MIGRATIONS()
def m027_shared_sets(db: sqlite_utils.Database) -> None:
    """What a reader follows can be shared by a link."""
    for statement in (
        """
        CREATE TABLE shared_sets (
            token TEXT PRIMARY KEY,
            chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
            items TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX shared_sets_chat ON shared_sets (chat_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m028_pages(db: sqlite_utils.Database) -> None:
    """Pages over HTTP: keys that open them, what owners changed there, and sections that they corrected."""
    for statement in (
        """
        CREATE TABLE web_keys (
            digest TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('login', 'session', 'feed')),
            person_id INTEGER,
            chat_id INTEGER REFERENCES chats (id) ON DELETE CASCADE,
            created_at TEXT NOT NULL,
            expires_at TEXT,
            CHECK ((person_id IS NULL) <> (chat_id IS NULL))
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX web_keys_chat ON web_keys (chat_id) WHERE chat_id IS NOT NULL",
        """
        CREATE TABLE owner_acts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            person_id INTEGER NOT NULL,
            at TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'fetch', 'split', 'section')),
            target_id INTEGER NOT NULL,
            title TEXT NOT NULL,
            was TEXT NOT NULL,
            becomes TEXT NOT NULL,
            undone_at TEXT
        ) STRICT
        """,
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
    ):
        db.execute(statement)


@MIGRATIONS()
def m029_mix(db: sqlite_utils.Database) -> None:
    """A chat that follows something is told the top stories beside it, unless it wants one of the two alone."""
    db.execute("ALTER TABLE chats ADD COLUMN mix TEXT NOT NULL DEFAULT 'both'")


@MIGRATIONS()
def m030_overviews(db: sqlite_utils.Database) -> None:
    """What a model wrote of a composition; empty where none was asked."""
    db.execute("ALTER TABLE compositions ADD COLUMN overview TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m031_layout(db: sqlite_utils.Database) -> None:
    """A chat may want its editions as rich messages, where Telegram takes them."""
    db.execute("ALTER TABLE chats ADD COLUMN layout TEXT NOT NULL DEFAULT 'classic'")


@MIGRATIONS()
def m032_printed(db: sqlite_utils.Database) -> None:
    """A chat may want the printed periodical of each week or month: a slot of its own."""
    for statement in (
        "ALTER TABLE chats ADD COLUMN printed TEXT NOT NULL DEFAULT 'off'",  # weekly, monthly, off
        "ALTER TABLE chats ADD COLUMN printed_form TEXT NOT NULL DEFAULT 'pdf'",
        "ALTER TABLE slots RENAME TO slots_before",
        """
        CREATE TABLE slots (
            chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
            slot TEXT NOT NULL CHECK (slot IN ('noon', 'evening', 'weekly', 'printed')),
            time TEXT NOT NULL,
            weekdays TEXT NOT NULL,
            next_due_at TEXT NOT NULL,
            PRIMARY KEY (chat_id, slot)
        ) STRICT, WITHOUT ROWID
        """,
        "INSERT INTO slots SELECT * FROM slots_before",
        "DROP TABLE slots_before",
        "CREATE INDEX slots_due ON slots (slot, next_due_at)",
    ):
        db.execute(statement)
