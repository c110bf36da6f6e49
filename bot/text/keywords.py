"""Words and phrases that say what an article is about.

Candidates are runs of one to four neighbouring words that could be a term: no punctuation or grammar in them,
no figure at an end. Each is weighed by evidence with a name (how often, where, how rare, how long, how freely
it stands); the weights are in data/keyword_weights.toml.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.segment import Segmenter

_TEXT = 500
"""Characters of the text that are read: news says early what it is about."""
_LATE = 80
"""Words after which a candidate that occurs once and not in the title is passed over."""
_MOST_WORDS = 4
_LONGEST = 14
"""Characters of the longest keyword."""
_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE = re.compile(r"[\d.,%]+")
_JOINTS = frozenset("-－/·")
_GRAMMAR = frozenset("upcrdyeomqtfz")
"""First letters of jieba's tags for what is no end of a term: particles, pronouns, adverbs, figures, times."""
_NAMES = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_SIZES = ("", "words_1", "words_2", "words_3", "words_4")
_LENGTHS = ("", "", *(f"characters_{length}" for length in range(2, 8)))


@dataclass(frozen=True, slots=True)
class StopWords:
    """data/stop_words.txt."""

    hard: frozenset[str]
    generic: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Word:
    """One word and what is to be known of it, looked up once."""

    written: str
    lower: str
    rarity: float
    kind: str
    latin: bool
    joint: bool
    fits: bool
    """Can it stand in a term?"""
    ends: bool
    """Can a term begin or end with it?"""
    generic: bool


@dataclass(slots=True)
class _Term:
    """One candidate while it is counted."""

    written: str
    words: tuple[_Word, ...]
    first: int
    count: int = 0
    in_title: bool = False
    free_left: int = 0
    free_right: int = 0
    longer: int = 0
    """How often the most frequent longer candidate around it occurs."""


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
def _load_weights() -> tuple[float, float, Mapping[str, float]]:
    table = tomllib.loads(
        (resources.files("bot.text") / "data" / "keyword_weights.toml").read_text(encoding="utf-8")
    )
    return table["bias"], table["nested"], table["evidence"]


def extract(
    title: str, text: str, top: int, segmenter: Segmenter, topics_words: Collection[str] = ()
) -> tuple[str, ...]:
    """The best `top` keywords of an article as written in it, best first; () for an empty one.

    `topics_words` are words that readers follow: they get the weight `followed`.
    """
    _, nested, _ = _load_weights()
    followed = frozenset(word.lower() for word in topics_words)
    scored = [(score, term) for term, score in score_terms(title, text, segmenter, followed).items()]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    left = [(score, term, term.lower()) for score, term in scored[: top * 6]]
    nestings = [0] * len(left)
    chosen: list[str] = []
    while left and len(chosen) < top:
        worth = [one[0] - nested * times for one, times in zip(left, nestings, strict=True)]
        best = worth.index(max(worth))
        _, written, lower = left.pop(best)
        del nestings[best]
        chosen.append(written)
        for at, (_, _, other) in enumerate(left):
            nestings[at] += other in lower or lower in other
    return tuple(chosen)


def score_terms(
    title: str, text: str, segmenter: Segmenter, followed: Collection[str] = ()
) -> dict[str, float]:
    """Every candidate as written with the weight of its evidence (log odds, higher is better)."""
    terms: dict[str, _Term] = {}
    single: Counter[str] = Counter()
    position = 0
    cut_title = segmenter.precise(title)
    for in_title, words in ((True, cut_title), (False, segmenter.precise(text[:_TEXT]))):
        for run in _runs(words):
            _count(run, position, in_title, terms, single)
            position += len(run) + 1
    title_words = {word.lower() for word in cut_title}
    kept = [term for term in terms.values() if term.in_title or term.count > 1 or term.first < _LATE]
    for term in kept:
        if len(term.words) > 1:
            _note_nested(term, terms)
    _, _, weights = _load_weights()
    extra = weights.get("followed", 0.0)
    return {
        term.written: _score(term, single, title_words) + (extra if term.written.lower() in followed else 0.0)
        for term in kept
    }


@lru_cache(maxsize=1 << 16)
def _look_up(word: str) -> _Word:
    """What the packaged tables say of a word."""
    stop, lexicon = load_stop_words(), load_lexicon()
    lower, tag = word.lower(), lexicon.tag(word)
    return _Word(
        written=word,
        lower=lower,
        rarity=lexicon.idf(lower) / 10,
        kind=_kind(word, lexicon),
        latin=_LATIN.search(word) is not None,
        joint=word in _JOINTS,
        fits=_WORD.search(word) is not None and lower not in stop.hard,
        ends=tag[:1] not in _GRAMMAR and not _FIGURE.fullmatch(word) and word not in _JOINTS,
        generic=lower in stop.generic,
    )


def _runs(words: Iterable[str]) -> list[list[_Word]]:
    """Neighbouring words that could belong to one term."""
    runs: list[list[_Word]] = []
    run: list[_Word] = []
    for word in map(_look_up, words):
        if word.fits or (word.joint and run and run[-1].latin):
            run.append(word)
        elif run and not (word.written == " " and run[-1].latin):
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return runs


def _count(
    run: list[_Word], position: int, in_title: bool, terms: dict[str, _Term], single: Counter[str]
) -> None:
    """Count every candidate of one run."""
    size = len(run)
    for start, word in enumerate(run):
        single[word.lower] += 1
        if not word.ends:
            continue
        free_left = start == 0 or not run[start - 1].ends
        written = ""
        for at in range(start, min(size, start + _MOST_WORDS)):
            written = _joined(written, run[at].written)
            if not run[at].ends or (at == start and word.generic):
                continue
            if not 2 <= len(written) <= _LONGEST:
                continue
            key = written.lower()
            term = terms.get(key)
            if term is None:
                term = terms[key] = _Term(written, tuple(run[start : at + 1]), position + start)
            term.count += 1
            term.in_title |= in_title
            term.free_left += free_left
            term.free_right += at + 1 == size or not run[at + 1].ends


def _joined(before: str, word: str) -> str:
    """A term with one more word: Latin words that stood apart keep a blank."""
    if not before:
        return word
    last, first = before[-1], word[0]
    apart = last.isascii() and first.isascii() and last.isalnum() and first.isalnum()
    return f"{before} {word}" if apart else before + word


def _note_nested(term: _Term, terms: dict[str, _Term]) -> None:
    """Tell the candidates inside `term` how often it occurs."""
    size = len(term.words)
    for start in range(size):
        written = ""
        for word in term.words[start : size if start else size - 1]:
            written = _joined(written, word.written)
            inner = terms.get(written.lower())
            if inner is not None and inner.longer < term.count:
                inner.longer = term.count


def _score(term: _Term, single: Counter[str], title_words: set[str]) -> float:
    """The weight of all evidence for one candidate."""
    bias, _, weights = _load_weights()
    weight = weights.get
    words = [word for word in term.words if not word.joint]
    size, count = len(words), term.count
    rarity = [word.rarity for word in words]
    often = math.log(count)
    total = bias + weight("often", 0.0) * often
    if count == 1:
        total += weight("once", 0.0)
    if term.in_title:
        total += weight("in_title", 0.0)
    elif all(word.lower in title_words for word in words):
        total += weight("words_in_title", 0.0)
    total += weight("late", 0.0) * (math.log1p(term.first) / 5)
    total += weight("rarity", 0.0) * (sum(rarity) / size)
    total += weight("most_common_word", 0.0) * min(rarity)
    total += weight("rarest_word", 0.0) * max(rarity)
    total += weight(_SIZES[min(size, 4)], 0.0)
    total += weight(_LENGTHS[min(len(term.written), 7)], 0.0)
    total += weight("free_left", 0.0) * (term.free_left / count)
    total += weight("free_right", 0.0) * (term.free_right / count)
    total += weight("nested", 0.0) * (term.longer / count)
    total += weight("stands_alone", 0.0) * math.log1p(max(0, count - term.longer))
    total += weight("parts_often", 0.0) * math.log(min(single[word.lower] for word in words))
    if size == 1:
        return total + weight(f"single_{words[0].kind}", 0.0)
    total += weight("phrase_often", 0.0) * often
    total += weight("generic_first", 0.0) * words[0].generic
    total += weight("generic_last", 0.0) * words[-1].generic
    return total + weight(f"last_{words[-1].kind}", 0.0) + weight(f"first_{words[0].kind}", 0.0)


def _kind(word: str, lexicon: Lexicon) -> str:
    """noun, verb, name, latin, unknown or other, by jieba's tag."""
    if _LATIN.search(word):
        return "latin"
    tag = lexicon.tag(word)
    if not tag:
        return "unknown"
    if tag in _NAMES:
        return "name"
    return {"n": "noun", "v": "verb"}.get(tag[0], "other")
