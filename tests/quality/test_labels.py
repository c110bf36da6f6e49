"""Floors for sections and topics. They were measured; raise them when the analysis gets better, never lower them.

`data/headlines.jsonl` holds headlines invented for this test, over all sections and topics alike. What lies beside
the checkout is read where it is: the first rows only, so that the whole file runs in seconds.
"""

import json
import lzma
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.text.analyse import Analyser
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy

MICRO, WORST = 0.97, 0.92
"""Topic F1 over all of our headlines, and of the topic that does worst."""
OWN = Path(__file__).resolve().parent / "data" / "headlines.jsonl"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    taxonomy = load_taxonomy()
    return Analyser(taxonomy, load_segmenter(taxonomy.words()))


@pytest.fixture(scope="module")
def own() -> list[Row]:
    return [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]


def f1(hits: int, given: int, asked: int) -> float:
    return 2 * hits / max(1, given + asked)


def industry_f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    counted = Counter(pairs)
    hits = counted[True, True]
    return f1(hits, hits + counted[False, True], hits + counted[True, False])


def rows(file: Path, limit: int) -> list[Row]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return found[:: max(1, len(found) // limit)]


def test_our_headlines_cover_every_section_and_topic(own: list[Row]) -> None:
    taxonomy = load_taxonomy()
    sections = Counter(row["section"] for row in own)
    topics = Counter(topic for row in own for topic in row["topics"])
    assert len(own) >= 330
    assert len({row["title"] for row in own}) == len(own)
    assert set(sections) == {*(section.id for section in taxonomy.sections), None}
    assert set(topics) == {topic.id for topic in taxonomy.topics}
    assert min(sections.values()) >= 30
    assert min(topics.values()) >= 9


def test_sections_of_our_headlines(analyser: Analyser, own: list[Row]) -> None:
    found = [analyser.classify(analyser.wording(row["title"], ""))[0] for row in own]
    pairs = [(row["section"], section) for row, section in zip(own, found, strict=True)]
    assert industry_f1((asked is not None, given is not None) for asked, given in pairs) >= 0.98
    inside = [asked == given for asked, given in pairs if asked]
    assert sum(inside) / len(inside) >= 0.93
    for section in {asked for asked, _ in pairs if asked}:
        right = [asked == given for asked, given in pairs if asked == section]
        assert sum(right) / len(right) >= 0.85, section


def test_topics_of_our_headlines(analyser: Analyser, own: list[Row]) -> None:
    asked: Counter[str] = Counter()
    given: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for row in own:
        found = set(analyser.classify(analyser.wording(row["title"], ""))[1])
        asked.update(row["topics"])
        given.update(found - set(row.get("also", ())))
        hits.update(found & set(row["topics"]))
    assert f1(hits.total(), given.total(), asked.total()) >= MICRO
    each = {topic: f1(hits[topic], given[topic], asked[topic]) for topic in asked}
    assert min(each.values()) >= WORST, each


@pytest.mark.shared
def test_industry_sections_and_topics_of_labelled_items(analyser: Analyser, shared: Path) -> None:
    lines = (shared / "data" / "labelled_items.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    found = [analyser.classify(analyser.wording(row["title"], row["text"])) for row in items]
    pairs = list(zip(items, found, strict=True))
    assert industry_f1((row["in_domain"], section is not None) for row, (section, _) in pairs) >= 0.92
    right = [row["section"] == section for row, (section, _) in pairs if row["in_domain"] and row["section"]]
    assert sum(right) / len(right) >= 0.78
    given = sum(len(topics) for _, (_, topics) in pairs)
    precise = sum(len(set(topics) & set(row["topics_any"])) for row, (_, topics) in pairs) / given
    asked = sum(len(row["topics"]) for row in items)
    recall = sum(len(set(topics) & set(row["topics"])) for row, (_, topics) in pairs) / asked
    assert 2 * precise * recall / (precise + recall) >= 0.82


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "limit", "floor"), [("articles_2018", 900, 0.91), ("headlines_18_classes", 4000, 0.77)]
)
def test_the_industry_is_told_from_the_rest(
    analyser: Analyser, shared: Path, file: str, limit: int, floor: float
) -> None:
    partly_ours = {"game", "car", "finance"}
    data = [
        row for row in rows(shared / "data" / f"{file}.jsonl.xz", limit) if row["label"] not in partly_ours
    ]
    found = [analyser.classify(analyser.wording(row["title"], row.get("text", "")))[0] for row in data]
    pairs = ((row["label"] == "tech", section is not None) for row, section in zip(data, found, strict=True))
    assert industry_f1(pairs) >= floor
