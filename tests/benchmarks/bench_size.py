"""How the store grows: bytes, memory, start, ingest, search and composing by the number of articles.

    python -m tests.benchmarks.bench_size --articles 10000 30000 100000
    python -m tests.benchmarks.bench_size --articles 500000 --store FILE --at-most 20000

Articles are drawn (`tests.benchmarks.corpus`), 400 a day, taken in as a collecting round of their day does it (analysis,
story, index). Each size is measured by a process of its own that has only opened the store, as of the day of its last
article. Milliseconds and seconds are of CPU, so that a busy machine tells them too. `--store` keeps the file and goes on
with what is there; with `--at-most` a call takes in so many and ends, so that hours of building can be parted. `--repeat`
stores what is there again, as later articles, without reading them.
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
from bot.jobs.tidy import FINGERPRINTS_AT_ONCE, FINGERPRINTS_KEPT
from bot.runtime.counters import resident_bytes
from bot.runtime.heap import freeze
from bot.runtime.newsroom import open_reading
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import fingerprints, sources
from storage.database import Database, from_text, open_database
from storage.models import Entry
from storage.search import index
from storage.tokens import unpack
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
            _forget_fingerprints(db, moment_of(have))
        return have, spent / (have - begun_with) * 1000


def repeat(path: Path, size: int) -> int:
    """Store the articles that are there again, as later ones, until there are `size`; how many there are then.

    Rows, stories and index documents are written as they are, with ids, addresses and dates of their own: what a store of
    so many articles weighs and how it answers, without the hours of reading them.
    """
    with closing(open_database(path)) as db:
        have: int = db.execute("SELECT max(id) FROM articles").fetchone()[0]
        stories: int = db.execute("SELECT max(id) FROM stories").fetchone()[0]
        days = have // A_DAY  # whole ones: a document is numbered within its day
        columns = [row["name"] for row in db.execute("PRAGMA table_info(articles)")]
        for number in range(1, -(-size // have)):
            changed = {
                "id": f"id + {number * have}",
                "story_id": f"story_id + {number * stories}",
                **{name: f"{name} || '-{have}-{number}'" for name in ("guid", "url", "canonical_url")},
                **{name: _later(name, days * number) for name in ("published_at", "fetched_at")},
            }
            most = min(have, size - number * have)
            with db.transaction():
                db.execute(
                    f"INSERT INTO stories (id, first_at, last_at, follows, repeats) SELECT id + {number * stories}, "
                    f"{_later('first_at', days * number)}, {_later('last_at', days * number)}, NULL, repeats "
                    f"FROM stories WHERE id <= {stories}"
                )
                db.execute(
                    f"INSERT INTO articles ({', '.join(columns)}) "
                    f"SELECT {', '.join(changed.get(name, name) for name in columns)} FROM articles WHERE id <= {most}"
                )
                db.execute(
                    f"INSERT INTO article_topics SELECT article_id + {number * have}, topic FROM article_topics WHERE article_id <= {most}"
                )
                db.execute(
                    f"INSERT OR IGNORE INTO fingerprints SELECT article_id + {have}, numbers FROM fingerprints WHERE article_id <= {most + number * have - have}"
                )
            _forget_fingerprints(db, moment_of(most + number * have))
            for start in range(0, most, BATCH):
                _index_again(
                    db, start, min(start + BATCH, most), number * have, timedelta(days=days * number)
                )
        total: int = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return total


def _forget_fingerprints(db: Database, now: datetime) -> None:
    """As the hourly tidying does."""
    while fingerprints.forget(db, now - FINGERPRINTS_KEPT, FINGERPRINTS_AT_ONCE):
        pass


def _later(name: str, days: int) -> str:
    """A stored time so many days on, written as the store writes it."""
    return f"strftime('%Y-%m-%d', {name}, '+{days} days') || substr({name}, 11)"


def _index_again(db: Database, after: int, until: int, more: int, later: timedelta) -> None:
    rows = db.execute(
        "SELECT d.article_id, d.tokens, a.published_at FROM index_documents d JOIN articles a ON a.id = d.article_id "
        "WHERE d.article_id > ? AND d.article_id <= ?",
        (after, until),
    ).fetchall()
    documents = []
    for row in rows:
        title, lead, body, facets = unpack(row["tokens"])
        first, rest = ([part.split() for part in column.split(index.MARK)] for column in (lead, body))
        published = from_text(row["published_at"]) + later
        documents.append(
            index.IndexDocument(
                row["article_id"] + more, published, title.split(), first, rest, facets.split()
            )
        )
    index.put_many(db, documents)


def bytes_of(path: Path) -> int:
    """The store and its log, without the copy that an upgrade leaves."""
    files = (path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm"))
    return sum(file.stat().st_size for file in files if file.exists())


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
    parser.add_argument("--repeat", action="store_true", help="store what --store has again, up to each size")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.store, given.measure)))
        return
    print("  ".join(COLUMNS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = given.store or Path(folder) / "chenbao.db"
        for size in sorted(given.articles):
            have, ingested = (repeat(path, size), 0.0) if given.repeat else grow(path, size, given.at_most)
            if have < size:
                print(f"{have:,} of {size:,} so far, {ingested:.1f} ms each", flush=True)
                return
            if have == size:
                print(row(path, size, ingested), flush=True)


if __name__ == "__main__":
    main()
