"""The incremental index behind `bot.stories` (its rules stand there)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.stories.fitting import LARGEST, Fitting
from bot.stories.memory import SPAN, Memory, RememberedArticle
from bot.text.aliases import Aliases, load_aliases
from bot.text.features import Features, features
from bot.text.segment import Segmenter
from bot.text.similarity import compare
from bot.text.wording import Wording
from storage.models import Article

_WINDOW_DAYS = 14
_BRIDGED = 0.92
"""The score that an article must have with two stories to join them."""
_SURELY = 1.0
"""The log odds at which an article relates a second story to the affair: else one piece on a subject would join all."""
_NEAR = 0.7
"""The score that their first reports must have with each other for it: a story is no chain of neighbours."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a new article belongs."""

    story_id: int | None
    """The story that it joins, or None: it begins one."""
    follows: int | None = None
    """The earlier story of the same affair that its story follows."""
    relates: tuple[int, ...] = ()
    """Further stories that it shows to be of that affair."""
    repeats: bool = False
    """It begins a story, and says nothing that the one which it follows has not said."""
    merges: tuple[int, ...] = ()
    """Further stories that it shows to be the one that it joins."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a merge of two stories changed."""

    story_id: int
    into: int
    articles: tuple[int, ...]
    """Those that the first brought."""
    apart: tuple[int, ...]
    """Articles that were kept apart from the first only."""


class StoryIndex:
    """Recent articles and the story of each. Not thread-safe: one owner places and adds."""

    def __init__(
        self, segmenter: Segmenter, days: int = _WINDOW_DAYS, aliases: Aliases | None = None
    ) -> None:
        self._segmenter = segmenter
        self._aliases = aliases or load_aliases()
        self._window = timedelta(days=days)
        self._memory = Memory()
        self._apart: dict[int, set[int]] = defaultdict(set)
        self._fresh: tuple[int, Features] | None = None

    def __len__(self) -> int:
        return len(self._memory.articles)

    def __contains__(self, article_id: int) -> bool:
        return article_id in self._memory.articles

    def restore(self, articles: Iterable[Article]) -> None:
        """Remember stored articles, in any order; those without a story are passed over, and those published
        more than the index's days before the newest."""
        stored = sorted(
            (one for one in articles if one.story_id is not None), key=lambda one: (one.published_at, one.id)
        )
        for article in stored:
            if article.published_at >= stored[-1].published_at - self._window:
                self.add(article)

    def look(
        self, wording: Wording, published: datetime | None, fingerprint: Sequence[int] | None = None
    ) -> Features:
        """The features of an article that the index compares; `fingerprint` if it is known already. Changes nothing."""
        return features(wording, published, fingerprint or None, self._aliases)

    def place(self, article: Article) -> int | None:
        """The story that this new article joins, or None: it begins one. Changes nothing that counts."""
        seen = self._look_at(article)
        return self.decide(article.id, article.published_at, seen, article.publisher).story_id

    def decide(self, article_id: int, published: datetime, seen: Features, publisher: str = "") -> Placement:
        """Where an article belongs that was looked at: the story that it joins, the stories that it shows to be one,
        the story that it follows. Changes nothing that counts.
        """
        if seen.published != published:
            seen = replace(seen, published=published)
        self._fresh = (article_id, seen)
        fitting = Fitting(self._memory, RememberedArticle(seen, published, 0, publisher))
        joins: dict[int, float] = {}
        follows: tuple[float, int] | None = None
        related: dict[int, float] = {}
        asked: set[int] = set()
        for other in self._memory.candidates(article_id, seen, published):
            story_id = self._memory.articles[other].story_id
            if story_id in self._apart.get(article_id, ()):
                continue
            if (surely := fitting.affair(other)) > 0.0:
                related[story_id] = max(surely, related.get(story_id, 0.0))
            if story_id in asked:
                continue
            asked.add(story_id)
            fit = fitting.fit(story_id, other)
            if fit.develops:
                follows = max(follows or (0.0, 0), (fit.best, story_id))
            elif fit.score is not None:
                joins[story_id] = fit.score
        if joins:
            one = self._bridged(_best(joins), joins)
            return Placement(one[0], *_related(related, one), merges=tuple(one[1:]))
        if follows:
            return Placement(None, follows[1], _related(related, [follows[1]])[1])
        if related:
            earlier, others = _related(related, [])
            return Placement(None, earlier, others, repeats=earlier is not None and fitting.repeats(earlier))
        return Placement(None)

    def _bridged(self, best: int, joins: dict[int, float]) -> list[int]:
        """The story that the article joins best and those that are the same one for its sake, the oldest first."""
        one = [best]
        if joins[best] >= _BRIDGED:
            one += [
                story_id
                for story_id, score in joins.items()
                if story_id != best and score >= _BRIDGED and self._are_one(best, story_id)
            ]
        return sorted(one)

    def _are_one(self, a: int, b: int) -> bool:
        """May two stories be joined: are they near, not too many, and has no owner set them apart?"""
        ours, theirs = self._memory.members[a], self._memory.members[b]
        if len(ours) + len(theirs) >= LARGEST or any(
            other in self._apart.get(one, ())
            for members, other in ((ours, b), (theirs, a))
            for one in members
        ):
            return False
        first, second = self._memory.articles[ours[0]], self._memory.articles[theirs[0]]
        if abs(first.published - second.published) > SPAN:
            return False
        return compare(first.seen, second.seen).score >= _NEAR

    def remove(self, article_id: int) -> None:
        """Forget an article that the store does not have (its transaction failed, or it is too old to be kept)."""
        self._memory.drop(article_id)
        self._fresh = None

    def add(self, article: Article) -> None:
        """Remember an article under its story. Raises ValueError where it has none."""
        if article.story_id is None:
            raise ValueError(f"article {article.id} has no story")
        self._memory.drop(article.id)
        fresh = self._fresh
        seen = fresh[1] if fresh and fresh[0] == article.id else self._look_at(article)
        self._fresh = None
        known = RememberedArticle(seen, article.published_at, article.story_id, article.publisher)
        self._memory.add(article.id, known)

    def merge(self, story_id: int, into: int) -> Moved:
        """Two stories are one: the articles of the first belong to the second, which is kept apart from whatever the
        first was. Returns what `move_back` wants."""
        came = tuple(self._memory.members.get(story_id, ()))
        members = [*self._memory.members.get(into, ()), *came]
        for number in sorted(members, key=lambda one: (self._memory.articles[one].published, one)):
            self._memory.move(number, into)
        apart = [
            article for article, stories in self._apart.items() if story_id in stories and into not in stories
        ]
        for article in apart:
            self._apart[article].add(into)
        return Moved(story_id, into, came, tuple(apart))

    def move_back(self, moved: Moved) -> None:
        """The store does not have a merge (its transaction failed): the stories are two again."""
        for number in moved.articles:
            self._memory.move(number, moved.story_id)
        for article in moved.apart:
            self._apart[article].discard(moved.into)

    def forget(self, before: datetime) -> int:
        """Forget articles published before `before` (aware UTC); returns how many."""
        gone = [number for number, known in self._memory.articles.items() if known.published < before]
        for number in gone:
            self._memory.drop(number)
            self._apart.pop(number, None)
        return len(gone)

    def keep_apart(self, article_id: int, story_id: int) -> None:
        """An owner's undo: this article never belongs to that story again, and leaves it if it is in it."""
        self._apart[article_id].add(story_id)
        known = self._memory.articles.get(article_id)
        if known is not None and known.story_id == story_id:
            self._memory.drop(article_id)

    def let_together(self, article_id: int, story_id: int) -> None:
        """An owner takes that back: the article may belong to that story again."""
        self._apart[article_id].discard(story_id)

    def _look_at(self, article: Article) -> Features:
        wording = Wording(article.title, article.text, self._segmenter)
        return self.look(wording, article.published_at, article.fingerprint)


def _related(related: dict[int, float], but: Collection[int]) -> tuple[int | None, tuple[int, ...]]:
    """Of the stories that may be of one affair with an article, without those `but`: the likeliest, and further ones that
    surely are."""
    others = {story_id: surely for story_id, surely in related.items() if story_id not in but}
    if not others:
        return None, ()
    first = _best(others)
    return first, tuple(sorted(one for one, surely in others.items() if one != first and surely >= _SURELY))


def _best(scores: dict[int, float]) -> int:
    """The story with the highest score, of several the latest."""
    return max(scores, key=lambda story_id: (scores[story_id], story_id))
