"""Which of the candidates answers a query best: pure arithmetic over their words and letters.

Candidates come as the index keeps them: their words in reading order. Pieces of evidence, each
between 0 and about 1, are added with the weights below:

* the words, by BM25 (Robertson and Zaragoza, 2009) with k1 = 2, b = 0.75, lengths relative to the candidates'
* the letter pairs of the query that stand in the text, rare ones among the candidates counting more: what finds
  words that were cut differently, and tells close candidates apart
* the single letters of the query at the beginning of the text: a headline's abbreviation (世园会) is spelt out there
* the best sentence's share of the words, and that of the first two
* the share of the words that are figures or have one in them (7290, 3nm): whoever gives a figure means it
* the title's share of the words

The weights were fitted (softmax over the first hundred candidates, the true article against the others) on samples of
two public collections of news with the title as query; fitted on half of the samples they hold on the other half.
Twenty-four pieces of evidence of this kind, feedback from the best candidates among them, gave no more than these.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from bot.text.normalise import normalise

K1 = 2.0
B = 0.75
WORDS = 4.3
PAIRS = 4.6
OPENING = ((100, 2.9), (400, 3.4), (800, 3.3))
"""Lengths of the beginning of a text (letters of words within words included) and what each weighs."""
SENTENCE = 2.0
FIRST = 1.6
FIGURES = 13.9
TITLE = 6.0
CLOSE_SENTENCE, CLOSE_TITLE = 10.0, 9.0
"""What the best sentence and the title weigh for a few words: scattered over a long body they mean little."""
PART = 0.2
"""What a word counts that stands in another word of the query (国务 in 国务院), in shares of its rarity."""
MAX_SENTENCES = 80
MARK = "\x1f"
"""Stands between sentences."""
RECENCY = 4.0
"""What an article of this minute gains over an old one where age counts."""
HALF_LIFE_DAYS = 14.0

_NOT_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word of the query as it stands in normalised text, and what it counts (its rarity, or less for a synonym)."""

    word: str
    weight: float
    says: float = 0.0
    """How telling it is in the language, whatever the archive."""
    related: bool = False
    """It is a synonym's: welcome beside the query's own words, and nothing is missing without it."""

    @property
    def figure(self) -> bool:
        """Is it a figure, or a Latin name with one in it?"""
        return self.word.isascii() and any(map(str.isdigit, self.word))


@dataclass(frozen=True, slots=True)
class Score:
    """How well a text answers a query."""

    points: float
    """Higher is better."""
    share: float
    """Which share of what the query says stands in the text, 0 … 1."""


class Text:
    """One candidate, as the index keeps it: words between blanks, sentences between `MARK`s, the title first."""

    __slots__ = ("letters", "title", "words")

    def __init__(self, title: str, text: str) -> None:
        self.title = f" {title} "
        self.words = f" {title} {MARK} {text} "
        self.letters = self.words.replace(" ", "")

    def sentences(self) -> list[str]:
        """The first sentences, without the title."""
        return self.words.split(MARK, MAX_SENTENCES + 1)[1 : MAX_SENTENCES + 1]

    def lead(self) -> str:
        """The first two sentences, without the title."""
        return "".join(self.words.split(MARK, 3)[1:3])

    def reads(self, letters: str) -> bool:
        """Do these letters (squashed) stand in a row? Latin words are words only by themselves, never inside others."""
        # most often the first is not there, and one letter is looked for in a fifth of the time of several
        return not letters.isascii() and letters[0] in self.letters and letters in self.letters


def rarity(documents: int, total: int) -> float:
    """Inverse document frequency, never negative: ln(1 + (N - n + ½) / (n + ½))."""
    return math.log(1 + max(total - documents + 0.5, 0.5) / (documents + 0.5))


def weigh(
    tokens: Sequence[str], frequencies: Mapping[str, int], total: int, telling: Callable[[str], float]
) -> list[Weighed]:
    """The distinct words of a query with what each counts, given in how many of `total` documents it stands, and how
    telling it is in the language."""
    distinct = list(dict.fromkeys(tokens))
    weighed = []
    for token in distinct:
        part = PART if any(token != other and token in other for other in distinct) else 1.0
        weighed.append(Weighed(token, rarity(frequencies.get(token, 0), total) * part, telling(token) * part))
    return weighed


def scores(words: Sequence[Weighed], query: str, texts: Sequence[Text], *, few: bool = False) -> list[Score]:
    """How well each text answers. `query` is the whole query as typed, without its filters; `few`: it is a few words,
    which should stand close together."""
    of_sentence, of_title = (CLOSE_SENTENCE, CLOSE_TITLE) if few else (SENTENCE, TITLE)
    total = sum(word.weight for word in words if not word.related) or 1.0
    everything = sum(word.says for word in words) or 1.0
    average = sum(len(text.letters) for text in texts) / len(texts) if texts else 1.0
    pairs, openings = letters_of(_NOT_LETTER.sub("", normalise(query)), texts)
    sought = [
        (word.word[:2] if word.word[:2] in pairs.pieces else "", f" {word.word} ", word, word.figure)
        for word in words
    ]
    result = []
    for position, text in enumerate(texts):
        norm = K1 * (1 - B + B * len(text.letters) / average)
        bm25 = sentence = first = title = figures = 0.0
        standing = pairs.rows[position]
        present, says = [], []
        for pair, spaced, word, figure in sought:
            if pair and pair not in standing:  # then the word is not there either
                continue
            count = text.words.count(spaced)
            if count:
                bm25 += word.weight * count * (K1 + 1) / (count + norm)
                present.append((spaced, word.weight))
                says.append(word.says)
                if spaced in text.title:
                    title += word.weight
                if figure:
                    figures += word.weight
        if present:
            lead = text.lead()
            first = sum([weight for spaced, weight in present if spaced in lead])
        if len(present) == 1:
            sentence = present[0][1]
        elif present:
            sentence = _best_sentence(text.sentences(), present)
        points = (
            (WORDS * bm25 + of_sentence * sentence + FIRST * first + FIGURES * figures + of_title * title)
            / total
            + PAIRS * pairs.of(position)
            + sum([weight * shares.of(position) for weight, shares in openings])
        )
        result.append(Score(points, sum(says) / everything))
    return result


def _best_sentence(sentences: Iterable[str], words: Sequence[tuple[str, float]]) -> float:
    """The most weight of words that stand in one of the sentences."""
    all_of_it = sum([weight for _, weight in words])
    best = 0.0
    for sentence in sentences:
        here = 0.0
        for word, weight in words:  # the innermost loop of a search: plain on purpose
            if word in sentence:
                here += weight
        if here > best:
            best = here
            if best >= all_of_it:
                break
    return best


class Shares:
    """Which share of some pieces stands in each text; a piece that few of the texts have counts more."""

    def __init__(self, pieces: Iterable[str], rows: Sequence[Sequence[str]]) -> None:
        """`rows`: which of the pieces stand in each text."""
        counts = Counter(chain.from_iterable(rows))
        self.rows = rows
        self.pieces = {piece: math.log(1 + (len(rows) + 1) / (counts[piece] + 0.5)) for piece in pieces}
        """Each with what it counts."""
        self._total = sum(self.pieces.values(), 0.0) or 1.0

    def of(self, position: int) -> float:
        """The share of the text at this position, 0 … 1."""
        return sum(map(self.pieces.__getitem__, self.rows[position])) / self._total


def letters_of(query: str, texts: Sequence[Text]) -> tuple[Shares, list[tuple[float, Shares]]]:
    """The shares of the query's pairs of letters, and of its letters in each of the openings with what it weighs."""
    letters = list(dict.fromkeys(query))
    pairs = {first + second: (first, second) for first, second in pairwise(query)}
    having = [_standing(letters, text.letters) for text in texts]
    # a pair is looked for where its letters are, a letter where a longer opening has it: looking takes most of the time
    rows = [
        [
            pair
            for pair, (first, second) in pairs.items()
            if first in have and second in have and pair in text.letters
        ]
        for text, have in zip(texts, map("".join, having), strict=True)
    ]
    openings = []
    for length, weight in reversed(OPENING):
        having = [_standing(have, text.letters[:length]) for have, text in zip(having, texts, strict=True)]
        openings.append((weight, Shares(letters, having)))
    return Shares(pairs, rows), openings[::-1]


def _standing(pieces: Iterable[str], text: str) -> list[str]:
    """Those that stand in the text."""
    return [piece for piece in pieces if piece in text]


def fresh(age_days: float) -> float:
    """What freshness adds to a score where age counts."""
    return RECENCY * math.exp2(-max(age_days, 0.0) / HALF_LIFE_DAYS)
