"""What a headline says once its furniture is taken away: column names, labels, "3小时前", a lead run into it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.text.boilerplate import load_boilerplate

_BAR = re.compile(r"\s*[丨｜|]\s*")
_BRACKET = re.compile(r"^【([^【】]{1,16})】\s*")
_SPACE = re.compile(r"[ \u3000\n]+")
_SUBJECT = re.compile(r"^([^：:？?！!，,。“《]{2,14})[：:](?=\S)")
_COLUMN = 10
"""Characters of the longest column name: 南方周末编辑部札记 and shorter."""
_LEAST = 4
"""Characters that must be left of a headline when a column name is taken off its front."""
_TOLD = 8
"""Characters that must be left of a headline when a rubric is taken off it."""
_SHORT_RUBRIC = re.compile("[一-鿿]{1,6}")
"""What is behind the last bar of a headline and no longer than this names who wrote it, or a column."""
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{2,12})[）)]$")
_LISTED_ON = re.compile(r"(?<=[^\x00-\x7f])\s+(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$")
"""The day on which a list of headlines has it: two digits each, so no result of a match."""
_RUN_IN = 36
"""A title longer than this with a blank after a full headline has its lead sentence behind the blank."""
_HEADLINE = 8


_LATEST = 256
"""Titles whose parts are remembered: an article's are asked for four times over, and a feed is parsed before it is read."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A title taken apart; every part may be empty."""

    column: str
    """The recurring title of a series (记者手记, 习言道): says nothing about the event."""
    core: str
    """The headline proper."""
    rest: str
    """A lead sentence that the page ran into the title."""
    subject: str
    """Who or where, when the headline has the form 「谁：什么」; also part of `core`."""


@lru_cache(_LATEST)
def take_apart(title: str) -> Headline:
    """The parts of a title as it came from a feed."""
    plain = load_boilerplate()
    text = _strip(title.strip())
    columns: list[str] = []
    bracket = _BRACKET.match(text)
    if bracket and len(text) > bracket.end():
        columns.append(bracket[1])
        text = text[bracket.end() :]
    pieces = [piece for piece in _BAR.split(text) if piece]
    if len(pieces) > 1:
        if len(pieces[0]) <= _COLUMN and sum(map(len, pieces[1:])) >= _LEAST:
            columns.append(pieces.pop(0))
        if len(pieces) > 1 and len(pieces[-1].split()[0]) <= _COLUMN and len(pieces[-1]) < len(pieces[0]):
            columns.append(pieces.pop())
    text = " ".join(pieces)
    text = _drop_label(text, plain.labels)
    core, rest = _run_in(text)
    subject = _SUBJECT.match(core)
    if core in plain.publishers:
        core = ""
    column = " ".join(name for name in columns if name not in plain.labels)
    return Headline(column, core, rest, subject[1] if subject else "")


@lru_cache(_LATEST)
def without_furniture(title: str) -> str:
    """A title without what a list on a web page showed around it: 「01:22 … 热点 16小时前 2评论」.

    A time or a date goes only where it says how long ago or how often it was read: they may be part of a title.
    """
    plain = load_boilerplate()
    title = plain.rubrics.sub("", title)
    bare = plain.list_tails.sub("", title).rstrip()
    return plain.rubrics.sub("", plain.list_heads.sub("", bare)) if bare and bare != title else title


def proper(title: str) -> str:
    """The headline as it is told: 「新华视点｜老厂房里的新算力 07-16」 without the column and the day on which it was listed.

    A bar or brackets tell what a rubric may be; in front only what is called like one goes (…视点, …手记), for a company may
    stand there, too.
    """
    plain = load_boilerplate()
    text = _LISTED_ON.sub("", without_furniture(title).rstrip())
    bracket = _BRACKET.match(text)
    if bracket and len(text) - bracket.end() >= _TOLD and plain.is_rubric(bracket[1]):
        text = text[bracket.end() :]
    behind = _IN_BRACKETS.search(text)
    if behind and behind.start() >= _TOLD and plain.is_rubric(behind[1]):
        text = text[: behind.start()].rstrip()
    bars = list(_BAR.finditer(text))
    if bars and len(text) - bars[0].end() >= _TOLD and plain.is_rubric(text[: bars[0].start()]):
        text = text[bars[0].end() :]
    bars = list(_BAR.finditer(text))
    if bars and bars[-1].start() >= _TOLD:
        tail = text[bars[-1].end() :]
        if _SHORT_RUBRIC.fullmatch(tail) or plain.is_rubric(tail, behind=True):
            text = text[: bars[-1].start()]
    return text


def taken_off(title: str) -> tuple[str, str]:
    """What `proper` takes off a title where that stands in it whole, else nothing; and the headline proper. In small letters."""
    told = proper(title)
    before, found, behind = title.partition(told) if told else ("", "", "")
    return f"{before} {behind}".lower().strip() if found else "", told.lower()


def rubrics_of(title: str) -> frozenset[str]:
    """The labels that stand behind or before a headline with a bar between: 「…… | 棱镜」."""
    pieces = _BAR.split(title)
    return load_boilerplate().labels.intersection(pieces) if len(pieces) > 1 else frozenset()


def _strip(text: str) -> str:
    """Without times, counts and dates at either end."""
    plain = load_boilerplate()
    while True:
        shorter = plain.rubrics.sub("", plain.title_heads.sub("", plain.title_tails.sub("", text))).strip()
        if shorter == text or not shorter:
            return text
        text = shorter


def _drop_label(text: str, labels: frozenset[str]) -> str:
    """「专题 周末荐读」, 「快讯：……」: the label goes."""
    head = re.match(r"^([^\s：:]{2,6})[\s：:]+(?=\S)", text)
    return text[head.end() :] if head and head[1] in labels else text


def _run_in(text: str) -> tuple[str, str]:
    """Headline and lead where a long title holds both, else the whole and nothing."""
    if len(text) <= _RUN_IN:
        return text, ""
    for blank in _SPACE.finditer(text):
        if blank.start() >= _HEADLINE and len(text) - blank.end() >= _HEADLINE:
            return text[: blank.start()], text[blank.end() :]
    return text, ""
