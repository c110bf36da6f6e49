"""Rounds in which the machine is lost: bot and Litestream are killed, the replica is restored elsewhere, the bot goes on.

A store is replicated to a folder by the real binary. Readers are due; the bot sends, and both processes are killed in
the midst of it. What the replica holds becomes the store of another place, where the bot does the rest. Telegram has
kept its own truth of what was sent.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.locales import load_locale
from storage import chats, sources
from storage.database import open_database
from storage.models import Entry
from tests.doubles.feeds import Feeds
from tests.faults.store import Store
from tests.faults.truth import Truth, Zygote
from tests.faults.zygote import PHASE_BYTES, Order
from tests.processes import alive
from tests.readers import add_reader

START = datetime(2027, 1, 1, tzinfo=UTC)
READERS = range(1001, 1041)
SYNC = "500ms"
REPLICA_SECONDS = 1.5
PATIENCE = 60.0


def binary() -> str | None:
    """Litestream's program: beside Python where the wheel is installed, else on the path."""
    beside = Path(sys.executable).with_name("litestream")
    return str(beside) if beside.exists() else shutil.which("litestream")


def surroundings() -> dict[str, str]:
    """Litestream's environment: keys that any server of ours takes, nothing of this machine's for Amazon or proxies."""
    own = {
        name: value for name, value in os.environ.items() if "PROXY" not in name.upper() and "AWS" not in name
    }
    return own | {"LITESTREAM_ACCESS_KEY_ID": "test", "LITESTREAM_SECRET_ACCESS_KEY": "test"}


@dataclass
class Machines:
    """The series; each round ends on another machine than it began on."""

    folder: Path
    api: Truth
    feeds: Feeds
    zygote: Zygote
    random: random.Random
    bucket: str = ""
    """Where replicas go: the address of a bucket of a server that speaks S3; empty: a folder."""
    number: int = 0
    """Of the machine that works now."""
    day: int = 0
    left: Counter[str] = field(default_factory=Counter)
    """What became of the editions: sent, uncertain and arrived, uncertain and not."""

    @property
    def store(self) -> Store:
        """Of the machine that works now."""
        return Store(self.folder / str(self.number) / "chenbao.db")

    @property
    def now(self) -> datetime:
        """The bot's clock at the beginning of this round: a day later each time."""
        return START + timedelta(days=self.day, minutes=1)

    def prepare(self) -> None:
        """The first machine: a store with a feed and readers, all due at midnight."""
        (self.folder / "phase").write_bytes(b" " * PHASE_BYTES)
        self.store.path.parent.mkdir()
        before = START - timedelta(hours=1)
        with closing(open_database(self.store.path)) as db:
            sources.add(db, url=self.feeds.url("/a.xml"), title="甲报", kind="feed", now=before)
            for reader in READERS:
                chat = add_reader(db, reader, before, zone="UTC", briefing_time="00:00")
                chats.save_settings(db, replace(chat, onboarded=True, next_due_at=START))
                self.api.open_chat(reader)

    def run(self) -> None:
        """Lose the machine while editions go out, go on elsewhere, and compare with what arrived."""
        self.feeds.publish("/a.xml", "甲报", self._news())
        with self.replicating():
            pid = self.zygote.start(self._order())
            self.api.victim, self.api.deadly = pid, self.random.randint(1, len(READERS))
            end = time.monotonic() + PATIENCE
            while alive(pid):
                assert time.monotonic() < end, self.store.waiting(self.now)
                time.sleep(0.002)
            # The machine goes at once, or the bot a little before it.
            time.sleep(self.random.choice([0.0, 0.0, 0.03, 0.2]))
        self.api.deadly = 0
        self.zygote.wait()
        self.api.lived(time.monotonic(), 0.0)
        replica = self._replica()
        self.number += 1
        self.store.path.parent.mkdir()
        subprocess.run(
            [str(binary()), "restore", "-o", str(self.store.path), replica],
            check=True,
            capture_output=True,
            env=surroundings(),
        )
        assert self.store.sound()
        self._finish()
        self._judge()
        self.day += 1

    def _news(self) -> list[Entry]:
        day = self.day
        return [
            Entry(
                title=f"第{day}天芯片新闻之{n}：晶圆厂扩产{day}{n}万片",
                url=f"https://news.example.com/{day}/{n}",
                text=f"芯片企业第{day}{n}厂今天宣布扩产，晶圆产能增加{day}{n}万片。",
                published=self.now - timedelta(hours=1),
            )
            for n in range(3)
        ]

    def _replica(self) -> str:
        if not self.bucket:
            return f"file://{self.folder}/replica{self.number}"
        root, _, name = self.bucket.rpartition("/")
        return f"s3://{name}/replica{self.number}?endpoint={root}&region=us-east-1&forcePathStyle=true"

    def _is_begun(self) -> bool:
        """Whether the replica holds anything yet."""
        if not self.bucket:
            return any((self.folder / f"replica{self.number}").rglob("*.ltx"))
        asked = f"{self.bucket}?list-type=2&prefix=replica{self.number}/"
        with urllib.request.urlopen(asked, timeout=5) as listed:  # noqa: S310 - our own server
            return b".ltx" in listed.read()

    @contextmanager
    def replicating(self) -> Iterator[None]:
        """Litestream at work, with a first copy made; it is killed at the end, whatever happened."""
        settings = self.folder / f"litestream{self.number}.yml"
        settings.write_text(
            f"dbs:\n  - path: {self.store.path}\n    monitor-interval: {SYNC}\n    replica:\n"
            f"      url: {self._replica()}\n      sync-interval: {SYNC}\n",
            encoding="utf-8",
        )
        running = subprocess.Popen(
            [str(binary()), "replicate", "-config", str(settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=surroundings(),
        )
        try:
            end = time.monotonic() + PATIENCE
            while not self._is_begun():
                assert time.monotonic() < end
                assert running.poll() is None
                time.sleep(0.02)
            yield
        finally:
            running.kill()
            running.wait(10)

    def _order(self, later: timedelta = timedelta()) -> Order:
        return Order(
            database=str(self.store.path),
            api_url=self.api.url,
            token=self.api.token,
            log=str(self.folder / "bot.log"),
            phase_file=str(self.folder / "phase"),
            ahead=(self.now + later - datetime.now(UTC)).total_seconds(),
            replica_seconds=REPLICA_SECONDS,
        )

    def _finish(self) -> None:
        """The bot does all there is to do, and is killed at rest."""
        pid = self.zygote.start(self._order(later=timedelta(minutes=2)))
        end, idle = time.monotonic() + PATIENCE, 0
        while idle < 5:
            assert time.monotonic() < end, self.store.waiting(self.now)
            assert alive(pid), (self.folder / "bot.log").read_text()[-2000:]
            time.sleep(0.05)
            settled = not any(self.store.waiting(self.now).values()) and self._composed() == len(READERS)
            idle = idle + 1 if settled else 0
        os.kill(pid, signal.SIGKILL)
        self.api.lived(self.zygote.wait(), 0.0)

    def _composed(self) -> int:
        day = (START + timedelta(days=self.day)).date().isoformat()
        return self.store.count("SELECT count(*) FROM editions WHERE local_date = ?", day)

    def _judge(self) -> None:
        """Nothing doubled; what is missing is uncertain, so that its reader is told."""
        day = (START + timedelta(days=self.day)).date()
        rows = self.store.rows(
            "SELECT c.telegram_chat_id, d.state FROM chats c JOIN editions e ON e.chat_id = c.id "
            "JOIN deliveries d ON d.edition_id = e.id WHERE e.local_date = ?",
            day.isoformat(),
        )
        assert {chat for chat, _ in rows} == set(READERS)
        title = load_locale("zh-Hans").day(day)
        for chat, state in rows:
            times = sum(
                seen.text.startswith((f"晨报 · {title}", f"{title}：")) for seen in self.api.messages(chat)
            )
            assert state in {"sent", "uncertain"}, (chat, state)
            assert times == 1 if state == "sent" else times <= 1, (chat, state, times)
            self.left[f"{state}, {'arrived' if times else 'missing'}"] += 1
