"""How long twenty readers who ask for /today at the same moment hold the event loop, and how long each of them waits.

python -m tests.benchmarks.bench_today                      20,000 articles, 20 readers
python -m tests.benchmarks.bench_today --articles 4000 --readers 5
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bot.config import Config
from bot.delivery.sender import Sender
from bot.jobs.collect import ingest
from bot.jobs.editions import on_demand, reschedule
from bot.runtime.heap import freeze
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from storage import sources, subscriptions
from storage.models import Chat, Subscription
from tests.benchmarks import corpus
from tests.readers import add_reader

PER_DAY = 400
FOLLOWS = ("ai", "semiconductor", "telecom", "cloud")


def reader(room: Newsroom, number: int, now: datetime) -> Chat:
    """One who follows a topic and a word, and had no edition yet."""
    chat = add_reader(room.db, number, now)
    chat = reschedule.start_schedule(room, chat, now)
    topic = FOLLOWS[number % len(FOLLOWS)]
    subscriptions.add(room.db, chat.id, Subscription("topic", topic), now)
    subscriptions.add(room.db, chat.id, Subscription("keyword", f"芯片{number % 3}"), now)
    return chat


async def held(work: Callable[[], Awaitable[object]]) -> float:
    """The longest time in milliseconds for which nobody else had a turn."""
    longest, done = 0.0, False

    async def look() -> None:
        nonlocal longest
        before = time.perf_counter()
        while not done:
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest, before = max(longest, now - before), now

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    await work()
    done = True
    await looking
    return longest * 1000


async def measure(wanted: int, readers: int, *, drawn: bool) -> None:
    end = corpus.START + timedelta(days=wanted / PER_DAY)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database=Path(folder) / "bench.db")
        async with open_newsroom(config, now=lambda: end) as room:
            name, entries = corpus.load(wanted, room.reading.segmenter, drawn=drawn)
            source, _ = sources.add(room.db, url="https://x.example", title="例报", kind="feed", now=end)
            for start in range(0, len(entries), 200):
                ingest.ingest(room.db, room.reading, source, entries[start : start + 200], end)
            freeze()
            values: dict[str, Any] = {field.name: getattr(room, field.name) for field in fields(Newsroom)}
            services = Services(**values, sender=cast("Sender", None), username="bench_bot", started_at=end)
            asking = [reader(room, number, end) for number in range(1, readers + 1)]
            print(f"{wanted} of {name}")
            for again in range(2):
                await report(services, asking, 1000 * again)


async def report(services: Services, asking: Sequence[Chat], first: int) -> None:
    waits: list[float] = []

    async def one(chat: Chat) -> None:
        began = time.perf_counter()
        await on_demand.compose_on_demand(services, chat, first + chat.id, services.now())
        waits.append((time.perf_counter() - began) * 1000)

    async def everybody() -> None:
        await asyncio.gather(*(one(chat) for chat in asking))

    longest = await held(everybody)
    print(
        f"{len(asking)} at once: the loop held for {longest:.0f} ms at most; "
        f"a reader waits {min(waits):.0f} to {max(waits):.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.articles, arguments.readers, drawn=arguments.drawn))


if __name__ == "__main__":
    main()
