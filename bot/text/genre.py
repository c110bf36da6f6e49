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

_LEAD = 2
"""Sentences of a summary that are looked at."""


@dataclass(frozen=True, slots=True)
class _Mark:
    says: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Marks:
    """data/genre.toml."""

    title: tuple[_Mark, ...]
    lead: tuple[_Mark, ...]


@cache
def _load_marks() -> _Marks:
    table = tomllib.loads((resources.files("bot.text") / "data" / "genre.toml").read_text(encoding="utf-8"))
    made = {
        place: tuple(_Mark(mark["says"], re.compile("|".join(mark["patterns"]))) for mark in marks)
        for place, marks in table.items()
    }
    return _Marks(**made)


def newsworthiness(title: str, summary: tuple[str, ...]) -> float:
    """From -1 (opinion, essay, review) to 1 (news); 0 where nothing says either."""
    marks = _load_marks()
    headline = take_apart(title)
    says = _sum(marks.title, f"{headline.column}｜{headline.core}" if headline.column else headline.core)
    says += _sum(marks.lead, "\n".join(summary[:_LEAD]))
    return max(-1.0, min(1.0, says))


def _sum(marks: Iterable[_Mark], text: str) -> float:
    return sum(mark.says for mark in marks if mark.pattern.search(text))
