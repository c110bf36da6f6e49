"""How good a summary of its article each sentence is.

Two small models with readable weights (data/summary.toml) say so. The first guesses for each word whether an editor
would put it into the headline: how often and where it occurs, how rare it is, what kind of word it is. The second
weighs each sentence by how much of such a headline it would give for its length, by its place, and by marks of
sentences that only set the scene (a meeting was held), give an example or a reason.
"""

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.memo import Memo
from bot.text.sentences import clauses
from bot.text.wording import Wording

LEAST = 8
"""Characters of the shortest sentence that says something alone."""
_HEADLINE = 26
"""Characters of a usual headline."""
_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"[\d.,%]+")
_ENUMERATED = re.compile(r"一是|（一）|\(一\)|首先|第一，|^1[、.．]|包括：|如下|：1[、.．]|分别")
_SAYING = frozenset(("公告", "表示", "称", "宣布", "指出", "披露", "显示", "强调", "报告", "认为", "提出"))
_KINDS = {"nr": "name", "ns": "name", "nt": "name", "nz": "name", "vn": "noun", "ng": "noun"}
_KIND_LETTERS = dict.fromkeys("njlb", "noun") | dict.fromkeys("vai", "verb") | dict.fromkeys("mq", "figure")
_KIND_LETTERS |= dict.fromkeys("pcdurfseoyxkhz", "grammar") | {"t": "time"}


class _Evidence(NamedTuple):
    """What speaks for a sentence; of a file's weights, how much each of it says."""

    first: float
    late: float
    last: float
    tiny: float
    long: float
    characters: float
    likely: float
    shared: float
    dense: float
    covers: float
    central: float
    like_lead: float
    cut: float
    of_many: float
    headline_words: float
    headline_pairs: float
    leans_back: float
    title_words: float


_Marks = tuple[tuple[Callable[[str], Sequence[object]], float], ...]
"""Patterns that say something of the sentences they stand in, counted up to twice: what finds them, what they say."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each piece of evidence says for a sentence; 0 for those without a word in the file."""

    evidence: _Evidence
    first: _Marks
    """Of the first sentence, where a mark may weigh more or less."""
    others: _Marks


@dataclass(frozen=True, slots=True)
class _Model:
    """data/summary.toml."""

    words: Mapping[str, float]
    headline: _Weights
    """Of a sentence that stands alone, as a headline does."""
    reading: _Weights
    """Of a sentence among others."""
    overlap: float


@cache
def load_model() -> _Model:
    table = tomllib.loads((resources.files("bot.text") / "data" / "summary.toml").read_text(encoding="utf-8"))
    patterns = {name: re.compile(pattern) for name, pattern in table["marks"].items()}

    def weights(own: Mapping[str, float]) -> _Weights:
        all_weights = table["sentences"] | own

        def of(name: str) -> float:
            return float(all_weights.get(name, 0.0))

        found = {name: (pattern.findall, of(name)) for name, pattern in patterns.items()}
        first = [(find, says + of(f"first_{name}")) for name, (find, says) in found.items()]
        return _Weights(
            _Evidence(*map(of, _Evidence._fields)),
            first=tuple(mark for mark in first if mark[1]),
            others=tuple(mark for mark in found.values() if mark[1]),
        )

    return _Model(table["words"], weights(table["headline"]), weights(table["reading"]), table["overlap"])


_Word = tuple[bool, float, float]
"""What is known of a word wherever it stands: is it more than punctuation; its inverse document frequency; what its
rarity, its length and its kind say for its chance to be in a headline. A plain tuple: thousands are kept, and the
collector of garbage looks at none."""


@dataclass(slots=True)
class _Term:
    """A word of the sentences that are weighed."""

    idf: float
    size: int
    """Its characters."""
    chance: float
    """The chance that an editor's headline has it; its log odds until all sentences are read."""
    gain: float = 0.0
    """The characters of a headline that it is likely to give."""
    asked: bool = False
    """Does it stand in the title?"""
    latest: "Sentence | None" = None
    """The sentence that it was met in last."""
    times: int = 0
    spread: int = 0
    """In how many of the sentences it stands."""


@dataclass(slots=True, eq=False)
class Sentence:
    """One candidate."""

    text: str
    place: int
    """Its number among the text's sentences, credits left out."""
    words: Sequence[str]
    leans: bool
    pairs: frozenset[str]
    """Neighbouring letters of its normalised form, without punctuation."""
    opens: bool = False
    """Can a summary begin with it: does it say by itself what happened, and to whom?"""
    terms: list[_Term] = field(default_factory=list)
    """Its words without punctuation, each once."""


def score(
    article: Wording, found: Sequence[Sentence], alike: Sequence[Sequence[int]], *, alone: bool
) -> list[float]:
    """Weight of each sentence, higher is better."""
    model = load_model()
    weights = model.headline if alone else model.reading
    terms = _terms(found)
    chances = {word: term.chance for word, term in terms.items()}
    central = _mean_overlaps(alike)
    about = frozenset([word for word in article.title_words if len(word) > 1])
    for word in about & terms.keys():
        terms[word].asked = True
    everything = sum([term.idf * min(3, term.times) for term in terms.values()]) or 1.0
    scores = []
    for at, one in enumerate(found):
        text = headline_form(one.text) if alone else one.text
        size = len(text)
        told, kept = one.terms, one.words
        weight = shared = again = answered = 0.0
        for term in told:
            weight += term.idf
            if term.asked:
                answered += 1
            if term.times > 1:
                again += term.idf * (min(3, term.times) - 1)
                if term.spread > 1:
                    shared += term.idf
        if text is not one.text:
            kept = _cut_words(one, text)
            told = [terms[word] for word in dict.fromkeys(kept) if word in terms]
        # What share of a headline's characters, and of its pairs of characters, it would give (F1).
        single = double = 0.0
        for term in told:
            single += term.gain
            double += term.gain - term.chance
        likely = [chances.get(word, 0.0) for word in kept]
        double += sum(map(mul, likely, likely[1:]))
        first = one.place == 0
        evidence = _Evidence(
            first=first,
            late=math.log1p(one.place),
            last=at == len(found) - 1 > 0,
            tiny=max(0, 16 - size) / 10,
            long=max(0, size - 50) / 50,
            characters=size / 50,
            likely=sum(likely) / len(kept),
            shared=shared / (weight or 1.0),
            dense=weight / size / 5,
            covers=(weight + again) / everything,
            central=central[at],
            like_lead=alike[at][0] / max(1, alike[at][at]) if at else 0.0,
            cut=size + 1 < len(one.text),
            of_many=math.log(len(found)) if first else 0.0,
            headline_words=2 * single / (size + _HEADLINE),
            headline_pairs=2 * double / (size + _HEADLINE),
            leans_back=one.leans,
            title_words=answered / (len(about) or 1),
        )
        total = sum(map(mul, weights.evidence, evidence))
        for find, says in weights.first if first else weights.others:
            if met := find(text):
                total += says * min(2, len(met))
        scores.append(total)
    return scores


def _terms(found: Sequence[Sentence]) -> dict[str, _Term]:
    """The words of these sentences, which are told theirs. Each gets the chance that an editor's headline has it:
    judged where it stands first, by how often it stands in the text and in how many sentences."""
    weights, known = load_model().words, _load_words()
    opening, tail, said_share = weights["opening"], weights["tail"], weights["said"]
    terms: dict[str, _Term] = {}
    for one in found:
        of_sentence = weights["lead"] if one.place == 0 else weights["late"] * math.log1p(one.place)
        end = weights["end"] / len(one.text)
        said = _said(one)
        starts = _starts(one.words)
        for at, word in enumerate(one.words):
            term = terms.get(word)
            if term is None:
                speaks, idf, weight = known[word]
                if not speaks:
                    continue
                position = starts[at]
                odds = of_sentence + weight + end * position
                if position < 12:
                    odds += opening
                elif position > 60:
                    odds += tail
                if at in said:
                    odds += said_share
                term = terms[word] = _Term(idf, len(word), odds)
            if term.latest is not one:
                term.latest = one
                term.spread += 1
                one.terms.append(term)
            term.times += 1
    of_text = weights["bias"] + weights["length"] * math.log(sum([len(one.text) for one in found]))
    of_text += weights["alone"] if len(found) == 1 else 0.0
    often = [
        of_text + weights["often"] * math.log(times or 1)
        for times in range(max([term.times for term in terms.values()], default=0) + 1)
    ]
    share = [weights["share"] * times / len(found) for times in range(len(found) + 1)]
    share[2:] = [weights["again"] + one for one in share[2:]]
    exp = math.exp
    for term in terms.values():
        chance = term.chance = 1 / (1 + exp(-(term.chance + often[term.times] + share[term.spread])))
        term.gain = chance * term.size
    return terms


def _starts(words: Sequence[str]) -> list[int]:
    """Where each word begins."""
    return list(accumulate(map(len, words[:-1]), initial=0))


def _said(one: Sentence) -> frozenset[int]:
    """The places of the four words behind each that says who said it."""
    if _SAYING.isdisjoint(one.words):
        return frozenset()
    return frozenset(
        [place for at, word in enumerate(one.words) if word in _SAYING for place in range(at + 1, at + 5)]
    )


@cache
def _load_words() -> Memo[_Word]:
    """What the packaged tables say of each word."""
    weights, lexicon = load_model().words, load_lexicon()

    def find(word: str) -> _Word:
        idf = lexicon.idf(word)
        weight = weights["rarity"] * min(idf, 13.0) / 10 + weights[_kind(word, lexicon)]
        speaks = word.isalnum() or _WORD.search(word) is not None
        return speaks, idf, weight + (weights["single"] if len(word) == 1 else 0.0)

    return Memo(find)


def _kind(word: str, lexicon: Lexicon) -> str:
    """name, noun, verb, figure, time, grammar, latin or unknown."""
    if _FIGURE.fullmatch(word):
        return "figure"
    if _LATIN.search(word):
        return "latin"
    tag = lexicon.tag(word)
    return _KINDS.get(tag[:2]) or _KIND_LETTERS.get(tag[:1], "noun") if tag else "unknown"


def _cut_words(one: Sentence, text: str) -> Sequence[str]:
    """The words of the part of a sentence that is kept."""
    size = 0
    for at, word in enumerate(one.words):
        size += len(word)
        if size >= len(text):
            return one.words[: at + 1]
    return one.words


def _mean_overlaps(alike: Sequence[Sequence[int]]) -> list[float]:
    """Of each sentence, the mean cosine of its pairs of letters with the other sentences'."""
    roots = [math.sqrt(row[at]) or 1.0 for at, row in enumerate(alike)]
    totals = [
        sum([shared / root for shared, root in zip(row, roots, strict=True)]) / roots[at] - bool(row[at])
        for at, row in enumerate(alike)
    ]
    return [total / (len(alike) - 1 or 1) for total in totals]


def headline_form(sentence: str) -> str:
    """A sentence to its first semicolon, where that is a statement by itself, without the full stop."""
    first, *rest = clauses(sentence)
    if rest and len(first) >= 2 * LEAST and not _ENUMERATED.search(first):
        return first.rstrip("；;")
    return sentence.removesuffix("。")
