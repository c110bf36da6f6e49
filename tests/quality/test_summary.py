"""Summaries against headlines, scored as published figures are: character ROUGE. Floors are only ever raised."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import pytest

from bot.text.segment import load_segmenter
from bot.text.sentences import split
from bot.text.summary import summarise
from bot.text.wording import Wording

DATA = Path(__file__).parent / "data"


class Row(NamedTuple):
    title: str
    text: str
    headline: str


def rows(path: Path) -> list[Row]:
    loaded = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Row(row["title"], row["text"], row.get("headline", row["title"])) for row in loaded]


def overlap(candidate: str, reference: str, size: int) -> float:
    """F1 of character n-grams."""
    a, b = ("".join(text.split()) for text in (candidate, reference))
    left = Counter(a[at : at + size] for at in range(len(a) - size + 1))
    right = Counter(b[at : at + size] for at in range(len(b) - size + 1))
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def figures(summaries: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    pairs = list(zip(summaries, references, strict=True))
    return mean(overlap(a, b, 1) for a, b in pairs), mean(overlap(a, b, 2) for a, b in pairs)


def test_own_texts() -> None:
    data = rows(DATA / "summaries.jsonl")
    assert len(data) >= 30
    segmenter = load_segmenter()
    own = [summarise(Wording("", row.text, segmenter), 1) for row in data]
    assert all(len(found) == 1 and found[0] in row.text for found, row in zip(own, data, strict=True))
    headlines = [row.headline for row in data]
    one, two = figures([found[0] for found in own], headlines)
    lead_one, lead_two = figures([split(row.text)[0] for row in data], headlines)
    assert one >= 0.60
    assert two >= 0.40
    assert one > lead_one + 0.03
    assert two > lead_two + 0.03


def test_no_boilerplate_in_any_length() -> None:
    segmenter = load_segmenter()
    for row in rows(DATA / "summaries.jsonl"):
        for count in (1, 2, 3):
            for sentence in summarise(Wording(row.title, row.text, segmenter), count):
                assert sentence in row.text
                assert not any(word in sentence for word in ("题图", "责任编辑", "记者 ", "（文/"))


@pytest.mark.slow
@pytest.mark.shared
def test_human_headlines(shared: Path) -> None:
    data = rows(shared / "data" / "headline_summaries.jsonl")
    segmenter = load_segmenter()
    own = ["".join(summarise(Wording("", row.text, segmenter), 1)) for row in data]
    one, two = figures(own, [row.headline for row in data])
    sys.stdout.write(f"ROUGE-1 {100 * one:.2f} ROUGE-2 {100 * two:.2f} of {len(data)}\n")
    assert one >= 0.42
    assert two >= 0.315
