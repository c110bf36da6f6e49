"""What a reader wants less or more of, whatever they follow: muted words, topics and sources, and what they lean to. Pure.

    RankedStories.ranked → less what is muted → moved by what the reader leans to → filled

A muted word or topic: no story is told whose title or summary has it. A muted source: its reports do not lead a story, are
not named and do not count; a story that nobody else reports is not told. 多 and 少 move a story's rank by `LEAN` each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.briefing.filling import Ranked, ReaderProfile
from bot.briefing.matching import STRENGTH_SUMMARY, Candidate, Keyword
from bot.briefing.select import RankedStories
from bot.text.normalise import normalise
from storage.models import Article, EditionItem, Story, Subscription, Taste, TasteKind

LEAN: Final = 0.5
"""What one 多 adds to the rank of a story and one 少 takes from it: as much as nine hours of age, or two thirds of the way from
one outlet to three."""


MAX_LEAN: Final = 3
"""Steps; as many as one thing can be pressed up or down."""


@dataclass(frozen=True, slots=True)
class TasteEffect:
    """What a reader's tastes change of what they could be told. Readers with equal effects are told the same.

    Stories are bits, by their place among the candidates.
    """

    muted: int = 0
    without: tuple[tuple[str, int], ...] = ()
    """Muted sources (normalised), each with the stories that it reports."""
    leans: tuple[tuple[int, int], ...] = ()
    """Steps up or down, each with its stories."""


NO_EFFECT: Final = TasteEffect()


class TastedStories:
    """The ranked stories of one moment as readers with tastes see them; what a taste meets is found once for all."""

    def __init__(self, stories: RankedStories) -> None:
        self._stories = stories
        self._met: dict[tuple[str, str], int] = {}

    def effect(self, profile: ReaderProfile) -> TasteEffect:
        """What the profile's tastes change for this reader."""
        if not profile.tastes:
            return NO_EFFECT
        return self.effect_on(self._stories.reach(profile), profile.tastes)

    def effect_on(self, reach: int, tastes: Sequence[Taste]) -> TasteEffect:
        """What tastes change for a reader who could be told these stories (see `RankedStories.reach`)."""
        muted, without, leans = 0, [], []
        for taste in tastes:
            places = self._places(taste) & reach
            if not places:
                continue
            if not taste.muted:
                leans.append((taste.lean, places))
            elif taste.kind == "source":
                without.append((normalise(taste.value), places))
            else:
                muted |= places
        if not (muted or without or leans):
            return NO_EFFECT
        return TasteEffect(muted, tuple(sorted(without)), tuple(sorted(leans)))

    def ranked(self, profile: ReaderProfile) -> Sequence[Ranked]:
        """What a reader with these wishes could be told, best first."""
        return self.seen(self._stories.ranked(profile), self.effect(profile))

    def seen(self, ranked: Sequence[Ranked], effect: TasteEffect) -> Sequence[Ranked]:
        """The stories, ranked for a reader without tastes, as this effect leaves them."""
        if effect == NO_EFFECT:
            return ranked
        kept = [entry for entry in ranked if not effect.muted >> entry.place & 1]
        if effect.without:
            kept = [found for entry in kept if (found := self._without(entry, effect)) is not None]
        if effect.leans:
            kept = [_moved(entry, effect) for entry in kept]
        kept.sort(key=lambda entry: entry.order)
        return kept

    def _without(self, entry: Ranked, effect: TasteEffect) -> Ranked | None:
        """The story without the reports of muted sources; None where no other is left, or it is no longer wanted."""
        names = frozenset(name for name, places in effect.without if places >> entry.place & 1)
        if not names:
            return entry
        story = without_sources(entry.item.story, names)
        return self._stories.reduced(entry, story) if story is not None else None

    def _places(self, taste: Taste) -> int:
        """The stories that it meets, found when first asked for."""
        key = taste.kind, taste.value
        if key not in self._met:
            self._met[key] = self._find(taste)
        return self._met[key]

    def _find(self, taste: Taste) -> int:
        candidates = self._stories.candidates
        if taste.kind == "keyword":
            met = self._stories.strengths(Subscription("keyword", taste.value))
            return sum(1 << place for place, how in met.items() if how >= STRENGTH_SUMMARY)
        return sum(1 << place for place, each in enumerate(candidates) if _meets(taste, each))


def with_taste(tastes: Sequence[Taste], taste: Taste) -> tuple[Taste, ...]:
    """The tastes with this one, in place of another of the same thing; in their canonical order."""
    others = without_taste(tastes, taste.kind, taste.value)
    return tuple(sorted((*others, taste), key=lambda each: (each.kind, each.value)))


def without_taste(tastes: Sequence[Taste], kind: TasteKind, value: str) -> tuple[Taste, ...]:
    """The tastes without the one of this thing."""
    return tuple(each for each in tastes if (each.kind, each.value) != (kind, value))


def leaning(tastes: Sequence[Taste], kind: TasteKind, value: str, steps: int) -> tuple[Taste, ...]:
    """The tastes with this thing so many steps higher or lower, within `MAX_LEAN`; what is at neither is forgotten."""
    now = next((each.lean for each in tastes if (each.kind, each.value) == (kind, value)), 0)
    lean = min(max(now + steps, -MAX_LEAN), MAX_LEAN)
    return with_taste(tastes, Taste(kind, value, lean)) if lean else without_taste(tastes, kind, value)


def met_by(story: Story, tastes: Sequence[Taste]) -> tuple[Taste, ...]:
    """Those of the tastes that the story meets, as its rank was moved by them."""
    candidate = Candidate(story)
    return tuple(taste for taste in tastes if _meets(taste, candidate))


def unmuted(items: Sequence[EditionItem], tastes: Sequence[Taste]) -> tuple[EditionItem, ...]:
    """What was told before, less what has been muted since."""
    names = _muted_sources(tastes)
    muted = [taste for taste in tastes if taste.muted]
    left = []
    for item in items:
        story = without_sources(item.story, names)
        if story is not None and not met_by(story, muted):
            left.append(item if story is item.story else replace(item, story=story))
    return tuple(left)


def _muted_sources(tastes: Sequence[Taste]) -> frozenset[str]:
    return frozenset(normalise(taste.value) for taste in tastes if taste.muted and taste.kind == "source")


def without_sources(story: Story, names: frozenset[str]) -> Story | None:
    """The story without the reports of these sources (normalised names); None where nothing is left."""
    left = tuple(article for article in story.articles if not _is_by(article, names))
    if len(left) == len(story.articles):
        return story
    return replace(story, articles=left) if left else None


def shown_to(story: Story, tastes: Sequence[Taste]) -> Story:
    """A story that was told before, as its reader sees it now: muted sources are not named. Its lead stays."""
    names = _muted_sources(tastes)
    if not names:
        return story
    lead, *rest = story.articles
    return replace(story, articles=(lead, *(article for article in rest if not _is_by(article, names))))


def _is_by(article: Article, names: frozenset[str]) -> bool:
    return normalise(article.publisher) in names or str(article.source_id) in names


def _meets(taste: Taste, candidate: Candidate) -> bool:
    """Whether the story is by it, of it, or has it in a title or summary; an aside in the text is nothing."""
    if taste.kind == "source":
        return normalise(taste.value) in candidate.sources
    if taste.kind == "topic":
        return taste.value in candidate.topics
    return Keyword(taste.value).strength(candidate) >= STRENGTH_SUMMARY


def _moved(entry: Ranked, effect: TasteEffect) -> Ranked:
    steps = sum(lean for lean, places in effect.leans if places >> entry.place & 1)
    if not steps:
        return entry
    rank = entry.rank + LEAN * steps
    return replace(entry, rank=rank, order=(-rank, entry.story_id))
