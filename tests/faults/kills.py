"""Rounds of kill -9 at chosen and at random points, against a Telegram that keeps its own truth.

Each round: six hours pass, news comes, a quarter of the readers is due, some of them write, a group gets another id; the
bot is started, killed (sometimes twice), started again and let finish; then the store is compared with what Telegram
accepted.
"""

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.locales import load_locale
from storage import chats, sources
from storage.database import open_database
from tests.doubles.feeds import Feeds
from tests.faults.judge import Judge
from tests.faults.store import Claimed, Store
from tests.faults.truth import Request, Truth, Zygote
from tests.faults.wishes import QUARTERS, READERS, Wishes
from tests.faults.zygote import PHASE_BYTES, Order
from tests.processes import alive

START = datetime(2027, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=24 // QUARTERS)
POINTS = {
    "acknowledge": 1,
    "collect": 1,
    "compose": 1,
    "claim": 1,
    "send": 1,
    "record": 1,
    "handle": 1,
    "forget": 1,
    "migrate": 4,  # only one group moves in a round
    "any time": 1,
}
"""Where it is killed, and how often."""
PATIENCE = 60.0
JUST_NOW = 3.0
"""Seconds that an answer of Telegram's may take to be read and recorded, on a machine that many share."""


@dataclass
class Rounds:
    """The series; `run` plays one round and judges it."""

    folder: Path
    api: Truth
    feeds: Feeds
    zygote: Zygote
    random: random.Random
    number: int = 0
    kills: int = 0
    hit: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    """The editions that the kills left in doubt."""
    unwritten: int = 0
    """Of those of this round, how many had not been written to the line."""

    def __post_init__(self) -> None:
        self.store = Store(self.folder / "chenbao.db")
        self.wishes = Wishes(self.api, self.feeds, self.store, self.random)
        self.judge = Judge(self.store, self.api, self.wishes)

    @property
    def now(self) -> datetime:
        """The bot's clock at the beginning of this round."""
        return START + self.number * STEP + timedelta(minutes=1)

    def prepare(self) -> None:
        """A store with one feed, and readers and a group in each quarter of the day."""
        (self.folder / "phase").write_bytes(b" " * PHASE_BYTES)
        before = START - timedelta(hours=1)
        places = [(reader, number % QUARTERS) for number, reader in enumerate(READERS)]
        places += [(ids[0], quarter) for quarter, ids in enumerate(self.wishes.groups)]
        with closing(open_database(self.store.path)) as db:
            sources.add(db, url=self.feeds.url("/a.xml"), title="甲报", kind="feed", now=before)
            for place, quarter in places:
                due = START + quarter * STEP
                chat = chats.add(
                    db,
                    telegram_chat_id=place,
                    telegram_thread_id=None,
                    kind="private" if place > 0 else "group",
                    title="读者",
                    language="zh-Hans",
                    zone="UTC",
                    briefing_time=f"{due:%H:%M}",
                    now=before,
                )
                chats.save_settings(db, replace(chat, onboarded=True, next_due_at=due))
                self.api.open_chat(place, kind="private" if place > 0 else "group")

    def run(self) -> None:
        """Play the next round; AssertionError where a promise is broken."""
        self.wishes.begin_round(self.number, self.now)
        kills, self.unwritten = 1 + (self.random.random() < 0.25), 0
        for point in self.random.choices([*POINTS], [*POINTS.values()], k=kills):
            self.kill(point, 1 if point == "migrate" else self.random.randint(1, 6))
        self.finish(self.order())
        self.judge.judge(self.number, self.now.date(), kills - self.unwritten)
        self.number += 1

    def kill(self, point: str, nth: int) -> str:
        """Start the bot and kill it at its `nth` statement (or message) there, or a few later; what it was doing."""
        order, before = self.order(), self.store.sending()
        self.api.deadly = 0
        if point not in {"send", "any time"}:
            order = replace(order, phase=point, nth=nth, then=self.random.randint(0, 3))
        pid = self.zygote.start(order)
        if point == "send":
            self.api.victim, self.api.deadly = pid, nth
        end = time.monotonic() + (self.random.uniform(0.05, 1.2) if point == "any time" else PATIENCE)
        idle = 0
        while alive(pid) and time.monotonic() < end and idle < 3:
            time.sleep(0.03)
            idle = idle + 1 if point != "any time" and self._idle() else 0
        if alive(pid):
            with contextlib.suppress(ProcessLookupError):  # it dies by itself, at the point that was chosen
                os.kill(pid, signal.SIGKILL)
        died = self.zygote.wait()
        phase = (self.folder / "phase").read_bytes().decode().strip()
        was = "idle" if idle >= 3 else phase if point == "any time" else point
        self.api.deadly = 0
        self.kills += 1
        self.hit[was] += 1
        self._weigh(died, before)
        return was

    def _weigh(self, died: float, before: set[Claimed]) -> None:
        """Each part that this life leaves uncertain was on its way when the bot died, and Telegram knows of it: not
        answered, or answered a moment ago. One more may have been claimed, and killed before it was written."""
        answered, in_flight = self.api.lived(died, JUST_NOW)
        doubtful = Counter(
            "in flight"
            if any(tells(request, part) for request in in_flight)
            else "answered long ago"
            if any(tells(request, part) for request in answered)
            else "not written"
            for part in self.store.sending() - before
        )
        self.left += doubtful
        self.unwritten += doubtful["not written"]
        assert doubtful["in flight"] <= len(in_flight)
        assert not doubtful["answered long ago"]
        assert doubtful["not written"] <= 1

    def finish(self, order: Order) -> None:
        """Start the bot, let it do all that there is to do, and kill it at rest."""
        pid = self.zygote.start(order)
        end, idle = time.monotonic() + PATIENCE, 0
        while idle < 3:
            assert time.monotonic() < end, f"not at rest: {self.store.waiting(self.now)}\n{self._log()}"
            assert alive(pid), self._log()
            time.sleep(0.03)
            idle = idle + 1 if self._idle() else 0
        os.kill(pid, signal.SIGKILL)
        self.api.lived(self.zygote.wait(), JUST_NOW)

    def order(self) -> Order:
        """A start of the bot at this round's time, on this store."""
        return Order(
            database=str(self.store.path),
            api_url=self.api.url,
            token=self.api.token,
            log=str(self.folder / "bot.log"),
            phase_file=str(self.folder / "phase"),
            ahead=(self.now - datetime.now(UTC)).total_seconds(),
        )

    def _idle(self) -> bool:
        try:
            return not (self.api.updates or any(self.store.waiting(self.now).values()))
        except sqlite3.Error:  # it is just being recovered
            return False

    def _log(self) -> str:
        return (self.folder / "bot.log").read_text()[-4000:]


def tells(request: Request, part: Claimed) -> bool:
    """Whether this is the message of that edition."""
    day = load_locale("zh-Hans").day(date.fromisoformat(part.local_date))
    kind = "晨报" if part.slot == "morning" else "今日简报"
    return request.chat_id == part.chat_id and request.text.startswith((f"<b>{kind} · {day}", f"<b>{day}"))
