"""Words that are spoken of more than before: names, topic words and names that no dictionary has, by signed G².

The last seven days are held against the twenty-one before. What is counted is reports, one for each story and publisher:
many outlets about one story are heat, one outlet's many pieces are not. A word needs three reports of two publishers;
places, figures and everyday words are none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.report.names import SHORT_NAMES, NameFinder, as_written
from bot.report.rising import SURPRISING, g2
from bot.text.aliases import load_aliases
from bot.text.cues import CueMatcher
from bot.text.keywords import load_stop_words
from bot.text.lexicon import load_lexicon
from bot.text.normalise import normalise
from bot.text.segment import Segmenter
from bot.text.taxonomy import Taxonomy
from storage.models import Mention

DAYS = 7
DAYS_BEFORE = 21
FEWEST_REPORTS, FEWEST_PUBLISHERS = 3, 2
FEWEST_BEFORE = 30
"""Reports before, below which nothing can be compared."""
NAME_SURPRISING = 3.84
"""G² of a name: it comes about by chance once in twenty. Other words must be rarer accidents."""
SHOWN = 12
EVERYWHERE = 0.2
"""A word in a larger share of the reports before names the industry, not its news."""
ALIKE = 0.6
"""Two words that share so much of their reports are one subject; the more surprising one is shown."""
SPECIFIC = 8.0
"""Inverse document frequency from which a topic word says something by itself (机器人 does, 手机 does not)."""
TELLING_CUE = 2.0
"""How strongly a word must speak for its topic."""
LONGEST = 12
"""Letters of a word; a longer run is a clause."""
_NOUNS = ("n", "j", "eng", "")
_PLACES = frozenset({"ns", "nsf"})
_PERSON = "nr"
_ONE_NAME = {"waic": "世界人工智能大会", "mwc": "世界移动通信大会", "ces": "国际消费电子展"}
"""What `load_aliases` does not list because it is no company or person."""

_TELLING = frozenset({"", "news", "feature"})
"""Genres of which one piece stands for what is told: a roundup's headline is about something else."""

HotKind = Literal["name", "topic", "word"]


@dataclass(frozen=True, slots=True)
class HotWord:
    """A word that rises."""

    word: str
    """As its articles write it."""
    kind: HotKind
    reports: int
    """In the last seven days."""
    publishers: int
    expected: int
    """How many there would have been at the pace of the days before."""
    surprise: float
    """G²."""
    story_id: int
    """The story that most publishers tell of it; news with the word in its headline where there is such a one."""


class HotFinder:
    """Finds what an article's headline and summary name. Built once: the matcher takes a moment."""

    def __init__(self, taxonomy: Taxonomy, segmenter: Segmenter) -> None:
        self._names = NameFinder(taxonomy)
        self._matcher = CueMatcher(taxonomy)
        self._segmenter = segmenter
        self._topic_words = frozenset(
            cue.word for topic in taxonomy.topics for cue in topic.cues if cue.weight >= TELLING_CUE
        )
        self._places = frozenset(
            normalise(word) for words in taxonomy.lexicons if words.industry == 0 for word in words.words
        )
        self._one_name = {**SHORT_NAMES, **load_aliases().names, **_ONE_NAME}
        self._specific: dict[str, bool] = {}

    def find(self, mention: Mention) -> Mapping[str, tuple[HotKind, str]]:
        """What the article speaks of: by its one spelling, the kind and how it is written here."""
        body = "\n".join(mention.summary)
        title, text = normalise(mention.title), normalise(body)
        found: dict[str, tuple[HotKind, str]] = {}
        for name in self._names.find(mention.title, mention.summary, mention.keywords).all:
            found[self._key(name)] = ("name", name)
        for match in self._matcher.match(title, text):
            if match.word in self._topic_words and self._is_specific(match.word):
                key = self._key(match.word)
                found.setdefault(key, ("topic", as_written(match.word, mention.title, body)))
        for word in mention.keywords:
            if word in mention.title and (key := self._key(word)) not in found and self._is_a_name(word):
                found[key] = ("word", word)
        return {key: value for key, value in found.items() if key not in self._places}

    def _key(self, word: str) -> str:
        plain = normalise(word)
        return self._one_name.get(plain, plain)

    def _is_specific(self, word: str) -> bool:
        known = self._specific.get(word)
        if known is None:
            lexicon = load_lexicon()
            known = self._specific[word] = (
                len(word) > 1 and lexicon.idf(word) >= SPECIFIC and lexicon.tag(word) not in _PLACES
            )
        return known

    def _is_a_name(self, word: str) -> bool:
        """Whether an unlisted keyword is a name or a term: nouns only, and no dictionary has the whole."""
        known = self._specific.get(f"?{word}")
        if known is None:
            known = self._specific[f"?{word}"] = self._looks_like_a_name(word)
        return known

    def _looks_like_a_name(self, word: str) -> bool:
        lexicon, plain = load_lexicon(), normalise(word)
        pieces = self._segmenter.precise(plain)
        tags = [lexicon.tag(piece) for piece in pieces]
        stop = load_stop_words()
        if not 1 < len(plain) <= LONGEST or lexicon.tag(plain) or plain in stop.generic or plain in stop.hard:
            return False
        if any(tag in _PLACES or tag.startswith(_PERSON) for tag in tags) or plain in self._topic_words:
            return False
        if any(
            piece in stop.generic or piece in stop.hard or (len(piece) == 1 and not piece.isascii())
            for piece in pieces
        ):
            return False
        if plain.isascii():  # a Latin name is written with a capital or a figure
            return word != word.lower() and any(map(str.isalpha, word))
        unknown = any(not tag for tag in tags)
        return unknown and all(tag[:1] in {kind[:1] for kind in _NOUNS} for tag in tags)


@dataclass(slots=True)
class _Side:
    """The reports of a span of days."""

    reports: set[tuple[int, str]]
    of_word: defaultdict[str, set[tuple[int, str]]]
    written: defaultdict[str, Counter[tuple[HotKind, str]]]
    titled: defaultdict[str, set[int]]

    @classmethod
    def of(cls, mentions: Iterable[Mention], finder: HotFinder) -> "_Side":
        """What these articles report."""
        side = cls(set(), defaultdict(set), defaultdict(Counter), defaultdict(set))
        for mention in mentions:
            report = mention.story_id, mention.publisher
            side.reports.add(report)
            for key, (kind, word) in finder.find(mention).items():
                side.of_word[key].add(report)
                side.written[key][kind, word] += 1
                if word in mention.title and mention.genre in _TELLING:
                    side.titled[key].add(mention.story_id)
        return side


def rising_words(
    now: Iterable[Mention], before: Iterable[Mention], finder: HotFinder, most: int = SHOWN
) -> tuple[HotWord, ...] | None:
    """At most so many words that rise, the most surprising first; None where too little was reported before."""
    here, there = _Side.of(now, finder), _Side.of(before, finder)
    if len(there.reports) < FEWEST_BEFORE or not here.reports:
        return None
    scored: list[tuple[float, str]] = []
    for key, reports in here.of_word.items():
        earlier = there.of_word.get(key, set())
        if len(reports) < FEWEST_REPORTS or len({publisher for _, publisher in reports}) < FEWEST_PUBLISHERS:
            continue
        if len(earlier) > EVERYWHERE * len(there.reports):
            continue
        if len(reports) * len(there.reports) <= len(earlier) * len(here.reports):
            continue
        surprise = g2(len(reports), len(here.reports), len(earlier), len(there.reports))
        named = any(kind == "name" for kind, _ in here.written[key])
        if surprise >= (NAME_SURPRISING if named else SURPRISING):
            scored.append((surprise, key))
    scored.sort(key=lambda each: (-each[0], each[1]))
    chosen = _distinct([key for _, key in scored], here)[:most]
    surprises = {key: surprise for surprise, key in scored}
    return tuple(_hot(key, surprises[key], here, there) for key in chosen)


def _distinct(keys: Sequence[str], side: _Side) -> list[str]:
    """The words less those that are about what a more surprising one is about."""
    kept: list[str] = []
    for key in keys:
        reports = side.of_word[key]
        if not any(_is_one_subject(key, reports, other, side.of_word[other]) for other in kept):
            kept.append(key)
    return kept


def _is_one_subject(
    key: str, reports: set[tuple[int, str]], other: str, theirs: set[tuple[int, str]]
) -> bool:
    shared = len(reports & theirs)
    within = key in other or other in key
    return shared >= ALIKE * (min(len(reports), len(theirs)) if within else len(reports | theirs))


def _hot(key: str, surprise: float, here: _Side, there: _Side) -> HotWord:
    reports = here.of_word[key]
    (kind, word), _ = max(here.written[key].items(), key=lambda each: (each[1], each[0]))
    publishers: defaultdict[int, set[str]] = defaultdict(set)
    for story_id, publisher in reports:
        publishers[story_id].add(publisher)
    best = max(publishers, key=lambda story: (story in here.titled[key], len(publishers[story]), story))
    return HotWord(
        word,
        "name" if any(each == "name" for each, _ in here.written[key]) else kind,
        len(reports),
        len({publisher for _, publisher in reports}),
        round(len(there.of_word.get(key, ())) / len(there.reports) * len(here.reports)),
        surprise,
        best,
    )
