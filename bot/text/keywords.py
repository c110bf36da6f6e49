"""Words and phrases that say what an article is about.

Candidates are runs of one to four neighbouring words that could be a term: no punctuation or grammar in them,
no figure at an end. Each is weighed by evidence with a name (how often, where, how rare, how long, how freely
it stands); the weights are in data/keyword_weights.toml.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise

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


@dataclass(frozen=True, slots=True)
class StopWords:
    """data/stop_words.txt."""

    hard: frozenset[str]
    generic: frozenset[str]


@dataclass(slots=True)
class _Term:
    """One candidate while it is counted."""

    written: str
    words: tuple[str, ...]
    first: int
    count: int = 0
    in_title: bool = False
    free_left: int = 0
    free_right: int = 0
    longer: int = field(default=0)
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
    chosen: list[tuple[str, str]] = []
    while left and len(chosen) < top:
        best = max(
            left, key=lambda one: one[0] - nested * sum(one[2] in two or two in one[2] for _, two in chosen)
        )
        left.remove(best)
        chosen.append(best[1:])
    return tuple(term for term, _ in chosen)


def score_terms(
    title: str, text: str, segmenter: Segmenter, followed: Collection[str] = ()
) -> dict[str, float]:
    """Every candidate as written with the weight of its evidence (log odds, higher is better)."""
    bias, _, weights = _load_weights()
    scores: dict[str, float] = {}
    for term, found in candidates(title, text, segmenter):
        total = bias
        for name, value in found.items():
            total += weights.get(name, 0.0) * value
        if term.lower() in followed:
            total += weights.get("followed", 0.0)
        scores[term] = total
    return scores


def candidates(title: str, text: str, segmenter: Segmenter) -> list[tuple[str, dict[str, float]]]:
    """Each candidate term with its evidence by name."""
    lexicon = load_lexicon()
    stop = load_stop_words()
    terms: dict[str, _Term] = {}
    single: Counter[str] = Counter()
    position = 0
    for where, part in (("title", title), ("text", text[:_TEXT])):
        for run in _runs(segmenter.precise(part), stop):
            _count(run, position, where == "title", terms, single, lexicon, stop)
            position += len(run) + 1
    title_words = {word.lower() for word in segmenter.precise(title)}
    kept = [term for term in terms.values() if term.in_title or term.count > 1 or term.first < _LATE]
    for term in kept:
        if len(term.words) > 1:
            _note_nested(term, terms)
    return [(term.written, _evidence(term, single, title_words, lexicon, stop)) for term in kept]


def _runs(words: list[str], stop: StopWords) -> list[list[str]]:
    """Neighbouring words that could belong to one term."""
    runs: list[list[str]] = []
    run: list[str] = []
    for word in words:
        joint = word in _JOINTS and run and _LATIN.search(run[-1])
        if joint or (_WORD.search(word) and word.lower() not in stop.hard):
            run.append(word)
        elif run and not (word == " " and _LATIN.search(run[-1])):
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return runs


def _count(
    run: list[str],
    position: int,
    in_title: bool,
    terms: dict[str, _Term],
    single: Counter[str],
    lexicon: Lexicon,
    stop: StopWords,
) -> None:
    """Count every candidate of one run."""
    ends = [_may_end(word, lexicon) for word in run]
    for start, word in enumerate(run):
        single[word.lower()] += 1
        if not ends[start]:
            continue
        for stop_at in range(start + 1, min(len(run), start + _MOST_WORDS) + 1):
            if not ends[stop_at - 1]:
                continue
            words = tuple(run[start:stop_at])
            if len(words) == 1 and word.lower() in stop.generic:
                continue
            written = _join(words)
            if not 2 <= len(written) <= _LONGEST:
                continue
            term = terms.setdefault(written.lower(), _Term(written, words, position + start))
            term.count += 1
            term.in_title |= in_title
            term.free_left += start == 0 or not ends[start - 1]
            term.free_right += stop_at == len(run) or not ends[stop_at]


def _may_end(word: str, lexicon: Lexicon) -> bool:
    """Can a term begin or end with this word?"""
    return lexicon.tag(word)[:1] not in _GRAMMAR and not _FIGURE.fullmatch(word) and word not in _JOINTS


def _join(words: tuple[str, ...]) -> str:
    """Words as one term: Latin words that stood apart keep a blank."""
    written = words[0]
    for before, word in pairwise(words):
        apart = before[-1].isascii() and word[0].isascii() and before[-1].isalnum() and word[0].isalnum()
        written += f" {word}" if apart else word
    return written


def _note_nested(term: _Term, terms: dict[str, _Term]) -> None:
    """Tell the candidates inside `term` how often it occurs."""
    size = len(term.words)
    for start in range(size):
        for end in range(start + 1, size + 1):
            if end - start < size:
                inner = terms.get(_join(term.words[start:end]).lower())
                if inner is not None:
                    inner.longer = max(inner.longer, term.count)


def _evidence(
    term: _Term, single: Counter[str], title_words: set[str], lexicon: Lexicon, stop: StopWords
) -> dict[str, float]:
    """Named evidence for one candidate."""
    words = [word for word in term.words if word not in _JOINTS]
    size, length = len(words), len(term.written)
    rarity = [lexicon.idf(word.lower()) / 10 for word in words]
    found = {
        "often": math.log(term.count),
        "once": float(term.count == 1),
        "in_title": float(term.in_title),
        "words_in_title": float(not term.in_title and all(word.lower() in title_words for word in words)),
        "late": math.log1p(term.first) / 5,
        "rarity": sum(rarity) / size,
        "most_common_word": min(rarity),
        "rarest_word": max(rarity),
        f"words_{min(size, 4)}": 1.0,
        f"characters_{min(length, 7)}": 1.0,
        "free_left": term.free_left / term.count,
        "free_right": term.free_right / term.count,
        "nested": term.longer / term.count,
        "stands_alone": math.log1p(max(0, term.count - term.longer)),
        "parts_often": math.log(min(single[word.lower()] for word in words)),
    }
    kind = _kind(words[-1], lexicon)
    if size == 1:
        found[f"single_{kind}"] = 1.0
    else:
        found["phrase_often"] = math.log(term.count)
        found["generic_first"] = float(words[0].lower() in stop.generic)
        found["generic_last"] = float(words[-1].lower() in stop.generic)
        found[f"last_{kind}"] = 1.0
        found[f"first_{_kind(words[0], lexicon)}"] = 1.0
    return found


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
