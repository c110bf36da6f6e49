"""Words and phrases that say what an article is about.

Candidates are runs of one to four neighbouring words that could be a term: no punctuation or grammar in them,
no figure at an end. Each is weighed by evidence with a name (how often, where, how rare, how long, how freely
it stands); the weights are in data/keyword_weights.toml.
"""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from heapq import heapify, heappop, heapreplace
from importlib import resources

from bot.text.boilerplate import load_boilerplate
from bot.text.headline import rubrics_of, taken_off
from bot.text.lexicon import load_lexicon
from bot.text.memo import Memo
from bot.text.wording import Wording

_LATE = 30
"""Words after which a candidate that occurs once and not in the title is passed over."""
_MAX_WORDS = 4
_LONGEST = 14
"""Characters of the longest keyword."""
_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"[\d.,%]+")
_JOINTS = frozenset("-－/·")
_GRAMMAR = frozenset("upcrdyeomqtfz")
"""First letters of jieba's tags for what is no end of a term: particles, pronouns, adverbs, figures, times."""
_NAMES = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))


@dataclass(frozen=True, slots=True)
class StopWords:
    """data/stop_words.txt."""

    hard: frozenset[str]
    generic: frozenset[str]


@dataclass(slots=True)
class _Word:
    """One word and what is to be known of it, looked up once; not frozen, for thousands are made."""

    lower: str
    written: str
    rarity: float
    latin: bool
    plain: bool
    """Does it begin with a Latin letter or a digit?"""
    joint: bool
    fits: bool
    """Can it stand in a term?"""
    ends: bool
    """Can a term begin or end with it?"""
    generic: bool
    alone: float
    """All that speaks for it as a term of its own, wherever it stands."""
    first: float
    """The weight of its kind as the first and as the last word of a term."""
    last: float


_BREAK = _Word("", "", 0.0, False, False, False, False, False, False, 0.0, 0.0, 0.0)
"""Stands between words that cannot belong to one term."""


@dataclass(slots=True)
class _Term:
    """One candidate while it is counted."""

    words: Sequence[_Word]
    first: int
    count: int = 0
    free_left: int = 0
    free_right: int = 0
    longer: int = 0
    """How often the most frequent longer candidate around it occurs."""

    @property
    def written(self) -> str:
        """As it stood first in the article."""
        return reduce(_joined, [word.written for word in self.words])


@dataclass(frozen=True, slots=True)
class _Weights:
    """data/keyword_weights.toml, ready for use."""

    bias: float
    chosen: float
    """Taken off for each chosen keyword that contains the candidate or stands in it."""
    evidence: Mapping[str, float]
    of_size: tuple[float, ...]
    """By the number of words."""
    of_length: tuple[float, ...]
    """By the number of characters."""
    of_kind: Mapping[str, tuple[float, float, float]]
    """What a word's kind says for it as a term of its own, as the first and as the last word of one."""
    of_rarity: float
    """Of a term of one word: it is its rarest and its most common word at once."""
    generic_first: float
    generic_last: float

    def of(self, evidence: str) -> float:
        """0 for what the file does not name."""
        return self.evidence.get(evidence, 0.0)


@cache
def load_stop_words() -> StopWords:
    """The packaged lists."""
    text = (resources.files("bot.text") / "data" / "stop_words.txt").read_text(encoding="utf-8")
    lists: dict[str, set[str]] = {"[hard]": set(), "[generic]": set()}
    current = lists["[hard]"]
    for line in text.splitlines():
        if line in lists:
            current = lists[line]
        elif not line.startswith("#"):
            current.update(line.split())
    return StopWords(frozenset(lists["[hard]"]), frozenset(lists["[generic]"] - lists["[hard]"]))


@cache
def _load_weights() -> _Weights:
    table = tomllib.loads(
        (resources.files("bot.text") / "data" / "keyword_weights.toml").read_text(encoding="utf-8")
    )
    of = defaultdict(float, table["evidence"])
    sizes = [of[f"words_{size}"] for size in range(_MAX_WORDS + 1)]
    return _Weights(
        bias=table["bias"],
        chosen=table["nested"],
        evidence=of,
        of_size=tuple(sizes),
        of_length=tuple(of[f"characters_{min(length, 7)}"] for length in range(_LONGEST + 1)),
        of_kind={
            kind: (of[f"single_{kind}"] + sizes[1], of[f"first_{kind}"], of[f"last_{kind}"])
            for kind in ("latin", "name", "noun", "other", "unknown", "verb")
        },
        of_rarity=of["rarity"] + of["most_common_word"] + of["rarest_word"],
        generic_first=of["generic_first"],
        generic_last=of["generic_last"],
    )


def extract(article: Wording, top: int, topics_words: Collection[str] = ()) -> tuple[str, ...]:
    """The best `top` keywords of an article as written in it, best first; () for an empty one.

    `topics_words` are words that readers follow: they get the weight `followed`.
    """
    weighed = _weigh(article, frozenset(word.lower() for word in topics_words))
    left = [(-score, key, 0, term) for key, term, score in weighed]
    heapify(left)
    taken = _load_weights().chosen
    chosen: list[str] = []
    keywords: list[str] = []
    while left and len(chosen) < top:
        worth, key, seen, term = left[0]
        if seen == len(chosen):
            heappop(left)
            chosen.append(key)
            keywords.append(term.written)
        else:  # worth no more than when it was weighed last: only what comes to the front is weighed again
            nested = sum([key in other or other in key for other in chosen[seen:]])
            heapreplace(left, (worth + taken * nested, key, len(chosen), term))
    return tuple(keywords)


def _weigh(article: Wording, followed: Collection[str]) -> list[tuple[str, _Term, float]]:
    """Every candidate in small letters, where it stands, the weight of its evidence."""
    words = _line(article.title_words)
    in_title = len(words)
    words += _line(article.told_words)
    times = Counter([word.lower for word in words])
    early = max(in_title, _LATE)
    terms = _count(words, early, times)
    _note_nested(terms, early)
    media, rubrics = _load_media() | article.credited, rubrics_of(article.title)
    column, told = taken_off(article.title)
    extra = _load_weights().of("followed") if followed else 0.0
    score = _scorer(times, in_title)
    return [
        (key, term, score(key, term) + (extra if key in followed else 0.0))
        for key, term in terms.items()
        if (term.count > 1 or term.first < early)
        and (key not in media or term.first < in_title)
        and key not in rubrics
        and not (column and key in column and key not in told)
    ]


@cache
def _load_media() -> frozenset[str]:
    """Who reports, in small letters: what an article is about only where its title says so."""
    names = [name.lower() for name in load_boilerplate().publishers]
    return frozenset([*names, *(f"{name}记者" for name in names), "本报记者", "本网记者", "本刊记者"])


@cache
def _load_words() -> Memo[_Word]:
    """What the packaged tables say of each word."""
    stop, lexicon, weights = load_stop_words(), load_lexicon(), _load_weights()

    def find(word: str) -> _Word:
        lower, tag, latin, joint = word.lower(), lexicon.tag(word), bool(_LATIN.search(word)), word in _JOINTS
        rarity, generic = lexicon.idf(lower) / 10, lower in stop.generic
        alone, first, last = weights.of_kind["latin" if latin else _kind(tag)]
        return _Word(
            lower=lower,
            written=word,
            rarity=rarity,
            latin=latin,
            plain=lower[0].isascii() and lower[0].isalnum(),
            joint=joint,
            fits=lower not in stop.hard and (word.isalnum() or _WORD.search(word) is not None),
            ends=tag[:1] not in _GRAMMAR and not joint and not _FIGURE.fullmatch(word),
            generic=generic,
            alone=alone + weights.of_rarity * rarity + weights.of_length[min(len(lower), _LONGEST)],
            first=first + weights.generic_first * generic,
            last=last + weights.generic_last * generic,
        )

    return Memo(find)


def _line(words: Iterable[str]) -> list[_Word]:
    """The words that could belong to terms, in order, with a break wherever and whatever number of others stand
    between them; it ends with one unless it is empty."""
    line: list[_Word] = []
    before = _BREAK
    for word in map(_load_words().__getitem__, words):
        if word.fits or (word.joint and before.latin):
            line.append(word)
            before = word
        elif before is not _BREAK and not (word.written == " " and before.latin):
            line.append(_BREAK)
            before = _BREAK
    if before is not _BREAK:
        line.append(_BREAK)
    return line


def _count(words: Sequence[_Word], early: int, times: Mapping[str, int]) -> dict[str, _Term]:
    """Every candidate by its spelling in small letters. What begins at `early` or later must occur again to count,
    and so must its words."""
    terms: dict[str, _Term] = {}
    for start, word in enumerate(words):
        late = start >= early
        if not word.ends or (late and times[word.lower] == 1):
            continue
        free_left = not words[start - 1].ends  # before the first stands the last, which is a break
        key = ""
        for at in range(start, start + _MAX_WORDS):
            last = words[at]
            if last is _BREAK or (late and times[last.lower] == 1):
                break
            key = _joined(key, last.lower) if last.plain else key + last.lower
            if not last.ends or (at == start and word.generic) or len(key) < 2:
                continue
            if len(key) > _LONGEST:
                break
            term = terms.get(key)
            if term is None:
                term = terms[key] = _Term(words[start : at + 1], start)
            term.count += 1
            term.free_left += free_left
            term.free_right += not words[at + 1].ends
    return terms


def _note_nested(terms: Mapping[str, _Term], early: int) -> None:
    """Tell the candidates inside a longer one how often that occurs."""
    for term in terms.values():
        words, count = term.words, term.count
        size = len(words)
        if size == 1 or (count == 1 and term.first >= early):
            continue
        for start in range(size):
            key = ""
            for word in words[start : size if start else size - 1]:
                key = _joined(key, word.lower) if word.plain else key + word.lower
                inner = terms.get(key)
                if inner is not None and inner.longer < count:
                    inner.longer = count


def _scorer(times: Mapping[str, int], in_title: int) -> Callable[[str, _Term], float]:
    """The weight of all evidence for a candidate of this article."""
    weights = _load_weights()
    of, of_size, of_length, bias = weights.of, weights.of_size, weights.of_length, weights.bias
    once, often, phrase_often, parts_often = of("once"), of("often"), of("phrase_often"), of("parts_often")
    title, late, left, right = of("in_title"), of("late") / 5, of("free_left"), of("free_right")
    rarity, common, rare = of("rarity"), of("most_common_word"), of("rarest_word")
    nested, stands = of("nested"), of("stands_alone")
    log, log1p = math.log, math.log1p
    single = stands * log(2)

    def score(key: str, term: _Term) -> float:
        words, count, longer = term.words, term.count, term.longer
        total = bias + late * log1p(term.first)
        if term.first < in_title:
            total += title
        if count == 1:
            total += once + left * term.free_left + right * term.free_right + (nested if longer else single)
        else:
            total += often * log(count)
            total += (left * term.free_left + right * term.free_right + nested * longer) / count
            if longer < count:
                total += stands * log1p(count - longer)
        if len(words) == 1:
            return total + words[0].alone + parts_often * log(times[key])
        rarities = [word.rarity for word in words if not word.joint]
        size = len(rarities)
        total += of_size[size] + of_length[len(key)] + words[0].first + words[-1].last
        total += rarity * sum(rarities) / size + common * min(rarities) + rare * max(rarities)
        parts = min([times[word.lower] for word in words])
        return total if parts == 1 else total + parts_often * log(parts) + phrase_often * log(count)

    return score


def _joined(before: str, word: str) -> str:
    """A term with one more word: Latin words that stood apart keep a blank."""
    last, first = before[-1:], word[0]
    apart = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
    return f"{before} {word}" if apart else before + word


def _kind(tag: str) -> str:
    """noun, verb, name, unknown or other, by jieba's tag."""
    if not tag:
        return "unknown"
    if tag in _NAMES:
        return "name"
    return {"n": "noun", "v": "verb"}.get(tag[0], "other")
