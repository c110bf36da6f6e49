"""Floors for what the fitted weights say of whole days that were labelled. The shipped tables were fitted to these days
too, so the figures flatter: they tell a broken table from a whole one. What is reported is in README.md."""

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
from storage.models import Analysis
from tests.quality.agreement import kappa, report
from tests.quality.examples import FEEDS, RUBRIC, labelled_elsewhere, own

Row = dict[str, Any]


def test_labels_are_whole_and_hold_no_text() -> None:
    sections = {section.id for section in load_taxonomy().sections}
    topics = {topic.id for topic in load_taxonomy().topics}
    for name in ("feeds", "feeds_second", "more", "other", "other_second", "further", "further_second"):
        labels = own(f"labels/{name}.jsonl")
        assert len({row["id"] for row in labels}) == len(labels) >= 200
        for row in labels:
            assert set(row) <= {"id", "in_domain", "section", "topics", "genre", "worth", "event", "drawn"}
            assert (row["section"] in sections) == row["in_domain"]
            assert set(row["topics"]) <= topics
            assert row["in_domain"] or not row["topics"]
            assert row["genre"] in {"news", "feature", "review", "roundup", "promo"}
            assert len(row["id"]) < 40
    again = own("labels/more_second.jsonl")
    assert {row["id"] for row in again} <= {row["id"] for row in own("labels/more.jsonl")}
    assert all(set(row) == {"id", "genre"} for row in again)


def test_further_labels_are_of_other_articles_and_say_how_they_were_drawn() -> None:
    further = own("labels/further.jsonl")
    drawn = Counter(row["drawn"] for row in further)
    assert set(drawn) == {"random", "chosen", "rest"}
    assert drawn["random"] >= 200
    for row in further:
        assert len(row["topics"]) <= 3
        assert row["in_domain"] or row["worth"] == 0
    other = {row["id"] for row in own("labels/other.jsonl")}
    feeds = {row["id"].split("-")[0] for name in ("feeds", "more") for row in own(f"labels/{name}.jsonl")}
    assert not other & {row["id"] for row in further}
    assert not feeds & {row["id"].split("-")[0] for row in further}
    assert {row["id"] for row in own("labels/further_second.jsonl")} <= {row["id"] for row in further}
    assert {row["id"] for row in own("labels/other_second.jsonl")} <= other
    assert len(labelled_elsewhere()) == len(other) + len(further)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "a"), ("a", "a")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 0.0),
        ([("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")], 0.5),
    ],
)
def test_kappa_is_agreement_beyond_chance(answers: list[tuple[str, str]], expected: float) -> None:
    assert kappa(answers) == pytest.approx(expected)


def test_two_readings_are_compared_in_what_both_were_asked() -> None:
    news: Row = {"in_domain": True, "section": "companies", "topics": ["ai"], "genre": "news"}
    essay = {**news, "section": "operations", "topics": ["ai", "cloud"], "genre": "feature"}
    outside: Row = {"in_domain": False, "section": None, "topics": [], "genre": "news"}
    assert list(report([(news, news), (news, essay), (outside, outside), (news, outside)])) == [
        "in the industry: 0.750 (kappa 0.500) of 4",
        "section: 0.500 (kappa 0.000) of 2",
        "genre, all: 0.750 (kappa 0.000) of 4",
        "news or not: 0.500 (kappa 0.000) of 2",
        "topics: micro-F1 0.800 of 2",
    ]
    assert list(report([({"genre": "news"}, {"genre": "news"})])) == ["genre, all: 1.000 (kappa 1.000) of 1"]


@pytest.fixture(scope="module")
def judged(shared: Path) -> list[tuple[Row, Analysis]]:
    with lzma.open(shared / "data" / FEEDS, "rt", encoding="utf-8") as lines:
        items = {row["id"]: row for row in map(json.loads, lines)}
    taxonomy = load_taxonomy()
    analyser = Analyser(taxonomy, load_segmenter(taxonomy.words()))
    found = []
    for line in (shared / "data" / "labelled_days.jsonl").read_text(encoding="utf-8").splitlines()[::3]:
        row = json.loads(line)
        item = items[row["id"]]
        if RUBRIC.match(item["title"]):
            row["genre"] = None
        found.append((row, analyser.analyse(analyser.wording(item["title"], item["body"]))))
    return found


def share(truths: Iterable[bool]) -> float:
    found = list(truths)
    return sum(found) / len(found)


@pytest.mark.slow
@pytest.mark.shared
def test_whole_days(judged: list[tuple[Row, Analysis]]) -> None:
    taken = [(row, found) for row, found in judged if found.section]
    inside = [(row, found) for row, found in judged if row["in_domain"]]
    assert share(row["in_domain"] for row, _ in taken) >= 0.88
    assert share(found.section is not None for _, found in inside) >= 0.95
    assert share(found.section == row["section"] for row, found in inside) >= 0.76
    hits = sum(len(set(found.topics) & set(row["topics"])) for row, found in inside)
    asked = sum(len(found.topics) + len(row["topics"]) for row, found in inside)
    assert 2 * hits / asked >= 0.82
    told = [(row, found) for row, found in inside if row["genre"]]
    both = sum(row["genre"] == found.editorial.genre == "news" for row, found in told)
    either = sum((row["genre"] == "news") + (found.editorial.genre == "news") for row, found in told)
    assert 2 * both / either >= 0.88
