"""Weights fitted on labelled news: what signs and words say for the questions that an editor answers of an article.

    model/signs.tsv    sign → industry, news, worth and each section
    model/words.tsv    word → the same, by where it stands
    model/topics.tsv   topic → how far its cues must go, in all and in the headline

Linear throughout: a score is a sum of numbers that a person can look up. `python -m tests.quality.training` writes the
tables anew from the labels.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

BIAS = "always"
"""The sign that every article has."""
QUESTIONS = ("industry", "news", "worth")
"""What is asked of an article beside its section: each answer is a logit (natural logarithm of the odds)."""
LEAD_WORDS = 200
"""Characters of the text whose words count as its first ones."""
ALL_WORDS = 1500
"""Characters of the text whose words say which section it belongs to."""
TOPIC_HEAD = ("topic", "bias", "whole", "title", "rival", "many")
_TITLE_TWICE = 2
_LEAD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class TopicScale:
    """How the cues of one topic are read: a logit is bias + whole x evidence + …"""

    bias: float
    whole: float
    """For each unit of its evidence."""
    title: float
    """For each unit of its evidence from the headline alone."""
    rival: float
    """For each unit by which another topic is ahead."""
    many: float
    """For each other topic that has evidence enough."""


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted tables of one industry."""

    sections: tuple[str, ...]
    signs: Mapping[str, tuple[float, ...]]
    """By sign: `QUESTIONS`, then the sections."""
    title_words: Mapping[str, tuple[float, ...]]
    """By word of the headline: `QUESTIONS`."""
    lead_words: Mapping[str, float]
    """By word of the first sentences: news."""
    words: Mapping[str, int]
    """By word of headline and text: its row in `rarity` and `said`."""
    rarity: "np.ndarray"
    said: "np.ndarray"
    """What each word says of each section."""
    topics: Mapping[str, TopicScale]

    @classmethod
    def empty(cls) -> "Model":
        """One that knows nothing yet: for whoever fits it."""
        import numpy as np  # noqa: PLC0415 - for who reads articles

        return cls((), {BIAS: (0.0,) * len(QUESTIONS)}, {}, {}, {}, np.zeros(0), np.zeros((0, 0)), {})

    def answer(
        self, question: str, signs: Mapping[str, float], title: Iterable[str], lead: Iterable[str] = ()
    ) -> float:
        """The logit of one question for an article of these signs and words."""
        place = QUESTIONS.index(question)
        weights, words = self.signs, self.title_words
        said = weights[BIAS][place]
        said += sum([value * weights[sign][place] for sign, value in signs.items() if sign in weights])
        said += sum([words[word][place] for word in set(title) if word in words])
        if question == "news":
            said += _LEAD_SHARE * sum(
                [self.lead_words[word] for word in set(lead) if word in self.lead_words]
            )
        return said

    def parts(self, question: str, signs: Mapping[str, float], title: Iterable[str]) -> dict[str, float]:
        """What each sign and each word of the headline adds to the logit."""
        place = QUESTIONS.index(question)
        found = {sign: value * self.signs[sign][place] for sign, value in signs.items() if sign in self.signs}
        found.update(
            {f"title: {word}": self.title_words[word][place] for word in title if word in self.title_words}
        )
        return {name: said for name, said in found.items() if said}

    def section_scores(self, signs: Mapping[str, float], counts: Mapping[str, int]) -> dict[str, float]:
        """Section id → how much speaks for it (logits that are compared with each other); `counts` are of `count_words`."""
        import numpy as np  # noqa: PLC0415 - for who reads articles

        first = len(QUESTIONS)
        totals = list(self.signs[BIAS][first:])
        for sign, value in signs.items():
            if (row := self.signs.get(sign)) is not None:
                for place, weight in enumerate(row[first:]):
                    totals[place] += value * weight
        known = [word for word in counts if word in self.words]
        if known:
            places = np.array(list(map(self.words.__getitem__, known)))
            often = np.array(list(map(counts.__getitem__, known)))
            weights = (1 + np.log(often)) * self.rarity[
                places
            ]  # tf-idf, of an article of length one (Euclidean)
            totals = list(totals + (weights / np.linalg.norm(weights)) @ self.said[places])
        return dict(zip(self.sections, map(float, totals), strict=True))


def count_words(title: Iterable[str], words: Iterable[str]) -> Counter[str]:
    """How often each word stands in an article; the headline counts twice."""
    counts = Counter(words)
    for blank in list(filter(str.isspace, counts)):
        del counts[blank]
    for word in title:
        if not word.isspace():
            counts[word] += _TITLE_TWICE
    return counts


@cache
def load_model(folder: Path, sections: tuple[str, ...], topics: tuple[str, ...]) -> Model:
    """The tables in `folder`. Raises ConfigError, naming the file, where one is missing or for another industry."""
    ids, known = sections, set(topics)
    signs = dict(_rows(folder / "signs.tsv", ("sign", *QUESTIONS, *ids)))
    scales = {topic: TopicScale(*numbers) for topic, numbers in _rows(folder / "topics.tsv", TOPIC_HEAD)}
    if unknown := [topic for topic in scales if topic not in known]:
        raise ConfigError(f"{folder.name}/topics.tsv names a topic that there is not: {unknown[0]!r}.")
    title_words: dict[str, tuple[float, ...]] = {}
    lead_words: dict[str, float] = {}
    words: dict[str, int] = {}
    said: list[tuple[float, ...]] = []
    for word, numbers in _rows(folder / "words.tsv", words_head(ids)):
        title, lead, rarity, parts = numbers[:3], numbers[3], numbers[4], numbers[5:]
        if any(title):
            title_words[word] = title
        if lead:
            lead_words[word] = lead
        if rarity:
            words[word] = len(said)
            said.append((rarity, *parts))
    if BIAS not in signs:
        raise ConfigError(f"{folder.name}/signs.tsv has no line {BIAS!r}.")
    import numpy as np  # noqa: PLC0415 - for who reads articles

    table = np.array(said, dtype=np.float32).reshape(len(said), 1 + len(ids))
    return Model(ids, signs, title_words, lead_words, words, table[:, 0].copy(), table[:, 1:].copy(), scales)


def words_head(sections: Iterable[str]) -> tuple[str, ...]:
    """The columns of words.tsv."""
    return ("word", *(f"title {question}" for question in QUESTIONS), "lead news", "rarity", *sections)


def _rows(path: Path, head: tuple[str, ...]) -> Iterable[tuple[str, tuple[float, ...]]]:
    """The lines of a table: a name and its numbers, an empty one for nought."""
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(next(rows, ())) != head:
                raise ConfigError(f"{where} must begin with the columns {' '.join(head)}.")
            return [
                (row[0], tuple(map(_number, chain(row[1:], [""] * (len(head) - len(row)))))) for row in rows
            ]
    except (OSError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise ConfigError(f"{where} cannot be read: {error}.") from error


def _number(text: str) -> float:
    return float(text) if text else 0.0
