"""One way over real feed items, in a process of its own: what `bench_pipeline --feeds` runs in turn.

    PYTHON tests/benchmarks/feed_run.py chenbao|obvious ITEMS EVERY

It imports whatever build PYTHON has, this one's or an older one's, and prints a line of JSON: articles, CPU seconds of
each stage, bytes of the store. Of the feeds' snapshots every EVERY-th is taken.
"""

import json
import logging
import lzma
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

REMEMBERED = timedelta(days=14)
HTML = "application/rss+xml"


class StageTimes:
    """CPU seconds spent in each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside."""
        begin = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin


def feeds(path: Path, every: int) -> list[tuple[str, datetime, bytes]]:
    """Source, moment and body of each snapshot with what was new in it, oldest first."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            groups.setdefault((row["first_seen"], row["source"]), []).append(row)
    found = []
    for (moment, source), rows in sorted(groups.items())[::every]:
        at = datetime.fromisoformat(moment).astimezone(UTC)
        found.append((source, at, _rss(source, rows).encode()))
    return found


def _rss(title: str, rows: Sequence[dict[str, str]]) -> str:
    items = []
    for row in rows:
        paragraphs = "".join(f"<p>{escape(line.strip())}</p>" for line in row["body"].split("\n"))
        items.append(
            f"<item><title>{escape(row['title'])}</title><link>{escape(row['link'])}</link>"
            f"<guid>{escape(row['link'])}</guid><description>{escape(paragraphs)}</description>"
            f"{_date(row['published'])}</item>"
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>https://example.com</link><description>d</description>{''.join(items)}</channel></rss>"
    )


def _date(written: str) -> str:
    try:
        return f"<pubDate>{format_datetime(parsedate_to_datetime(written))}</pubDate>"
    except ValueError:
        return ""


def _first(*names: str) -> Any:
    """The first of these modules that the build has."""
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"no build has {names}")


def chenbao(path: Path, bodies: Sequence[tuple[str, datetime, bytes]], times: StageTimes) -> int:
    """The bot's own way; returns how many articles are stored."""
    parse = _first("bot.collect.feeds.parse", "bot.collect.parse").parse_feed
    ingest = _first("bot.jobs.collect.ingest", "bot.jobs.ingest")
    pace = _first("bot.jobs.collect.pacing", "bot.jobs.pace").Pace()
    terms = _first("storage.search.terms", "storage.terms")
    count_terms = getattr(terms, "count_pending", None) or terms.settle
    sources, articles = import_module("storage.sources"), import_module("storage.articles")
    config = import_module("bot.config").Config(database=path)
    db = import_module("storage.database").open_database(path)
    reading = _first("bot.runtime.newsroom", "bot.newsroom").open_reading(config, db, bodies[0][1])
    reading.analyser.load()
    for source, at, body in bodies:
        feed_source, _ = sources.add(
            db, url=f"https://example.com/{source}", title=source, kind="feed", now=at
        )
        with times.stage("parse"):
            entries = parse(body, HTML, feed_source.url, at).entries
        with times.stage("cluster, store, index"):
            reading.stories.forget(at - REMEMBERED)
        while entries:
            batch, entries = entries[: pace.batch], entries[pace.batch :]
            with times.stage("plan"):
                plans = ingest.plan(db, feed_source, batch)
            with times.stage("analyse"):
                found = ingest.analyse(reading, plans)
            pace.begin()
            with times.stage("cluster, store, index"):
                ingest.store(db, reading, feed_source, plans, found, at)
            pace.stored(len(batch))
            with times.stage("cluster, store, index"):
                count_terms(db, least=terms.PORTION)
    stored = int(articles.count(db))
    db.close()
    return stored


def obvious(path: Path, bodies: Sequence[tuple[str, datetime, bytes]], times: StageTimes) -> int:
    """What one would write in an afternoon; returns how many articles are stored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba: Any = import_module("jieba")
        tags: Any = import_module("jieba.analyse")
        feedparser: Any = import_module("feedparser")
        parsers: Any = import_module("sumy.parsers.plaintext")
        tokenizer = import_module("sumy.nlp.tokenizers").Tokenizer("chinese")
        summarise = import_module("sumy.summarizers.text_rank").TextRankSummarizer()
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    tags.extract_tags("晨报")
    db = sqlite3.connect(path)
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, url TEXT UNIQUE, title TEXT, text TEXT, tags TEXT, summary TEXT);"
        "CREATE VIRTUAL TABLE words USING fts5 (title, text, content = '')"
    )
    for _, _, body in bodies:
        with times.stage("parse"):
            entries = feedparser.parse(body).entries
        for entry in entries:
            title, text = entry.title, entry.get("summary", "").replace("</p>", "\n").replace("<p>", "")
            with times.stage("keywords"):
                found = tags.extract_tags(f"{title}\n{text}", topK=8)
            with times.stage("summary"):
                document = parsers.PlaintextParser.from_string(text, tokenizer).document
                told = "".join(map(str, summarise(document, 3)))
            with times.stage("tokens"):
                tokens = [" ".join(jieba.lcut_for_search(part)) for part in (title, text)]
            with times.stage("store, index"):
                row = db.execute(
                    "INSERT OR IGNORE INTO articles (url, title, text, tags, summary) VALUES (?, ?, ?, ?, ?)",
                    (entry.link, title, text, " ".join(found), told),
                )
                if row.rowcount:
                    db.execute(
                        "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (row.lastrowid, *tokens)
                    )
        with times.stage("store, index"):
            db.commit()
    stored = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    db.close()
    return stored


def main() -> None:
    way, items, every = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    bodies = feeds(items, every)
    times = StageTimes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.db"
        wall = time.perf_counter()
        stored = obvious(path, bodies, times) if way == "obvious" else chenbao(path, bodies, times)
        told = {
            "stored": stored,
            "stages": times.seconds,
            "seconds": sum(times.seconds.values()),
            "wall": time.perf_counter() - wall,
            "bytes": path.stat().st_size,
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
