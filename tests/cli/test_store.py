"""`chenbao stats|backup|restore`."""

import sqlite3
from pathlib import Path

import pytest

from storage.database import open_database
from tests.cli.conftest import Chenbao, complaint

TOKEN = "123456789:test-token-of-no-bot"


@pytest.fixture
def filled(chenbao: Chenbao, archive: Path) -> Chenbao:
    assert chenbao("import", archive).code == 0
    return chenbao


def titles(path: Path) -> int:
    db = open_database(path)
    try:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    finally:
        db.close()


def test_stats(filled: Chenbao) -> None:
    figures = filled("stats", "--json").json
    assert figures["articles"] > 60
    assert figures["chats"] == 0
    assert figures["deliveries"] == {}
    assert ["articles", str(figures["articles"])] in [
        line.split() for line in filled("stats").out.splitlines()
    ]


def test_a_backup_brings_the_store_back(filled: Chenbao, database: Path, tmp_path: Path) -> None:
    articles = titles(database)
    copy = tmp_path / "copy.db"
    ran = filled("backup", copy)
    assert ran.code == 0
    assert ran.out.startswith(f"{copy}: ")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy.db"]
    database.unlink()
    assert filled("restore", copy).out == f"{database}: restored from {copy}\n"
    assert titles(database) == articles
    assert filled("search", "--json", "芯片").json["total"] > 0
    assert titles(copy) == articles


def test_restore_replaces_a_store_only_when_told_to(filled: Chenbao, database: Path, tmp_path: Path) -> None:
    articles = titles(database)
    empty = tmp_path / "empty.db"
    open_database(empty).close()
    ran = filled("restore", empty)
    assert ran.code == 1
    assert "add --force" in complaint(ran)
    assert titles(database) == articles
    ran = filled("restore", empty, "--force")
    assert ran.code == 0
    assert titles(database) == 0
    [kept] = tmp_path.glob("chenbao.db.before-restore-*Z")
    assert str(kept) in ran.out
    assert titles(kept) == articles


def test_restore_refuses_while_the_store_is_in_use(filled: Chenbao, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    filled("backup", copy)
    bot = open_database(database)
    try:
        bot.execute("SELECT count(*) FROM articles").fetchone()
        ran = filled("restore", copy, "--force")
        assert ran.code == 1
        assert "stop the bot first" in complaint(ran)
        assert bot.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    finally:
        bot.close()
    assert filled("restore", copy, "--force").code == 0


def test_a_broken_store_can_be_replaced(filled: Chenbao, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    filled("backup", copy)
    database.write_bytes(b"broken beyond repair " * 500)
    assert filled("stats").code == 2
    assert filled("restore", copy, "--force").code == 0
    assert titles(database) == titles(copy)


def test_what_is_no_backup_is_refused(filled: Chenbao, database: Path, tmp_path: Path) -> None:
    articles = titles(database)
    note = tmp_path / "note.txt"
    note.write_text("This is a note. " * 100)
    nothing = tmp_path / "nothing.db"
    nothing.touch()
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    for file in (note, nothing, other):
        before = file.read_bytes()
        ran = filled("restore", file, "--force")
        assert ran.code == 1
        assert f"{file} is no backup of Chenbao" in complaint(ran)
        assert file.read_bytes() == before
    assert titles(database) == articles
    assert [path.name for path in tmp_path.iterdir() if "restor" in path.name] == []


def test_a_damaged_backup_is_refused(filled: Chenbao, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    filled("backup", copy)
    data = bytearray(copy.read_bytes())
    data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    copy.write_bytes(data)
    ran = filled("restore", copy, "--force")
    assert ran.code == 1
    assert "is no backup of Chenbao" in complaint(ran)


def test_backup_refuses_where_it_cannot_write(chenbao: Chenbao, database: Path, tmp_path: Path) -> None:
    open_database(database).close()
    for target in (tmp_path / "nowhere" / "copy.db", Path("/proc/copy.db")):
        ran = chenbao("backup", target)
        assert ran.code == 1
        assert f"{target} cannot be written" in complaint(ran)
    ran = chenbao("backup", database)
    assert ran.code == 1
    assert "is the store itself" in complaint(ran)
    notes = tmp_path / "notes.txt"
    notes.write_text("not to be lost", encoding="utf-8")
    ran = chenbao("backup", notes)
    assert ran.code == 1
    assert "is no backup, and stays as it is" in complaint(ran)
    assert notes.read_text(encoding="utf-8") == "not to be lost"
    notes.write_bytes(b"")  # as mktemp leaves it
    assert chenbao("backup", notes).code == 0
    assert chenbao("backup", notes).code == 0
    assert chenbao("backup", tmp_path).code == 2


def test_a_folder_in_the_stores_place_is_said_to_be_one(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENBAO_DB", str(tmp_path))
    ran = chenbao("stats")
    assert ran.code == 2
    assert f"CHENBAO_DB: cannot open the database {tmp_path}: it is a folder" in complaint(ran)


def test_restore_needs_a_place(filled: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.db"
    filled("backup", copy)
    monkeypatch.setenv("CHENBAO_DB", str(tmp_path / "nowhere" / "chenbao.db"))
    ran = filled("restore", copy)
    assert ran.code == 1
    assert "cannot be written" in complaint(ran)
