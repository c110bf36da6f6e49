"""How fast one process sends a morning's editions, what that costs, and how long a reader's search takes meanwhile.

    python -m tests.benchmarks.bench_send                  1,000 chats within Telegram's limit (some 35 s), then without
    python -m tests.benchmarks.bench_send --chats 10000    the floor is 333 s
    python -m tests.benchmarks.bench_send --unlimited --against /path/to/older/tree --pairs 5      in turn, without the limit

Telegram is the test's Bot API server in a process of its own, over HTTP on loopback (with `--against`, one that reads no
message: `quick_telegram`); the bot's side is the real store, sender, limiter and `deliver_pending`. `--one-by-one` awaits each answer before the next message, for comparison.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from bot import clock
from bot.app import open_services
from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.jobs import deliver
from bot.jobs.collect import ingest
from bot.jobs.editions import due
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Services
from storage import deliveries, sources
from tests.benchmarks import corpus
from tests.benchmarks.bench_compose import AT, PER_DAY, ZONE, add_chats
from tests.benchmarks.bench_responsive import _p99, during
from tests.doubles.bot_api import TOKEN

UNLIMITED = 10**9


@asynccontextmanager
async def telegram(delay: float) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    """The server in its own process: its address, and a client for its /control; each answer takes `delay`."""
    server = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        [sys.executable, "-m", "tests.doubles.bot_api", "--port", "0", "--token", TOKEN],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[0]
        async with httpx.AsyncClient(base_url=f"{url}/control/") as control:
            if delay:
                await _tell(control, "fail", method="sendMessage", times=UNLIMITED, status=0, delay=delay)
            yield url, control
    finally:
        server.terminate()
        server.communicate()


async def _tell(control: httpx.AsyncClient, what: str, **arguments: object) -> None:
    (await control.post(what, json=arguments)).raise_for_status()


async def one_by_one(services: Services) -> int:
    """Each part when the one before it is settled."""
    arrived = 0
    for part in deliveries.pending(services.db, services.now(), UNLIMITED):
        outcome = await deliver.deliver(services, part, background=True)
        arrived += outcome is not None and outcome.kind == "sent"
    return arrived


async def measure(number: int, delay: float, *, limited: bool, alone: bool, drawn: bool) -> None:
    now = clock.next_due(ZONE, AT, clock.ALL_WEEKDAYS, corpus.START + timedelta(days=2))
    with tempfile.TemporaryDirectory() as folder:
        async with telegram(delay) as (url, control):
            for chat_id in range(1, number + 1):
                await _tell(control, "open_chat", chat_id=chat_id)
            config = Config(token=TOKEN, api_url=url, database=Path(folder) / "bench.db")
            async with open_newsroom(config, now=lambda: now) as room:
                name, entries = corpus.load(PER_DAY * 3, room.reading.segmenter, drawn=drawn)
                source, _ = sources.add(room.db, url="https://x.example", title="例报", kind="feed", now=now)
                ingest.ingest(room.db, room.reading, source, entries, now)
                add_chats(room, number, now)
                due.compose_due(room, now)
                async with open_services(room) as (services, application):
                    if not limited:
                        application.bot._rate_limiter = Limiter(overall=UNLIMITED, burst=UNLIMITED)
                    await report(services, name, limited=limited, alone=alone)
            if limited:
                calls = (await control.get("calls", params={"method": "sendMessage"}, timeout=60.0)).json()[
                    "result"
                ]
                times = sorted(call["at"] for call in calls)
                most = max(bisect_left(times, at + 1.0) - place for place, at in enumerate(times))
                print(f"the most that arrived there within a second: {most}")


async def report(services: Services, name: str, *, limited: bool, alone: bool) -> None:
    """Send everything, with readers searching when the limit leaves time for it."""
    arrived = 0

    async def everything() -> None:
        nonlocal arrived
        arrived = await (one_by_one(services) if alone else deliver.deliver_pending(services, services.now()))

    idle = await during(services, lambda: asyncio.sleep(5.0)) if limited else []
    cpu, begin = time.process_time(), time.perf_counter()
    await asyncio.sleep(0)
    if limited:
        busy = await during(services, everything)
    else:
        busy = []
        await everything()
    seconds, spent = time.perf_counter() - begin, time.process_time() - cpu
    searching = sum(idle) / 1000 / 5.0 if idle else 0.0
    print(
        f"{'limited' if limited else 'no limit'}{', one by one' if alone else ''}: {arrived} editions of {name} in "
        f"{seconds:.1f} s, {arrived / seconds:.1f}/s; CPU {spent / seconds:.0%} of a core, of which the searches some "
        f"{searching:.0%}; {spent / max(arrived, 1) * 1000:.2f} ms an edition"
    )
    if busy:
        print(
            f"/search meanwhile: {len(busy)}, p99 {_p99(busy):.1f} ms, most {max(busy):.1f} ms; idle p99 {_p99(idle):.1f} ms"
        )


COMPARED = """
import asyncio, contextlib, gc, httpx
from tests.benchmarks import bench_send

@contextlib.asynccontextmanager
async def telegram(delay):
    async with httpx.AsyncClient(base_url="{url}/control/") as control:
        yield "{url}", control

report = bench_send.report

async def as_running(*given, **named):
    gc.collect()
    gc.freeze()  # as `chenbao run` does in both builds before anything is sent
    await report(*given, **named)

bench_send.telegram, bench_send.report = telegram, as_running
asyncio.run(bench_send.measure({chats}, 0.0, limited=False, alone=False, drawn=False))
"""


@contextmanager
def quick_telegram() -> Iterator[str]:
    """Its address, while it runs."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.quick_telegram"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.communicate()


def compare(other: Path, chats: int, pairs: int) -> None:
    """Editions a second of this tree and another, in turn, and how much CPU each takes, at a server that reads none."""
    with quick_telegram() as url:
        _compare(other, COMPARED.format(chats=chats, url=url), pairs)


def _compare(other: Path, script: str, pairs: int) -> None:
    trees = (Path(__file__).resolve().parents[2], other)
    found: list[list[tuple[float, float]]] = [[], []]
    for _ in range(pairs):
        for tree, results in zip(trees, found, strict=True):
            said = subprocess.run(
                [tree / ".venv/bin/python", "-c", script],
                cwd=tree,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            rate, cost = re.search(r"([\d.]+)/s;", said), re.search(r"([\d.]+) ms an edition", said)
            assert rate is not None, said
            assert cost is not None, said
            results.append((float(rate[1]), float(cost[1])))
            print(f"{tree.name}: {rate[1]}/s, {cost[1]} ms of CPU an edition", flush=True)
    ratios = [(a[0] / b[0], b[1] / a[1]) for a, b in zip(*found, strict=True)]
    rates, costs = zip(*ratios, strict=True)
    print(
        f"medians: {statistics.median(rates):.2f}x the editions a second, 1/{statistics.median(costs):.2f} of the CPU"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that Telegram takes to answer")
    parser.add_argument("--one-by-one", action="store_true", help="the way without anything side by side")
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    parser.add_argument("--unlimited", action="store_true", help="only without the limit")
    parser.add_argument("--against", type=Path, help="another tree, with its .venv: both in turn")
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    if given.against:
        compare(given.against.resolve(), given.chats, given.pairs)
        return
    for limited in (False,) if given.unlimited else (True, False):
        asyncio.run(
            measure(given.chats, given.delay, limited=limited, alone=given.one_by_one, drawn=given.drawn)
        )


if __name__ == "__main__":
    main()
