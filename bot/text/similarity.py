"""Do two articles report the same event? Evidence that a person would use, weighed by a small readable table.

`features.features` looks at one article once; `compare` weighs two. Reprints are found by shared shingles. The same
event in other words is judged by what the headlines share (rare words more than common ones, a long common
run), by how much of one headline stands in the other's lead, by shared names, by figures and subjects that
contradict each other, and by the days between. The weights are in data/same_event.toml.
"""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.text.aliases import load_aliases
from bot.text.features import FIGURE, Features, is_matter, word_weights
from bot.text.fingerprint import containment
from bot.text.lexicon import load_lexicon

_NAME_IDF = 8.0
"""A word this rare is taken for a name or a matter of its own (芯片 9.0, 特朗普 13.9, 公司 3.5)."""
_OWN_WORDS = 12
"""Characters from which two headlines are not alike by chance."""
SAME_HEADLINE = 0.999
"""The score of two articles that have one headline."""
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_SOMEBODY = frozenset(("nr", "nrt", "nrfg", "nt", "nz"))
_RARE_NAME = 10.0
"""From which a name of the dictionary is nobody whose name is a common word too."""
_UNKNOWN_NAME = 3
"""Characters of a name that the dictionary lacks."""
_SWAP = 2
"""Words of the longest name that `_swapped` looks for."""
_APART = ("column_itself", "other_instalment", "other_host", "swapped_name")
"""Evidence that settles it: two events, however alike the words."""
_ADDED = ("long_run", "same_action")
"""Evidence beside shared words that can speak for one event."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` 0..1 grows with the evidence for one event; `same` is the decision for a lone pair; a story
    demands more (`bot.stories.fitting`)."""

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
    short_values: int
    """Values below which a text is so short that a common phrase is much of it."""
    short_reprint: float
    """The share that makes a reprint of such a text."""
    sure_reprint: float
    """The share from which headline and lead are not looked at."""
    reprint_title: float
    reprint_lead: float
    """How much of a headline must stand in the other's headline or lead, or how alike the leads must be, else."""
    evidence: Mapping[str, float]
    more: float
    """The most that headlines can add to what shared words say."""
    affair: Mapping[str, float]
    """How much each piece of evidence says that two articles tell of one affair, with its `bias` and `threshold`."""

    def of(self, found: Mapping[str, float]) -> float:
        """What this evidence comes to."""
        weight = self.evidence.get
        return sum([weight(name, 0.0) * value for name, value in found.items() if value])


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
        table["short_values"],
        table["short_reprint"],
        table["sure_reprint"],
        table["reprint_title"],
        table["reprint_lead"],
        table["evidence"],
        more=sum(max(0.0, table["evidence"].get(name, 0.0)) for name in _ADDED),
        affair=table["affair"],
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
        self._lead = dict(zip(features.lead, word_weights(features.lead), strict=True))
        self._title = frozenset(features.title or features.lead)
        self._shingles = frozenset(features.shingles)
        self._weights = load_weights()
        self._found: dict[int, dict[str, float]] = {}

    def with_(self, other: Features, *, least: float = 0.0) -> Verdict:
        """The verdict of `compare` for this article and `other`. If the score cannot reach `least`, it may be given as 0."""
        weights = self._weights
        if self.is_reprint(other):
            return Verdict(1.0, True)
        if self.has_headline_of(other):
            return Verdict(SAME_HEADLINE, True)
        shared = self.shared(other)
        if not shared:
            return Verdict(0.0, False)
        total = weights.bias + weights.of(shared)
        if total + weights.more < _log_odds(least):
            return Verdict(0.0, False)
        differing = self._differing(other)
        total += weights.of(differing)
        score = min(1 / (1 + math.exp(-total)), weights.apart if _settled(differing) else 0.998)
        return Verdict(score, score >= weights.threshold)

    def has_headline_of(self, other: Features) -> bool:
        """Is it the very headline, and long enough for that not to be chance?"""
        mine = self.features.core
        return len(mine) >= _OWN_WORDS and mine == other.core

    def evidence(self, other: Features) -> dict[str, float]:
        """The evidence for and against one event, by name, as the function `evidence` gives it; {} if no word is shared."""
        shared = self.shared(other)
        return shared | self._differing(other) if shared else {}

    def shared(self, other: Features) -> dict[str, float]:
        """The evidence of words that stand in both; empty where one side has none. Worked out once for each other."""
        if (known := self._found.get(id(other))) is not None:
            return known
        found = self._found[id(other)] = self._shared(other)
        return found

    def are_apart(self, other: Features) -> bool:
        """Is there evidence that settles it: two instalments of a series, two people's meetings, another's name?"""
        return _settled(self._differing(other))

    def common(self, other: Features) -> tuple[set[str], set[str]]:
        """The words that stand in both headlines or leads, and those of them that stand in one of the headlines."""
        common = self._lead.keys() & other.lead
        return common, common & (self._title | set(other.title or other.lead))

    def _shared(self, other: Features) -> dict[str, float]:
        a, b, lead = self.features, other, self._lead
        if not lead or not b.lead:
            return {}
        weight_of = lead.__getitem__
        common = lead.keys() & b.lead
        # The words of either headline that stand in the other article's headline or lead.
        here, there = self._title & common, common.intersection(b.title or b.lead)
        shared = here & there
        weight = math.fsum(map(weight_of, shared))  # exact: the order of a set differs from run to run
        into_a, into_b = (
            math.fsum(map(weight_of, there)) / b.title_weight,
            math.fsum(map(weight_of, here)) / a.title_weight,
        )
        return {
            "title_jaccard": weight / (a.title_weight + b.title_weight - weight),
            "title_in_lead": max(into_a, into_b),
            "titles_in_leads": min(into_a, into_b),
            "lead_cosine": math.fsum(weight_of(word) ** 2 for word in common)
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
        """Whether one text is a reprint of the other, as the function `is_reprint` decides it."""
        weights = self._weights
        mine = self.features.shingles
        least = weights.reprint_values
        if min(len(mine), len(other.shingles)) < least:
            return False
        if len(self._shingles.intersection(other.shingles)) < least:
            return False
        share = containment(mine, other.shingles)
        if min(len(mine), len(other.shingles)) < weights.short_values:
            return share >= weights.short_reprint and self._begins_like(other)
        return share >= weights.reprint and (share >= weights.sure_reprint or self._begins_like(other))

    def _begins_like(self, other: Features) -> bool:
        """Does headline or lead say that a text with common passages is a reprint? Notices of one office, and pages with one
        blurb, have passages in common too."""
        shared = self.shared(other)
        return bool(shared) and (
            shared["title_in_lead"] >= self._weights.reprint_title
            or shared["lead_cosine"] >= self._weights.reprint_lead
        )


def _settled(differing: Mapping[str, float]) -> bool:
    return any(differing[name] for name in _APART)


def _log_odds(score: float) -> float:
    return math.log(score / (1 - score)) if score else -math.inf


def _names(words: Collection[str], weights: Mapping[str, float]) -> float:
    """How many rare words these are; a middling rare one counts in part, a part of a longer one not at all."""
    rare = [word for word in words if weights[word] > _NAME_IDF]
    told = " ".join(rare)
    return math.fsum(min(1.0, (weights[word] - _NAME_IDF) / 4) for word in rare if told.count(word) == 1)


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


def names_somebody(word: str) -> bool:
    """Is a headline's word surely the name of a firm, a body or a person? Those of `aliases` are; others where they are rare and
    no news of every day, and long enough not to be a slip of the cutting where the dictionary lacks them."""
    if word in load_aliases().standing:
        return True
    if is_matter(word) or FIGURE.match(word):
        return False
    lexicon = load_lexicon()
    tag = lexicon.tag(word)
    return tag in _SOMEBODY and lexicon.idf(word) >= _RARE_NAME if tag else len(word) >= _UNKNOWN_NAME


def _is_name(word: str) -> bool:
    """A person, place or body, or a word that the dictionary lacks, as most names of people and firms are."""
    tag = load_lexicon().tag(word)
    return len(word) > 1 and (tag in _NAME_TAGS or not tag) and not FIGURE.match(word)


def _days(a: Features, b: Features) -> float:
    """Days between the two, 1 where a date is missing."""
    if a.published is None or b.published is None:
        return 1.0
    return abs((a.published - b.published).total_seconds()) / 86_400
