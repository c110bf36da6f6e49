"""The command itself: help without imports, exit codes, one sentence for every error."""

import importlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS
from storage.database import open_database
from tests.cli.conftest import Chenbao, complaint


def command(name: str) -> click.Command:
    module, _, attribute = COMMANDS[name].where.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_its_own_name(chenbao: Chenbao, name: str) -> None:
    ran = chenbao(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: chenbao {name} ")
    assert command(name).name == name
    assert command(name).help


def test_subcommands_have_help(chenbao: Chenbao) -> None:
    groups = [name for name in COMMANDS if isinstance(command(name), click.Group)]
    assert set(groups) == {"sources", "topics", "text"}
    for name in groups:
        group = command(name)
        assert isinstance(group, click.Group)
        for subcommand in group.commands:
            ran = chenbao(name, subcommand, "--help")
            assert ran.code == 0
            assert ran.out.startswith(f"Usage: chenbao {name} {subcommand} ")


def test_help_lists_every_command_without_importing_any() -> None:
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as ended:\n    assert ended.code == 0\n"
        "heavy = {'telegram', 'httpx', 'numpy', 'rjieba', 'sqlite_utils'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for name, known in COMMANDS.items():
        assert f"  {name}" in ran.stdout
        assert known.help in ran.stdout


def test_version(chenbao: Chenbao) -> None:
    ran = chenbao("--version")
    assert ran.code == 0
    assert ran.out.startswith("chenbao, version ")


def test_nothing_asked_shows_the_help(chenbao: Chenbao) -> None:
    ran = chenbao()
    assert ran.code == 2
    assert "Usage: chenbao" in ran.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["qqq"], "there is no command 'qqq'; see: chenbao --help"),
        (["serach", "华为"], "there is no command 'serach'; did you mean search?"),
        (["stats", "--nonsense"], "No such option '--nonsense'."),
        (["search"], "give a QUERY, or --jsonl"),
        (["search", "--limit", "0", "x"], "Invalid value for '--limit'"),
        (["import"], "Missing argument 'FILE|FOLDER'"),
        (["preview", "--format", "pdf"], "Invalid value for '--format'"),
        (["preview", "--topics", "天文学"], "--topics: there is no topic '天文学'"),
        (["collect", "--json"], "--json goes with --once"),
        (["restore", "missing.db"], "'missing.db' does not exist"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(
    store: Path, chenbao: Chenbao, arguments: list[str], sentence: str
) -> None:
    ran = chenbao(*arguments)
    assert ran.code == 2
    assert sentence in complaint(ran)
    assert ran.out == ""


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CHENBAO_DB", "other.db", "CHENBAO_DB: the database other.db belongs to another program"),
        ("CHENBAO_DB", ".", "CHENBAO_DB: cannot open the database ."),
        ("CHENBAO_DB", "notes.txt", "CHENBAO_DB: cannot use the database notes.txt: file is not a database"),
        ("CHENBAO_TIMEZONE", "Mars/Phobos", "CHENBAO_TIMEZONE “Mars/Phobos” is not one time zone"),
        ("CHENBAO_TOPICS", "missing.toml", "missing.toml"),
        ("CHENBAO_OWNERS", "me", "CHENBAO_OWNERS must be"),
    ],
)
def test_a_bad_setting_ends_with_2(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, only a note. " * 100)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    before = (tmp_path / "other.db").read_bytes()
    open_database(tmp_path / "chenbao.db").close()
    monkeypatch.setenv(name, value)
    for arguments in (["search", "芯片"], ["preview"], ["collect", "--once"], ["doctor"]):
        ran = chenbao(*arguments)
        assert ran.code == 2, arguments
        assert sentence in complaint(ran), arguments
    assert (tmp_path / "other.db").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["stats"],
        ["search", "芯片"],
        ["search", "--jsonl"],
        ["preview"],
        ["backup", "copy.db"],
        ["sources", "list"],
        ["sources", "check"],
        ["sources", "export"],
        ["sources", "remove", "甲报"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("there", ["no file", "an empty file", "no folder"])
def test_what_only_reads_makes_no_store(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], there: str
) -> None:
    path = tmp_path / "nowhere" / "news.db" if there == "no folder" else tmp_path / "news.db"
    if there == "an empty file":
        path.touch()
    monkeypatch.setenv("CHENBAO_DB", str(path))
    before = {file: file.stat().st_size for file in tmp_path.rglob("*")}
    ran = chenbao(*arguments)
    assert ran.code == 2
    assert "CHENBAO_DB: " in complaint(ran)
    assert str(path) in complaint(ran)
    assert {file: file.stat().st_size for file in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("there", [False, True])
def test_doctor_checks_the_rest_where_there_is_no_store(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    path = tmp_path / "news.db"
    if there:
        path.touch()
    monkeypatch.setenv("CHENBAO_DB", str(path))
    ran = chenbao("doctor", "--offline")
    assert ran.code == (2 if there else 1)
    assert str(path) in ran.out + ran.err
    assert path.exists() == there


@pytest.mark.parametrize("value", ["/proc/chenbao.db", "nowhere/chenbao.db"])
def test_where_no_store_can_be_made_ends_with_2(
    chenbao: Chenbao, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CHENBAO_DB", value)
    ran = chenbao("collect", "--once")
    assert ran.code == 2
    assert f"CHENBAO_DB: cannot open the database {value}" in complaint(ran)


def test_settings_may_stand_in_a_file(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHENBAO_DB")
    file = tmp_path / "chenbao.toml"
    file.write_text('CHENBAO_DB = "elsewhere.db"\n')
    open_database(tmp_path / "elsewhere.db").close()
    assert chenbao("--config", file, "stats").code == 0
    file.write_text("CHENBAO_NONSENSE = 1\n")
    ran = chenbao("--config", file, "stats")
    assert ran.code == 2
    assert "CHENBAO_NONSENSE" in complaint(ran)


def test_a_reader_that_leaves_is_no_traceback(database: Path) -> None:
    listing = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "topics", "list"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.close()
    errors = listing.stderr.read()
    listing.stderr.close()
    assert listing.wait(30) != 0
    assert b"Traceback" not in errors
