"""A damaged store: each command says in one sentence what it is and what to do, and ends; none shows a traceback."""

from contextlib import closing
from pathlib import Path

import pytest

from storage.database import open_database
from tests.cli.conftest import Chenbao, complaint


@pytest.fixture
def damaged(chenbao: Chenbao, archive: Path, database: Path) -> Chenbao:
    """A store whose head is sound and whose pages from the eighth on are garbage."""
    assert chenbao("import", archive).code == 0
    with closing(open_database(database)) as db:
        size = int(db.execute("PRAGMA page_size").fetchone()[0])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(database.read_bytes())
    data[8 * size :] = b"\xa5" * (len(data) - 8 * size)
    database.write_bytes(data)
    return chenbao


@pytest.mark.parametrize(
    "command", [("stats",), ("doctor",), ("search", "芯片"), ("preview",), ("sources", "list")]
)
def test_a_damaged_page_is_named_with_the_way_out(damaged: Chenbao, command: tuple[str, ...]) -> None:
    ran = damaged(*command)
    assert ran.code in {1, 2}
    assert "chenbao restore FILE --force" in complaint(ran)


def test_a_damaged_store_is_not_backed_up_over_a_good_copy(damaged: Chenbao, tmp_path: Path) -> None:
    good = tmp_path / "copy.db"
    good.write_bytes(b"the copy of yesterday")
    ran = damaged("backup", good)
    assert ran.code in {1, 2}
    complaint(ran)
    assert good.read_bytes() == b"the copy of yesterday"


def test_run_ends_with_the_sentence(damaged: Chenbao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:test-token-of-no-bot")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    ran = damaged("run")
    assert ran.code == 2  # which the service unit does not start again
    assert "it is damaged" in complaint(ran)
