"""What many tests need is made once a process: the schema of a new store, the analysis of an article.

`tests/conftest.py` puts these in the place of the real ones, which make what is handed out here.
"""

import sqlite3
import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlite_utils
from sqlite_utils.migrations import Migrations

from bot.jobs.collect import ingest
from bot.runtime.services import Reading
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import Taxonomy
from storage.migrations import MIGRATIONS
from storage.models import Entry

_apply = Migrations.apply
_read = ingest.read
_tls_of = ssl.create_default_context
_words_of = Taxonomy.words
_MAX_READ = 2_000
_words: dict[int, tuple[Taxonomy, tuple[str, ...]]] = {}
_found: dict[tuple[object, ...], tuple[object, ingest.Read]] = {}


def apply(
    migrations: Migrations, db: sqlite_utils.Database, *, stop_before: str | Iterable[str] | None = None
) -> None:
    """`Migrations.apply`, but that a new store is a copy of the one that the migrations made first: 60 ms each."""
    if migrations is MIGRATIONS and stop_before is None and _is_empty(db.conn):
        _new_store().backup(db.conn)
    else:
        _apply(migrations, db, stop_before=stop_before)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


@cache
def _new_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _apply(MIGRATIONS, sqlite_utils.Database(connection))
    return connection


def read(reading: Reading, entry: Entry) -> ingest.Read:
    """`ingest.read`, but that an article which was analysed by the same words and topics is not analysed again."""
    aliases = reading.stories._aliases
    words = (reading.segmenter.version, id(reading.taxonomy), id(aliases))
    key = (*words, entry.title, entry.text, entry.section, entry.published)
    if key not in _found:
        if len(_found) >= _MAX_READ:
            _found.clear()
        _found[key] = (
            (reading.taxonomy, aliases),
            _read(reading, entry),
        )  # kept, so that their ids are no others
    return _found[key][1]


def tls_of(purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH, **authorities: Any) -> ssl.SSLContext:
    """`ssl.create_default_context`, but that clients share theirs: reading the list of authorities takes 60 ms."""
    clients = purpose is ssl.Purpose.SERVER_AUTH and "cadata" not in authorities
    return _client_tls(**authorities) if clients else _tls_of(purpose, **authorities)


@cache
def _client_tls(**authorities: str) -> ssl.SSLContext:
    return _tls_of(**authorities)  # type: ignore[arg-type]  # files and folders by name


def words_of(taxonomy: Taxonomy) -> tuple[str, ...]:
    """`Taxonomy.words`, collected once."""
    if id(taxonomy) not in _words:
        _words[id(taxonomy)] = taxonomy, tuple(_words_of(taxonomy))
    return _words[id(taxonomy)][1]


@cache
def segmenter_of(words: tuple[str, ...]) -> Segmenter:
    """`load_segmenter` for these words; bots share it, for it keeps nothing of what it cuts."""
    return load_segmenter(words)
