"""The articles of the last days as the index remembers them, and how those that resemble a new one are found."""

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from bot.text.features import Features
from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.memo import Memo

SPAN = timedelta(days=4)
"""Between a story's first and its last article: what comes later is news of its own. An affair is remembered as long."""
CANDIDATES = 8
"""Articles compared exactly with a new one."""
_RARE_IDF = 6.0
"""Words more common than this find nothing worth comparing (发布 5.1, 模型 6.8, 芯片 9.0)."""
_COMMON = 400
"""Articles behind a word from which it is no longer looked at: it names a topic of the week."""
_ASKED = 16
"""Rarest words of a new article that are looked up …"""
_TELLING = 150
"""… and further words of its headline, up to so many articles behind each: a long lead has rarer words that tell less."""
_SAMPLES = ((16, 1), (64, 4), (1 << 16, 8))
"""Of an article with up to so many shingle values, one in so many is indexed; all are looked up and compared."""
_PROMISING = 10.0
"""Weight of the words that two articles share below which one pair in 250 tells of one affair."""
_FEW = 200
"""Articles below which it cannot be said how rare a word is: as many are assumed."""
_RAREST = 6.0
"""The natural logarithm of about how many articles a full memory has for one with a word that it never met."""
_Key = TypeVar("_Key", str, int)
_Behind = int | list[int]
"""The articles behind a word or value; of one, which is what most have, only its number: a list would be 90 bytes."""


@dataclass(frozen=True, slots=True)
class RememberedArticle:
    """One remembered article."""

    seen: Features
    published: datetime
    story_id: int
    publisher: str


class Memory:
    """Remembered articles by id, the members of each story in order of arrival, and what finds them."""

    def __init__(self) -> None:
        self.articles: dict[int, RememberedArticle] = {}
        self.members: dict[int, list[int]] = defaultdict(list)
        self._by_word: dict[str, _Behind] = {}
        self._by_shingle: dict[int, _Behind] = {}
        self._lexicon: Lexicon = load_lexicon()

    def add(self, number: int, known: RememberedArticle) -> None:
        """Remember an article that is not remembered."""
        self.articles[number] = known
        self.members[known.story_id].append(number)
        for word in _keys(known.seen):
            _put(self._by_word, word, number)
        for value in _sample(known.seen):
            _put(self._by_shingle, value, number)

    def drop(self, number: int) -> None:
        """Forget an article, if it is remembered."""
        known = self.articles.pop(number, None)
        if known is None:
            return
        self._leave(number, known.story_id)
        for word in _keys(known.seen):
            _remove(self._by_word, word, number)
        for value in _sample(known.seen):
            _remove(self._by_shingle, value, number)

    def move(self, number: int, story_id: int) -> None:
        """The remembered article belongs to that story now."""
        known = self.articles[number]
        self._leave(number, known.story_id)
        self.articles[number] = replace(known, story_id=story_id)
        self.members[story_id].append(number)

    def _leave(self, number: int, story_id: int) -> None:
        members = self.members[story_id]
        members.remove(number)
        if not members:
            del self.members[story_id]

    def having(self, word: str) -> int:
        """How many articles have the word in headline or lead; 0 for words that are too common to be looked at."""
        return _count(self._by_word.get(word))

    def rarity(self, word: str) -> float:
        """Of a word that some article has: from 0, where everybody has it or it says nothing, to about 1."""
        behind = self._by_word.get(word)  # none where nothing is found by it
        return math.log(max(len(self.articles), _FEW) / (1 + _count(behind))) / _RAREST if behind else 0.0

    def in_headlines(self, one: str, other: str, before: datetime) -> tuple[int, int]:
        """How many headlines have both words, and how many of these were published before that time (aware UTC)."""
        first, second = self._by_word.get(one), self._by_word.get(other)
        if first is None or second is None:
            return 0, 0
        both = set(_listed(first)).intersection(_listed(second))
        having = [
            known for known in map(self.articles.__getitem__, both) if {one, other}.issubset(known.seen.title)
        ]
        return len(having), sum(known.published < before for known in having)

    def candidates(self, number: int, seen: Features, published: datetime) -> list[int]:
        """Article ids worth an exact comparison, most promising first."""
        found: defaultdict[int, float] = defaultdict(float)
        copied = self._by_shingle.get
        for value in seen.shingles:
            copies = copied(value)
            if copies is None:
                continue
            if isinstance(copies, int):
                found[copies] += 8
            elif len(copies) <= _COMMON:
                for other in copies:
                    found[other] += 8
        title = set(seen.title)
        words = [
            (_count(behind), word, behind)
            for word in _keys(seen)
            if (behind := self._by_word.get(word)) and _count(behind) <= _COMMON
        ]
        words.sort()
        asked = words[:_ASKED]
        asked += [one for one in words[_ASKED:] if one[1] in title and one[0] <= _TELLING]
        for count, word, behind in asked:
            weight = self._lexicon.idf(word) * (2 if word in title else 1) / (1 + count / 40)
            for other in _listed(behind):
                found[other] += weight
        found.pop(number, None)
        known = self.articles
        promising = [
            (weight, other)
            for other, weight in found.items()
            if weight >= _PROMISING and abs(known[other].published - published) <= SPAN
        ]
        return [other for _, other in heapq.nlargest(CANDIDATES, promising)]


def _keys(seen: Features) -> list[str]:
    """Words that can find this article."""
    return list(filter(_load_finding().__getitem__, seen.lead))


def _sample(seen: Features) -> list[int]:
    """Shingle values that can find this article: a few hundred bytes each, so only a share of them."""
    size = len(seen.shingles)
    step = next(step for most, step in _SAMPLES if size <= most)
    return [value for value in seen.shingles if value % step == 0]


@cache
def _load_finding() -> Memo[bool]:
    """Whether a word is rare enough to find an article by."""
    idf = load_lexicon().idf
    return Memo(lambda word: len(word) > 1 and not word.isdigit() and idf(word) >= _RARE_IDF)


def _put(postings: dict[_Key, _Behind], key: _Key, number: int) -> None:
    """Add one article to one list."""
    behind = postings.get(key)
    if behind is None:
        postings[key] = number
    elif isinstance(behind, int):
        postings[key] = [behind, number]
    else:
        behind.append(number)


def _count(behind: _Behind | None) -> int:
    if behind is None:
        return 0
    return 1 if isinstance(behind, int) else len(behind)


def _listed(behind: _Behind) -> Sequence[int]:
    return (behind,) if isinstance(behind, int) else behind


def _remove(postings: dict[_Key, _Behind], key: _Key, number: int) -> None:
    """Take one article out of one list (it stands near the front: lists are in order of arrival)."""
    behind = postings[key]
    if isinstance(behind, int):
        del postings[key]
        return
    behind.remove(number)
    if len(behind) == 1:
        postings[key] = behind[0]
