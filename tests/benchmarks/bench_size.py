"""How the store grows: bytes, memory, start, ingest, search and composing by the number of articles.

    python -m tests.benchmarks.bench_size --articles 10000 30000 100000
    python -m tests.benchmarks.bench_size --articles 500000 --store FILE --at-most 20000

Articles are drawn (`tests.benchmarks.corpus`), 400 a day, taken in as a collecting round of their day does it (analysis,
story, index). Each size is measured by a process of its own that has only opened the store, as of the day of its last
article. Milliseconds and seconds are of CPU, so that a busy machine tells them too. `--store` keeps the file and goes on
with what is there; with `--at-most` a call takes in so many and ends, so that hours of building can be parted.
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.briefing.filling import ReaderProfile
from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.editions.preview import preview
from bot.runtime.counters import resident_bytes
from bot.runtime.heap import freeze
from bot.runtime.newsroom import open_reading
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import sources
from storage.database import open_database
from storage.models import Entry
from tests.benchmarks.bench_search import Generator
from tests.benchmarks.corpus import drawn_article

BATCH = 200
A_DAY = 400
START = datetime(2023, 1, 1, tzinfo=UTC)
QUERIES = ("芯片", "人工智能 芯片", "华为", "数据中心 投资", "5G", "新能源 汽车 出口", "机器人", "光伏")
COLUMNS = ("articles", "MB", "kB each", "ingest/ms", "start/s", "p50/ms", "max/ms", "compose/s", "MB in RAM")


def moment_of(number: int) -> datetime:
    """When an article is published, aware UTC; and the present once so many are stored."""
    return START + timedelta(days=number / A_DAY)


def batch_from(first: int, make: Generator) -> Iterator[Entry]:
    """The articles from this number on, `BATCH` of them: the same ones whoever asks, and after whatever."""
    make.begin_anew(first)
    for number in range(first, first + BATCH):
        title, text = drawn_article(make)
        yield Entry(
            title=title,
            text=text,
            url=f"https://news.example.com/{number}",
            guid=str(number),
            published=moment_of(number),
        )


def grow(path: Path, size: int, at_most: int) -> tuple[int, float]:
    """Take in articles until there are so many, or `at_most` more; how many there are, and milliseconds for each taken."""
    with closing(open_database(path)) as db:
        begun_with = have = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        goal = min(size, have + at_most)
        if have >= goal:
            return have, 0.0
        make = Generator(7, load_segmenter(load_taxonomy(None).words()))
        reading = open_reading(Config(database=path), db, moment_of(have))
        source, _ = sources.add(db, url="https://feed.example.com/rss", title="例报", kind="feed", now=START)
        spent = 0.0
        while have < goal:
            batch = list(batch_from(have, make))
            begun = time.process_time()
            ingest.ingest(db, reading, source, batch, moment_of(have + BATCH))
            spent += time.process_time() - begun
            have = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return have, spent / (have - begun_with) * 1000


def bytes_of(path: Path) -> int:
    """The store and its log."""
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def measure(path: Path, count: int) -> list[float]:
    """Start, search p50 and the slowest one, composing, and memory, as the columns say; in a process that did nothing before."""
    now = moment_of(count)
    begun = time.process_time()
    with closing(open_database(path)) as db:
        reading = open_reading(Config(database=path), db, now)
        start = time.process_time() - begun
        gc.collect()
        freeze()
        times = []
        for _ in range(3):
            for query in QUERIES:
                asked = time.process_time()
                reading.search.find(db, query, now=now, decay=True, stories=True)
                times.append((time.process_time() - asked) * 1000)
        asked = time.process_time()
        preview(db, reading.taxonomy, ReaderProfile((), (), 12), Config().zone, now)
        composed = time.process_time() - asked
    return [start, statistics.median(times), max(times), composed, (resident_bytes() or 0) / 1e6]


def measured_apart(path: Path, count: int) -> list[float]:
    """`measure`, in another process."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.bench_size",
        "--measure",
        str(count),
        "--store",
        str(path),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: list[float] = json.loads(done.stdout)
    return figures


def row(path: Path, count: int, ingested: float) -> str:
    """One line: the figures of a store of so many articles."""
    start, p50, most, composed, memory = measured_apart(path, count)
    size = bytes_of(path) / 1e6
    taken = f"{ingested:>10.1f}" if ingested else f"{'':>10}"
    return (
        f"{count:>9,} {size:>9,.0f} {size / count * 1000:>7.1f} {taken} {start:>8.1f} "
        f"{p50:>8.1f} {most:>8.1f} {composed:>9.2f} {memory:>9,.0f}"
    )


def main() -> None:
    """Grow one store and print a line at each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--store", type=Path)
    parser.add_argument("--at-most", type=int, default=10**9)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.store, given.measure)))
        return
    print("  ".join(COLUMNS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = given.store or Path(folder) / "chenbao.db"
        for size in sorted(given.articles):
            have, ingested = grow(path, size, given.at_most)
            if have < size:
                print(f"{have:,} of {size:,} so far, {ingested:.1f} ms each", flush=True)
                return
            if have == size:
                print(row(path, size, ingested), flush=True)


if __name__ == "__main__":
    main()
