"""The incremental index behind `bot.stories` (its rules stand there)."""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import TypeVar

from bot.text.kept import Kept
from bot.text.lexicon import Lexicon, load_lexicon
from bot.text.segment import Segmenter
from bot.text.similarity import Comparison, Features, features
from bot.text.wording import Wording
from storage.models import Article

SPAN = timedelta(days=4)
"""Between a story's first and its last article: what comes later is news of its own."""
LARGEST = 60
"""Articles of one story; more would be a topic."""
CANDIDATES = 8
"""Articles compared exactly with a new one."""
WITNESSES = 3
"""Members of a story, beside its lead, that are asked."""
_RARE_IDF = 6.0
"""Words more common than this find nothing worth comparing (发布 5.1, 模型 6.8, 芯片 9.0)."""
_COMMON = 400
"""Articles behind a word from which it is no longer looked at: it names a topic of the week."""
_ASKED = 16
"""Rarest words of a new article that are looked up."""
_SAMPLES = ((16, 1), (64, 4), (1 << 16, 8))
"""Of an article with up to so many shingle values, one in so many is indexed; all are looked up and compared."""
_NAME_IDF = 8.0
"""A word this rare can be a matter of its own (芯片 9.0, 公司 3.5)."""
_ELSEWHERE = 8
"""Articles of other stories behind a name from which it is a name of the week (a strait in a crisis)."""
_LEAST = 0.88
"""The score demanded of the lead: more than for a pair that someone picked as alike, because an index meets
thousands of pairs that are not."""
_AT_ALL = 0.8
"""Below it a report disagrees, and it does not matter how much."""
_SURE = 0.94
"""The score demanded where only names of the week are shared."""
DEVELOPMENT = timedelta(hours=18)
"""After a story's first report: what brings new facts then is a development, a story of its own."""
_RELATED = 0.865
"""The score demanded of a development and some report of the story; where only names of the week are shared `_SURE`
is. Read over a month of feeds: below it half were about the same subject only."""
_NEW_FACTS = 2
"""Figures, in headline and lead, that no report of the story has."""
_TOLD = 0.75
"""Of a headline's weight, the most that a development's shares with what the story's reports say first."""
_SAME_HEADLINE = 0.999
"""The score of two articles that have one headline."""
_WINDOW_DAYS = 14
_Key = TypeVar("_Key", str, int)


@dataclass(frozen=True, slots=True)
class _Known:
    """One remembered article."""

    seen: Features
    published: datetime
    story_id: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a new article belongs."""

    story_id: int | None
    """The story that it joins, or None: it begins one."""
    follows: int | None = None
    """The earlier story whose development it tells of, where it begins one."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """How an article and a story agree."""

    score: float | None
    """How well it fits (0..1); None where it does not."""
    best: float
    """The highest score with any report that was looked at."""
    develops: bool
    """It is related, later, and brings new facts."""


class StoryIndex:
    """Recent articles and the story of each. Not thread-safe: one owner places and adds."""

    def __init__(self, segmenter: Segmenter, days: int = _WINDOW_DAYS) -> None:
        self._segmenter = segmenter
        self._lexicon: Lexicon = load_lexicon()
        self._window = timedelta(days=days)
        self._articles: dict[int, _Known] = {}
        self._members: dict[int, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_shingle: dict[int, list[int]] = defaultdict(list)
        self._apart: dict[int, set[int]] = defaultdict(set)
        self._fresh: tuple[int, Features] | None = None

    def __len__(self) -> int:
        return len(self._articles)

    def __contains__(self, article_id: int) -> bool:
        return article_id in self._articles

    def restore(self, articles: Iterable[Article]) -> None:
        """Remember stored articles, in any order; those without a story are passed over, and those published
        more than the index's days before the newest."""
        stored = sorted(
            (one for one in articles if one.story_id is not None), key=lambda one: (one.published_at, one.id)
        )
        for article in stored:
            if article.published_at >= stored[-1].published_at - self._window:
                self.add(article)

    def place(self, article: Article) -> int | None:
        """The story that this new article joins, or None: it begins one. Changes nothing that counts."""
        return self.decide(article.id, article.published_at, self._features(article)).story_id

    def decide(self, article_id: int, published: datetime, seen: Features) -> Placement:
        """The same of an article that was looked at, and which story it follows if it begins one as a development.
        Changes nothing that counts.
        """
        if seen.published != published:
            seen = replace(seen, published=published)
        self._fresh = (article_id, seen)
        joins: tuple[float, int] | None = None
        follows: tuple[float, int] | None = None
        asked: set[int] = set()
        held = Comparison(seen)
        for other in self._candidates(article_id, seen, published):
            story_id = self._articles[other].story_id
            if story_id in asked or story_id in self._apart.get(article_id, ()):
                continue
            asked.add(story_id)
            fit = self._fit(held, published, story_id, other)
            if fit.develops:
                follows = max(follows or (0.0, 0), (fit.best, story_id))
            elif fit.score is not None and (joins is None or fit.score > joins[0]):
                joins = (fit.score, story_id)
        if joins:
            return Placement(joins[1])
        return Placement(None, follows[1] if follows else None)

    def remove(self, article_id: int) -> None:
        """Forget an article that the store does not have (its transaction failed, or it is too old to be kept)."""
        self._drop(article_id)
        self._fresh = None

    def add(self, article: Article) -> None:
        """Remember an article under its story. Raises ValueError where it has none."""
        if article.story_id is None:
            raise ValueError(f"article {article.id} has no story")
        self._drop(article.id)
        fresh = self._fresh
        seen = fresh[1] if fresh and fresh[0] == article.id else self._features(article)
        self._fresh = None
        self._articles[article.id] = _Known(seen, article.published_at, article.story_id)
        self._members[article.story_id].append(article.id)
        for word in self._keys(seen):
            self._by_word[word].append(article.id)
        for value in self._sample(seen):
            self._by_shingle[value].append(article.id)

    def forget(self, before: datetime) -> int:
        """Let go of articles published before `before` (UTC); how many went."""
        gone = [number for number, known in self._articles.items() if known.published < before]
        for number in gone:
            self._drop(number)
            self._apart.pop(number, None)
        return len(gone)

    def keep_apart(self, article_id: int, story_id: int) -> None:
        """An owner's undo: this article never belongs to that story again, and leaves it if it is in it."""
        self._apart[article_id].add(story_id)
        known = self._articles.get(article_id)
        if known is not None and known.story_id == story_id:
            self._drop(article_id)

    def _features(self, article: Article) -> Features:
        wording = Wording(article.title, article.text, self._segmenter)
        return features(wording, article.published_at, article.fingerprint or None)

    @staticmethod
    def _keys(seen: Features) -> list[str]:
        """Words that can find this article."""
        return list(filter(_load_finding().__getitem__, seen.lead))

    @staticmethod
    def _sample(seen: Features) -> list[int]:
        """Shingle values that can find this article: a few hundred bytes each, so only a share of them."""
        size = len(seen.shingles)
        step = next(step for most, step in _SAMPLES if size <= most)
        return [value for value in seen.shingles if value % step == 0]

    def _candidates(self, number: int, seen: Features, published: datetime) -> list[int]:
        """Article ids worth an exact comparison, most promising first."""
        found: defaultdict[int, float] = defaultdict(float)
        for copies in filter(None, map(self._by_shingle.get, seen.shingles)):
            if len(copies) <= _COMMON:
                for other in copies:
                    found[other] += 8
        title = set(seen.title)
        words = [
            (len(behind), word, behind)
            for word in self._keys(seen)
            if (behind := self._by_word.get(word)) and len(behind) <= _COMMON
        ]
        words.sort()
        for count, word, behind in words[:_ASKED]:
            weight = self._lexicon.idf(word) * (2 if word in title else 1) / (1 + count / 40)
            for other in behind:
                found[other] += weight
        found.pop(number, None)
        best = heapq.nlargest(CANDIDATES * 3, zip(found.values(), found, strict=True))
        near = (other for _, other in best if abs(self._articles[other].published - published) <= SPAN)
        return list(islice(near, CANDIDATES))

    def _fit(self, held: Comparison, published: datetime, story_id: int, found_by: int) -> _Fit:
        """How the article and the story agree: with its lead, with the report that was found, with the latest."""
        members = self._members[story_id]
        lead = members[0]
        others = [one for one in dict.fromkeys([found_by, *members[-WITNESSES:]]) if one != lead]
        asked = [self._articles[one].seen for one in others[:WITNESSES]]
        first = held.with_(self._articles[lead].seen, least=_RELATED)
        begun = self._articles[lead].published
        full = len(members) >= LARGEST or abs(begun - published) > SPAN
        late = published - begun >= DEVELOPMENT and self._has_figures(held.features, members)
        if first.score == 1.0 or (first.score < _LEAST and not late):  # else it can only be a reprint
            reprint = first.score == 1.0 or (not full and any(map(held.is_reprint, asked)))
            return _Fit(1.0 if reprint and not full else None, first.score, develops=False)
        least = _AT_ALL if first.score >= _LEAST else _RELATED
        verdicts = [held.with_(seen, least=least) for seen in asked]
        best = max(verdict.score for verdict in [first, *verdicts])
        if best == 1.0:
            return _Fit(None if full else best, best, develops=False)
        if best < _RELATED:
            return _Fit(None, best, develops=False)
        demanded = self._demand(held.features, story_id)
        related = best >= _SURE or demanded < _SURE
        if late and related and best < _SAME_HEADLINE and self._is_new(held.features, members):
            return _Fit(None, best, develops=True)
        agree = sum(verdict.same for verdict in verdicts)
        if full or first.score < demanded or agree * 2 < len(verdicts):
            return _Fit(None, best, develops=False)
        mean = (first.score + sum(verdict.score for verdict in verdicts)) / (1 + len(verdicts))
        return _Fit(mean, best, develops=False)

    def _has_figures(self, seen: Features, members: list[int]) -> bool:
        """Do headline and lead have figures that no report of the story had first?"""
        known = (self._articles[one].seen.facts for one in members)
        return len(seen.facts) >= _NEW_FACTS and len(seen.facts.difference(*known)) >= _NEW_FACTS

    def _is_new(self, seen: Features, members: list[int]) -> bool:
        """Does the headline say what no report of the story said first?"""
        told = {word for one in members for word in self._articles[one].seen.lead}
        idf = self._lexicon.idf
        weight = sum(idf(word) for word in seen.title)
        return sum(idf(word) for word in seen.title if word in told) <= _TOLD * weight

    def _demand(self, seen: Features, story_id: int) -> float:
        """The score that the lead must reach: more where all that the two share are names of the week."""
        lead = self._articles[self._members[story_id][0]].seen
        idf, size = self._lexicon.idf, len(self._members[story_id])
        for word in set(seen.lead).intersection(lead.lead):
            if len(word) > 1 and idf(word) >= _NAME_IDF and not word.isdigit():
                elsewhere = len(self._by_word.get(word, ())) - size
                if elsewhere <= _ELSEWHERE:
                    return _LEAST
        return _SURE

    def _drop(self, number: int) -> None:
        known = self._articles.pop(number, None)
        if known is None:
            return
        members = self._members[known.story_id]
        members.remove(number)
        if not members:
            del self._members[known.story_id]
        for word in self._keys(known.seen):
            _remove(self._by_word, word, number)
        for value in self._sample(known.seen):
            _remove(self._by_shingle, value, number)


@cache
def _load_finding() -> Kept[bool]:
    """Is a word rare enough to find an article by?"""
    idf = load_lexicon().idf
    return Kept(lambda word: len(word) > 1 and not word.isdigit() and idf(word) >= _RARE_IDF)


def _remove(postings: dict[_Key, list[int]], key: _Key, number: int) -> None:
    """Take one article out of one list (it stands near the front: lists are in order of arrival)."""
    behind = postings[key]
    behind.remove(number)
    if not behind:
        del postings[key]
