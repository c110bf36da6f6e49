"""How long 500 feeds take to collect: fetched, parsed and stored, beside another feed reader and a plain loop.

    pip install reader==3.26 sgmllib3k        (into the environment of the run; reader needs sgmllib3k beside feedparser 6)
    python -m tests.benchmarks.bench_collect                              500 feeds × 30 items, three rounds of each
    python -m tests.benchmarks.bench_collect --feeds 50 --repeat 1 --workers 10
    python -m tests.benchmarks.bench_collect --runners chenbao analysed   ours alone, without and with reading

Every contestant runs in a process of its own against a server in another one: first all feeds are new, then nothing has
changed (304), then each feed has one new item. Peak is the process's largest resident memory (VmHWM).

The items are as real ones: two feeds in five carry whole articles with their markup, the others teasers, which makes
4.4 KB and 29 tags an item, the mean of the snapshots of Chinese feeds in ../shared. `--plain` has 300 characters in each
and no markup, which spares feedparser most of its work.

* `chenbao`   `collect_due` as `chenbao run` calls it (guard, identity, stories' and search tables written), with the
              reading of the text (sections, topics, summary, story comparison, index words) left out, for others have none
* `analysed`  the same with the reading: what collecting really takes, reported beside the others
* `reader`    lemon24/reader, `update_feeds`, with the best of the numbers of workers asked for
* `naive`     httpx, feedparser and sqlite3 in forty lines
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from xml.sax.saxutils import escape

import feedparser
import httpx

from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.collect.round import collect_due
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Reading
from bot.search.indexing import Words
from bot.text.features import Features
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, sources
from storage.models import Analysis, Entry
from tests.doubles.feeds import rss

ROUNDS = ("first", "unchanged", "one_new")
CONTESTANTS = ("reader", "naive", "chenbao", "analysed")
ITEMS = 30
TEASER, PLAIN, WHOLE, PARAGRAPH = 150, 300, 2300, 92
"""Characters of a teaser, of a plain item, of a whole article and of each of its paragraphs."""
START = datetime(2026, 11, 24, tzinfo=UTC)

NONE: frozenset[str] = frozenset()
UNREAD = ingest.Read(
    Analysis(None, (), (), (), ()),
    Features("", "", "", (), (), 0.0, 0.0, NONE, NONE, NONE, NONE, "", array("Q"), None),
    Words((), (), ()),
)
"""What an entry without a text would be read to be."""


def unread(reading: Reading, entry: Entry) -> Generator[None, None, ingest.Read]:
    """Instead of reading."""
    yield from ()
    return UNREAD


Collect = Callable[[], Awaitable[int]]
"""One round of a contestant: fetches what there is, and says how many items it now holds."""


# -- the server -------------------------------------------------------------------------------------------


def bodies(feeds: int, *, plain: bool) -> list[tuple[bytes, bytes]]:
    """Each feed as it is at first, and with one new item in front."""
    from tests.benchmarks import corpus  # noqa: PLC0415 - the server's alone, and its memory

    _, entries = corpus.load(feeds * (ITEMS + 1), load_segmenter(load_taxonomy().words()))
    made = []
    for number in range(feeds):
        own = entries[number * (ITEMS + 1) : (number + 1) * (ITEMS + 1)]
        told = "".join(entry.text for entry in own) * 2
        shown = [
            replace(entry, url=f"{entry.url}/{number}", text=entry.text[:PLAIN])
            if plain
            else replace(
                entry, url=f"{entry.url}/{number}", text=marked_up(entry, told, whole=number % 5 < 2)
            )
            for entry in own
        ]
        at_first, later = (
            rss(f"第{number}报", some, markup=not plain).encode() for some in (shown[1:], shown)
        )
        made.append((at_first, later))
    return made


def marked_up(entry: Entry, more: str, *, whole: bool) -> str:
    """A teaser, or an article of the usual length with pictures, links and emphasis; `more` fills it up."""
    if not whole:
        return f"<p>{escape(entry.text[:TEASER])}</p>"
    text = entry.text + more[int(entry.guid) % 100 :]
    paragraphs = [text[at : at + PARAGRAPH] for at in range(0, WHOLE, PARAGRAPH)]
    made = []
    for number, words in enumerate(map(escape, paragraphs)):
        told = words
        if number % 4 == 0:
            made.append(f'<p><img src="https://img.example.com/{entry.guid}/{number}.jpg" alt="图"></p>')
        if number % 3 == 0:
            told = f'<strong>{words[:9]}</strong><a href="https://example.com/{number}">{words[9:]}</a>'
        made.append(f'<p style="text-align: justify;">{told}</p>')
    return "".join(made)


async def serve(feeds: int, *, plain: bool) -> None:
    """HTTP/1.1 with ETag on a free port, which is printed; a POST adds the new items."""
    answers = [
        [(f'"{hashlib.sha256(body).hexdigest()[:16]}"'.encode(), body) for body in pair]
        for pair in bodies(feeds, plain=plain)
    ]
    state = 0

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal state
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"POST"):
                    state = 1
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    continue
                etag, body = answers[int(head.split(b" ", 2)[1].strip(b"/"))][state]
                if etag in head:
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag)
                else:
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
                        b"ETag: %b\r\nContent-Length: %d\r\n\r\n%b" % (etag, len(body), body)
                    )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# -- the contestants --------------------------------------------------------------------------------------


@asynccontextmanager
async def ours(urls: list[str], folder: Path, *, reading: bool) -> AsyncIterator[Collect]:
    """Chenbao: the same call as the scheduler's."""
    now = START
    config = Config(
        database=folder / "chenbao.db", allow_networks=(ip_network("127.0.0.0/8"),), full_text="never"
    )
    async with open_newsroom(config, now=lambda: now) as room:
        if not reading:  # no other contestant has a text path
            ingest.read_in_steps = unread
        with room.db.transaction():
            for url in urls:
                sources.add(room.db, url=url, title=url, kind="feed", now=now)

        async def collect() -> int:
            nonlocal now
            now += timedelta(days=1)
            results = await collect_due(room, now)
            assert len(results) == len(urls), "a source was not due"
            assert not any(result.problem for result in results), results[0]
            return articles.count(room.db)

        yield collect


@asynccontextmanager
async def naive(urls: list[str], folder: Path) -> AsyncIterator[Collect]:
    """What one writes first."""
    db = sqlite3.connect(folder / "naive.db")
    db.execute(
        "CREATE TABLE items (feed TEXT, guid TEXT, title TEXT, link TEXT, text TEXT, PRIMARY KEY (feed, guid))"
    )
    etags: dict[str, str] = {}
    async with httpx.AsyncClient() as client:
        gate = asyncio.Semaphore(10)

        async def one(url: str) -> None:
            async with gate:
                answer = await client.get(url, headers={"If-None-Match": etags[url]} if url in etags else {})
            if answer.status_code == 304:
                return
            etags[url] = answer.headers["etag"]
            rows = [
                (url, item.id, item.title, item.link, item.summary)
                for item in feedparser.parse(answer.content).entries
            ]
            db.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", rows)
            db.commit()

        async def collect() -> int:
            await asyncio.gather(*map(one, urls))
            return int(db.execute("SELECT count(*) FROM items").fetchone()[0])

        yield collect
    db.close()


@asynccontextmanager
async def reader(urls: list[str], folder: Path, workers: int) -> AsyncIterator[Collect]:
    """lemon24/reader, which is not among our requirements."""
    made = import_module("reader").make_reader(str(folder / "reader.db"))
    for url in urls:
        made.add_feed(url)

    async def collect() -> int:
        made.update_feeds(workers=workers, scheduled=False)
        return int(made.get_entry_counts().total)

    yield collect
    made.close()


async def contest(name: str, feeds: int, port: int) -> dict[str, float]:
    """Seconds of each round, and the peak in MB, of one contestant in this process."""
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(feeds)]
    kind, _, workers = name.partition("-")
    with tempfile.TemporaryDirectory() as folder:
        opened = {
            "chenbao": lambda: ours(urls, Path(folder), reading=False),
            "analysed": lambda: ours(urls, Path(folder), reading=True),
            "naive": lambda: naive(urls, Path(folder)),
            "reader": lambda: reader(urls, Path(folder), int(workers or 1)),
        }[kind]()
        seconds: dict[str, float] = {}
        async with opened as collect:
            for number, step in enumerate(ROUNDS):
                if step == "one_new":
                    httpx.post(f"http://127.0.0.1:{port}/")  # noqa: ASYNC210 - nothing else runs meanwhile
                begun = time.perf_counter()
                count = await collect()
                seconds[step] = time.perf_counter() - begun
                assert count == feeds * (ITEMS + (number == 2)), f"{name} holds {count} items after {step}"
    return {**seconds, "peak_mb": peak()}


def peak() -> float:
    """The largest resident memory of this process in MB; ru_maxrss would count its parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# -- the run ----------------------------------------------------------------------------------------------


def measured(name: str, feeds: int, *, plain: bool) -> dict[str, float]:
    """One contestant against a fresh server, each in a process of its own."""
    module = [sys.executable, "-m", "tests.benchmarks.bench_collect", "--feeds", str(feeds)]
    serving = [*module, "--serve", *(["--plain"] if plain else [])]
    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().strip()
            ran = subprocess.run(
                [*module, "--contest", name, "--port", port], stdout=subprocess.PIPE, text=True, check=True
            )
        finally:
            server.kill()
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main() -> None:
    """Every contestant, in turns; medians, and how many times faster than reader we are."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--runners", nargs="+", choices=CONTESTANTS, default=CONTESTANTS)
    options.add_argument(
        "--workers", nargs="+", type=int, default=[1, 4, 10], help="reader's, the best of which counts"
    )
    options.add_argument("--plain", action="store_true", help="items without markup")
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--contest", help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(given.feeds, plain=given.plain))
    elif given.contest:
        print(json.dumps(asyncio.run(contest(given.contest, given.feeds, given.port))))
    else:
        names = [name for name in given.runners if name != "reader"]
        names += [f"reader-{workers}" for workers in given.workers] if "reader" in given.runners else []
        report(
            names,
            [[measured(name, given.feeds, plain=given.plain) for name in names] for _ in range(given.repeat)],
        )


def report(names: list[str], runs: list[list[dict[str, float]]]) -> None:
    """A line for each contestant."""
    medians = {
        name: {key: statistics.median(run[place][key] for run in runs) for key in runs[0][place]}
        for place, name in enumerate(names)
    }
    print(f"{'':12}" + "".join(f"{step:>12}" for step in (*ROUNDS, "peak_mb")))
    for name, row in medians.items():
        print(f"{name:12}" + "".join(f"{row[key]:12.2f}" for key in (*ROUNDS, "peak_mb")))
    rivals = [row for name, row in medians.items() if name.startswith("reader")]
    for name in [name for name in ("chenbao", "analysed") if name in medians and rivals]:
        ratios = (min(row[step] for row in rivals) / medians[name][step] for step in ROUNDS)
        print(
            f"{name:9} vs. reader "
            + "  ".join(f"{step} {ratio:.1f}x" for step, ratio in zip(ROUNDS, ratios, strict=True))
        )


if __name__ == "__main__":
    main()
