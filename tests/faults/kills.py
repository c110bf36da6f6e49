"""Rounds of kill -9 at chosen and at random points, against a Telegram that keeps its own truth.

Each round: six hours pass, news comes, a third of the readers is due, some of them write; the bot is started, killed
(sometimes twice), started again and let finish; then the store is compared with what Telegram accepted.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from bot.demo.archive import load_archive
from bot.jobs import deliver
from bot.locales import load_locale
from bot.messages.callbacks import SendAgain, ToggleTopic
from storage import chats, sources
from storage.database import open_database, to_text
from tests.doubles.bot_api import BotApi, Seen
from tests.doubles.feeds import Feeds
from tests.faults.zygote import PHASE_BYTES, Order

ROOT = Path(__file__).parents[2]
START = datetime(2027, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=6)
READERS = range(101, 117)
GROUP = -100_000
POINTS = ("acknowledge", "collect", "compose", "claim", "send", "record", "handle", "migrate", "any time")
PATIENCE = 60.0
DOUBTFUL = load_locale("zh-Hans").text("error.interrupted")
OFFER = load_locale("zh-Hans").text("digest.uncertain")


class Truth(BotApi):
    """Telegram; kills the bot after it has accepted the message that `deadly` counts down to, before it answers."""

    deadly = 0
    victim = 0

    def note(self, method: str, params: dict[str, Any], status: int) -> None:
        """A request was dealt with: a message that is accepted may be the last thing that the bot did."""
        super().note(method, params, status)
        if method == "sendMessage" and status == 200 and self.deadly:
            self.deadly -= 1
            if not self.deadly:
                os.kill(self.victim, signal.SIGKILL)


class Zygote:
    """The process that forks the bot (see `zygote`)."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **environment},
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, order: Order) -> int:
        """Fork a bot; its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(order.line())
        self.process.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """Wait for the bot's end; its exit code, negative for a signal."""
        return int(self._line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@dataclass
class Asked:
    """One thing that a reader wanted in this round."""

    chat_id: int
    what: str
    value: str
    shown: str
    """What stands in its answer and nowhere else."""


@dataclass
class Rounds:
    """The series; `run` plays one round and judges it."""

    folder: Path
    api: Truth
    feeds: Feeds
    zygote: Zygote
    random: random.Random
    number: int = 0
    hit: Counter[str] = field(default_factory=Counter)
    uncertain: int = 0
    doubtful: int = 0
    again: Counter[tuple[int, str]] = field(default_factory=Counter)
    todays: Counter[tuple[int, str]] = field(default_factory=Counter)
    follows: dict[int, set[str]] = field(default_factory=dict)
    topic: dict[int, bool] = field(default_factory=dict)
    group: int = GROUP
    asked: list[Asked] = field(default_factory=list)
    before: dict[int, int] = field(default_factory=dict)
    """How many messages each reader had when the round began."""
    kills: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "chenbao.db"

    @property
    def now(self) -> datetime:
        """The bot's clock at the beginning of this round."""
        return START + self.number * STEP + timedelta(minutes=1)

    def prepare(self) -> None:
        """A store with one feed, sixteen readers in four quarters of the day, and a group."""
        (self.folder / "phase").write_bytes(b" " * PHASE_BYTES)
        before = START - timedelta(hours=1)
        with closing(open_database(self.database)) as db:
            sources.add(db, url=self.feeds.url("/a.xml"), title="甲报", kind="feed", now=before)
            for number, place in enumerate([*READERS, GROUP]):
                quarter = number % 4
                chat = chats.add(
                    db,
                    telegram_chat_id=place,
                    telegram_thread_id=None,
                    kind="private" if place > 0 else "supergroup",
                    title="读者",
                    language="zh-Hans",
                    zone="UTC",
                    briefing_time=f"{quarter * 6:02}:00",
                    now=before,
                )
                due = START + quarter * STEP
                chats.save_settings(db, replace(chat, onboarded=True, next_due_at=due))
                self.api.open_chat(place)

    # --- a round ---

    def run(self) -> None:
        """Play the next round; AssertionError where a promise is broken."""
        self.prepare_round()
        lost_before = self._count("SELECT count(*) FROM deliveries WHERE state = 'uncertain'")
        kills = 1 + (self.random.random() < 0.25)
        for _ in range(kills):
            self._killed()
        self.finish(self.order())
        lost = self._count("SELECT count(*) FROM deliveries WHERE state = 'uncertain'") - lost_before
        self.uncertain += max(lost, 0)
        in_flight = deliver.IN_FLIGHT + sum(item.what in {"today", "again"} for item in self.asked)
        assert lost <= kills * in_flight, f"{lost} uncertain after {kills} kills"
        self._judge()
        self.number += 1

    def prepare_round(self) -> None:
        """Six hours have passed: there is news, and readers want things."""
        self.asked = []
        self.before = {reader: len(self.api.messages(reader)) for reader in READERS}
        self._news()
        self._ask()

    def _killed(self) -> None:
        point = self.random.choice(POINTS)
        order = self.order()
        self.api.deadly = 0
        if point not in {"send", "any time"}:
            order = replace(order, phase=point, nth=self.random.randint(1, 4), then=self.random.randint(0, 3))
        pid = self.zygote.start(order)
        if point == "send":
            self.api.victim, self.api.deadly = pid, self.random.randint(1, 6)
        end = time.monotonic() + (self.random.uniform(0.05, 1.2) if point == "any time" else PATIENCE)
        idle = 0
        while self._alive(pid) and time.monotonic() < end and idle < 3:
            time.sleep(0.03)
            idle = idle + 1 if point != "any time" and self._idle() else 0
        if self._alive(pid):
            os.kill(pid, signal.SIGKILL)
        self.zygote.wait()
        phase = (self.folder / "phase").read_bytes().decode().strip()
        self.kills += 1
        self.hit["send" if point == "send" and not self.api.deadly else "idle" if idle >= 3 else phase] += 1
        self.api.deadly = 0

    def finish(self, order: Order) -> None:
        """Start the bot, let it do all that there is to do, and kill it at rest."""
        pid = self.zygote.start(order)
        end, idle = time.monotonic() + PATIENCE, 0
        while idle < 3:
            assert time.monotonic() < end, f"not at rest: {self._waiting()}\n{self._log()}"
            assert self._alive(pid), self._log()
            time.sleep(0.03)
            idle = idle + 1 if self._idle() else 0
        os.kill(pid, signal.SIGKILL)
        self.zygote.wait()

    def order(self) -> Order:
        """A start of the bot at this round's time, on this store."""
        return Order(
            database=str(self.database),
            api_url=self.api.url,
            token=self.api.token,
            log=str(self.folder / "bot.log"),
            phase_file=str(self.folder / "phase"),
            ahead=(self.now - datetime.now(UTC)).total_seconds(),
        )

    def _alive(self, pid: int) -> bool:
        try:
            return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def _news(self) -> None:
        entries = load_archive()
        chosen = [entries[(2 * self.number + k) % len(entries)] for k in range(2)]
        fresh = [
            replace(
                entry,
                guid=f"{self.number}-{k}",
                url=f"https://news.example.com/{self.number}/{k}",
                title=f"{entry.title}（第{self.number}期）",
                published=self.now - timedelta(minutes=10 + k),
            )
            for k, entry in enumerate(chosen)
        ]
        self.feeds.publish("/a.xml", "甲报", fresh)

    def _ask(self) -> None:
        n = self.number
        follower, dropper, presser, searcher, todayer = self.random.sample(list(READERS), 5)
        word = f"关注词{n}号"
        self.api.say(follower, f"/follow {word}")
        self.follows.setdefault(follower, set()).add(word)
        self.asked.append(Asked(follower, "follow", word, word))
        if old := sorted(self.follows.get(dropper, set())):
            self.api.say(dropper, f"/unfollow {old[0]}")
            self.follows[dropper].discard(old[0])
            self.asked.append(Asked(dropper, "unfollow", old[0], f"“{old[0]}”"))
        self.api.say(searcher, f"芯片 检索{n}次")
        self.asked.append(Asked(searcher, "search", f"芯片 检索{n}次", f"检索{n}次"))
        self.api.say(todayer, "/today")
        self.todays[todayer, load_locale("zh-Hans").day(self.now.date())] += 1
        self.asked.append(Asked(todayer, "today", "", ""))
        if seen := self.api.messages(presser):
            self.api.press_data(seen[-1], ToggleTopic("ai", "topics", 1).pack())
            self.topic[presser] = not self.topic.get(presser, False)
        for reader in READERS:  # whoever was told that an edition may be missing asks for it
            offers = [seen for seen in self.api.messages(reader) if seen.text == OFFER and seen.buttons]
            if offers and self.random.random() < 0.5:
                self._ask_again(reader, offers[-1])
        if n % 4 == 0 and n:  # the group is due, and has become another
            new = self.group - 1
            self.api.open_chat(new)
            self.api.fail(
                "sendMessage",
                1,
                status=400,
                description="Bad Request: group chat was upgraded to a supergroup chat",
                parameters={"migrate_to_chat_id": new},
                chat_id=self.group,
            )
            self.group = new

    def _ask_again(self, reader: int, offer: Seen) -> None:
        data = str(offer.buttons[0][0]["callback_data"])
        edition = int(data.rpartition(":")[2])
        assert data == SendAgain(edition).pack()
        self.api.press_data(offer, data)
        offer.buttons = []
        self.again[reader, self._edition_day(edition)] += 1
        self.asked.append(Asked(reader, "again", str(edition), ""))

    # --- looking ---

    def _rows(self, sql: str, *parameters: object) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=20)) as db:
            return db.execute(sql, parameters).fetchall()

    def _count(self, sql: str, *parameters: object) -> int:
        return int(self._rows(sql, *parameters)[0][0])

    def _edition_day(self, edition: int) -> str:
        return str(self._rows("SELECT local_date || slot FROM editions WHERE id = ?", edition)[0][0])

    def _waiting(self) -> dict[str, int]:
        now = to_text(self.now)
        return {
            "updates": len(self.api.updates),
            "inbox": self._count("SELECT count(*) FROM inbox WHERE state = 'new'"),
            "deliveries": self._count(
                "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
            ),
            "chats": self._count("SELECT count(*) FROM chats WHERE next_due_at <= ?", now),
            "sources": self._count("SELECT count(*) FROM sources WHERE ifnull(next_fetch_at, '') <= ?", now),
        }

    def _idle(self) -> bool:
        try:
            return not any(self._waiting().values())
        except sqlite3.Error:  # it is just being recovered
            return False

    def _log(self) -> str:
        return (self.folder / "bot.log").read_text()[-4000:]

    # --- judging ---

    def _judge(self) -> None:
        assert self._rows("PRAGMA integrity_check") == [("ok",)]
        assert self._rows("SELECT update_id, problem FROM inbox WHERE state = 'poison'") == []
        self._judge_editions()
        self._judge_commands()

    def _judge_editions(self) -> None:
        """Every chat has each edition that was due, once, and its readers saw what the ledger says."""
        day = self.now.date()
        quarter = self.number % 4
        rows = self._rows(
            "SELECT c.telegram_chat_id, d.state, e.state FROM chats c LEFT JOIN editions e ON e.chat_id = c.id "
            "AND e.local_date = ? AND e.slot = 'morning' LEFT JOIN deliveries d ON d.edition_id = e.id "
            "WHERE c.briefing_time = ?",
            day.isoformat(),
            f"{quarter * 6:02}:00",
        )
        assert len(rows) == (5 if quarter == 0 else 4)
        title = load_locale("zh-Hans").day(day)
        for chat_id, state, edition in rows:
            assert edition in {"composed", "quiet"}, f"{chat_id} lost its edition of {day}: {edition}"
            seen = self._editions_seen(chat_id, title)
            assert state in {"sent", "uncertain"}, (chat_id, state)
            asked = self.todays[chat_id, title]  # /today with nothing to tell says the same words
            at_most = 1 + asked + self.again[chat_id, f"{day}morning"]
            assert len(seen) <= at_most, (chat_id, title, seen)
            assert seen or state == "uncertain", f"{chat_id} was not sent its edition of {day}"
        self._judge_doubles()

    def _judge_doubles(self) -> None:
        """No message that says something once is there twice, unless its reader asked for it again."""
        for reader in READERS:
            counted = Counter(
                seen.text.split("\n", 1)[0].split("：", 1)[0] for seen in self.api.messages(reader)
            )
            for head, times in counted.items():
                kind, _, date = head.partition(" · ")
                if kind not in {"晨报", "今日简报"}:
                    continue
                asked_again = sum(n for (chat, _), n in self.again.items() if chat == reader)
                wanted = self.todays[reader, date] if kind == "今日简报" else 1
                assert times <= wanted + asked_again, (reader, head, times, wanted, asked_again)

    def _editions_seen(self, chat_id: int, title: str) -> list[str]:
        places = [chat_id] if chat_id > 0 else range(GROUP, self.group - 1, -1)
        return [
            seen.text
            for place in places
            for seen in self.api.messages(place)
            if seen.text.startswith((f"晨报 · {title}", f"{title}："))
        ]

    def _judge_commands(self) -> None:
        """What readers asked for is in the store, and answered once unless they were told of a doubt."""
        words = {
            chat: set(json.loads(found))
            for chat, found in self._rows(
                "SELECT c.telegram_chat_id, json_group_array(s.value) FILTER (WHERE s.kind = 'keyword') "
                "FROM chats c LEFT JOIN subscriptions s ON s.chat_id = c.id GROUP BY c.id"
            )
        }
        for chat, wanted in self.follows.items():
            assert words[chat] == wanted, f"{chat} follows {words[chat]}, asked for {wanted}"
        topics = {
            row[0]
            for row in self._rows(
                "SELECT telegram_chat_id FROM chats JOIN subscriptions ON chat_id = chats.id WHERE subscriptions.kind = 'topic'"
            )
        }
        assert topics == {chat for chat, on in self.topic.items() if on}
        for item in self.asked:
            if not item.shown:
                continue
            shown = [seen.text for seen in self.api.messages(item.chat_id)][self.before[item.chat_id] :]
            times = sum(item.shown in text and not text.startswith("晨报") for text in shown)
            told = DOUBTFUL in shown
            self.doubtful += told
            assert times == 1 or (told and times <= 1), (item, times, shown)
