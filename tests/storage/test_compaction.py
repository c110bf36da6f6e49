"""A store whose articles were written by an earlier version, after the migration that writes them anew."""

import json
import sqlite3
import threading
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from storage import articles
from storage.database import Database, kept_before, open_database
from storage.migrations import MIGRATIONS

NAME = "m033_compact_articles"
LONG = "澜川科技昨日发布了新的芯片，产能将增加一倍。\n" * 40
NUMBERS = (1, 7, 2**32 - 1)
ROWS = {
    # id: text, fingerprint, published
    1: (LONG, b64encode(b"".join(n.to_bytes(4, "little") for n in NUMBERS)).decode(), "2026-11-24T00:00:00Z"),
    2: ("短讯。", json.dumps(NUMBERS), "2026-11-10T00:00:00Z"),
    3: (LONG + "旧", json.dumps(NUMBERS), "2026-11-08T00:00:00Z"),
    4: ("", "", "2026-11-24T00:00:00Z"),
    5: ("𠮷" * 200, json.dumps([2**60]), "2026-11-24T00:00:00Z"),
    6: ("产能\0" * 200, "[]", "2026-11-24T00:00:00Z"),
    7: ("指纹坏了", "AAAAA", "2026-11-24T00:00:00Z"),
    8: ("也坏了", "AAAA", "2026-11-24T00:00:00Z"),
    9: ("将被删除", "[]", "2026-11-24T00:00:00Z"),
}
FETCHED = "2026-11-24T12:00:00Z"


def earlier(path: Path) -> None:
    """A store as the migrations before made it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        MIGRATIONS.apply(sqlite_utils.Database(db), stop_before=NAME)
        db.execute(
            "INSERT INTO sources (id, url, title, kind, created_at) VALUES (1, 'u', '例报', 'feed', ?)",
            (FETCHED,),
        )
        for number, (text, fingerprint, at) in ROWS.items():
            db.execute("INSERT INTO stories (id, first_at, last_at) VALUES (?, ?, ?)", (number, at, at))
            db.execute(
                "INSERT INTO articles (id, source_id, guid, url, canonical_url, title, title_key, text, publisher, page, "
                "published_at, fetched_at, section, section_given, genre, news, worth, placed, centrality, keywords, summary, "
                "fingerprint, story_id, archived) VALUES (?1, 1, 'g' || ?1, 'u' || ?1, 'c' || ?1, 't' || ?1, 'k' || ?1, ?2, "
                "'甲报', 3, ?3, ?4, 'companies', 1, 'news', 0.5, 0.25, 0.75, 0.125, '[\"芯片\"]', '[\"一句。\"]', ?5, ?1, 1)",
                (number, text, at, FETCHED, fingerprint),
            )
            db.execute("INSERT INTO article_topics VALUES (?, 'ai')", (number,))
        db.execute("INSERT INTO story_splits VALUES (1, 2)")
        db.execute("INSERT INTO section_corrections VALUES (1, NULL, 'companies', 1, 7, ?)", (FETCHED,))
        db.execute("DELETE FROM articles WHERE id = 9")  # by hand: its topics stay, for foreign keys are off


@pytest.fixture
def path(tmp_path: Path) -> Path:
    earlier(tmp_path / "store.db")
    return tmp_path / "store.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with closing(open_database(path)) as database:
        yield database


def test_every_article_says_what_it_said(path: Path) -> None:
    same = (
        "SELECT id, source_id, guid, url, canonical_url, title, publisher, page, published_at, fetched_at, section, section_given, "
        "genre, news, worth, placed, centrality, keywords, summary, story_id, archived FROM articles ORDER BY id"
    )
    with closing(sqlite3.connect(path)) as before:
        rows = before.execute(same).fetchall()
    with closing(open_database(path)) as db:
        assert list(map(tuple, db.execute(same))) == rows
        found = articles.by_ids(db, list(ROWS))
        assert {number: article.text for number, article in found.items()} == {
            number: row[0] for number, row in ROWS.items() if number != 9
        }
        assert all(article.text_length == len(article.text) for article in found.values())
        assert [isinstance(found[number].stored_text, bytes) for number in (1, 2, 3, 4, 5, 6)] == [
            True,
            False,
            True,
            False,
            True,
            True,
        ]
        assert all(article.topics == ("ai",) for article in found.values())
        assert list(map(tuple, db.execute("SELECT * FROM story_splits"))) == [(1, 2)]
        assert tuple(db.execute("SELECT * FROM section_corrections").fetchone()) == (
            1, None, "companies", 1, 7, FETCHED,
        )  # fmt: skip
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_articles_are_known_again(db: Database) -> None:
    assert articles.titles_known(db, 1, ["k1", "k5", "k9", "t1"]) == {"k1", "k5"}
    for number in (1, 2, 4):
        (known,) = articles.by_title(db, 1, f"k{number}")
        assert known.id == number
        assert known.has_text(ROWS[number][0])
        assert not known.has_text(ROWS[number][0] + "。")
        assert articles.by_guid(db, 1, f"g{number}") == [known]


def test_fingerprints_of_two_weeks_are_kept(db: Database) -> None:
    """Before the newest fetch: the machine's own clock says nothing of when the store was last used."""
    found = articles.by_ids(db, list(ROWS))
    assert {number: article.fingerprint for number, article in found.items()} == {
        1: NUMBERS,
        2: NUMBERS,
        3: (),
        4: (),
        5: (),
        6: (),
        7: (),
        8: (),
    }


def test_what_refers_to_an_article_goes_with_it_and_no_id_comes_again(db: Database) -> None:
    assert articles.next_id(db) == 10
    articles.delete(db, [1])
    for table in ("article_topics", "fingerprints", "story_splits", "section_corrections"):
        assert db.utils[table].count_where("article_id = 1") == 0
    assert db.execute("SELECT count(*) FROM stories WHERE id = 1").fetchone()[0] == 0


def test_a_view_of_somebody_goes_on(path: Path) -> None:
    with closing(sqlite3.connect(path)) as before:
        before.execute("CREATE VIEW mine AS SELECT id, title FROM articles")
    with closing(open_database(path)) as db:
        assert db.execute("SELECT count(*) FROM mine").fetchone()[0] == len(ROWS) - 1
        db.execute(
            "ALTER TABLE searches RENAME TO looked_for"
        )  # refused where a view reads what is not there


def test_the_room_is_given_back(tmp_path: Path, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as before:
        before.execute("PRAGMA wal_autocheckpoint = 100000")
        before.executemany(
            "INSERT INTO articles (source_id, guid, url, canonical_url, title, title_key, text, publisher, published_at, "
            "fetched_at) VALUES (1, '', '', '', '', '', ?, '', '2026-01-01T00:00:00Z', ?)",
            [(LONG * 2, FETCHED)] * 300,
        )
    size = path.stat().st_size
    with closing(open_database(path)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone()[0] == 0
        assert db.size() < size / 2
    assert kept_before(path, NAME).stat().st_size == size
    assert list(tmp_path.glob("*-wal")) == []


def test_a_damaged_page_that_nobody_reads_stops_no_upgrade(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.WORTH_GIVING_BACK", -1.0)
    with closing(sqlite3.connect(path)) as before:
        (page,) = before.execute("SELECT rootpage FROM sqlite_master WHERE name = 'searches'").fetchone()
        (size,) = before.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with closing(open_database(path)) as db:
        assert articles.count(db) == len(ROWS) - 1
        assert (
            path.with_name("store.db-wal").stat().st_size == 0
        )  # there may be no room for a log that holds nothing


def test_who_dies_of_writing_the_store_anew_does_so_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: sqlite3.Connection) -> None:
        raise RuntimeError

    monkeypatch.setattr("storage.database._give_back", killed)
    with pytest.raises(RuntimeError):
        open_database(path)
    open_database(path).close()


def test_two_upgrade_one_after_the_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would write one copy, and make the same tables."""
    inside: list[Path] = []
    most = 0
    both = threading.Event()

    def keep(_: Database, store: Path) -> None:
        nonlocal most
        inside.append(store)
        most = max(most, len(inside))
        if most > 1:
            both.set()
        both.wait(0.2)
        inside.remove(store)

    monkeypatch.setattr("storage.database._keep_old", keep)

    def count() -> int:
        with closing(open_database(path)) as db:
            return articles.count(db)

    with ThreadPoolExecutor(2) as pool:
        assert [done.result() for done in [pool.submit(count), pool.submit(count)]] == [len(ROWS) - 1] * 2
    assert most == 1


def test_a_store_that_cannot_be_written_anew_is_used_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.WORTH_GIVING_BACK", -1.0)
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    applied = MIGRATIONS.apply

    def and_then_somebody_writes(utils: sqlite_utils.Database) -> None:
        applied(utils)
        other.execute("BEGIN IMMEDIATE")

    monkeypatch.setattr(MIGRATIONS, "apply", and_then_somebody_writes)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(open_database(path, keep_old=False)) as db,
    ):
        assert articles.count(db) == len(ROWS) - 1
