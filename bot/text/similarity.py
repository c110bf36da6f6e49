"""Do two articles report the same event? Evidence that a person would use, weighed by a small readable table.

`features` looks at one article once; `compare` weighs two. Reprints are found by shared shingles. The same
event in other words is judged by what the headlines share (rare words more than common ones, a long common
run), by how much of one headline stands in the other's lead, by shared names, by figures and subjects that
contradict each other, and by the days between. The weights are in data/same_event.toml.
"""

import math
import re
import sys
import tomllib
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from bot.text.fingerprint import containment, fingerprint
from bot.text.headline import take_apart
from bot.text.kept import Kept
from bot.text.lexicon import load_lexicon
from bot.text.normalise import letters, normalise, squash
from bot.text.wording import Wording

LEAD = 200
"""Characters of the text that count as its lead: where news says who, what, when, where."""
_TEXT = 20_000
"""Characters of the text that are fingerprinted; the rest of a longer one adds nothing."""
_NAME_IDF = 8.0
"""A word this rare is taken for a name or a matter of its own (芯片 9.0, 特朗普 13.9, 公司 3.5)."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:%|[a-z]+|[\u4e00-\u9fff])?")
_TIME = re.compile(r"\d+(?:年|月|日|时|点|号|分(?!钟))")
"""When it was, which every report says in its own way: no fact of a development."""
_EVERYDAY = 4.0
"""Weight of a word that is in the news every day, however rare the language finds it."""
_ORDINAL = re.compile(
    r"(?:第|之|[（(])([一二三四五六七八九十百\d]{1,4})(?:[期集篇季回讲轮次批号届章部]|[)）]|$)"
)
_ACTOR = re.compile(
    r"^([^，。：:！!？?“《 ]{2,8}?)(?:会见|会谈|会晤|同|与|和|致电|考察|出席|主持|对|向|在|将|就|访问|抵达|致信)"
)
"""Who does it, where a headline begins with the form 「某人会见……」."""
_OWN_WORDS = 12
"""Characters from which two headlines are not alike by chance."""
_SAME_HEADLINE = 0.999
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_SWAP = 2
"""Words of the longest name that `_swapped` looks for."""
_APART = ("column_itself", "other_instalment", "other_host", "swapped_name")
"""Evidence that settles it: two events, however alike the words."""
_ADDED = ("long_run", "same_action")
"""Evidence beside shared words that can speak for one event."""
_WORD = re.compile(r"[^\W_]")
_YEAR = re.compile(r"^(?:19|20)\d\d年?$")


@dataclass(frozen=True, slots=True)
class Features:
    """What `compare` needs to know of one article: about 3 kB, so that 20,000 can stay in memory."""

    core: str
    """The headline without furniture, squashed."""
    column: str
    subject: str
    title: tuple[str, ...]
    """Distinct words of the headline."""
    lead: tuple[str, ...]
    """Distinct words of headline and lead, the headline's first."""
    weights: "array[float]"  # array takes no parameter at run time before Python 3.12
    """What each word of the lead says: looked up once, for an article is compared often."""
    title_weight: float
    """Of the headline's words, or of the lead's where there is no headline."""
    lead_square: float
    """The sum of the squares of the lead's weights."""
    figures: frozenset[str]
    """Figures of the headline with their unit (4.8级, 37年)."""
    facts: frozenset[str]
    """Figures of headline and lead with their unit, but for dates and times of day."""
    ordinals: frozenset[str]
    """第三期, 之五, （二）: the number of an instalment."""
    actions: frozenset[str]
    """Kinds of action that the headline tells of (data/events.toml)."""
    actor: str
    """The name that the headline begins with, if it does."""
    shingles: "array[int]"
    """The fingerprint, sorted."""
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` 0..1 grows with the evidence for one event; `same` is the product's decision."""

    score: float
    same: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """data/same_event.toml."""

    bias: float
    threshold: float
    apart: float
    """The most that two instalments of a series, or two people's meetings with one guest, can score."""
    reprint: float
    """Share of the shorter text's shingles that makes a reprint."""
    reprint_values: int
    """Shared values below which a short text's overlap proves nothing."""
    evidence: Mapping[str, float]
    more: float
    """The most that headlines can add to what shared words say."""

    def of(self, found: Mapping[str, float]) -> float:
        """What this evidence comes to."""
        weight = self.evidence.get
        return sum([weight(name, 0.0) * value for name, value in found.items() if value])


@dataclass(frozen=True, slots=True)
class _Events:
    """data/events.toml: everyday words, and the kind of action behind each word that tells of one."""

    everyday: frozenset[str]
    actions: Mapping[str, str]


@cache
def _load_events() -> _Events:
    table = tomllib.loads((resources.files("bot.text") / "data" / "events.toml").read_text(encoding="utf-8"))
    actions = {word: kind for kind, words in table["actions"].items() for word in words}
    return _Events(frozenset(table["everyday"]), actions)


@cache
def load_weights() -> Weights:
    """The packaged weights."""
    table = tomllib.loads(
        (resources.files("bot.text") / "data" / "same_event.toml").read_text(encoding="utf-8")
    )
    return Weights(
        table["bias"],
        table["threshold"],
        table["apart"],
        table["reprint"],
        table["reprint_values"],
        table["evidence"],
        more=sum(max(0.0, table["evidence"].get(name, 0.0)) for name in _ADDED),
    )


def features(article: Wording, published: datetime | None, shingles: Iterable[int] | None = None) -> Features:
    """Look at one article. `shingles` is its stored fingerprint, which is computed from its text when absent."""
    title, text, cut = article.title, article.text, article.segmenter.precise
    headline = take_apart(title)
    core = article.head_letters if headline.core == title else squash(headline.core)
    words = _spoken(article.head_words if headline.core == title else cut(normalise(headline.core)))
    told = words + _spoken(cut(normalise(headline.rest))) if headline.rest else words
    if letters(article.plain[:60]) != letters(article.head[:60]):
        told = told + _spoken(article.opening(LEAD))
    kinds = _load_events().actions
    opening, head = tuple(dict.fromkeys(told)), tuple(dict.fromkeys(words))
    weights = array("d", map(_load_word_weights().__getitem__, opening))
    return Features(
        core=core,
        column=squash(headline.column),
        subject=squash(headline.subject),
        title=head,
        lead=opening,
        weights=weights,
        title_weight=sum(weights[: len(head)] if head else weights),
        lead_square=sum([weight * weight for weight in weights]),
        figures=frozenset(
            figure for figure in _FIGURE.findall(headline.core.lower()) if not _YEAR.match(figure)
        ),
        facts=frozenset(_FIGURE.findall(_TIME.sub(" ", f"{title} {text[:LEAD]}".lower()))),
        ordinals=frozenset(_ORDINAL.findall(headline.core)),
        actions=frozenset(kinds[word] for word in words if word in kinds),
        actor=actor[1] if (actor := _ACTOR.match(core)) else "",
        shingles=array("I", fingerprint(article.letters[:_TEXT]) if shingles is None else shingles),
        published=published,
    )


def compare(a: Features, b: Features) -> Verdict:
    """Weigh two articles; symmetric, and 1.0 for a reprint."""
    return Comparison(a).with_(b)


def is_reprint(a: Features, b: Features) -> bool:
    """Does most of the shorter text stand in the other?"""
    return Comparison(a).is_reprint(b)


def evidence(a: Features, b: Features) -> dict[str, float]:
    """Named evidence, each about 0..1; empty where one side has nothing to compare."""
    return Comparison(a).evidence(b)


class Comparison:
    """One article held against several others: what is read off it is read once."""

    def __init__(self, features: Features) -> None:
        self.features = features
        """Of the article that is held."""
        self._lead = dict(zip(features.lead, features.weights, strict=True))
        self._title = frozenset(features.title or features.lead)
        self._shingles = frozenset(features.shingles)
        self._weights = load_weights()

    def with_(self, other: Features, *, least: float = 0.0) -> Verdict:
        """The same as `compare`. Where the score cannot reach `least`, it may be given as 0."""
        weights = self._weights
        if self.is_reprint(other):
            return Verdict(1.0, True)
        mine = self.features.core
        if len(mine) >= _OWN_WORDS and mine == other.core:
            return Verdict(_SAME_HEADLINE, True)
        shared = self._shared(other)
        if not shared:
            return Verdict(0.0, False)
        total = weights.bias + weights.of(shared)
        if total + weights.more < _log_odds(least):
            return Verdict(0.0, False)
        differing = self._differing(other)
        total += weights.of(differing)
        apart = any(differing[name] for name in _APART)
        score = min(1 / (1 + math.exp(-total)), weights.apart if apart else 0.998)
        return Verdict(score, score >= weights.threshold)

    def evidence(self, other: Features) -> dict[str, float]:
        """The same as the function of this name."""
        shared = self._shared(other)
        return shared | self._differing(other) if shared else {}

    def _shared(self, other: Features) -> dict[str, float]:
        """The evidence of words that stand in both; empty where one side has none."""
        a, b, lead = self.features, other, self._lead
        if not lead or not b.lead:
            return {}

        weight_of = lead.__getitem__
        common = lead.keys() & b.lead
        # The words of either headline that stand in the other article's headline or lead.
        here, there = self._title & common, common.intersection(b.title or b.lead)
        shared = here & there
        weight = sum(map(weight_of, shared))
        into_a, into_b = (
            sum(map(weight_of, there)) / b.title_weight,
            sum(map(weight_of, here)) / a.title_weight,
        )
        return {
            "title_jaccard": weight / (a.title_weight + b.title_weight - weight),
            "title_in_lead": max(into_a, into_b),
            "titles_in_leads": min(into_a, into_b),
            "lead_cosine": sum([weight_of(word) ** 2 for word in common])
            / math.sqrt(a.lead_square * b.lead_square),
            "shared_names": min(_names(common, lead), 6.0) / 6,
            "shared_title_names": min(_names(shared, lead), 4.0) / 4,
        }

    def _differing(self, other: Features) -> dict[str, float]:
        """The evidence of who, what and when, and of the headlines' form."""
        a, b = self.features, other
        same_actions = a.actions & b.actions
        other_actor = bool(same_actions) and _other(a.actor, b.actor)
        same_column = bool(a.column) and a.column == b.column
        return {
            "long_run": min(_longest_run(a.core, b.core), 12) / 12,
            "other_figures": bool(a.figures and b.figures and a.figures.isdisjoint(b.figures)),
            "other_subject": _other(a.subject, b.subject),
            "other_actor": other_actor,
            "column_itself": bool((a.core and a.core == b.column) or (b.core and b.core == a.column)),
            "other_host": "talk" in same_actions and other_actor,
            "swapped_name": _swapped(a.title, b.title, least=1 if same_column else 4),
            "other_instalment": bool(a.ordinals and b.ordinals and a.ordinals.isdisjoint(b.ordinals)),
            "same_action": bool(same_actions),
            "other_action": bool(a.actions and b.actions and not same_actions),
            "same_column": same_column,
            "days": min(_days(a, b), 7.0) / 7,
            "short": min(len(a.core), len(b.core)) < 8,
        }

    def is_reprint(self, other: Features) -> bool:
        """The same as the function of this name."""
        weights = self._weights
        mine = self.features.shingles
        least = weights.reprint_values
        if min(len(mine), len(other.shingles)) < least:
            return False
        if len(self._shingles.intersection(other.shingles)) < least:
            return False
        return containment(mine, other.shingles) >= weights.reprint


def _log_odds(score: float) -> float:
    return math.log(score / (1 - score)) if score else -math.inf


def _spoken(words: Iterable[str]) -> list[str]:
    """The words without punctuation."""
    return list(filter(None, map(_load_spoken().__getitem__, words)))


@cache
def _load_spoken() -> Kept[str]:
    """Each word as itself, interned, because articles of one month share theirs; punctuation as nothing."""
    return Kept(lambda word: sys.intern(word) if word.isalnum() or _WORD.search(word) else "")


@cache
def _load_word_weights() -> Kept[float]:
    """How much it says that two articles share a word: its rarity, unless it is in the news every day."""
    everyday, lexicon = _load_events().everyday, load_lexicon()

    def find(word: str) -> float:
        if len(word) == 1:
            return 1.0
        if word.isdigit():
            return 3.0
        return _EVERYDAY if word in everyday else lexicon.idf(word)

    return Kept(find)


def _names(words: Collection[str], weights: Mapping[str, float]) -> float:
    """How many rare words these are; a middling rare one counts in part, a part of a longer one not at all."""
    rare = [word for word in words if weights[word] > _NAME_IDF]
    told = " ".join(rare)
    return sum([min(1.0, (weights[word] - _NAME_IDF) / 4) for word in rare if told.count(word) == 1])


def _longest_run(a: str, b: str) -> int:
    """Length of the longest common substring of two headlines."""
    if len(a) > len(b):
        a, b = b, a
    best = 0
    for start in range(len(a)):
        while start + best < len(a) and a[start : start + best + 1] in b:
            best += 1
    return best


def _other(a: str, b: str) -> bool:
    """Are these two names, neither of which stands for the other (福建 and 福建省委 are one)?"""
    if not a or not b or a in b or b in a:
        return False
    return _longest_run(a, b) * 2 < min(len(a), len(b))


def _swapped(a: tuple[str, ...], b: tuple[str, ...], least: int) -> bool:
    """Is one headline the other with one name in place of another (滨江发布算力券政策, 海东发布算力券政策)?

    `least` characters must be common, and as many as the names have unless the column is."""
    if a[:1] != b[:1] and a[-1:] != b[-1:]:
        return False
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    mine, theirs = a[head : len(a) - tail], b[head : len(b) - tail]
    kept = sum(len(word) for word in a[:head]) + sum(len(word) for word in a[len(a) - tail :])
    left, right = "".join(mine), "".join(theirs)
    if (
        not 0 < len(mine) <= _SWAP
        or not 0 < len(theirs) <= _SWAP
        or kept < (least if least == 1 else max(len(left), len(right), least))
    ):
        return False
    return _is_name(mine[0]) and _is_name(theirs[0]) and _other(left, right)


def _is_name(word: str) -> bool:
    """A person, place or body, or a word that the dictionary lacks, as most names of people and firms are."""
    tag = load_lexicon().tag(word)
    return len(word) > 1 and (tag in _NAME_TAGS or not tag) and not _FIGURE.match(word)


def _days(a: Features, b: Features) -> float:
    """Days between the two, 1 where a date is missing."""
    if a.published is None or b.published is None:
        return 1.0
    return abs((a.published - b.published).total_seconds()) / 86_400
