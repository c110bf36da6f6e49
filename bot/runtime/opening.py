"""Opening the store and what searches it: all that `chenbao search` and its like need, without Telegram or the web."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from bot.errors import ConfigError
from storage import articles
from storage.database import IN_MEMORY, Database, open_database
from storage.errors import DatabaseUnusable, describe, is_trouble
from storage.search import index_meta

if TYPE_CHECKING:
    from bot.search.search import Search
    from bot.text.segment import Segmenter
    from bot.text.taxonomy import Taxonomy

__all__ = ["IN_MEMORY", "open_search", "open_store", "open_words", "utc_now"]


def utc_now() -> datetime:
    """The current time, aware UTC."""
    return datetime.now(UTC)


@contextmanager
def open_store(path: Path | str, *, create: bool = True) -> Iterator[Database]:
    """The database at `path`, closed at the end; where there is none, one is made if `create` is given.

    Who only reads does not give it: a wrong path must not look like an empty store. Raises ConfigError, naming
    CHENBAO_DB, where the database cannot be used.
    """
    try:
        database = open_database(path, create=create)
    except DatabaseUnusable as error:
        raise ConfigError(f"CHENBAO_DB: {error}") from error
    try:
        yield database
    except sqlite3.Error as error:
        if not is_trouble(error):
            raise
        raise ConfigError(f"CHENBAO_DB: {path} cannot be used: {describe(error)}") from error
    finally:
        database.close()


def open_words(config: Config, db: Database) -> "tuple[Taxonomy, Segmenter]":
    """The industry of this configuration and the segmentation that knows its words; an empty store's index is
    theirs from the start."""
    from bot.text.segment import load_segmenter  # noqa: PLC0415 - who only counts rows reads no words
    from bot.text.taxonomy import load_taxonomy  # noqa: PLC0415 - as above

    taxonomy = load_taxonomy(config.topics)
    segmenter = load_segmenter(taxonomy.words())
    if not articles.newest_id(db):
        index_meta.set_version(db, segmenter.version)
    return taxonomy, segmenter


def open_search(config: Config, db: Database) -> "Search":
    """What answers queries."""
    from bot.search.search import Search  # noqa: PLC0415 - as in `open_words`

    taxonomy, segmenter = open_words(config, db)
    return Search(segmenter, taxonomy)
