"""Same event or not, on invented pairs with every trap and on labelled real ones. Floors are only ever raised."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.text.segment import Segmenter, load_segmenter
from bot.text.similarity import Features, Verdict, compare, features
from bot.text.wording import Wording

DATA = Path(__file__).parent / "data"


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
