"""How long it takes to decide what of a feed is new, as the store grows.

    python -m tests.benchmarks.bench_decide                                      10,000 to 100,000 articles
    python -m tests.benchmarks.bench_decide --against /path/to/older/tree        beside another build, in turn

Every article has a title of its own, as in life. The clock is the CPU's; what is printed is the median of the rounds.
"""

import argparse
import random
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from storage import articles, sources
from storage.database import Database, open_database
from storage.models import UNREAD, Analysis, Entry, Source

SIZES = (10_000, 40_000, 100_000)
FEED, ROUNDS = 50, 30
NOW = datetime(2026, 11, 24, tzinfo=UTC)
WHERE = ("bot.jobs.collect.ingest", "bot.jobs.ingest")
"""Where `plan` is, in this build and in older ones."""


def _entry(chance: random.Random) -> Entry:
    number = f"{chance.getrandbits(64):x}"
    return Entry(
        title=f"新闻{number}", text="这是一段文字。" * 60, url=f"https://news.example.com/{number}", guid=number, published=NOW
    )  # fmt: skip


def grow(db: Database, source: Source, size: int, chance: random.Random) -> None:
    """Until the store has so many articles."""
    nothing = Analysis(None, (), (), (), (), 1.0, UNREAD)
    with db.transaction(flush=False):
        for _ in range(size - articles.count(db)):
            entry = _entry(chance)
            articles.insert(
                db,
                source_id=source.id,
                entry=entry,
                canonical_url=entry.url,
                title_key=entry.title,
                publisher="feed",
                published_at=NOW,
                analysis=nothing,
                now=NOW,
            )


def measure() -> None:
    """Print a line for each size: articles, microseconds an entry."""
    ingest = next(filter(None, map(_module, WHERE)))
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "bench.db")
        source, _ = sources.add(db, url="https://example.com/feed", title="feed", kind="feed", now=NOW)
        chance = random.Random(7)
        for size in SIZES:
            grow(db, source, size, chance)
            times = []
            for _ in range(ROUNDS):
                entries = [_entry(chance) for _ in range(FEED)]
                begin = time.process_time()
                ingest.plan(db, source, entries)  # type: ignore[attr-defined]  # one of two modules
                times.append((time.process_time() - begin) / FEED * 1e6)
            print(size, round(statistics.median(times), 1), flush=True)
        db.close()


def _module(name: str) -> object | None:
    try:
        return import_module(name)
    except ImportError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, help="another tree, with its .venv")
    parser.add_argument("--pairs", type=int, default=5)
    arguments = parser.parse_args()
    if not arguments.against:
        measure()
        return
    trees = (Path(__file__).resolve().parents[2], arguments.against.resolve())
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(arguments.pairs):
        for tree in trees:
            said = subprocess.run(
                [tree / ".venv/bin/python", __file__], cwd=tree, check=True, capture_output=True, text=True
            )
            for line in said.stdout.splitlines():
                size, microseconds = line.split()
                found.setdefault((tree.name, size), []).append(float(microseconds))
    for (name, size), times in found.items():
        print(f"{name:12} {size:>8} articles {statistics.median(times):8.1f} µs an entry")


if __name__ == "__main__":
    main()
