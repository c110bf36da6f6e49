"""How long a reader's search takes while articles are collected, read and stored in the same process.

    python -m tests.benchmarks.bench_responsive                       10,000 articles from feeds over loopback HTTP
    python -m tests.benchmarks.bench_responsive --articles 1000

Searches are asked for at fixed moments, so that waiting for the event loop counts: a time is from the moment at which
the search should have begun to its end. Idle and busy are measured over the same archive and the same queries.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from bot.app import freeze
from bot.config import Config
from bot.jobs.collect.round import collect_due
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import articles, sources
from storage.models import Entry
from tests.benchmarks import corpus
from tests.doubles.feeds import Feeds

EVERY = 0.05
"""Seconds between two searches."""
FEED = 500
"""Entries of one feed."""
BEFORE = 2000
"""Articles that are there before."""
QUERIES = (
    "芯片",
    "人工智能 大模型",
    "经济 增长 数据",
    "北京 会议",
    "航天 卫星 发射",
    "5G 网络",
    "企业 投资",
    "科技 创新 发展",
)


@dataclass
class Searching:
    """Asks again and again until `done`; keeps the milliseconds."""

    room: Newsroom
    times: list[float] = field(default_factory=list)
    done: bool = False

    async def run(self) -> None:
        due = time.perf_counter()
        number = 0
        while not self.done:
            due = max(due + EVERY, time.perf_counter() - EVERY)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.room.reading.search.find(
                self.room.db, QUERIES[number % len(QUERIES)], now=self.room.now(), limit=10
            )
            self.times.append((time.perf_counter() - due) * 1000)
            number += 1


async def during(room: Newsroom, work: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of the searches while `work` goes on."""
    searching = Searching(room)
    task = asyncio.ensure_future(searching.run())
    await work()
    searching.done = True
    await task
    return searching.times


def publish(room: Newsroom, feeds: Feeds, entries: Sequence[Entry]) -> None:
    """One feed for each so many entries."""
    for start in range(0, len(entries), FEED):
        part = entries[start : start + FEED]
        url = feeds.publish(f"/{part[0].guid}", f"第{start}报", part)
        sources.add(room.db, url=url, title=f"第{start}报", kind="feed", now=room.now())


async def measure(wanted: int, *, drawn: bool) -> None:
    end = corpus.START + timedelta(days=(BEFORE + wanted) / 400 + 1)
    with tempfile.TemporaryDirectory() as folder, Feeds() as feeds:
        config = Config(
            database=Path(folder) / "bench.db", allow_networks=(ip_network("127.0.0.0/8"),), full_text="never"
        )
        async with open_newsroom(config, now=lambda: end) as room:
            name, entries = corpus.load(BEFORE + wanted, room.reading.segmenter, drawn=drawn)
            publish(room, feeds, entries[:BEFORE])
            await collect_due(room, end)
            publish(room, feeds, entries[BEFORE:])
            freeze()  # as `chenbao run` does
            begin = time.perf_counter()
            busy = await during(room, lambda: collect_due(room, end))
            seconds = time.perf_counter() - begin
            stored = articles.count(room.db)
            idle = await during(room, lambda: asyncio.sleep(min(30.0, max(5.0, seconds))))
    print(f"{stored - BEFORE} of {name} collected in {seconds:.1f} s ({(stored - BEFORE) / seconds:.0f}/s)")
    base = _p99(idle)
    for label, times in (("idle", idle), ("busy", busy)):
        print(
            f"{label}: {len(times):5} searches, p50 {statistics.median(times):7.2f} ms, p99 {_p99(times):7.2f} ms, "
            f"most {max(times):7.2f} ms, p99 {_p99(times) / base:.1f}x idle"
        )


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.articles, drawn=arguments.drawn))


if __name__ == "__main__":
    main()
