"""Labelled news as the product sees it before any fitted weight: the rows that `tests.quality.training` learns from."""

import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.text.analyse import Analyser
from bot.text.evidence import Signs, load_evidence
from bot.text.judge import Judge, looks_like_it, topic_shares_of
from bot.text.model import ALL_WORDS, LEAD_WORDS, Model, count_words
from bot.text.segment import load_segmenter
from bot.text.summary import summarise
from bot.text.taxonomy import load_taxonomy

OWN = Path(__file__).resolve().parent / "data"
EVIDENCE = Path(__file__).resolve().parents[2] / "bot" / "text" / "data" / "evidence.toml"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FEEDS = "feed_items_2026-06-20_2026-07-24.jsonl.xz"
CORPORA = ("articles_2018.jsonl.xz", "articles_2022_2025.jsonl.xz")
CHANNELS = (("articles_2018.jsonl.xz", 4000), ("headlines_18_classes.jsonl.xz", 5000))
"""Corpora of which only the channel is known, and how many rows of each are learned from."""
ELSEWHERE_LABELS = ("other", "further")
"""Files of labels of articles of `CORPORA`."""
UNCLEAR = frozenset(("game", "car", "finance"))
"""Channels that are partly our subject."""
ELSEWHERE = 0.5
"""Weight of a row from another corpus; the feeds' own, and headlines invented for the tests, weigh 1."""
RUBRIC = re.compile("热点精选|专题|热点问答")
"""Headlines of lists: annotators took their genre in two ways, so nothing is learned of it."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled article and what shows of it."""

    labels: Row
    day: str
    """First seen (ISO date); empty for what is not of the feeds."""
    weight: float
    signs: Signs
    voice: Signs
    title: tuple[str, ...]
    lead: tuple[str, ...]
    words: Counter[str]
    topics: Mapping[str, tuple[float, ...]]
    looked_at: bool
    """Whether its cues are strong enough that the weights are asked at all."""


def rows(name: str) -> list[Row]:
    """A file of JSON Lines of the shared data, packed or not."""
    path = SHARED / name
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def own(name: str) -> list[Row]:
    """A file of JSON Lines of ours."""
    return [json.loads(line) for line in (OWN / name).read_text(encoding="utf-8").splitlines()]


def half(one: str) -> bool:
    """Whether a row of a corpus with channels is learned from; the other half is for measuring."""
    return sum(one.encode()) % 2 == 0


class Sight:
    """Shows articles as the product sees them."""

    def __init__(self) -> None:
        self.taxonomy = load_taxonomy()
        self.judge = Judge(self.taxonomy, Model.empty(), load_evidence(EVIDENCE))
        self.analyser = Analyser(self.taxonomy, load_segmenter(self.taxonomy.words()))

    def example(self, labels: Row, title: str, text: str, *, day: str = "", weight: float = 1.0) -> Example:
        """An article and what shows of it."""
        article = self.analyser.wording(title, text)
        matches, everyday = self.analyser.matches(article), self.analyser.everyday(article)
        told = summarise(article, 3)
        return Example(
            labels,
            day,
            weight,
            self.judge.signs(article, matches, everyday),
            self.judge.voice(article, told, self.analyser.short(article.above("".join(told)))),
            tuple(article.head_words),
            tuple(article.opening(LEAD_WORDS)),
            self.words(title, text),
            topic_shares_of(matches, self.taxonomy),
            looks_like_it(matches, everyday),
        )

    def words(self, title: str, text: str) -> Counter[str]:
        """How often each word stands in an article."""
        article = self.analyser.wording(title, text)
        return count_words(article.head_words, article.opening(ALL_WORDS))


def feeds(sight: Sight) -> Iterator[Example]:
    """Every labelled feed item, in the order of their ids."""
    items = {row["id"]: row for row in rows(FEEDS)}
    labelled = {
        row["id"]: row
        for row in (*own("labels/more.jsonl"), *own("labels/feeds.jsonl"), *rows("labelled_days.jsonl"))
    }
    for row in rows("labelled_items.jsonl"):
        labelled.setdefault(row["id"], {**row, "genre": None, "worth": None})
    for one, row in sorted(labelled.items()):
        if (item := items.get(one)) is not None:
            genre = None if RUBRIC.match(item["title"]) else row["genre"]
            yield sight.example(
                {**row, "genre": genre}, item["title"], item["body"], day=item["first_seen"][:10]
            )


def elsewhere(sight: Sight) -> Iterator[Example]:
    """Headlines invented for the tests; articles of other corpora, labelled or with nothing but their channel known."""
    for row in own("headlines.jsonl"):
        labels = {**row, "in_domain": row["section"] is not None}
        yield sight.example(labels, row["title"], row.get("text", ""))
    texts = {row["id"]: row for name in CORPORA for row in rows(name)}
    known = labelled_elsewhere()
    for one, row in known.items():
        yield sight.example(row, texts[one]["title"], texts[one]["text"], weight=ELSEWHERE)
    draw = random.Random(11)  # which rows, no secret
    for name, most in CHANNELS:
        found = [
            row
            for row in rows(name)
            if row["label"] not in UNCLEAR and row["id"] not in known and half(row["id"])
        ]
        for row in draw.sample(found, min(most, len(found))):
            labels = {"in_domain": row["label"] == "tech"}
            yield sight.example(labels, row["title"], row.get("text", ""), weight=ELSEWHERE)


def labelled_elsewhere() -> dict[str, Row]:
    """Id → labels of every labelled article of `CORPORA`."""
    return {row["id"]: row for name in ELSEWHERE_LABELS for row in own(f"labels/{name}.jsonl")}


def unlabelled(sight: Sight, wanted: Callable[[str], bool]) -> Iterator[Counter[str]]:
    """Words of articles whose labels do not matter, among them feed items first seen on a `wanted` day (ISO)."""
    yield from (
        sight.words(row["title"], row["body"]) for row in rows(FEEDS) if wanted(row["first_seen"][:10])
    )
    yield from (sight.words(row["title"], row["text"]) for row in rows(CORPORA[0]) if row["label"] == "tech")
    yield from (sight.words(row["title"], row["text"]) for row in rows(CORPORA[1])[::4])
