"""A sentence and its sources as the checks look at them: clauses, words, names, who does what, and which way. Pure."""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.overview.figures import Figure, figures
from bot.text.lexicon import Lexicon
from bot.text.normalise import normalise
from bot.text.segment import Segmenter

_SENTENCES = re.compile(r"[。！？!?\n]+")
_CLAUSES = re.compile(r"[，；：、,;:（）()\s]+")
_QUOTES = re.compile("[“”《》「」『』\"'‘’]")
LATIN = re.compile(r"[a-z][a-z0-9.+#&\-]*")
_QUOTED = re.compile(r"[“《「]([^”》」]{2,12})[”》」]")
_NAME_TAGS = ("nr", "ns", "nt", "nz")
_PLAIN_ENDS = "由向对为与和及从在被把将拟称以给的了已未不也"
"""What the segmentation glues to names that it does not know."""


@dataclass(frozen=True, slots=True)
class CheckWords:
    """The word lists of `data/wording.toml`."""

    free: frozenset[str]
    negators: frozenset[str]
    shadows: tuple[str, ...]
    plans: tuple[str, ...]
    done: tuple[str, ...]
    later: tuple[str, ...]
    qualifiers: dict[str, str]
    """Word → class."""
    directions: dict[str, str]
    """Word → class."""
    opposites: dict[str, str]
    """Class of a direction → the opposite one."""
    common: frozenset[str]
    """Who is no name."""
    titles: tuple[str, ...]
    """What may stand before one."""


@cache
def wording() -> CheckWords:
    """The packaged lists."""
    table = tomllib.loads(
        resources.files("bot.overview").joinpath("data/wording.toml").read_text(encoding="utf-8")
    )
    pairs = list(table["directions"])
    opposites: dict[str, str] = {}
    for first, second in zip(pairs[::2], pairs[1::2], strict=True):
        opposites |= {first: second, second: first}

    def by_word(groups: dict[str, str]) -> dict[str, str]:
        return {word: kind for kind, words in groups.items() for word in words.split()}

    return CheckWords(
        frozenset(table["free"].split()),
        frozenset(table["negators"].split()),
        tuple(table["shadows"].split()),
        tuple(sorted(table["plans"].split(), key=len, reverse=True)),
        tuple(table["done"].split()),
        tuple(table["later"].split()),
        by_word(table["qualifiers"]),
        by_word(table["directions"]),
        opposites,
        frozenset(table["common"]["words"].split()),
        tuple(table["common"]["titles"].split()),
    )


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a clause."""

    text: str
    tag: str
    """jieba's part of speech, empty where it knows none."""
    start: int

    @property
    def is_verb(self) -> bool:
        """Whether it may be what somebody does."""
        return self.tag.startswith("v") or self.text == "是"


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two commas."""

    text: str
    words: tuple[Word, ...]
    numbers: tuple[Figure, ...]
    planned: bool
    """A clause before it in the sentence says that what follows is a plan."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text in sentences of clauses, and the names that it has."""

    text: str
    sentences: tuple[tuple[Clause, ...], ...]
    names: tuple[str, ...]
    """The longest first."""
    latin: frozenset[str]

    @property
    def clauses(self) -> Iterator[Clause]:
        """All of them, in order."""
        for sentence in self.sentences:
            yield from sentence


_CARRIES = re.compile("计划|规划|预计|目标|意见稿|提出|传闻|有消息称|拟|认为")
_TOLD = re.compile("(?:称|表示|认为|指出|透露|回应|显示|介绍)$")


class Reader:
    """Reads texts for the checks."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._segmenter = segmenter
        self._lexicon = lexicon

    def read(self, text: str) -> ReadText:
        """The text, normalised, with all that the checks ask of it."""
        lines = [normalise(line) for line in text.splitlines()]
        whole = "\n".join(lines)
        quoted = _QUOTED.findall(whole)
        whole = _QUOTES.sub("", whole)
        sentences = tuple(tuple(self._clauses(piece)) for piece in _SENTENCES.split(whole) if piece.strip())
        names = {name for sentence in sentences for clause in sentence for name in self._names(clause)}
        names.update(quoted)
        names.update(_speakers(sentences))
        latin = frozenset(LATIN.findall(whole))
        names.update(word for word in latin if len(word) > 1)
        return ReadText(whole, sentences, _shortest(names), latin)

    def _clauses(self, sentence: str) -> Iterator[Clause]:
        planned = False
        for piece in _CLAUSES.split(_QUOTES.sub("", sentence)):
            if not piece:
                continue
            words, at = [], 0
            for token in self._segmenter.precise(piece):
                words.append(Word(token, self._lexicon.tag(token), at))
                at += len(token)
            yield Clause(piece, tuple(words), figures(piece), planned)
            if any(word in piece for word in wording().done):
                planned = False
            elif _CARRIES.search(piece):
                planned = True

    def _names(self, clause: Clause) -> Iterator[str]:
        for word in clause.words:
            if any(char.isdigit() for char in word.text) or not "\u4e00" <= word.text[0] <= "\u9fff":
                continue
            known = self._segmenter.knows(word.text)
            if word.tag.startswith(_NAME_TAGS) or not (known or word.tag):
                name = word.text.strip(_PLAIN_ENDS)
                if len(name) >= 2:
                    yield name


def _shortest(names: Collection[str]) -> tuple[str, ...]:
    """Without those that begin with another one (江渚市 with 江渚): the text that follows is the same name's."""
    kept = [name for name in names if not any(name != other and name.startswith(other) for other in names)]
    return tuple(sorted(kept, key=lambda name: (-len(name), name)))


_SPEAKS = re.compile(
    r"^([\u4e00-\u9fff]{2,9}?)(?:\d+日)?(?:将|拟|以|\d+日)?(?:表示|称|宣布|回应|认为|否认|承诺|昨晚|公告|签署|推出|完成|发布|起诉|收购)"
)


def _speakers(sentences: Sequence[Sequence[Clause]]) -> Iterator[str]:
    """Who begins a sentence and says or does something that only somebody with a name does."""
    for sentence in sentences:
        match = _SPEAKS.match(sentence[0].text) if sentence else None
        if match is None:
            continue
        name = match[1]
        for title in wording().titles:
            name = name.removeprefix(title)
        if 2 <= len(name) <= 6 and name not in wording().common:
            yield name


@dataclass(frozen=True, slots=True)
class ToldDeed:
    """One verb of a clause: who does it, to or for whom, and what stands behind it."""

    verb: str
    doers: frozenset[str]
    """Empty where the clause and those before it do not say."""
    aims: frozenset[tuple[str, str]]
    """A preposition and the name behind it."""
    object: str
    """The first name behind the verb, empty where there is none."""
    negated: bool
    planned: bool


_BY = "由被遭"
_AIMED = "对向为给从"
_JOINED = "与和及跟同"


def mentions(clause: str, names: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where names stand in a clause, none within another: start, end, name."""
    found: list[tuple[int, int, str]] = []
    for name in names:
        for match in re.finditer(re.escape(name), clause):
            if all(match.end() <= start or match.start() >= end for start, end, _ in found):
                found.append((match.start(), match.end(), name))
    return sorted(found)


def deeds(sentence: Sequence[Clause], names: Sequence[str], verbs: Collection[str]) -> Iterator[ToldDeed]:
    """What is done in a sentence, of these verbs; a clause without a doer has that of the one before it."""
    before: frozenset[str] = frozenset()
    for clause in sentence:
        found = mentions(clause.text, names)
        passive = (
            any(start and clause.text[start - 1] in _BY for start, _, _ in found)
            or "被" in clause.text
            or "遭" in clause.text
        )
        first: frozenset[str] = frozenset()
        for verb, at in _places(clause, verbs):
            doers, aims = _around(clause.text, found, at)
            first = first or doers
            behind = next((name for start, _, name in found if start >= at + len(verb)), "")
            yield ToldDeed(
                verb,
                doers or (frozenset() if passive else before),
                aims,
                behind,
                negated(clause, at, verb=True),
                is_planned(clause, at),
            )
        plain = frozenset(
            name for start, _, name in found if not start or clause.text[start - 1] not in _BY + _AIMED
        )
        if passive or _TOLD.search(clause.text):  # who says so need not be who does it
            before = frozenset()
        elif first or plain:
            before = first or plain


def _places(clause: Clause, verbs: Collection[str]) -> Iterator[tuple[str, int]]:
    for verb in verbs:
        at = clause.text.find(verb)
        while at >= 0:
            yield verb, at
            at = clause.text.find(verb, at + 1)


def _around(
    text: str, found: Sequence[tuple[int, int, str]], at: int
) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Who does what stands there, and the names that a preposition before it leads to."""
    doers: list[str] = []
    aims: set[tuple[str, str]] = set()
    by: list[str] = []
    for start, end, name in found:
        if end > at:
            break
        mark = text[start - 1] if start else ""
        if mark and mark in _BY:
            by.append(name)
        elif mark and (mark in _AIMED or (mark in _JOINED and start > 1 and not doers)):
            aims.add((mark, name))
        else:
            doers.append(name)
    return frozenset(by or doers), frozenset(aims)


def negated(clause: Clause, at: int, *, verb: bool) -> bool:
    """Whether what stands there is negated: before a verb one word of weight may stand between, before others none."""
    negators = wording().negators
    between = 0
    for word in reversed([each for each in clause.words if each.start < at]):
        if word.start + len(word.text) > at:
            if word.text[: at - word.start] in negators:
                return True
            continue
        if word.text in negators:
            return True
        between += len(word.text) > 1 or word.is_verb
        if between > (1 if verb else 0):
            return False
    return False


def is_planned(clause: Clause, at: int) -> bool:
    """Whether what stands there is called a plan, a forecast or a possibility."""
    return clause.planned or any(0 <= clause.text.find(word) < at for word in wording().plans)
