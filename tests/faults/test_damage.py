"""A page goes bad under a running bot: it says so and sends nothing false; with the backup back it works within a minute."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import sources
from storage.database import open_database
from tests.doubles.bot_api import BotApi
from tests.faults.kills import START
from tests.faults.store import Store

READER = 7
SOUND_PAGES = 8
REPAIRED_WITHIN = 60.0
TOLD = "the store cannot be used: database disk image is malformed"


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


def given(api: BotApi, path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "CHENBAO_DB": str(path),
    }


def command(api: BotApi, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        env=given(api, path),
        capture_output=True,
        text=True,
        check=False,
    )


def spoil(path: Path) -> None:
    """All pages but the first few become garbage, and the bot forgets those that it has in memory."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('spoiled', '1')")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = int(db.execute("PRAGMA page_size").fetchone()[0])
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(SOUND_PAGES * size)
        file.write(b"\xa5" * (len(data) - SOUND_PAGES * size))


@pytest.mark.slow
def test_a_damaged_store_is_told_and_the_backup_brings_it_back(api: BotApi, tmp_path: Path) -> None:
    path, copy, log = tmp_path / "chenbao.db", tmp_path / "copy.db", tmp_path / "run.log"
    with closing(open_database(path)) as db:
        sources.add(db, url="http://127.0.0.1:9/rss", title="例报", kind="feed", now=START)
    run = [sys.executable, "-m", "bot.cli", "run"]
    with log.open("wb") as out:
        bot = subprocess.Popen(run, env=given(api, path), stderr=out)
    try:
        api.say(READER, "/follow 华为")
        api.wait_for(lambda: len(api.messages(READER)) == 1 and not api.updates, 60)
        assert command(api, path, "backup", str(copy)).returncode == 0
        spoil(path)
        api.say(READER, "/follow 芯片")
        api.wait_for(lambda: TOLD in log.read_text(), 60)
        time.sleep(1)
        assert bot.poll() is None
        assert len(api.messages(READER)) == 1
        assert api.updates  # not confirmed to Telegram
        assert log.read_text().count(TOLD) == 1
        assert "Traceback" not in log.read_text()
    finally:
        bot.send_signal(signal.SIGTERM)
        try:
            bot.wait(30)
        finally:
            bot.kill()
    assert bot.returncode == 0
    restored = command(api, path, "restore", str(copy), "--force")
    assert restored.returncode == 0, restored.stderr
    begun = time.monotonic()
    with log.open("ab") as out:
        bot = subprocess.Popen(run, env=given(api, path), stderr=out)
    try:
        api.wait_for(lambda: len(api.messages(READER)) == 2, REPAIRED_WITHIN)
        assert time.monotonic() - begun < REPAIRED_WITHIN
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(30)
    assert Store(path).sound()
    assert Store(path).count("SELECT count(*) FROM subscriptions") == 2
