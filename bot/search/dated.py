"""A date among the words of a query is when, not what: 2026年8月腾讯财报, 上个月 华为, tencent August 2026. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.search.query import Query, Term
from bot.search.spans import parse_span
from bot.text.normalise import normalise, squash

MOST_LETTERS = 12
"""Letters of a query beside its date: a longer one is a headline, whose date is part of what is told."""
_NUMBERS = r"20\d{2}年(?:\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月(?:\d{1,2}[日号])?|20\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
_NAMED = "去年|今年|上个月|上月|本月|上周|昨天|前天"
_BESIDE = re.compile(rf"^({_NUMBERS}|{_NAMED})份?的?(?=\D)(.+)$|^(.*?\D)({_NUMBERS}|{_NAMED})份?$")
_ALONE = re.compile(rf"(?:{_NUMBERS}|{_NAMED}|今天|今日|昨日|本周|today|yesterday)份?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(rf"(?:{'|'.join(_MONTHS)})(?:[a-z]{{0,7}})\.?")


@dataclass(frozen=True, slots=True)
class DatedQuery:
    """A query whose date has become its time."""

    query: Query
    date: str
    """The date as it was typed."""


def dated(query: Query, now: datetime, zone: tzinfo) -> DatedQuery | None:
    """The query with the first date among its words as `since` and `until`; None where it has none, names a time
    already, is as long as a headline, or is nothing but the date."""
    if query.since or query.until:
        return None
    groups = list(query.groups)
    for place, group in enumerate(groups):
        if len(group) > 1 or group[0].phrase:
            continue
        following = groups[place + 1][0].text if place + 1 < len(groups) else ""
        found = _read(group[0].text, following)
        if found is None:
            continue
        words, rest, taken = found
        span = parse_span(_plain(words), now, zone)
        if span is None:
            continue
        kept = [*groups[:place], *([(Term(rest),)] if rest else []), *groups[place + taken :]]
        letters = sum(len(squash(term.text)) for each in kept for term in each)
        if not 0 < letters <= MOST_LETTERS:
            return None
        return DatedQuery(replace(query, groups=tuple(kept), since=span[0], until=span[1]), words)
    return None


def _read(text: str, following: str) -> tuple[str, str, int] | None:
    """The date in a word, the rest of the word, and how many words were read; None where there is no date."""
    plain = normalise(text)
    if _ALONE.fullmatch(plain):
        return text, "", 1
    if _ENGLISH.fullmatch(plain) and re.fullmatch(r"20\d{2}", following):
        return f"{text} {following}", "", 2
    if beside := _BESIDE.match(plain):
        return (beside[1], beside[2], 1) if beside[1] else (beside[4], beside[3], 1)
    return None


def _plain(words: str) -> str:
    """The date in a form that `parse_span` reads."""
    plain = normalise(words).removesuffix("份").replace("号", "日")
    month, _, year = plain.partition(" ")
    if year and month[:3] in _MONTHS:
        return f"{year}-{_MONTHS.index(month[:3]) + 1}"
    return plain
