"""How the store grows: bytes, memory, start, ingest, search and composing by the number of articles.

    python -m tests.benchmarks.bench_size --articles 10000 30000 100000

Articles are drawn (`tests.benchmarks.corpus`), 400 a day up to now, taken in as a collecting round does it (analysis,
story, index), and measured at each size. Milliseconds and seconds are of CPU, so that a busy machine tells them too.
"""

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bot.briefing.filling import ReaderProfile
from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.editions.preview import preview
from bot.runtime.counters import resident_bytes
from bot.runtime.heap import freeze
from bot.runtime.newsroom import open_reading
from bot.runtime.opening import utc_now
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import sources
from storage.database import Database, open_database
from storage.models import Entry
from tests.benchmarks.corpus import load

BATCH = 200
A_DAY = 400
QUERIES = ("芯片", "人工智能 芯片", "华为", "数据中心 投资", "5G", "新能源 汽车 出口", "机器人", "光伏")


def entries(total: int) -> Iterator[Entry]:
    """So many articles, the last of them published now."""
    segmenter = load_segmenter(load_taxonomy(None).words())
    _, drawn = load(total, segmenter, drawn=True)
    now = utc_now()
    for number, entry in enumerate(drawn):
        yield replace(entry, published=now - timedelta(days=(total - number) / A_DAY))


def bytes_of(path: Path) -> int:
    """The store and its log."""
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def measure(path: Path, count: int, ingested: float) -> str:
    """One line: the figures of a store of so many articles."""
    gc.collect()
    begun = time.process_time()
    with _opened(path) as db:
        reading = open_reading(Config(database=path), db, utc_now())
        start = time.process_time() - begun
        freeze()
        times = []
        for _ in range(3):
            for query in QUERIES:
                asked = time.process_time()
                reading.search.find(db, query, now=utc_now(), decay=True, stories=True)
                times.append((time.process_time() - asked) * 1000)
        asked = time.process_time()
        preview(db, reading.taxonomy, ReaderProfile((), (), 12), Config().zone, utc_now())
        composed = time.process_time() - asked
    memory = (resident_bytes() or 0) / 1e6
    size = bytes_of(path) / 1e6
    return (
        f"{count:>9,} {size:>9,.0f} {size / count * 1000:>7.1f} {ingested:>10.1f} {start:>8.1f} "
        f"{statistics.median(times):>8.1f} {max(times):>8.1f} {composed:>9.2f} {memory:>9,.0f}"
    )


class _opened:  # noqa: N801 - a context manager
    def __init__(self, path: Path) -> None:
        self._db = open_database(path)

    def __enter__(self) -> Database:
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()


def main() -> None:
    """Grow one store and print a line at each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    wanted = sorted(parser.parse_args().articles)
    print(
        f"{'articles':>9} {'MB':>9} {'kB each':>7} {'ingest/ms':>10} {'start/s':>8} {'p50/ms':>8} {'max/ms':>8} "
        f"{'compose/s':>9} {'MB in RAM':>9}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chenbao.db"
        drawn, have = entries(wanted[-1]), 0
        for size in wanted:
            with _opened(path) as db:
                now = utc_now()
                reading = open_reading(Config(database=path), db, now)
                source, _ = sources.add(
                    db, url="https://feed.example.com/rss", title="例报", kind="feed", now=now
                )
                begun = time.process_time()
                while have < size:
                    batch = list(islice(drawn, min(BATCH, size - have)))
                    ingest.ingest(db, reading, source, batch, now)
                    have += len(batch)
                ingested = (time.process_time() - begun) / max(1, size) * 1000
            print(measure(path, size, ingested), flush=True)


if __name__ == "__main__":
    main()
