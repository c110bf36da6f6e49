"""How the schema came to be, append-only: a migration that has landed is never edited, the next change is a new function.

The first eighteen stand in `storage.early_migrations`; `schema` shows what they lead to. Each runs once, in a
transaction together with the record that it ran (sqlite-utils' migrations). Times are TEXT in UTC (`database.to_text`),
lists are JSON TEXT, booleans are 0/1. Ids that buttons carry are AUTOINCREMENT: an old button must never mean a new row.
"""

import sqlite3
from contextlib import closing

import sqlite_utils

from storage import compaction
from storage.early_migrations import EARLY
from storage.state import applied

MIGRATIONS = EARLY
"""The early ones, and those below."""


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


@MIGRATIONS()
def m033_compact_articles(db: sqlite_utils.Database) -> None:
    """Texts are packed, titles' keys are digests, and fingerprints stand apart, for as long as they are needed."""
    compaction.register(db.conn)
    for statement in compaction.STATEMENTS:
        db.execute(statement)
