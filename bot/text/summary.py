"""Extractive summaries: whole sentences of the article, exactly as they stand, in reading order.

Two small models with readable weights (data/summary.toml) choose. The first guesses for each word whether an
editor would put it into the headline: how often and where it occurs, how rare it is, what kind of word it is.
The second weighs each sentence by how much of such a headline it would give for its length, by its place, and
by marks of sentences that only set the scene (a meeting was held), give an example or a reason.
"""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, chain, repeat
from operator import add, mul

from bot.text.boilerplate import load_boilerplate
from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.normalise import squash
from bot.text.sentences import clauses, read
from bot.text.wording import Wording

SHORT = 120
"""Characters of a text without sentence marks that may stand as its own summary."""
_READ = 10
"""Sentences that are weighed: the news is said by then."""
_HEADLINE = 26
"""Characters of a usual headline."""
_LEAST = 8
"""A shorter sentence says nothing alone."""
_MARKS = frozenset("，。、：；“”（）《》")
_ENDED = re.compile(r"[。！？!?….][”’」』）)\"]*$")
_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"[\d.,%]+")
_ENUMERATED = re.compile(r"一是|（一）|\(一\)|首先|第一，|^1[、.．]|包括：|如下|：1[、.．]|分别")
_SAYING = frozenset(("公告", "表示", "称", "宣布", "指出", "披露", "显示", "强调", "报告", "认为", "提出"))
_KINDS = {"nr": "name", "ns": "name", "nt": "name", "nz": "name", "vn": "noun", "ng": "noun"}
_KIND_LETTERS = dict.fromkeys("njlb", "noun") | dict.fromkeys("vai", "verb") | dict.fromkeys("mq", "figure")
_KIND_LETTERS |= dict.fromkeys("pcdurfseoyxkhz", "grammar") | {"t": "time"}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A pattern that says something of the sentences it stands in, counted up to twice."""

    pattern: re.Pattern[str]
    weight: float
    first: float
    """The same in the first sentence, where it may weigh more or less."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each piece of evidence says for a sentence; 0 for those without a word in the file."""

    evidence: Mapping[str, float]
    marks: tuple[_Mark, ...]
    """Those that say anything."""


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
def _load_model() -> _Model:
    table = tomllib.loads((resources.files("bot.text") / "data" / "summary.toml").read_text(encoding="utf-8"))
    patterns = {name: re.compile(pattern) for name, pattern in table["marks"].items()}

    def weights(own: Mapping[str, float]) -> _Weights:
        evidence = defaultdict(float, table["sentences"] | own)
        marks = [
            _Mark(pattern, evidence[name], evidence[name] + evidence[f"first_{name}"])
            for name, pattern in patterns.items()
        ]
        return _Weights(evidence, tuple(mark for mark in marks if mark.weight or mark.first))

    return _Model(table["words"], weights(table["headline"]), weights(table["reading"]), table["overlap"])


@dataclass(slots=True)
class _Word:
    """What is known of a word wherever it stands."""

    idf: float
    weight: float
    """What its rarity, its length and its kind say for its chance to be in a headline."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One candidate."""

    text: str
    place: int
    """Its number among the text's sentences, credits left out."""
    words: Sequence[str]
    known: frozenset[str]
    """The words without punctuation."""
    leans: bool
    pairs: frozenset[str]
    """Neighbouring letters of its normalised form, without punctuation."""


def summarise(article: Wording, count: int) -> tuple[str, ...]:
    """At most `count` whole sentences of the text that say what happened; () where nothing fit is found.

    One sentence alone reads like a headline: it may end at its first semicolon, and its full stop is left out.
    """
    if count < 1:
        return ()
    found = _candidates(article)
    if not found:
        whole = article.text.strip()
        return (whole,) if 0 < len(whole) <= SHORT and _stands_alone(article, whole) else ()
    scored = list(zip(_score(article, found, alone=count == 1), found, strict=True))
    if count == 1:
        upright = [pair for pair in scored if not pair[1].leans] or scored
        _, best = max(upright, key=lambda pair: (pair[0], -pair[1].place))
        return (_headline_form(best.text),)
    return tuple(sentence.text for sentence in _choose(scored, count))


def _stands_alone(article: Wording, whole: str) -> bool:
    """Is a short text without sentences worth showing below its title?"""
    return article.letters != article.head_letters and not load_boilerplate().is_credit(whole)


def _candidates(article: Wording) -> list[_Sentence]:
    """The first sentences that are news: no credits, headings, questions, nothing that repeats the title."""
    plain = load_boilerplate()
    text = article.text
    told = _pairs(article.head_letters)
    found: list[_Sentence] = []
    seen: set[str] = set()
    place = 0
    for raw in read(text):
        sentence = plain.openings.sub("", raw, count=1)
        if len(sentence) < _LEAST or not _ENDED.search(sentence) or plain.is_credit(sentence):
            continue
        squashed = squash(sentence)
        pairs = _pairs(squashed)
        if squashed in seen or (told and _repeats(pairs, told)):
            continue
        at = text.find(sentence.removesuffix("。"))
        if not _stands(text, at):
            continue
        seen.add(squashed)
        words = article.words_of(sentence, at)
        known = frozenset([word for word in set(words) - _MARKS if word.isalnum() or _WORD.search(word)])
        found.append(_Sentence(sentence, place, words, known, plain.leans_back(sentence), pairs))
        place += 1
        if place == _READ:
            break
    asserted = [one for one in found if not one.text.endswith(("？", "?"))]
    return asserted or found


def _stands(text: str, at: int) -> bool:
    """Does a sentence begin there, and not the part of another that has the same words?"""
    before = text[:at].rstrip(" \u3000")
    return not before or before[-1] in "。！？!?；;…\n”」』）)】."


def _repeats(sentence: frozenset[str], title: frozenset[str]) -> bool:
    """Does a sentence with these pairs of letters say no more than the title?"""
    return len(sentence - title) <= len(sentence) * 0.15


def _score(article: Wording, found: Sequence[_Sentence], *, alone: bool) -> list[float]:
    """Weight of each sentence, higher is better."""
    model = _load_model()
    weights = model.headline if alone else model.reading
    totals = Counter(chain.from_iterable([one.words for one in found]))
    spread = Counter(chain.from_iterable([one.known for one in found]))
    words = dict(zip(spread, map(_look_up, spread), strict=True))
    chances = _headline_chances(found, totals, spread, words)
    gains = {word: chance * len(word) for word, chance in chances.items()}
    pairs = [one.pairs for one in found]
    central = _mean_overlaps(pairs)
    about = frozenset([word for word in article.segmenter.precise(article.title) if len(word) > 1])
    rarity = {word: known.idf for word, known in words.items()}
    shared = frozenset([word for word, times in spread.items() if times > 1])
    again = {word: rarity[word] * (min(3, totals[word]) - 1) for word in spread if totals[word] > 1}
    everything = sum(rarity.values()) + sum(again.values()) or 1.0
    scores = []
    for at, one in enumerate(found):
        text = _headline_form(one.text) if alone else one.text
        known, size = one.known, len(text)
        weight = sum(map(rarity.__getitem__, known))
        first = one.place == 0
        kept = one.words if text is one.text else _cut_words(one, text)
        distinct = known if kept is one.words else known.intersection(kept)
        likely = list(map(chances.get, kept, repeat(0.0)))
        # What share of a headline's characters, and of its pairs of characters, it would give (F1).
        single = sum(map(gains.__getitem__, distinct))
        double = single - sum(map(chances.__getitem__, distinct)) + sum(map(mul, likely, likely[1:]))
        evidence = {
            "first": first,
            "late": math.log1p(one.place),
            "last": at == len(found) - 1 > 0,
            "tiny": max(0, 16 - size) / 10,
            "long": max(0, size - 50) / 50,
            "characters": size / 50,
            "likely": sum(likely) / len(kept),
            "shared": sum([rarity[word] for word in known & shared]) / (weight or 1.0),
            "dense": weight / size / 5,
            "covers": (weight + sum([again[word] for word in known & again.keys()])) / everything,
            "central": central[at],
            "like_lead": len(pairs[at] & pairs[0]) / max(1, len(pairs[at])) if at else 0.0,
            "cut": size + 1 < len(one.text),
            "of_many": first and math.log(len(found)),
            "headline_words": 2 * single / (size + _HEADLINE),
            "headline_pairs": 2 * double / (size + _HEADLINE),
            "leans_back": one.leans,
            "title_words": len(about & known) / len(about) if about else 0.0,
        }
        score = sum([weights.evidence[name] * value for name, value in evidence.items()])
        for mark in weights.marks:
            if says := mark.first if first else mark.weight:
                score += says * min(2, len(mark.pattern.findall(text)))
        scores.append(score)
    return scores


def _headline_chances(
    found: Sequence[_Sentence],
    totals: Mapping[str, int],
    spread: Mapping[str, int],
    words: Mapping[str, _Word],
) -> dict[str, float]:
    """For each word the chance that an editor's headline has it: judged where it stands first, by how often it stands
    in the text (`totals`) and in how many sentences (`spread`)."""
    weights = _load_model().words
    often = [weights["often"] * math.log(times or 1) for times in range(max(totals.values()) + 1)]
    share = [weights["share"] * times / len(found) for times in range(len(found) + 1)]
    share[2:] = [weights["again"] + one for one in share[2:]]
    left = {word: known.weight + often[totals[word]] + share[spread[word]] for word, known in words.items()}
    of_text = weights["bias"] + weights["length"] * math.log(sum([len(one.text) for one in found]))
    of_text += weights["alone"] if len(found) == 1 else 0.0
    chances: dict[str, float] = {}
    for one in found:
        of_sentence = of_text + (weights["lead"] if one.place == 0 else 0.0)
        of_sentence += weights["late"] * math.log1p(one.place)
        end = weights["end"] / max(1, len(one.text))
        said = _said(one)
        for at, (word, position) in enumerate(zip(one.words, _starts(one.words), strict=True)):
            if word in left:
                total = of_sentence + left.pop(word) + end * position
                if position < 12:
                    total += weights["opening"]
                elif position > 60:
                    total += weights["tail"]
                if at in said:
                    total += weights["said"]
                chances[word] = 1 / (1 + math.exp(-total))
    return chances


def _starts(words: Sequence[str]) -> list[int]:
    """Where each word begins."""
    return list(accumulate(map(len, words[:-1]), initial=0))


def _said(one: _Sentence) -> frozenset[int]:
    """The places of the four words behind each that says who said it."""
    if _SAYING.isdisjoint(one.known):
        return frozenset()
    return frozenset(
        [place for at, word in enumerate(one.words) if word in _SAYING for place in range(at + 1, at + 5)]
    )


@lru_cache(maxsize=1 << 16)
def _look_up(word: str) -> _Word:
    """What the packaged tables say of a word."""
    weights, lexicon = _load_model().words, load_lexicon()
    idf = lexicon.idf(word)
    weight = weights["rarity"] * min(idf, 13.0) / 10 + weights[_kind(word, lexicon)]
    return _Word(idf, weight + (weights["single"] if len(word) == 1 else 0.0))


def _kind(word: str, lexicon: Lexicon) -> str:
    """name, noun, verb, figure, time, grammar, latin or unknown."""
    if _FIGURE.fullmatch(word):
        return "figure"
    if _LATIN.search(word):
        return "latin"
    tag = lexicon.tag(word)
    return _KINDS.get(tag[:2]) or _KIND_LETTERS.get(tag[:1], "noun") if tag else "unknown"


def _cut_words(one: _Sentence, text: str) -> Sequence[str]:
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


def _pairs(letters: str) -> frozenset[str]:
    """Each two letters that stand side by side."""
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
