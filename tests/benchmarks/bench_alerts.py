"""Alerts for everybody who watches one name: is the limiter kept full, and how long does /search take meanwhile?

    python -m tests.benchmarks.bench_alerts                      10,000 watchers, 25 messages a second, twenty seconds
    python -m tests.benchmarks.bench_alerts --watchers 1000 --seconds 10

The whole program against a Bot API server over HTTP, two processes. The news has just come when the bot starts; its alerts go out
as fast as the limiter lets them. Readers of their own search once each, at fixed moments, before and meanwhile; a time is
from the question to the answer that reached Telegram.
"""

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import Config
from bot.jobs.alerts import alert_steps
from bot.jobs.collect import ingest
from bot.runtime.newsroom import open_newsroom
from storage import alerts, chats, sources
from storage.database import to_text
from tests.benchmarks import corpus
from tests.doubles.bot_api import BotApi
from tests.jobs.test_alerts import WATCHED, report

ROOT = Path(__file__).parents[2]
WATCHER, WITNESS = 100_000, 10_000
ARTICLES = 2_000
EVERY = 0.2
"""Seconds between two searches: with 25 messages a second there is room for them."""
QUERIES = ("芯片", "人工智能 大模型", "5G 网络", "企业 投资")
ALERT = "即时提醒"


async def prepare(path: Path, watchers: int, witnesses: int, *, drawn: bool) -> None:
    """An archive, watchers of one name and readers who will search; the news of that name has just come."""
    now = datetime.now(UTC)
    async with open_newsroom(Config(database=path, full_text="never"), now=lambda: now) as room:
        _, entries = corpus.load(ARTICLES, room.reading.segmenter, drawn=drawn)
        source, _ = sources.add(room.db, url="https://x.example", title="例报", kind="feed", now=now)
        ingest.ingest(room.db, room.reading, source, entries[:ARTICLES], now)
        for _ in alert_steps(room, now):  # from here on
            pass
        with room.db.transaction():
            numbers = [*range(WATCHER, WATCHER + watchers), *range(WITNESS, WITNESS + witnesses)]
            room.db.executemany(
                "INSERT INTO chats (telegram_chat_id, kind, title, language, zone, briefing_time, weekdays, max_items, "
                "onboarded, created_at, next_due_at) VALUES (?, 'private', '', 'zh-Hans', 'UTC', '08:00', "
                "'[1,2,3,4,5,6,7]', 12, 1, ?, ?)",
                [(n, to_text(now - timedelta(days=3)), to_text(now + timedelta(days=1))) for n in numbers],
            )
            room.db.execute(
                "INSERT INTO subscriptions (chat_id, kind, value, created_at, alert) "
                "SELECT id, ?, ?, ?, 1 FROM chats WHERE telegram_chat_id >= ?",
                (WATCHED.kind, WATCHED.value, to_text(now), WATCHER),
            )
        assert chats.by_address(room.db, WATCHER, None) is not None
        assert len(alerts.chat_ids(room.db, [WATCHED])) == watchers
        report(room, "甲报")
        room.db.execute("UPDATE sources SET paused = 1")


def start(folder: Path, api: BotApi) -> "subprocess.Popen[bytes]":
    """The bot, polling."""
    settings = {
        "TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_API_URL": api.url, "PYTHONPATH": str(ROOT),
        "CHENBAO_DB": str(folder / "bench.db"), "CHENBAO_LOG_LEVEL": "ERROR", "CHENBAO_FULL_TEXT": "never",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env={**os.environ, **settings})


def ask(api: BotApi, first: int, seconds: float) -> list[float]:
    """Milliseconds that readers from this one on waited for their searches, one every `EVERY` seconds."""
    asked: dict[int, float] = {}
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < seconds:
        if len(asked) < now / EVERY:
            number = first + len(asked)
            asked[number] = time.monotonic()
            api.say(number, f"/search {QUERIES[number % len(QUERIES)]}")
        time.sleep(0.002)
    api.wait_for(lambda: all(api.messages(each) for each in asked), 60)
    return [(api.messages(each)[0].sent_at - at) * 1000 for each, at in asked.items()]


def told(api: BotApi) -> list[float]:
    """When each alert reached Telegram."""
    with api.changed:
        return [seen.sent_at for seen in api.shown if seen.chat_id >= WATCHER and ALERT in seen.text]


def measure(folder: Path, watchers: int, seconds: float) -> None:
    with BotApi() as api:
        for number in range(WATCHER, WATCHER + watchers):
            api.open_chat(number)
        bot = start(folder, api)
        try:
            api.wait_for(lambda: api.poll, 60)
            begun = time.monotonic()
            api.wait_for(lambda: told(api), 60)
            first = time.monotonic() - begun
            time.sleep(2)  # the burst is over
            began, before = time.monotonic(), len(told(api))
            waited = ask(api, WITNESS, seconds)
            ended = time.monotonic()
            sent = [at for at in told(api) if began <= at < ended]
            everything = [seen.sent_at for seen in api.shown if began <= seen.sent_at < ended]
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait(20)
        per_second = Counter(int(at - began) for at in everything)
        full = [per_second[second] for second in range(int(ended - began))]
        chats_told = Counter(seen.chat_id for seen in api.shown if seen.chat_id >= WATCHER)
    print(
        f"{watchers} watchers: the first alert {first:.1f} s after the first poll, {before} in the burst; then "
        f"{len(sent) / (ended - began):.1f} alerts/s and {len(everything) / (ended - began):.1f} messages/s "
        f"(least in a second {min(full)}, most {max(full)}); {len(waited)} searches meanwhile, "
        f"p50 {statistics.median(waited):.0f} ms, p99 {_p99(waited):.0f} ms; told twice: {sum(n > 1 for n in chats_told.values())}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        witnesses = int(given.seconds / EVERY) + 10
        asyncio.run(prepare(Path(folder) / "bench.db", given.watchers, witnesses, drawn=given.drawn))
        measure(Path(folder), given.watchers, given.seconds)


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


if __name__ == "__main__":
    main()
