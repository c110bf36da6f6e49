"""How long others wait for an answer while chats flood the bot with commands, over HTTP, as a whole program.

    python -m tests.benchmarks.bench_flood                      idle, one chat, 50 chats: ten seconds each
    python -m tests.benchmarks.bench_flood --seconds 5 --rate 100
    python -m tests.benchmarks.bench_flood --rounds 6           the first two seconds of 50 chats that were never seen before

Witnesses are readers of their own who ask once each, at fixed moments, by turns known to the bot since yesterday and new
to it like the chats that flood; a time is from the question to the answer that reached Telegram. Bot and server are two
processes.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import chats
from storage.database import open_database
from tests.doubles.bot_api import BotApi

ROOT = Path(__file__).parents[2]
WITNESS, FLOODER = 10_000, 500
KNOWN = 4_000
EVERY = 0.1
"""Seconds between two witnesses."""
COMMANDS = 20
"""Of each of 50 first-time chats, in two seconds."""


class Run:
    """One bot against one server."""

    def __init__(self, folder: Path, api: BotApi) -> None:
        self.folder, self.api = folder, api
        self.witness = WITNESS

    def start(self, settle: float = 3.0) -> "subprocess.Popen[bytes]":
        """The bot, polling, and so many seconds later: it collects first."""
        with closing(open_database(self.folder / "bench.db")) as db, db.transaction():
            for reader in range(WITNESS, WITNESS + KNOWN, 2):
                chats.add(
                    db, telegram_chat_id=reader, telegram_thread_id=None, kind="private", title="", language="zh-Hans",
                    zone="Asia/Shanghai", briefing_time="08:00", now=datetime.now(UTC) - timedelta(days=1),
                )  # fmt: skip
        settings = {
            "TELEGRAM_BOT_TOKEN": self.api.token, "TELEGRAM_API_URL": self.api.url, "PYTHONPATH": str(ROOT),
            "CHENBAO_DB": str(self.folder / "bench.db"), "CHENBAO_LOG_LEVEL": "ERROR", "CHENBAO_FULL_TEXT": "never",
        }  # fmt: skip
        bot = subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env={**os.environ, **settings})
        self.api.wait_for(lambda: self.api.poll, 60)
        time.sleep(settle)
        return bot

    def warm(self) -> None:
        """Have each question answered once: what the first of all waits for is another matter."""
        for text in ("/help", "/privacy"):
            self.api.say(FLOODER, text)
        self.api.wait_for(lambda: len(self.api.messages(FLOODER)) == 2, 20)

    def measure(self, seconds: float, rate: float, flooding: int) -> dict[str, list[float]]:
        """Milliseconds that witnesses waited while so many chats sent `rate` commands a second together."""
        begun, sent = time.monotonic(), 0
        asked: dict[int, float] = {}
        first = FLOODER + 100 * flooding
        while (now := time.monotonic() - begun) < seconds:
            while sent < now * rate:
                self.api.say(first + sent % flooding, "/help")
                sent += 1
            if len(asked) < now / EVERY:
                self.witness += 1
                asked[self.witness] = time.monotonic()
                self.api.say(self.witness, "/privacy")
            time.sleep(0.002)
        self.api.wait_for(lambda: all(self.api.messages(each) for each in asked), 60)
        waited = {each: (self.api.messages(each)[0].sent_at - at) * 1000 for each, at in asked.items()}
        return {
            "known": [ms for each, ms in waited.items() if each % 2 == 0],
            "new": [ms for each, ms in waited.items() if each % 2],
            "new, after 2 s": [
                ms for each, ms in waited.items() if each % 2 and asked[each] - begun > min(2.0, seconds / 2)
            ],
        }


def first_seconds(rounds: int) -> None:
    """Each round is a bot of its own, idle for four seconds before 50 chats write to it for the first time."""
    idle: dict[str, list[float]] = {"known": [], "new": []}
    flooded: dict[str, list[float]] = {"known": [], "new": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, BotApi() as api:
            run = Run(Path(folder), api)
            bot = run.start(settle=6.0)
            try:
                run.warm()
                for into, seconds, rate in ((idle, 4.0, 0.0), (flooded, 2.0, 50 * COMMANDS / 2.0)):
                    found = run.measure(seconds, rate, 50)
                    for kind, times in into.items():
                        times.extend(found[kind])
            finally:
                bot.kill()
                bot.wait()
    for kind, times in flooded.items():
        print(
            f"{kind}: idle p50 {statistics.median(idle[kind]):.1f} p99 {_p99(idle[kind]):.1f} ms, "
            f"flooded p50 {statistics.median(times):.1f} p99 {_p99(times):.1f} ms, "
            f"{_p99(times) / _p99(idle[kind]):.1f}x idle, of {len(times)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=100.0, help="commands a second of all flooding chats")
    parser.add_argument("--rounds", type=int, default=0, help="of the first two seconds, instead of all else")
    given = parser.parse_args()
    if given.rounds:
        first_seconds(given.rounds)
        return
    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        run = Run(Path(folder), api)
        bot = run.start()
        try:
            base: dict[str, float] = {}
            for label, rate, flooding in (
                ("idle", 0.0, 1),
                ("1 chat", given.rate, 1),
                ("50 chats", given.rate, 50),
            ):
                for kind, times in run.measure(given.seconds, rate, flooding).items():
                    p99 = _p99(times)
                    print(
                        f"{label:>9}: {len(times):3} witnesses ({kind}), p50 {statistics.median(times):6.1f} ms, "
                        f"p99 {p99:6.1f} ms, {p99 / base.setdefault(kind, p99):.1f}x idle"
                    )
                time.sleep(3)
            run.measure(2.0, given.rate, 1)
            bot.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            bot.wait(10)
            print(f"stopped in a flood within {time.monotonic() - begun:.2f} s")
        finally:
            bot.kill()


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


if __name__ == "__main__":
    main()
