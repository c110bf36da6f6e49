"""Entries to measure with: real articles from ../shared where it is there, else drawn from the segmenter's dictionary."""

import json
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from bot.text.segment import Segmenter
from storage.models import Entry
from tests.benchmarks.bench_search import Generator

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "articles_2022_2025.jsonl.xz"
START = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = 200
"""Median length of a drawn text."""


def load(
    wanted: int, segmenter: Segmenter, *, drawn: bool = False, characters: int = 0
) -> tuple[str, list[Entry]]:
    """What it is, and so many entries, 400 a day; more than there are real ones come again with other links.

    Each has the texts of as many as it takes to have at least so many `characters`, under the first one's title.
    """
    real = REAL.exists() and not drawn
    texts = _real() if real else _drawn(segmenter)
    entries = [
        Entry(
            title=title,
            text=text,
            url=f"https://news.example.com/{number}",
            guid=str(number),
            published=START + timedelta(minutes=3.6 * number),
        )
        for number, (title, text) in enumerate(islice(_joined(texts, characters), wanted))
    ]
    return ("articles_2022_2025" if real else "drawn articles"), entries


def texts() -> Iterator[tuple[str, str]]:
    """Titles and texts of real articles without end. Raises FileNotFoundError where ../shared is not there."""
    return _real()


def _joined(texts: Iterator[tuple[str, str]], characters: int) -> Iterator[tuple[str, str]]:
    for title, text in texts:
        parts = [text]
        while sum(map(len, parts)) < characters:
            parts.append(next(texts)[1])
        yield title, "\n".join(parts)


def _real() -> Iterator[tuple[str, str]]:
    with lzma.open(REAL, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for again in count():
        for row in rows:
            yield row["title"], row["text"] if not again else f"{again}。{row['text']}"


def _drawn(segmenter: Segmenter) -> Iterator[tuple[str, str]]:
    make = Generator(7, segmenter)
    while True:
        yield drawn_article(make)


def drawn_article(make: Generator) -> tuple[str, str]:
    """A title and a text."""
    title, sentences = make.article(WORDS)
    return "".join(title), "".join(f"{''.join(words[:6])}，{''.join(words[6:])}。" for words in sentences)
