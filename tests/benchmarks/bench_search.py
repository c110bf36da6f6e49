"""How long a search takes, beside the obvious ways to do it in the same database and the same run.

    python -m tests.benchmarks.bench_search                                   100,000 articles of about 200 words
    python -m tests.benchmarks.bench_search --articles 1000000 --words 16 --rivals bm25    1,000,000 headlines with a lead

Articles are drawn from the segmenter's own dictionary by Zipf's law, half of a text from a subject of its own, so that
words meet as they do in news. The rivals answer the same queries: FTS5's bm25 over the same words OR'd, FTS5's trigram
tokenizer, and LIKE (newest first). Times are milliseconds for a first page of ten loaded articles, one thread, the
collector of garbage told (as `run` tells it) that what is loaded stays. A database of a million takes minutes to build:
`--keep FILE` builds it once.
"""

import argparse
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import jieba

from bot.app import freeze
from bot.search.search import Search
from bot.text.lexicon import load_lexicon
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, sources
from storage.database import Database, open_database, to_text
from storage.packing import pack_text
from storage.search import index

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BATCH = 2000
VOCABULARY = 40_000
SUBJECTS = 2_000
SUBJECT_WORDS = 30

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}

Ask = Callable[[str], int]
"""A query in, how many articles it found out."""


class Generator:
    """Draws articles and queries."""

    def __init__(self, seed: int, segmenter: Segmenter) -> None:
        self._random = random.Random(seed)
        tokenizer = jieba.Tokenizer()
        tokenizer.initialize()
        words = sorted(
            (
                word
                for word, count in tokenizer.FREQ.items()
                if count > 3 and 2 <= len(word) <= 4 and not word.isascii()
            ),
            key=lambda word: (-tokenizer.FREQ[word], word),
        )[:VOCABULARY]
        self.tokens = {word: segmenter.index_tokens(word) for word in words}
        self._words = words
        self._steps = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self._subjects = [[self.word() for _ in range(SUBJECT_WORDS)] for _ in range(SUBJECTS)]

    def begin_anew(self, seed: int) -> None:
        """From here on draw what this seed gives, of the same subjects."""
        self._random.seed(seed)

    def word(self) -> str:
        """A word by Zipf's law."""
        word: str = self._words[bisect(self._steps, self._random.random() * self._steps[-1])]
        return word

    def article(self, length: int) -> tuple[list[str], list[list[str]]]:
        """A title of eight words and sentences of about twelve."""
        subject = self._random.choice(self._subjects)
        count = max(8, int(self._random.lognormvariate(0, 0.5) * length))
        words = [
            self._random.choice(subject) if self._random.random() < 0.5 else self.word() for _ in range(count)
        ]
        title = [
            self._random.choice(subject) if self._random.random() < 0.7 else self.word() for _ in range(8)
        ]
        return title, [words[at : at + 12] for at in range(0, len(words), 12)]

    def query(self, terms: int) -> str:
        """Words of one subject, or (half of the time) any words."""
        subject = self._random.choice(self._subjects)
        together = self._random.random() < 0.5
        return " ".join(self._random.choice(subject) if together else self.word() for _ in range(terms))


def build(db: Database, make: Generator, count: int, length: int, *, trigram: bool) -> list[str]:
    """Fill the store and the index; returns some titles."""
    source, _ = sources.add(db, url="document:benchmark", title="benchmark", kind="document", now=NOW)
    titles: list[str] = []
    if trigram:
        db.execute("CREATE VIRTUAL TABLE rival USING fts5 (title, text, content = '', tokenize = 'trigram')")
    for start in range(1, count + 1, BATCH):
        rows: list[Sequence[object]] = []
        documents: list[index.IndexDocument] = []
        for article_id in range(start, min(start + BATCH, count + 1)):
            words, sentences = make.article(length)
            title, text = "".join(words), "。".join("".join(sentence) for sentence in sentences)
            published = NOW - timedelta(days=365) * (1 - article_id / count)
            rows.append((article_id, source.id, title, text, to_text(published)))
            tokens = [[token for word in sentence for token in make.tokens[word]] for sentence in sentences]
            document = index.IndexDocument(
                article_id,
                published,
                [token for word in words for token in make.tokens[word]],
                tokens[:4],
                tokens[4:],
                ("any", f"source={source.id}"),
            )
            documents.append(document)
            if article_id % max(1, count // 1000) == 0:
                titles.append(title)
        with db.transaction():
            db.executemany(
                "INSERT INTO articles (id, source_id, guid, url, canonical_url, title, text, publisher, "
                "published_at, fetched_at) VALUES (?, ?, '', '', '', ?, ?, 'benchmark', ?, ?)",
                [(*row[:3], pack_text(str(row[3])).text, *row[4:], row[4]) for row in rows],
            )
            index.put_many(db, documents)
            if trigram:
                db.executemany(
                    "INSERT INTO rival (rowid, title, text) VALUES (?1, ?3, ?4)", [row[:4] for row in rows]
                )
    return titles


def rivals(db: Database, segmenter: Segmenter, names: Sequence[str]) -> Iterator[tuple[str, Ask]]:
    """The other ways, each a function that loads the articles it finds."""

    def bm25(text: str) -> int:
        match = index.either(index.word([token]) for token in dict.fromkeys(segmenter.index_tokens(text)))
        rows = db.execute(
            "SELECT d.article_id FROM index_words w JOIN index_documents d ON d.doc_id = w.rowid "
            "WHERE index_words MATCH ? ORDER BY rank LIMIT 10",
            (match,),
        )
        return len(articles.by_ids(db, [row[0] for row in rows]))

    def trigram(text: str) -> int:
        match = " AND ".join(f'"{word}"' for word in text.split())
        rows = db.execute("SELECT rowid FROM rival WHERE rival MATCH ? ORDER BY rank LIMIT 10", (match,))
        return len(articles.by_ids(db, [row[0] for row in rows]))

    def like(text: str) -> int:
        words = text.split()
        where = " AND ".join("(title LIKE ? OR text LIKE ?)" for _ in words)
        patterns = [f"%{word}%" for word in words for _ in range(2)]
        rows = db.execute(f"SELECT id FROM articles WHERE {where} ORDER BY id DESC LIMIT 10", patterns)
        return len(articles.by_ids(db, [row[0] for row in rows]))

    ways: dict[str, Ask] = {"bm25": bm25, "trigram": trigram, "like": like}
    yield from ((name, ways[name]) for name in names)


def measure(
    ask: Ask, queries: Sequence[str], seconds: float, clock: Callable[[], float]
) -> tuple[list[float], float]:
    """Milliseconds of each query, as many as fit into `seconds`, and the share that found anything."""
    times: list[float] = []
    found = 0
    for query in queries:
        begin = clock()
        found += ask(query) > 0
        times.append((clock() - begin) * 1000)
        if sum(times) > seconds * 1000:
            break
    return times, found / len(times)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as an aligned table."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=200, help="median words of a text")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument(
        "--seconds", type=float, default=15, help="most that one rival gets for one kind of query"
    )
    parser.add_argument("--rivals", default="bm25,trigram,like", help="comma-separated, or empty")
    parser.add_argument("--keep", type=Path, help="build the database here, or use the one that is here")
    parser.add_argument(
        "--clock", choices=CLOCKS, default="wall", help="cpu leaves out what a busy machine adds"
    )
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    names = [name for name in arguments.rivals.split(",") if name]
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.keep or Path(folder) / "bench.db"
        fresh = not path.exists()
        db = open_database(path)
        segmenter = load_segmenter()
        make = Generator(arguments.seed, segmenter)
        if fresh:
            db.execute("PRAGMA synchronous = OFF")
            begin = time.perf_counter()
            build(db, make, arguments.articles, arguments.words, trigram="trigram" in names)
            seconds = time.perf_counter() - begin
            while index.merge(db):  # as the running bot does, a little at a time
                pass
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = path.stat().st_size / arguments.articles / 1024
            print(
                f"built {arguments.articles} articles: {arguments.articles / seconds:.0f}/s, {size:.1f} KiB each"
            )
        step = max(1, arguments.articles // arguments.queries)
        picked = range(step, arguments.articles + 1, step)
        title = "SELECT title FROM articles WHERE id = ?"
        titles = [db.execute(title, (article_id,)).fetchone()[0] for article_id in picked][
            : arguments.queries
        ]
        kinds = {
            f"{terms} word{'s' * (terms > 1)}": [make.query(terms) for _ in range(arguments.queries)]
            for terms in (1, 2, 3)
        } | {"whole title": titles}
        search = Search(segmenter, load_taxonomy())
        load_lexicon().idf("")  # a running bot has weighed words before
        freeze()
        report(db, search, segmenter, names, kinds, arguments.seconds, CLOCKS[arguments.clock])
        db.close()


def report(
    db: Database,
    search: Search,
    segmenter: Segmenter,
    names: Sequence[str],
    kinds: dict[str, list[str]],
    seconds: float,
    clock: Callable[[], float],
) -> None:
    """Measure each way on each kind of query and print the table."""
    ways: list[tuple[str, Ask]] = [
        ("chenbao", lambda text: len(search.find(db, text, now=NOW, limit=10, decay=True).hits)),
        *rivals(db, segmenter, names),
    ]
    rows = [("queries", "way", "n", "p50 ms", "p99 ms", "answered", "p99 / chenbao's")]
    for kind, queries in kinds.items():
        own = 0.0
        for name, ask in ways:
            for query in queries[:5]:  # warm the caches
                if name == "chenbao":
                    ask(query)
            times, found = measure(ask, queries, 1e9 if name == "chenbao" else seconds, clock)
            p99 = statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]
            own = own or p99
            cells = (
                f"{statistics.median(times):.2f}",
                f"{p99:.2f}",
                f"{100 * found:.0f}%",
                f"{p99 / own:.1f}x",
            )
            rows.append((kind, name, str(len(times)), *cells))
    print(table(rows))


if __name__ == "__main__":
    main()
