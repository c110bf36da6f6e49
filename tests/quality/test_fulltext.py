"""Which texts are taken for an article: its own, on real texts of feeds that carry the whole; not another one's."""

import html as markup
import json
import lzma
import random
from collections import defaultdict
from pathlib import Path

import pytest

from bot.collect.pages.extract import accept, article_of
from tests.doubles.articles import html

URL = "https://news.example.com/2026/1.html"
ARTICLES = 80
OWN, ANOTHERS = 0.95, 0.03
"""Floors and ceilings: 0.986 and 0.006 of 500 when this was written."""


@pytest.mark.slow
@pytest.mark.shared
def test_own_texts_are_taken_and_anothers_are_not(shared: Path) -> None:
    path = shared / "data" / "feed_items_2026-06-20_2026-07-24.jsonl.xz"
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    by_source = defaultdict[str, list[tuple[str, str]]](list)
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["title"] and len(row["body"] or "") >= 500:
                by_source[row["source"]].append((row["title"], row["body"]))
    chance = random.Random(1)
    own = anothers = 0
    for _ in range(ARTICLES):
        known = chance.choice([found for found in by_source.values() if len(found) > 1])
        (title, text), (_, other) = chance.sample(known, 2)
        teaser = f"{text[:60]}…"
        paragraphs = "".join(f"<p>{markup.escape(line)}</p>" for line in text.split("\n"))
        page = html(f"<article>{paragraphs}</article>", markup.escape(title))
        own += article_of(page.body, page.content_type, URL, URL, title, teaser).refusal is None
        anothers += accept(title, teaser, other) is None
    assert own / ARTICLES >= OWN
    assert anothers / ARTICLES <= ANOTHERS
