"""The sample archive is what the demo promises: complete, varied, consistent with its labels."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.archive import load_archive
from storage import models

TESTS = Path(__file__).resolve().parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECTIONS = ("environment", "operations", "technology", "companies", "overseas")
TOPICS = frozenset(
    [
        "ai",
        "semiconductor",
        "telecom",
        "security",
        "cloud",
        "industrial",
        "govtech",
        "digital_economy",
        "devices",
        "iot",
        "quantum",
        "blockchain",
        "robotics",
        "auto",
        "platform",
        "space",
        "software",
        "games",
        "capital",
    ]
)
SENTENCE_ENDS = "。！？”）"
DEMO_START = datetime(2026, 11, 23, 18, 0, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Label:
    """What an editor says of one sample article."""

    section: str | None
    topics: tuple[str, ...]
    event: str | None
    follow_up_of: str | None


def read_rows(path: Path) -> list[dict[str, Any]]:
    """JSON Lines as they stand; the tests themselves check their form."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def entries() -> dict[str, models.Entry]:
    return {entry.guid: entry for entry in load_archive()}


@pytest.fixture(scope="module")
def labels() -> dict[str, Label]:
    rows = read_rows(TESTS / "demo/data/archive_labels.jsonl")
    return {
        row["id"]: Label(row["section"], tuple(row["topics"]), row["event"], row["follow_up_of"])
        for row in rows
    }


@pytest.fixture(scope="module")
def events(labels: dict[str, Label]) -> dict[str, list[str]]:
    """Event key → ids of its articles, in order of time."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for guid, label in labels.items():
        if label.event:
            found[label.event].append(guid)
    return dict(found)


def published(entry: models.Entry) -> datetime:
    assert entry.published is not None
    return entry.published


def shingles(text: str) -> set[str]:
    bare = re.sub(r"\W", "", text)
    return {bare[i : i + 5] for i in range(len(bare) - 4)}


def containment(a: str, b: str) -> float:
    """Share of the shorter text's character 5-grams that stand in the longer one, 0..1."""
    small, large = sorted((shingles(a), shingles(b)), key=len)
    return len(small & large) / len(small)


def test_size_and_order() -> None:
    archive = load_archive()
    assert len(archive) >= 76
    assert [published(entry) for entry in archive] == sorted(published(entry) for entry in archive)
    assert [entry.guid for entry in archive] == [f"s{number:03}" for number in range(1, len(archive) + 1)]


def test_unique_ids_urls_and_titles() -> None:
    archive = load_archive()
    for values in (
        [e.guid for e in archive],
        [e.url for e in archive],
        [e.title for e in archive],
        [e.text for e in archive],
    ):
        assert len(set(values)) == len(archive)


def test_four_publishers_each_with_its_own_example_domain() -> None:
    hosts = defaultdict(set)
    for entry in load_archive():
        hosts[entry.source].add(entry.url.split("/")[2])
    assert set(hosts) == {"闪点科讯", "芯岸观察", "砚北数字报", "拓野产经"}
    assert all(len(names) == 1 for names in hosts.values())
    assert len(set.union(*hosts.values())) == 4
    assert all(name.endswith(".example.com") for names in hosts.values() for name in names)
    assert min(Counter(entry.source for entry in load_archive()).values()) >= 12


def test_three_days_in_utc_with_news_on_both_sides_of_the_demo_start() -> None:
    archive = load_archive()
    assert all(published(entry).tzinfo is UTC for entry in archive)
    days = Counter(published(entry).astimezone(SHANGHAI).date() for entry in archive)
    assert set(days) == {date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)}
    assert min(days.values()) >= 20
    morning = DEMO_START + timedelta(hours=14)  # the first digest of the demo, 08:00
    assert sum(published(entry) < DEMO_START for entry in archive) >= 40
    assert sum(DEMO_START <= published(entry) < morning for entry in archive) >= 20
    assert sum(published(entry) >= morning for entry in archive) >= 12


def test_texts_are_short_articles_of_whole_sentences() -> None:
    for entry in load_archive():
        assert 100 <= len(entry.text) <= 350, entry.guid
        paragraphs = entry.text.split("\n")
        assert all(paragraph == paragraph.strip() != "" for paragraph in paragraphs), entry.guid
        assert all(paragraph[-1] in SENTENCE_ENDS for paragraph in paragraphs), entry.guid
        assert not re.search(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]", entry.text), (
            f"half-width punctuation in {entry.guid}"
        )


def test_details_that_try_the_rendering() -> None:
    archive = load_archive()
    both = "\n".join(f"{entry.title}\n{entry.text}" for entry in archive)
    assert all(character in both for character in "<>&\"'")
    assert any("<" in entry.title and "&" in entry.title for entry in archive)
    assert any("&" in entry.url for entry in archive)
    assert any(re.search("[\U0001f300-\U0001faff]", entry.title) for entry in archive)
    assert any("５Ｇ" in entry.title for entry in archive)
    assert any(len(set("這個國際軟體資兩為從應") & set(entry.title + entry.text)) >= 5 for entry in archive)
    assert any(len(entry.title) >= 60 for entry in archive)


def test_labels_cover_the_archive(entries: dict[str, models.Entry], labels: dict[str, Label]) -> None:
    assert list(labels) == list(entries)
    sections = Counter(label.section for label in labels.values())
    assert set(sections) == {*SECTIONS, None}
    assert all(sections[section] >= 10 for section in SECTIONS)
    assert sections[None] in (4, 5)
    topics = Counter(topic for label in labels.values() for topic in label.topics)
    assert set(topics) == TOPICS
    assert min(topics.values()) >= 2
    for guid, label in labels.items():
        assert bool(label.topics) == (label.section is not None), guid
        assert len(set(label.topics)) == len(label.topics), guid


def test_events_are_reported_by_several_publishers(
    entries: dict[str, models.Entry], labels: dict[str, Label], events: dict[str, list[str]]
) -> None:
    publishers = {event: {entries[guid].source for guid in guids} for event, guids in events.items()}
    assert sum(len(names) >= 2 for names in publishers.values()) >= 10
    assert sum(len(names) >= 3 for names in publishers.values()) >= 3
    for event, guids in events.items():
        assert len(publishers[event]) == len(guids), f"{event}: a publisher reports it twice"
        assert len({labels[guid].section for guid in guids}) == 1, event
        assert len({labels[guid].follow_up_of for guid in guids}) == 1, event
        times = [published(entries[guid]) for guid in guids]
        assert max(times) - min(times) < timedelta(hours=12), event


def test_two_reprints_and_otherwise_own_words(
    entries: dict[str, models.Entry], events: dict[str, list[str]]
) -> None:
    overlap = [
        containment(entries[a].text, entries[b].text)
        for guids in events.values()
        for number, a in enumerate(guids)
        for b in guids[number + 1 :]
    ]
    assert sum(share > 0.8 for share in overlap) == 2
    assert all(share < 0.45 for share in overlap if share <= 0.8)


def test_follow_ups_come_later_than_their_event(
    entries: dict[str, models.Entry], labels: dict[str, Label], events: dict[str, list[str]]
) -> None:
    followed = {label.event: label.follow_up_of for label in labels.values() if label.follow_up_of}
    assert len(followed) >= 3
    for event, earlier in followed.items():
        assert event is not None
        assert earlier in events
        first = min(published(entries[guid]) for guid in events[event])
        origin = min(published(entries[guid]) for guid in events[str(earlier)])
        assert timedelta(hours=10) < first - origin < timedelta(days=2), event


def test_the_daily_column_is_no_event(entries: dict[str, models.Entry], labels: dict[str, Label]) -> None:
    column = [entry for entry in entries.values() if entry.title.startswith("芯岸早报｜")]
    assert [published(entry).astimezone(SHANGHAI).day for entry in column] == [22, 23, 24]
    assert all(labels[entry.guid].event is None for entry in column)


def test_well_known_names_can_be_searched(entries: dict[str, models.Entry]) -> None:
    for words, least in (
        (("华为", "芯片"), 4),
        (("鸿蒙",), 4),
        (("RISC-V",), 6),
        (("5G-A",), 5),
        (("算力",), 2),
    ):
        found = [e for e in entries.values() if all(word in e.title + e.text for word in words)]
        assert len(found) >= least, words


def test_search_questions_name_articles_of_the_archive(entries: dict[str, models.Entry]) -> None:
    rows = read_rows(TESTS / "quality/data/search.jsonl")
    assert len(rows) == 60
    assert len({row["query"] for row in rows}) == 60
    for row in rows:
        assert set(row) == {"query", "expects"}
        assert row["expects"], row["query"]
        assert set(row["expects"]) <= set(entries), row["query"]


def test_the_second_industry_has_the_same_form() -> None:
    rows = read_rows(TESTS / "data/second_archive.jsonl")
    assert [row["id"] for row in rows] == [f"n{number:03}" for number in range(1, 15)]
    assert len({row["url"] for row in rows}) == 14
    for row in rows:
        assert list(row) == ["id", "source", "title", "text", "url", "published"]
        assert datetime.fromisoformat(row["published"]).utcoffset() == timedelta(hours=8)
        assert row["text"][-1] in SENTENCE_ENDS
