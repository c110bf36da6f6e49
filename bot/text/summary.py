"""Extractive summaries: whole sentences of the article, exactly as they stand, in reading order.

Two small models with readable weights (data/summary.toml) choose. The first guesses for each word whether an
editor would put it into the headline: how often and where it occurs, how rare it is, what kind of word it is.
The second weighs each sentence by how much of such a headline it would give for its length, by its place, and
by marks of sentences that only set the scene (a meeting was held), give an example or a reason.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from operator import add, mul

from bot.text.boilerplate import load_boilerplate
from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.normalise import squash
from bot.text.segment import Segmenter
from bot.text.sentences import clauses, read

SHORT = 120
"""Characters of a text without sentence marks that may stand as its own summary."""
_READ = 10
"""Sentences that are weighed: the news is said by then."""
_HEADLINE = 26
"""Characters of a usual headline."""
_LEAST = 8
"""A shorter sentence says nothing alone."""
_ENDED = re.compile(r"[。！？!?….][”’」』）)\"]*$")
_WORD = re.compile(r"[^\W_]")
_NOT_WORD = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"[\d.,%]+")
_ENUMERATED = re.compile(r"一是|（一）|\(一\)|首先|第一，|^1[、.．]|包括：|如下|：1[、.．]|分别")
_SAYING = frozenset(("公告", "表示", "称", "宣布", "指出", "披露", "显示", "强调", "报告", "认为", "提出"))
_KINDS = {"nr": "name", "ns": "name", "nt": "name", "nz": "name", "vn": "noun", "ng": "noun"}
_KIND_LETTERS = dict.fromkeys("njlb", "noun") | dict.fromkeys("vai", "verb") | dict.fromkeys("mq", "figure")
_KIND_LETTERS |= dict.fromkeys("pcdurfseoyxkhz", "grammar") | {"t": "time"}


@dataclass(frozen=True, slots=True)
class _Model:
    """data/summary.toml."""

    words: Mapping[str, float]
    headline: Mapping[str, float]
    """Of a sentence that stands alone, as a headline does."""
    reading: Mapping[str, float]
    """Of a sentence among others."""
    marks: Mapping[str, re.Pattern[str]]
    overlap: float


@cache
def _load_model() -> _Model:
    table = tomllib.loads((resources.files("bot.text") / "data" / "summary.toml").read_text(encoding="utf-8"))
    marks = {name: re.compile(pattern) for name, pattern in table["marks"].items()}
    return _Model(
        table["words"],
        table["sentences"] | table["headline"],
        table["sentences"] | table["reading"],
        marks,
        table["overlap"],
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One candidate."""

    text: str
    place: int
    """Its number among the text's sentences, credits left out."""
    words: tuple[str, ...]
    known: frozenset[str]
    """The words without punctuation."""
    leans: bool
    pairs: frozenset[str]
    """Neighbouring letters, without punctuation."""


def summarise(title: str, text: str, count: int, segmenter: Segmenter) -> tuple[str, ...]:
    """At most `count` whole sentences of `text` that say what happened; () where nothing fit is found.

    One sentence alone reads like a headline: it may end at its first semicolon, and its full stop is left out.
    """
    if count < 1:
        return ()
    found = _candidates(title, text, segmenter)
    if not found:
        whole = text.strip()
        return (whole,) if 0 < len(whole) <= SHORT and _stands_alone(title, whole) else ()
    scored = list(zip(_score(title, found, segmenter, alone=count == 1), found, strict=True))
    if count == 1:
        upright = [pair for pair in scored if not pair[1].leans] or scored
        _, best = max(upright, key=lambda pair: (pair[0], -pair[1].place))
        return (_headline_form(best.text),)
    return tuple(sentence.text for sentence in _choose(scored, count))


def _stands_alone(title: str, whole: str) -> bool:
    """Is a short text without sentences worth showing below its title?"""
    return squash(whole) != squash(title) and not load_boilerplate().is_credit(whole)


def _candidates(title: str, text: str, segmenter: Segmenter) -> list[_Sentence]:
    """The first sentences that are news: no credits, headings, questions, nothing that repeats the title."""
    plain = load_boilerplate()
    head = squash(title)
    found: list[_Sentence] = []
    seen: set[str] = set()
    place = 0
    for raw in read(text):
        sentence = plain.openings.sub("", raw, count=1)
        if len(sentence) < _LEAST or not _ENDED.search(sentence) or plain.is_credit(sentence):
            continue
        squashed = squash(sentence)
        if squashed in seen or (head and _repeats(squashed, head)) or not _stands(sentence, text):
            continue
        seen.add(squashed)
        words = tuple(segmenter.precise(sentence))
        known = frozenset([word for word in words if word.isalnum() or _WORD.search(word)])
        found.append(_Sentence(sentence, place, words, known, plain.leans_back(sentence), _bigrams(sentence)))
        place += 1
        if place == _READ:
            break
    asserted = [one for one in found if not one.text.endswith(("？", "?"))]
    return asserted or found


def _stands(sentence: str, text: str) -> bool:
    """Is the first place where these words stand in the text the sentence itself, not a part of another?"""
    before = text[: text.find(sentence.removesuffix("。"))].rstrip(" \u3000")
    return not before or before[-1] in "。！？!?；;…\n”」』）)】."


def _repeats(sentence: str, head: str) -> bool:
    """Does the sentence say no more than the title?"""
    if sentence == head:
        return True
    pairs = {sentence[at : at + 2] for at in range(len(sentence) - 1)}
    known = {head[at : at + 2] for at in range(len(head) - 1)}
    return len(pairs - known) <= len(pairs) * 0.15


def _score(title: str, found: Sequence[_Sentence], segmenter: Segmenter, *, alone: bool) -> list[float]:
    """Weight of each sentence, higher is better."""
    model = _load_model()
    weights = model.headline if alone else model.reading
    chances = _headline_chances(found, model)
    pairs = [one.pairs for one in found]
    central = _mean_overlaps(pairs)
    about = {word for word in segmenter.precise(title) if len(word) > 1}
    spread = Counter(chain.from_iterable(one.known for one in found))
    totals = Counter([word for one in found for word in one.words if word in spread])
    lexicon = load_lexicon()
    rarity = {word: lexicon.idf(word) for word in totals}
    everything = sum(rarity[word] * min(3, times) for word, times in totals.items()) or 1.0
    scores = []
    for at, one in enumerate(found):
        text = _headline_form(one.text) if alone else one.text
        words = one.known
        weight = sum(rarity[word] for word in words) or 1.0
        first = float(one.place == 0)
        kept = one.words if text == one.text or not alone else _cut_words(one, text)
        overlap, double = _expected(kept, chances, text)
        evidence = {
            "first": first,
            "late": math.log1p(one.place),
            "last": float(at == len(found) - 1 > 0),
            "tiny": max(0, 16 - len(text)) / 10,
            "long": max(0, len(text) - 50) / 50,
            "characters": len(text) / 50,
            "likely": sum(chances.get(word, 0.0) for word in kept) / len(kept),
            "shared": sum(rarity[word] for word in words if spread[word] > 1) / weight,
            "dense": weight / len(text) / 5,
            "covers": sum(rarity[word] * min(3, totals[word]) for word in words) / everything,
            "central": central[at],
            "like_lead": len(pairs[at] & pairs[0]) / max(1, len(pairs[at])) if at else 0.0,
            "cut": float(len(text) + 1 < len(one.text)),
            "of_many": first * math.log(len(found)),
            "headline_words": overlap,
            "headline_pairs": double,
            "leans_back": float(one.leans),
            "title_words": len(about & words) / len(about) if about else 0.0,
        }
        for name, pattern in model.marks.items():
            times = min(2, len(pattern.findall(text)))
            evidence[name] = float(times)
            evidence[f"first_{name}"] = first * times
        scores.append(sum(weights.get(name, 0.0) * value for name, value in evidence.items()))
    return scores


def _headline_chances(found: Sequence[_Sentence], model: _Model) -> dict[str, float]:
    """For each word the chance that an editor's headline has it."""
    totals = Counter(chain.from_iterable(one.words for one in found))
    spread = Counter(chain.from_iterable(one.known for one in found))
    weights = model.words
    often, again, end = weights["often"], weights["again"], weights["end"]
    opening, tail, said = weights["opening"], weights["tail"], weights["said"]
    share = {times: weights["share"] * times / len(found) for times in range(len(found) + 1)}
    of_text = weights["bias"] + weights["length"] * math.log(sum(len(one.text) for one in found))
    of_text += weights["alone"] if len(found) == 1 else 0.0
    chances: dict[str, float] = {}
    for one in found:
        position = 0
        size = max(1, len(one.text))
        lead = weights["lead"] if one.place == 0 else 0.0
        late = weights["late"] * math.log1p(one.place)
        for at, word in enumerate(one.words):
            if word not in chances and word in one.known:
                rarity, single, kind = _word_weights(word)
                times = spread[word]
                total = (
                    of_text
                    + lead
                    + late
                    + often * math.log(totals[word])
                    + (again if times > 1 else 0.0)
                    + share[times]
                    + end * position / size
                    + (opening if position < 12 else 0.0)
                    + (tail if position > 60 else 0.0)
                    + rarity
                    + single
                    + (0.0 if _SAYING.isdisjoint(one.words[max(0, at - 4) : at]) else said)
                    + kind
                )
                chances[word] = 1 / (1 + math.exp(-total))
            position += len(word)
    return chances


@lru_cache(maxsize=1 << 16)
def _word_weights(word: str) -> tuple[float, float, float]:
    """What a word's rarity, its length and its kind say of its chance, wherever it stands."""
    weights, lexicon = _load_model().words, load_lexicon()
    return (
        weights["rarity"] * min(lexicon.idf(word), 13.0) / 10,
        weights["single"] if len(word) == 1 else 0.0,
        weights[_kind(word, lexicon)],
    )


def _kind(word: str, lexicon: Lexicon) -> str:
    """name, noun, verb, figure, time, grammar, latin or unknown."""
    if _FIGURE.fullmatch(word):
        return "figure"
    if _LATIN.search(word):
        return "latin"
    tag = lexicon.tag(word)
    return _KINDS.get(tag[:2]) or _KIND_LETTERS.get(tag[:1], "noun") if tag else "unknown"


def _expected(words: Sequence[str], chances: Mapping[str, float], text: str) -> tuple[float, float]:
    """What share of a headline's characters, and of its pairs of characters, the sentence would give (F1)."""
    known = [chances.get(word, 0.0) for word in words]
    distinct = {word: chance for word, chance in zip(words, known, strict=True) if chance}
    single = sum([chance * len(word) for word, chance in distinct.items()])
    double = sum([chance * (len(word) - 1) for word, chance in distinct.items()])
    double += sum(map(mul, known, known[1:]))
    return 2 * single / (len(text) + _HEADLINE), 2 * double / (len(text) + _HEADLINE)


def _cut_words(one: _Sentence, text: str) -> tuple[str, ...]:
    """The words of the part of a sentence that is kept."""
    size = 0
    for at, word in enumerate(one.words):
        size += len(word)
        if size >= len(text):
            return one.words[: at + 1]
    return one.words


def _mean_overlaps(pairs: Sequence[frozenset[str]]) -> list[float]:
    """Of each sentence, the mean cosine of its character pairs with the other sentences'."""
    totals = [0.0] * len(pairs)
    for at, mine in enumerate(pairs):
        for before in range(at):
            if mine and pairs[before]:
                cosine = len(mine & pairs[before]) / math.sqrt(len(mine) * len(pairs[before]))
                totals[at] += cosine
                totals[before] += cosine
    return [total / (len(pairs) - 1 or 1) for total in totals]


def _bigrams(text: str) -> frozenset[str]:
    letters = _NOT_WORD.sub("", text)
    return frozenset(map(add, letters, letters[1:]))


def _headline_form(sentence: str) -> str:
    """A sentence to its first semicolon, where that is a statement by itself, without the full stop."""
    first, *rest = clauses(sentence)
    if rest and len(first) >= 2 * _LEAST and not _ENUMERATED.search(first):
        return first.rstrip("；;")
    return sentence.removesuffix("。")


def _choose(scored: Sequence[tuple[float, _Sentence]], count: int) -> list[_Sentence]:
    """The best sentences that do not repeat each other, in reading order, the first leaning on nothing."""
    model = _load_model()
    left = [pair for pair in scored if not pair[1].leans] or list(scored)
    chosen: list[_Sentence] = []
    while left and len(chosen) < count:
        taken = [one.pairs for one in chosen]

        def worth(
            pair: tuple[float, _Sentence], taken: Sequence[frozenset[str]] = taken
        ) -> tuple[float, int]:
            mine = pair[1].pairs
            again = max(
                (len(mine & other) / max(1, min(len(mine), len(other))) for other in taken), default=0.0
            )
            return pair[0] - model.overlap * again, -pair[1].place

        best = max(left, key=worth)
        left.remove(best)
        chosen.append(best[1])
        # What leans on a chosen sentence may follow it directly.
        left.extend(
            pair
            for pair in scored
            if pair[1].leans and pair[1].place == best[1].place + 1 and pair not in left
        )
    return sorted(chosen, key=lambda one: one.place)
