"""The tables of the search index, as the migrations make them: never edited, see `migrations`."""

_SIGNS = "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~"

INDEX_TABLES: tuple[str, ...] = (
    f"""
    CREATE VIRTUAL TABLE index_words USING fts5 (
        title, lead, body, facets, content = '', tokenize = "ascii tokenchars '{_SIGNS}'"
    )
    """,
    """
    CREATE TABLE index_documents (
        doc_id INTEGER PRIMARY KEY,           -- publishing day x 16384 + number within the day
        article_id INTEGER NOT NULL UNIQUE,
        tokens BLOB NOT NULL                  -- the four columns as given to FTS5, joined by newlines, zlib
    ) STRICT
    """,
    """
    CREATE TABLE index_terms (                -- in how many documents a word stands
        term TEXT PRIMARY KEY,
        documents INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE index_gone (doc_id INTEGER PRIMARY KEY) STRICT",
    """
    CREATE TRIGGER articles_gone AFTER DELETE ON articles BEGIN
        INSERT OR IGNORE INTO index_gone SELECT doc_id FROM index_documents WHERE article_id = OLD.id;
    END
    """,
    "CREATE TABLE index_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

STEADY = "INSERT INTO index_words (index_words, rank) VALUES ('automerge', 0)"
"""Parts are joined with each transaction instead of 200 pages at a time, 10 ms, after each 64 that were written."""

UNCOUNTED_TABLE = """
    CREATE TABLE index_uncounted (            -- new documents whose words are not in index_terms yet
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        doc_id INTEGER NOT NULL UNIQUE
    ) STRICT
"""
