"""The tables of the first release, as `migrations.m001_first_schema` makes them: never edited, see there."""

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
