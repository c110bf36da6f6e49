"""The command line in this process, with nothing set from outside: arguments in, exit code and output out."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.demo.archive import load_archive
from storage.database import open_database
from tests.doubles.feeds import Feeds

ARCHIVE_END = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


Chenbao = Callable[..., Ran]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the store will be; nothing else is set, but that no article's page is fetched."""
    for name in list(os.environ):
        if name.startswith(("CHENBAO_", "TELEGRAM_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "chenbao.db"
    monkeypatch.setenv("CHENBAO_DB", str(path))
    monkeypatch.setenv("CHENBAO_FULL_TEXT", "never")
    return path


@pytest.fixture
def chenbao(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Chenbao:
    """Runs one command; `stdin` is what it reads."""

    def run(*arguments: str | Path, stdin: str | bytes = "") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, written.out, written.err)

    return run


@pytest.fixture
def store(database: Path) -> Path:
    """An empty store at that place."""
    open_database(database).close()
    return database


@pytest.fixture(scope="session")
def moved() -> timedelta:
    """From the archive's last moment to now; the same for all, so that its articles are analysed once."""
    return datetime.now(UTC) - ARCHIVE_END


@pytest.fixture
def archive(tmp_path: Path, moved: timedelta) -> Path:
    """The sample archive as JSON Lines, as if its last day were today."""
    file = tmp_path / "news.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for entry in load_archive():
            published = (entry.published or ARCHIVE_END) + moved - timedelta(minutes=1)
            row = {
                "id": entry.guid,
                "source": entry.source,
                "title": entry.title,
                "text": entry.text,
                "url": entry.url,
                "published": published.isoformat(),
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return file


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """A web server on loopback that commands may fetch from."""
    with Feeds() as server:
        yield server


def complaint(ran: Ran) -> str:
    """The one sentence on stderr of a command that failed."""
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("chenbao: ")
    return lines[0].removeprefix("chenbao: ")
