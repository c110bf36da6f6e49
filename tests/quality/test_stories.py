"""Same event or not, on invented pairs with every trap and on labelled real ones. Floors are only ever raised."""

import json
import lzma
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.stories import StoryIndex
from bot.text.features import Features, features
from bot.text.segment import Segmenter, load_segmenter
from bot.text.similarity import Verdict, compare
from bot.text.wording import Wording
from storage.models import Article

DATA = Path(__file__).parent / "data"
SEVERAL, WRONG, AFFAIRS = 8, 0.1, 0.4
"""Stories of several articles about the industry in three weeks of feeds; the share of them in which an editor sees two
events; and how many of the reports of an affair that was told before are known to be of it."""


class Judged(NamedTuple):
    kind: str
    same: bool
    verdict: Verdict


def look(side: dict[str, str], segmenter: Segmenter) -> Features:
    day = datetime.fromisoformat(side["date"]).replace(tzinfo=UTC)
    return features(Wording(side["title"], side["text"], segmenter), day)


def judge(path: Path, same: int) -> list[Judged]:
    segmenter = load_segmenter()
    judged = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        verdict = compare(look(row["a"], segmenter), look(row["b"], segmenter))
        judged.append(Judged(row.get("kind", ""), row["same"] == same, verdict))
    return judged


def precision_recall(judged: Sequence[Judged]) -> tuple[float, float]:
    right = sum(one.same and one.verdict.same for one in judged)
    return right / sum(one.verdict.same for one in judged), right / sum(one.same for one in judged)


def area(judged: Sequence[Judged]) -> float:
    """Chance that a pair of one event scores higher than a pair of two."""
    yes = [one.verdict.score for one in judged if one.same]
    no = [one.verdict.score for one in judged if not one.same]
    return sum((a > b) + (a == b) / 2 for a in yes for b in no) / (len(yes) * len(no))


def test_own_pairs() -> None:
    judged = judge(DATA / "event_pairs.jsonl", 1)
    assert len(judged) >= 60
    precision, recall = precision_recall(judged)
    assert precision >= 0.95
    assert recall >= 0.80
    assert area(judged) >= 0.93


@pytest.mark.parametrize("kind", ["series", "instalment"])
def test_no_series_is_an_event(kind: str) -> None:
    trap = [one for one in judge(DATA / "event_pairs.jsonl", 1) if one.kind == kind]
    assert len(trap) >= 3
    assert not any(one.verdict.same for one in trap)


def test_every_reprint_is_found() -> None:
    reprints = [one for one in judge(DATA / "event_pairs.jsonl", 1) if one.kind == "reprint"]
    assert len(reprints) >= 5
    assert all(one.verdict.same for one in reprints)


@pytest.mark.shared
def test_labelled_pairs(shared: Path) -> None:
    judged = judge(shared / "data" / "labelled_event_pairs.jsonl", 2)
    precision, recall = precision_recall(judged)
    assert precision >= 0.95
    assert recall >= 0.65
    assert area(judged) >= 0.90


def published(row: dict[str, str]) -> datetime:
    """When the feed says, or else when it was first seen."""
    seen = datetime.fromisoformat(row["first_seen"])
    try:
        return min(parsedate_to_datetime(row["published"]).astimezone(UTC), seen)
    except (TypeError, ValueError):
        return seen


def replay(folder: Path, last: str) -> Iterator[tuple[str, int, int]]:
    """Feed items until that day in the order in which they came: id, story, first story of its affair."""
    segmenter = load_segmenter()
    index, follows, merged = StoryIndex(segmenter), dict[int, int](), dict[int, int]()
    stories: dict[str, int] = {}

    def first(story: int, leads: dict[int, int]) -> int:
        while story in leads:
            story = leads[story]
        return story

    with lzma.open(folder / "feed_items_2026-06-20_2026-07-24.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: (row["first_seen"], row["id"]))
    for number, row in enumerate(rows, 1):
        if row["first_seen"][:10] > last:
            break
        at = published(row)
        seen = index.look(Wording(row["title"], row["body"], segmenter), at)
        placement = index.decide(number, at, seen, row["source"])
        story = stories[row["id"]] = placement.story_id or number
        for gone in placement.merges:
            index.merge(gone, story)
            merged[gone] = story
        related = [story, *placement.merges] + [placement.follows] * (placement.follows is not None)
        firsts = sorted({first(each, follows) for each in related if each is not None})
        follows |= dict.fromkeys(firsts[1:], firsts[0])
        fresh = Article(number, 1, "", "", "", row["title"], row["body"], at, at, None, (), (), (), (), story)
        index.add(replace(fresh, publisher=row["source"]))
    for name, story in stories.items():
        yield name, first(story, merged), first(story, follows)


@pytest.mark.slow
@pytest.mark.shared
def test_weeks_of_feeds(shared: Path) -> None:
    """Whole days that were read as an editor would: what is one event, or one affair, has the same key."""
    with (shared / "data" / "labelled_days.jsonl").open(encoding="utf-8") as lines:
        labels = {row["id"]: row for row in map(json.loads, lines)}
    keys: defaultdict[str, list[int]] = defaultdict(list)
    members: defaultdict[int, list[str | None]] = defaultdict(list)
    for name, story, affair in replay(shared / "data", "2026-07-16"):
        if name in labels and labels[name]["in_domain"]:
            members[story].append(labels[name]["event"])
            if labels[name]["event"]:
                keys[labels[name]["event"]].append(affair)
    several = [told for told in members.values() if len(told) > 1]
    wrong = sum(len(set(told)) > 1 for told in several)
    found = sum(len(affairs) - len(set(affairs)) for affairs in keys.values())
    asked = sum(len(affairs) - 1 for affairs in keys.values())
    assert len(several) >= SEVERAL
    assert wrong / len(several) <= WRONG
    assert found / asked >= AFFAIRS
