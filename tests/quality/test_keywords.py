"""Keywords against those a person would give. Floors are only ever raised."""

import json
from pathlib import Path
from statistics import mean

import pytest

from bot.text.keywords import extract
from bot.text.segment import load_segmenter
from bot.text.wording import Wording

DATA = Path(__file__).parent / "data"


def fold(words: list[str] | tuple[str, ...]) -> set[str]:
    return {"".join(word.split()).lower() for word in words}


def f1(own: set[str], wanted: set[str]) -> float:
    return 2 * len(own & wanted) / (len(own) + len(wanted))


def test_own_texts() -> None:
    data = [json.loads(line) for line in (DATA / "summaries.jsonl").read_text(encoding="utf-8").splitlines()]
    segmenter = load_segmenter()
    found = [extract(Wording(row["title"], row["text"], segmenter), 5) for row in data]
    score = mean(f1(fold(own), fold(row["keywords"])) for own, row in zip(found, data, strict=True))
    assert score >= 0.30
    hit = mean(bool(fold(own) & fold(row["keywords"])) for own, row in zip(found, data, strict=True))
    assert hit >= 0.8
    assert any(len(segmenter.precise(word)) > 1 for own in found for word in own)


@pytest.mark.slow
@pytest.mark.shared
def test_authors_own_keywords(shared: Path) -> None:
    path = shared / "data" / "paper_keywords.jsonl"
    data = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    segmenter = load_segmenter()
    score = mean(
        f1(fold(extract(Wording(row["title"], row["text"], segmenter), 5)), fold(row["keywords"]))
        for row in data
    )
    assert score >= 0.275
