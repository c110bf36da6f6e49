"""Today's whole schema, to be read: what the migrations have made, table by table.

No program runs it: a store is made and brought up to date by `storage.migrations` alone. A test builds one store by the
migrations and one from here, and fails when they differ, so a new migration changes this file too.

Times are TEXT in UTC (`storage.database.to_text`), local dates and times are TEXT as the chat's clock shows them, lists
are JSON TEXT, booleans are 0 or 1. Ids that buttons carry are AUTOINCREMENT: an old button must never mean a new row.
sqlite-utils keeps which migrations ran in a table of its own, `_sqlite_migrations`.
"""

SOURCES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,             -- the feed's address, or document:<name>
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'document')),
    language TEXT NOT NULL DEFAULT 'zh-CN',
    section TEXT,                         -- hint for entries that the text path cannot place
    topics TEXT NOT NULL DEFAULT '',      -- of the catalogue: what the source is mostly about
    weight REAL NOT NULL DEFAULT 1.0,     -- how much its reports count, 0 to 2
    folder TEXT NOT NULL DEFAULT '',      -- of an OPML file
    full_text TEXT NOT NULL DEFAULT 'auto' CHECK (full_text IN ('auto', 'always', 'never')),
    enabled INTEGER NOT NULL DEFAULT 1,
    paused INTEGER NOT NULL DEFAULT 0,    -- by an owner
    created_at TEXT NOT NULL,
    -- the last fetch
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',      -- of the body of its last answer
    unread_dates INTEGER NOT NULL DEFAULT 0,  -- entries of it whose date cannot be read
    interval_minutes INTEGER NOT NULL DEFAULT 30,
    next_fetch_at TEXT,                   -- NULL: at once
    fetched_at TEXT,
    succeeded_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    problem TEXT NOT NULL DEFAULT '',
    moved_from TEXT NOT NULL DEFAULT '',  -- the address before a permanent redirect
    quarantined_at TEXT,                  -- since when it counts as failing for long
    gone_at TEXT                          -- HTTP 410: switched off
) STRICT;
CREATE INDEX sources_due ON sources (enabled, next_fetch_at);

CREATE TABLE shared_links (               -- links that several items of a feed have: they tell no item from another
    source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    link TEXT NOT NULL,
    PRIMARY KEY (source_id, link)
) STRICT, WITHOUT ROWID;
"""

ARTICLES = """
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
    published_at TEXT NOT NULL, fetched_at TEXT NOT NULL,
    archived INTEGER NOT NULL DEFAULT 0,  -- no news any more when we first heard of it: is found, not briefed
    -- what the text path found
    section TEXT,
    section_given INTEGER NOT NULL DEFAULT 0,  -- the document's own section, which analysis never overrules
    placed REAL NOT NULL DEFAULT 1.0,     -- how surely it belongs in its section, 0 to 1
    genre TEXT NOT NULL DEFAULT '', news REAL NOT NULL DEFAULT 0.0,  -- how surely it is news, as a logit
    worth REAL,                           -- how surely an editor would print it, 0 to 1; NULL where no weights say so
    centrality REAL NOT NULL DEFAULT 1.0, -- how surely it is about the industry, 0 to 1
    page INTEGER,                         -- of an imported periodical, as its contents list it
    guid TEXT NOT NULL, url TEXT NOT NULL,
    canonical_url TEXT NOT NULL,          -- empty for imported documents without links
    publisher TEXT NOT NULL, title TEXT NOT NULL,
    title_digest INTEGER NOT NULL DEFAULT 0,  -- of the squashed title: identity of entries that have neither link nor guid
    keywords TEXT NOT NULL DEFAULT '[]', summary TEXT NOT NULL DEFAULT '[]',
    text_length INTEGER, text_digest INTEGER,  -- of a packed text: its characters, and what tells it from others
    text ANY NOT NULL                     -- TEXT, or BLOB where `storage.packing` packed it
) STRICT;
CREATE UNIQUE INDEX articles_link ON articles (canonical_url) WHERE canonical_url <> '';
CREATE INDEX articles_guid ON articles (source_id, guid) WHERE guid <> '';
CREATE INDEX articles_title ON articles (source_id, title_digest);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_published ON articles (published_at);

CREATE TABLE fingerprints (               -- of the articles of the last days, see `storage.fingerprints`
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    numbers BLOB NOT NULL                 -- of 32 bits, four bytes each, the lowest first
) STRICT;

CREATE TABLE article_topics (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    PRIMARY KEY (article_id, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_topics_topic ON article_topics (topic, article_id);

CREATE TABLE topics (                     -- the taxonomy in force, for those who read the file by SQL
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('section', 'topic')),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
"""

STORIES = """
CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given again: `story_merges` leads from one that has gone
    first_at TEXT NOT NULL,               -- earliest and latest published_at of its articles
    last_at TEXT NOT NULL,
    follows INTEGER REFERENCES stories (id) ON DELETE SET NULL,  -- the story before it in its affair
    repeats INTEGER NOT NULL DEFAULT 0    -- of a follow-up: it says nothing that the story before has not said
) STRICT;
CREATE INDEX stories_last ON stories (last_at);
CREATE INDEX stories_follows ON stories (follows) WHERE follows IS NOT NULL;
CREATE TRIGGER stories_empty AFTER DELETE ON articles
    WHEN OLD.story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles WHERE story_id = OLD.story_id)
    BEGIN DELETE FROM stories WHERE id = OLD.story_id; END;

CREATE TABLE story_splits (               -- an owner said that this article is not that story
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
    PRIMARY KEY (article_id, story_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_merges (               -- stories that turned out to be one
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    gone_id INTEGER NOT NULL UNIQUE,      -- no story has it any more
    story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,  -- has its articles now
    articles TEXT NOT NULL                -- JSON list of those that it had
) STRICT;
CREATE INDEX story_merges_story ON story_merges (story_id);
"""

SEARCH = """
CREATE VIRTUAL TABLE index_words USING fts5 (  -- see `storage.search.index`
    title, lead, body, facets, content = '', tokenize = "ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
);
CREATE TABLE index_documents (
    doc_id INTEGER PRIMARY KEY,           -- publishing day x 16384 + number within the day
    article_id INTEGER NOT NULL UNIQUE,
    tokens BLOB NOT NULL                  -- the four columns as given to FTS5, see `storage.tokens`
) STRICT;
CREATE TABLE index_terms (                -- in how many documents a word stands
    term TEXT PRIMARY KEY,
    documents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE index_uncounted (            -- new documents whose words are not in index_terms yet
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    doc_id INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE index_gone (doc_id INTEGER PRIMARY KEY) STRICT;  -- their articles vanished; `index.sweep` takes them out
CREATE TABLE index_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER articles_gone AFTER DELETE ON articles BEGIN
    INSERT OR IGNORE INTO index_gone SELECT doc_id FROM index_documents WHERE article_id = OLD.id;
END;
"""

CHATS = """
CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    telegram_chat_id INTEGER NOT NULL,
    telegram_thread_id INTEGER,           -- a forum topic, else NULL
    kind TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- settings
    language TEXT NOT NULL,
    zone TEXT NOT NULL,
    briefing_time TEXT NOT NULL,          -- local HH:MM
    weekdays TEXT NOT NULL,               -- JSON list of ISO weekdays
    max_items INTEGER NOT NULL,
    sections TEXT NOT NULL DEFAULT '[]',  -- JSON list; empty means all
    silent_when_slow INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    alerts_a_day INTEGER NOT NULL DEFAULT 5,
    noon_time TEXT NOT NULL DEFAULT '',   -- local HH:MM; empty: no edition at noon
    evening_time TEXT NOT NULL DEFAULT '',
    weekly_day INTEGER NOT NULL DEFAULT 0,  -- ISO weekday of the week's edition; 0: none
    mix TEXT NOT NULL DEFAULT 'both',     -- followed: only what it follows; top: only the top stories
    tastes TEXT NOT NULL DEFAULT '[]',    -- JSON list of (kind, value, steps up or down, 0: muted)
    own_script INTEGER NOT NULL DEFAULT 1, -- headlines in traditional characters for who reads those
    layout TEXT NOT NULL DEFAULT 'classic', -- rich: one of Telegram's rich messages where the server takes them
    printed TEXT NOT NULL DEFAULT 'off',     -- the printed periodical by itself: weekly, monthly, off
    printed_form TEXT NOT NULL DEFAULT 'pdf',  -- and as which kind of file
    -- state
    onboarded INTEGER NOT NULL DEFAULT 0,
    awaiting TEXT NOT NULL DEFAULT '',    -- the question that the next line of text answers
    managing INTEGER REFERENCES chats (id) ON DELETE SET NULL,  -- the place that this private chat sets at present
    next_due_at TEXT,                     -- UTC instant of the next scheduled edition
    active INTEGER NOT NULL DEFAULT 1,
    inactive_reason TEXT NOT NULL DEFAULT '',
    refused INTEGER NOT NULL DEFAULT 0,   -- editions in a row that Telegram did not take
    rests_since TEXT,                     -- after too many of them
    rests_for TEXT NOT NULL DEFAULT '',   -- what Telegram said
    ask_at TEXT                           -- when its rights are looked at again
) STRICT;
CREATE UNIQUE INDEX chats_address ON chats (telegram_chat_id, ifnull(telegram_thread_id, 0));
CREATE INDEX chats_due ON chats (next_due_at) WHERE active AND NOT paused;
CREATE INDEX chats_managing ON chats (managing) WHERE managing IS NOT NULL;
CREATE INDEX chats_titles ON chats (title) WHERE kind <> 'private';
CREATE INDEX chats_resting ON chats (rests_since) WHERE rests_since IS NOT NULL;

CREATE TABLE slots (                      -- when the editions beside the morning's come next
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    slot TEXT NOT NULL CHECK (slot IN ('noon', 'evening', 'weekly', 'printed')),
    time TEXT NOT NULL,                   -- local HH:MM
    weekdays TEXT NOT NULL,               -- JSON list of ISO weekdays; 0: the first of each month
    next_due_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX slots_due ON slots (slot, next_due_at);

CREATE TABLE subscriptions (
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'keyword', 'section', 'source')),
    value TEXT NOT NULL,
    created_at TEXT NOT NULL,
    alert INTEGER NOT NULL DEFAULT 0,     -- told at once when so many outlets report it; 0: not at once
    PRIMARY KEY (chat_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_alert ON subscriptions (kind, value) WHERE alert > 0;

CREATE TABLE shared_sets (                -- subscriptions that a reader shares by a link
    token TEXT PRIMARY KEY,               -- in the link; says nothing of the reader
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    items TEXT NOT NULL,                  -- JSON list of (kind, value)
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX shared_sets_chat ON shared_sets (chat_id);

CREATE TABLE follow_changes (             -- several subscriptions at once, to be undone by a button
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    followed INTEGER NOT NULL,
    items TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX follow_changes_chat ON follow_changes (chat_id);

CREATE TABLE bindings (                   -- who sets which place from a private chat
    telegram_user_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    bound_at TEXT NOT NULL,
    PRIMARY KEY (telegram_user_id, chat_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bindings_chat ON bindings (chat_id);

CREATE TABLE refusals (                   -- groups that were told that nobody took them in
    telegram_chat_id INTEGER PRIMARY KEY,
    told_at TEXT NOT NULL
) STRICT;

CREATE TABLE invitations (                -- codes that let one person in each, when access is by invitation
    code TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    used_by INTEGER,                      -- Telegram's user id
    used_at TEXT
) STRICT;
CREATE INDEX invitations_used ON invitations (used_by);

CREATE TABLE saved_stories (
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, story_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,                   -- saved, unsaved, why, more
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE searches (                   -- what a result page's buttons refer to
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    query TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
"""

EDITIONS = """
CREATE TABLE compositions (               -- what an edition tells, once for all chats that are told the same
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    items TEXT NOT NULL DEFAULT '[]',     -- JSON list of lists, as the view edition_items reads them
    overview TEXT NOT NULL DEFAULT ''     -- by a model: JSON list of (sentence, ids of its stories); empty: none was asked
) STRICT;

CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    local_date TEXT NOT NULL,
    slot TEXT NOT NULL,                   -- morning, noon, evening, weekly, printed, demand:<update id> …
    state TEXT NOT NULL CHECK (state IN ('composed', 'quiet', 'skipped')),
    considered INTEGER NOT NULL DEFAULT 0,
    composition_id INTEGER REFERENCES compositions (id),
    created_at TEXT NOT NULL,
    UNIQUE (chat_id, local_date, slot)    -- the promise that there is one
) STRICT;
CREATE INDEX editions_composition ON editions (composition_id) WHERE composition_id IS NOT NULL;
CREATE TRIGGER compositions_gone AFTER DELETE ON editions
    WHEN OLD.composition_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM editions WHERE composition_id = OLD.composition_id)
    BEGIN DELETE FROM compositions WHERE id = OLD.composition_id; END;

CREATE VIEW edition_items AS
SELECT e.id AS edition_id, i.key AS position,
    json_extract(i.value, '$[0]') AS story_id, json_extract(i.value, '$[1]') AS article_id,
    json_extract(i.value, '$[2]') AS section, json_extract(i.value, '$[3]') AS reason,
    json_extract(i.value, '$[4]') AS follow_up, coalesce(json_extract(i.value, '$[5]'), 'news') AS part,
    coalesce(json_extract(i.value, '$[6]'), 0) AS mention
FROM editions e JOIN compositions c ON c.id = e.composition_id, json_each(c.items) AS i;

CREATE TABLE deliveries (                 -- the ledger: one message of an edition each
    id INTEGER PRIMARY KEY,
    edition_id INTEGER NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT NOT NULL,
    claimed_at TEXT,                      -- right before the first byte left
    finished_at TEXT,
    offered_at TEXT,                      -- the reader was told that it may be missing
    telegram_message_id INTEGER,
    problem TEXT NOT NULL DEFAULT '',
    urgent INTEGER NOT NULL DEFAULT 0,    -- leaves before what is not
    UNIQUE (edition_id, part)
) STRICT;
CREATE INDEX deliveries_open ON deliveries (state, urgent DESC, not_before) WHERE state IN ('pending', 'sending');
"""

OPERATION = """
CREATE TABLE inbox (                      -- updates, stored before Telegram is told that we have them
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
) STRICT;
CREATE INDEX inbox_new ON inbox (number) WHERE state = 'new';

CREATE TABLE notices (                    -- what a person is told of a source or a chat, once
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
) STRICT;
CREATE INDEX notices_open ON notices (state) WHERE state IN ('pending', 'sending');
CREATE INDEX notices_chat ON notices (chat_id) WHERE chat_id IS NOT NULL;

CREATE TABLE web_keys (                   -- what opens pages; the keys themselves stand nowhere
    digest TEXT PRIMARY KEY,              -- SHA-256
    kind TEXT NOT NULL CHECK (kind IN ('login', 'session', 'feed')),
    person_id INTEGER,                    -- Telegram's user id, of an owner
    chat_id INTEGER REFERENCES chats (id) ON DELETE CASCADE,  -- whose feed it is
    created_at TEXT NOT NULL,
    expires_at TEXT,                      -- NULL: until it is revoked
    CHECK ((person_id IS NULL) <> (chat_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX web_keys_chat ON web_keys (chat_id) WHERE chat_id IS NOT NULL;

CREATE TABLE owner_acts (                 -- what owners changed on the console
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,           -- Telegram's user id
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'fetch', 'split', 'section')),
    target_id INTEGER NOT NULL,           -- of a source or an article, which may be gone
    title TEXT NOT NULL,
    was TEXT NOT NULL,
    becomes TEXT NOT NULL,
    undone_at TEXT
) STRICT;

CREATE TABLE section_corrections (        -- where an owner said that an article belongs
    article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    section TEXT,                         -- NULL: it is not of the industry
    was TEXT,                             -- before any correction
    was_given INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- single values, see `storage.meta`
"""

SCHEMA = SOURCES + ARTICLES + STORIES + SEARCH + CHATS + EDITIONS + OPERATION
"""All of it, as one script."""
