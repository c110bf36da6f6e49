"""Is an article news, or does it argue, review, teach or tell a tale? By marks of its headline and of its first sentences.

Both are of the industry; a briefing tells the news first. The marks and what they say are data/genre.toml.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.text.headline import take_apart
from storage.models import Genre

NEWS = -0.5
"""Logit from which on a piece is news rather than an essay, where most of all news is found for the fewest essays."""
_LEAD = 2
"""Sentences of a summary that are looked at."""


@dataclass(frozen=True, slots=True)
class _Mark:
    says: float
    why: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Marks:
    """data/genre.toml."""

    title: tuple[_Mark, ...]
    lead: tuple[_Mark, ...]
    kinds: tuple[tuple[Genre, re.Pattern[str]], ...]


@cache
def _load_marks() -> _Marks:
    table = tomllib.loads((resources.files("bot.text") / "data" / "genre.toml").read_text(encoding="utf-8"))
    made = {
        place: tuple(
            _Mark(mark["says"], mark["why"], re.compile("|".join(mark["patterns"]))) for mark in marks
        )
        for place, marks in table.items()
        if place != "kinds"
    }
    kinds = tuple((kind["genre"], re.compile("|".join(kind["patterns"]))) for kind in table["kinds"])
    return _Marks(**made, kinds=kinds)


def newsworthiness(title: str, summary: tuple[str, ...]) -> float:
    """From -1 (opinion, essay, review) to 1 (news); 0 where nothing says either."""
    marks = _load_marks()
    says = _sum(marks.title, _headline(title))
    says += _sum(marks.lead, "\n".join(summary[:_LEAD]))
    return max(-1.0, min(1.0, says))


def genre_of(title: str, news: float) -> Genre:
    """What kind of piece it is, by its headline and by how surely it is news (a logit)."""
    text = f"{title}\n{_headline(title)}"  # a label such as 早报 is no part of the headline
    for genre, pattern in _load_marks().kinds:
        if pattern.search(text):
            return genre
    return "news" if news >= NEWS else "feature"


def title_marks(title: str) -> dict[str, float]:
    """The marks that a headline bears, by why they are marks."""
    text = _headline(title)
    return {f"headline: {mark.why}": 1.0 for mark in _load_marks().title if mark.pattern.search(text)}


def lead_marks(text: str) -> dict[str, float]:
    """The marks that first sentences bear, by why they are marks."""
    return {mark.why: 1.0 for mark in _load_marks().lead if mark.pattern.search(text)}


def _headline(title: str) -> str:
    parts = take_apart(title)
    return f"{parts.column}｜{parts.core}" if parts.column else parts.core


def _sum(marks: Iterable[_Mark], text: str) -> float:
    return sum(mark.says for mark in marks if mark.pattern.search(text))
