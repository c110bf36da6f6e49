"""What a day costs by chats and articles: CPU to read the articles and to compose the editions, memory, bytes of the store.

    python -m tests.benchmarks.bench_chats                        100, 1,000 and 10,000 chats; 300, 1,000 and 3,000 a day
    python -m tests.benchmarks.bench_chats --chats 1000 --per-day 300

Two weeks of articles are taken in, a day at a time; then everybody is due, in a process that has only opened the store. Wishes are those of
`bench_compose`, articles are drawn (`tests.benchmarks.corpus`). What sending costs, `bench_send --unlimited` says.
"""

import argparse
import asyncio
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.app import freeze
from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.editions import due as compose
from bot.runtime.newsroom import open_newsroom
from storage import sources
from storage.database import Database
from tests.benchmarks import corpus
from tests.benchmarks.bench_compose import add_chats, first_due

DAYS = 14
"""What is held in memory: older stories are joined by no report any more."""


def size(db: Database) -> int:
    """Bytes of the store's pages that are in use."""
    row = db.execute(
        "SELECT (page_count - freelist_count) * page_size "
        "FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
    ).fetchone()
    return int(row[0])


def fill(path: Path, per_day: int) -> None:
    """The days until everybody is due, so many articles in each."""

    async def take_in() -> None:
        async with open_newsroom(Config(database=path), now=first_due) as room:
            _, drawn = corpus.load(per_day * DAYS, room.reading.segmenter, drawn=True)
            since = first_due() - timedelta(days=DAYS)
            entries = [
                replace(entry, published=since + timedelta(days=number / per_day))
                for number, entry in enumerate(drawn)
            ]
            source, _ = sources.add(
                room.db, url="https://x.example", title="例报", kind="feed", now=first_due()
            )
            before, cpu = size(room.db), time.process_time()
            for day in range(DAYS):
                fresh = entries[day * per_day : (day + 1) * per_day]
                ingest.ingest(room.db, room.reading, source, fresh, since + timedelta(days=day + 1))
            spent, grown = time.process_time() - cpu, size(room.db) - before
            print(
                f"{per_day:,} articles a day: {spent / len(entries) * 1000:.1f} ms of CPU and "
                f"{grown / len(entries) / 1000:.1f} kB each",
                flush=True,
            )

    asyncio.run(take_in())


def measure(path: Path, number: int) -> None:
    """One morning of so many chats."""

    async def morning() -> None:
        async with open_newsroom(Config(database=path), now=first_due) as room:
            distinct = add_chats(room, number, first_due())
            freeze()  # as `chenbao run` does
            before, cpu = size(room.db), time.process_time()
            compose.compose_due(room, first_due())
            spent, grown = time.process_time() - cpu, size(room.db) - before
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"    {number:,} chats, {distinct:,} sets of wishes: {spent:.2f} s of CPU ({spent / number * 1000:.2f} ms "
                f"each), {grown / number / 1000:.2f} kB each, {memory:.0f} MB at most",
                flush=True,
            )

    asyncio.run(morning())


def apart(task: Callable[[Path, int], None], path: Path, number: int) -> None:
    """Do it in a process of its own; a failure ends this one."""
    process = multiprocessing.get_context("spawn").Process(target=task, args=(path, number))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--per-day", type=int, nargs="+", default=[300, 1000, 3000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for per_day in given.per_day:
            filled, used = Path(folder) / f"{per_day}.db", Path(folder) / "used.db"
            apart(fill, filled, per_day)
            for number in given.chats:
                shutil.copy(filled, used)
                apart(measure, used, number)


if __name__ == "__main__":
    main()
