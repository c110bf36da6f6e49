"""How many articles a second go the whole way from a feed's bytes to the search index, beside the obvious stack.

    pip install --no-deps sumy && pip install nltk lxml_html_clean breadability docopt-ng pycountry requests    for the peer only
    python -m tests.benchmarks.bench_pipeline                       2,000 articles, both ways in turn
    python -m tests.benchmarks.bench_pipeline --articles 14000 --peer 500
    python -m tests.benchmarks.bench_pipeline --characters 1300     longer ones: real texts joined, about 1,500 characters
    python -m tests.benchmarks.bench_pipeline --feeds --against /path/to/older/tree        5,281 items of real feeds, in turn

Chenbao: parse → analyse (section, topics, keywords, summary, fingerprint) → cluster → store → index, in the short
transactions in which the running bot collects. The peer: feedparser → jieba.analyse.extract_tags → sumy's TextRank,
three sentences → SQLite and FTS5 over jieba's search tokens, a transaction for each feed; it finds no section, topic
or story. Between them the least that anything must do: the fastest parser known for feeds and the fastest cut of
Chinese into words, into the peer's tables, with nothing read in the words. No program that also reads them can be
faster, so its ratio to the peer is the most that this machine and these articles allow.

The same feeds, one process, one thread; the clock is the CPU's, so that a busy machine changes little.
"""

import argparse
import gc
import json
import logging
import sqlite3
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.collect.feeds.parse import parse_feed
from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.collect.pacing import Pace
from bot.runtime.heap import freeze, freeze_if_grown
from bot.runtime.newsroom import open_reading
from storage import articles, sources
from storage.database import open_database
from storage.search import terms
from tests.benchmarks import corpus
from tests.doubles.feeds import rss

FEED = 50
"""Entries of one feed."""
FEED_ITEMS = corpus.REAL.with_name("feed_items_2026-06-20_2026-07-24.jsonl.xz")
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Stages:
    """Seconds spent in each stage."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = self._clock()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - begin

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


def chenbao(path: Path, feeds: Sequence[bytes], now: datetime, stages: Stages) -> int:
    """The bot's own way; returns how many articles are stored."""
    db = open_database(path)
    reading = open_reading(Config(database=path), db, now)
    reading.analyser.load()  # once for each start, not for each article
    source, _ = sources.add(db, url="https://example.com/feed", title="feed", kind="feed", now=now)
    pace = Pace()
    freeze()
    for body in feeds:
        with stages.stage("parse"):
            feed = parse_feed(body, "application/rss+xml", source.url, now)
        entries = feed.entries
        while entries:
            batch, entries = entries[: pace.batch], entries[pace.batch :]
            with stages.stage("plan"):
                plans = ingest.plan(db, source, batch)
            with stages.stage("analyse"):
                found = ingest.analyse(reading, plans)
            pace.begin()
            with stages.stage("cluster, store, index"):
                ingest.store(db, reading, source, plans, found, now)
            pace.stored(len(batch))
            with stages.stage("cluster, store, index"):
                terms.count_pending(db, least=terms.PORTION)
                freeze_if_grown()
    stored = articles.count(db)
    db.close()
    return stored


def obvious(path: Path, feeds: Sequence[bytes], stages: Stages) -> int:
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
    db = _plain_store(path)
    freeze()
    for body in feeds:
        with stages.stage("parse"):
            entries = feedparser.parse(body).entries
        for entry in entries:
            title, text = entry.title, entry.summary
            with stages.stage("keywords"):
                found = tags.extract_tags(f"{title}\n{text}", topK=8)
            with stages.stage("summary"):
                document = parsers.PlaintextParser.from_string(text, tokenizer).document
                told = [str(sentence) for sentence in summarise(document, 3)]
            with stages.stage("tokens"):
                tokens = [" ".join(jieba.lcut_for_search(part)) for part in (title, text)]
            with stages.stage("store, index"):
                _insert(db, (entry.link, title, text, " ".join(found), "".join(told)), tokens)
        with stages.stage("store, index"):
            db.commit()
    return _stored(db)


def least(path: Path, feeds: Sequence[bytes], stages: Stages) -> int:
    """Parse, cut, insert; returns how many articles are stored."""
    parse: Any = import_module("fastfeedparser").parse
    cut: Any = import_module("rjieba").Jieba().cut_for_search
    db = _plain_store(path)
    freeze()
    for body in feeds:
        with stages.stage("parse"):
            entries = parse(body).entries
        for entry in entries:
            title, text = entry["title"], entry["description"]
            with stages.stage("tokens"):
                tokens = [" ".join(cut(part)) for part in (title, text)]
            with stages.stage("store, index"):
                _insert(db, (entry["link"], title, text, "", ""), tokens)
        with stages.stage("store, index"):
            db.commit()
    return _stored(db)


def _plain_store(path: Path) -> sqlite3.Connection:
    """The peer's tables."""
    db = sqlite3.connect(path)
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, url TEXT UNIQUE, title TEXT, text TEXT, tags TEXT, summary TEXT);"
        "CREATE VIRTUAL TABLE words USING fts5 (title, text, content = '')"
    )
    return db


def _insert(db: sqlite3.Connection, row: tuple[str, str, str, str, str], tokens: Sequence[str]) -> None:
    article_id = db.execute(
        "INSERT INTO articles (url, title, text, tags, summary) VALUES (?, ?, ?, ?, ?)", row
    ).lastrowid
    db.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (article_id, *tokens))


def _stored(db: sqlite3.Connection) -> int:
    stored = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    db.close()
    return stored


def show(name: str, stored: int, stages: Stages) -> float:
    """Print one way's line; returns its articles a second."""
    parts = ", ".join(f"{stage} {1000 * seconds / stored:.2f}" for stage, seconds in stages.seconds.items())
    print(f"{name:8} {stored / stages.total:7.1f} articles/s   ms an article: {parts}")
    return stored / stages.total


def compare_feeds(other: Path | None, pairs: int, every: int, peer: int) -> None:
    """Real feed items through this tree, another and the obvious stack, in turn: CPU seconds, each in its own process."""
    here = Path(__file__).resolve()
    trees = {"chenbao": here.parents[2]} | ({other.name: other} if other else {})
    rates: dict[str, list[float]] = {name: [] for name in (*trees, "obvious")}

    def run(name: str, tree: Path, way: str, of_every: int) -> None:
        told = subprocess.run(
            [tree / ".venv/bin/python", here.with_name("feed_run.py"), way, FEED_ITEMS, str(of_every)],
            cwd=tree,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = json.loads(told)
        rates[name].append(found["stored"] / found["seconds"])
        parts = ", ".join(f"{1000 * s / found['stored']:.2f} {stage}" for stage, s in found["stages"].items())
        size = found["bytes"] / found["stored"] / 1000
        print(f"{name:8} {rates[name][-1]:6.1f} articles/s, {size:.1f} kB each; ms: {parts}", flush=True)

    for _ in range(pairs):
        for name, tree in trees.items():
            run(name, tree, "chenbao", every)
        if peer:
            run("obvious", here.parents[2], "obvious", peer)
    own = rates.pop("chenbao")
    for name, theirs in rates.items():
        if theirs:
            ratios = [a / b for a, b in zip(own, theirs, strict=True)]
            print(f"{statistics.median(ratios):.2f}x {name} ({min(ratios):.2f} to {max(ratios):.2f})")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--peer", type=int, default=500, help="articles that the peer gets; 0 leaves it out")
    parser.add_argument("--characters", type=int, default=0, help="join texts until they have so many")
    parser.add_argument("--clock", choices=CLOCKS, default="cpu")
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    parser.add_argument(
        "--feeds", action="store_true", help="real feed items of ../shared, in processes of their own"
    )
    parser.add_argument("--against", type=Path, help="with --feeds: another tree, with its .venv")
    parser.add_argument("--pairs", type=int, default=5, help="with --feeds")
    parser.add_argument(
        "--every", type=int, default=1, help="with --feeds: of the feeds' snapshots one in so many"
    )
    arguments = parser.parse_args()
    if arguments.feeds:
        other = arguments.against.resolve() if arguments.against else None
        compare_feeds(other, arguments.pairs, arguments.every, 16 * bool(arguments.peer))
        return
    clock = CLOCKS[arguments.clock]
    now = corpus.START + timedelta(days=arguments.articles / 400 + 1)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database=Path(folder) / "words.db")
        db = open_database(config.database)
        name, entries = corpus.load(
            arguments.articles,
            open_reading(config, db, now).segmenter,
            drawn=arguments.drawn,
            characters=arguments.characters,
        )
        db.close()
        letters = sum(len(entry.title) + len(entry.text) for entry in entries) / len(entries)
        feeds = [rss("feed", entries[at : at + FEED]).encode() for at in range(0, len(entries), FEED)]
        del entries
        gc.collect()
        print(f"{name}: {arguments.articles} articles of {letters:.0f} characters in {len(feeds)} feeds")
        stages = Stages(clock)
        own = show("chenbao", chenbao(Path(folder) / "own.db", feeds, now, stages), stages)
        if arguments.peer:
            stages = Stages(clock)
            some = feeds[: max(1, arguments.peer // FEED)]
            peer = show("obvious", obvious(Path(folder) / "peer.db", some, stages), stages)
            stages = Stages(clock)
            floor = show("least", least(Path(folder) / "least.db", feeds, stages), stages)
            print(f"ratio {own / peer:.1f}x of {floor / peer:.1f}x that no analysis at all would have")


if __name__ == "__main__":
    main()
