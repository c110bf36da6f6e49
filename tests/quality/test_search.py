"""Search on the sample archive, and the known-item figures on third-party collections where they are at hand.

Floors are only ever raised.
"""

import json
import lzma
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.search.search import Search, index_article
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles, sources
from storage.database import Database, open_database
from storage.models import Analysis, Entry

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
QUERIES = Path(__file__).with_name("data") / "search.jsonl"
ARCHIVE = ROOT / "bot" / "demo" / "data" / "archive.jsonl"
RECALL_FLOOR = 0.98
FIRST_FLOOR = 0.98
NOTHING = Analysis(None, (), (), (), ())


def rows(lines: Iterable[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in lines if line.strip()]


def fill(path: Path, items: list[dict[str, str]], segmenter: Segmenter) -> Database:
    db = open_database(path)
    source, _ = sources.add(db, url="document:quality", title="quality", kind="document", now=NOW)
    with db.transaction():
        for item in items:
            published = datetime.fromisoformat(item.get("published") or "2018-10-15")
            article_id = articles.insert(
                db,
                source_id=source.id,
                entry=Entry(item["title"], guid=item["id"], text=item["text"]),
                canonical_url="",
                title_key=item["id"],
                publisher=item.get("source") or "quality",
                published_at=published if published.tzinfo else published.replace(tzinfo=UTC),
                analysis=NOTHING,
                now=NOW,
            )
            article = articles.by_id(db, article_id)
            assert article is not None
            index_article(db, segmenter, article)
    return db


def test_queries_about_the_sample_archive_find_what_they_are_about(tmp_path: Path) -> None:
    """Two-character words, mixed tokens, traditional characters, full-width letters, cases and spacings."""
    segmenter = load_segmenter()
    search = Search(segmenter, load_taxonomy())
    db = fill(tmp_path / "archive.db", rows(ARCHIVE.read_text(encoding="utf-8").splitlines()), segmenter)
    recall: list[float] = []
    first: list[float] = []
    missed: list[str] = []
    for item in map(json.loads, QUERIES.read_text(encoding="utf-8").splitlines()):
        hits = [hit.article.guid for hit in search.find(db, item["query"], now=NOW, limit=10).hits]
        wanted = set(item["expects"])
        recall.append(len(wanted & set(hits)) / len(wanted))
        first.append(next((1 / rank for rank, guid in enumerate(hits, 1) if guid in wanted), 0.0))
        if recall[-1] < 1:
            missed.append(f"{item['query']}: {sorted(wanted - set(hits))}")
    db.close()
    assert sum(recall) / len(recall) >= RECALL_FLOOR, (sum(recall) / len(recall), missed)
    assert sum(first) / len(first) >= FIRST_FLOOR, missed


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("corpus", "floor"),
    [("articles_2022_2025", 0.905), pytest.param("articles_2018", 0.913, marks=pytest.mark.soak)],
)
def test_a_headline_finds_its_article(shared: Path, tmp_path: Path, corpus: str, floor: float) -> None:
    """Known-item search as in the published protocol, on a sample of 2,000 articles and 200 queries of them."""
    with lzma.open(shared / "data" / f"{corpus}.jsonl.xz", "rt", encoding="utf-8") as lines:
        data = [row for row in rows(lines) if len(row["text"]) >= 50]
    random.Random(11).shuffle(data)
    data = data[:2000]
    titles = Counter(row["title"] for row in data)
    able = [row for row in data if titles[row["title"]] == 1 and len(row["title"]) >= 8][:200]
    segmenter = load_segmenter()
    search = Search(segmenter, load_taxonomy())
    db = fill(tmp_path / "corpus.db", [{**row, "title": ""} for row in data], segmenter)
    ranks: list[float] = []
    for row in able:
        hits = [hit.article.guid for hit in search.find(db, row["title"], now=NOW, limit=10).hits]
        ranks.append(1 / (hits.index(row["id"]) + 1) if row["id"] in hits else 0.0)
    db.close()
    assert sum(ranks) / len(ranks) >= floor, sum(ranks) / len(ranks)
