"""The grammar of /search: words, phrases, filters.

    华为 芯片               both words
    华为 OR 中兴            either (also `|`, with or without blanks); binds closer than the blank
    "固态 量子"             these words together; “ ” 「 」 『 』 and ＂ do as well
    华为/中兴               either, between Chinese names (TCP/IP stays a word)
    -汽车  -"自动 驾驶"      without; NOT 汽车 too (AND is what a blank means)
    topic:半导体 section:企业情报 source:虎嗅 since:7d until:2026-11-20
                            filters, in Chinese too (主题 栏目 来源 时间 截至); values in quotes or joined by commas;
                            after: is since:, before: ends where until: would begin its last day;
                            the same filter twice means either, different ones mean both

Any text is a query. What looks like a filter and is none stays words; a filter with an unknown value is left out and
named in `Query.notes`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Literal

from bot.search.spans import parse_span
from bot.text.normalise import normalise

MAX_CHARACTERS = 600
"""A longer query is cut there: beyond it more words find nothing better, and work has to be bounded."""
MAX_GROUPS = 40
MAX_FILTER_VALUES = 20
LONG_LATIN = 4
"""A slash between Latin names this long parts them."""
MAX_WORD_LENGTH = 8
"""A bar beside Chinese text longer than this is a headline's (`早报 | 三家公司同日公布财报`) and means nothing."""

FilterName = Literal["topic", "section", "source", "since", "until", "before"]
NoteKind = Literal["topic", "section", "source", "since", "undated", "nothing", "shortened"]

_FILTERS: dict[str, FilterName] = {
    "topic": "topic",
    "主题": "topic",
    "话题": "topic",
    "section": "section",
    "栏目": "section",
    "source": "source",
    "来源": "source",
    "媒体": "source",
    "since": "since",
    "after": "since",
    "时间": "since",
    "自": "since",
    "until": "until",
    "截至": "until",
    "截止": "until",
    "before": "before",
    "之前": "before",
}
_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟「」『』＂«»", '"')
    | {"：": ":", "－": "-", "，": ",", "｜": "|", "／": "/", "−": "-", "–": "-"}
)
_PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)-)?
    (?:
        (?P<name>[^\W\d_]+):\s*(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))
      | "(?P<phrase>[^"]*)"
      | (?P<word>[^\s"]+)
      | (?P<stray>")
    )
    """,
    re.VERBOSE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for, as typed; a phrase wants its words together."""

    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What the reader should know about how the query was read: the kind, and the value it is about."""

    kind: NoteKind
    value: str = ""
    near: tuple[str, ...] = ()
    """What may have been meant: ids of topics or sections, titles of sources."""

    def __str__(self) -> str:
        """One English sentence for operators; readers get theirs from the locale by `kind`."""
        if self.kind == "shortened":
            return "the query was too long: only its beginning was looked for"
        if self.kind == "nothing":
            return "there is no word in it to look for"
        if self.kind == "since":
            return f"since:{self.value} is not known and was left out (use 7d, 24h or 2026-11-01)"
        if self.kind == "undated":
            return f"nothing of {self.value} has all of the words: all times were looked through"
        near = f" (near it: {', '.join(self.near)})" if self.near else ""
        return f"{self.kind}:{self.value} is not known and was left out{near}"


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood. `groups` must all meet, of each group one term is enough."""

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    topics: tuple[str, ...] = ()
    """Topic ids."""
    sections: tuple[str, ...] = ()
    """Section ids."""
    sources: tuple[str, ...] = ()
    """Names as typed: only the store knows which sources there are."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    notes: tuple[Note, ...] = ()

    @property
    def filtered(self) -> bool:
        """Does it name a topic, section, source or time?"""
        return bool(self.topics or self.sections or self.sources or self.since or self.until)

    @property
    def empty(self) -> bool:
        """Is there nothing to look for: no word, no phrase, no filter?"""
        return not self.groups and not self.filtered

    @property
    def words(self) -> str:
        """What is looked for, without filters and exclusions, as one text."""
        return " ".join(term.text for group in self.groups for term in group)


def _nothing(_words: str) -> str | None:
    return None


def parse_query(
    text: str,
    *,
    now: datetime,
    find_topic: Callable[[str], str | None] = _nothing,
    find_section: Callable[[str], str | None] = _nothing,
    zone: tzinfo = UTC,
) -> Query:
    """Any text in, a query out; never raises.

    `find_topic` and `find_section` give the id of what a person calls so. Dates without a time are midnight in `zone`.
    """
    reading = _Reading(now, find_topic, find_section, zone)
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS]
        reading.notes.append(Note("shortened"))
    for piece in _pieces(text):
        reading.take(piece)
    return reading.query()


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    minus: bool = False
    phrase: bool = False
    filter: FilterName | None = None


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(text.translate(_QUOTES)):
        minus = match["minus"] is not None
        if match["phrase"] is not None:
            yield _Piece(match["phrase"].strip(), minus, phrase=True)
        elif match["name"] is not None:
            name = _FILTERS.get(normalise(match["name"]))
            value = match["quoted"] if match["quoted"] is not None else match["value"]
            if name and not minus:
                yield _Piece(value.strip(), filter=name)
            else:  # 外交部：… is no filter
                yield _Piece(match["name"], minus)
                yield _Piece(value, minus, phrase=match["quoted"] is not None)
        elif match["word"] is not None and not _valueless(match["word"]):
            yield from _barred(_slashed(match["word"]), minus=minus)


def _barred(word: str, *, minus: bool) -> Iterator[_Piece]:
    """`华为|中兴` without blanks is `华为 | 中兴`; `-华为|中兴` is without either."""
    for number, part in enumerate(word.split("|")):
        if number and not minus:
            yield _Piece("|")
        if part:
            yield _Piece(part, minus)


def _slashed(word: str) -> str:
    """华为/中兴 is 华为|中兴; TCP/IP, 24/7 and addresses are words."""
    parts = word.split("/")
    names = all(_HAN.search(part) or (part.isalpha() and len(part) >= LONG_LATIN) for part in parts)
    return "|".join(parts) if len(parts) > 1 and names else word


def _valueless(word: str) -> bool:
    """Is it a filter that says nothing?"""
    return word.endswith(":") and normalise(word[:-1]) in _FILTERS


@dataclass(slots=True)
class _Reading:
    """Collects the pieces of one query."""

    now: datetime
    find_topic: Callable[[str], str | None]
    find_section: Callable[[str], str | None]
    zone: tzinfo
    groups: list[list[Term]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    found: dict[FilterName, list[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    notes: list[Note] = field(default_factory=list)
    joining: bool = False
    refusing: bool = False
    """NOT stands before."""
    barred: bool = False
    """It is a bar that joins, not a word."""

    def take(self, piece: _Piece) -> None:
        """One piece, in order."""
        if piece.filter:
            self._filter(piece.filter, piece.text)
        elif piece.text in {"OR", "|", "ＯＲ"} and not piece.phrase and not piece.minus:
            self.joining = bool(self.groups)
            self.barred = piece.text == "|"
        elif piece.text in {"NOT", "ＮＯＴ", "AND", "ＡＮＤ"} and not piece.phrase and not piece.minus:
            self.refusing = normalise(piece.text) == "not"
        elif any(character.isalnum() for character in piece.text):
            self._term(Term(piece.text, piece.phrase), excluded=piece.minus or self.refusing)
            self.refusing = False

    def _term(self, term: Term, *, excluded: bool) -> None:
        if excluded:
            if term not in self.excluded and len(self.excluded) < MAX_GROUPS:
                self.excluded.append(term)
        elif self.joining and len(self.groups[-1]) < MAX_GROUPS and self._either(self.groups[-1][-1], term):
            self.groups[-1].append(term)
        elif [term] not in self.groups:
            self.groups.append([term])
        self.joining = False

    def _either(self, left: Term, right: Term) -> bool:
        """Are these two alternatives, or a headline's rubric and the headline?"""
        return not self.barred or (_is_word(left) and _is_word(right))

    def _filter(self, name: FilterName, value: str) -> None:
        self.joining = False
        if name == "since" or name == "until" or name == "before":  # noqa: PLR1714 - mypy narrows it
            self._time(name, value)
            return
        values = self.found.setdefault(name, [])
        for part in filter(None, (part.strip() for part in value.split(","))):
            known = self._known(name, part)
            if known is None:
                self.notes.append(Note(name, part))
            elif known not in values and len(values) < MAX_FILTER_VALUES:
                values.append(known)

    def _time(self, name: FilterName, value: str) -> None:
        span = parse_span(value, self.now, self.zone)
        if span is None:
            self.notes.append(Note("since", value))
        elif name == "since":
            self.since = max(self.since, span[0]) if self.since else span[0]
        else:
            end = span[1] if name == "until" else span[0]
            self.until = min(self.until, end) if self.until else end

    def _known(self, name: FilterName, value: str) -> str | None:
        if name == "topic":
            return self.find_topic(value)
        if name == "section":
            return self.find_section(value)
        return value if any(character.isalnum() for character in value) else None

    def query(self) -> Query:
        """What has been read."""
        if len(self.groups) > MAX_GROUPS:
            self.notes.append(Note("shortened"))
        if not self.groups and not self.found and not (self.since or self.until or self.notes):
            self.notes.append(Note("nothing"))
        return Query(
            groups=tuple(tuple(group) for group in self.groups[:MAX_GROUPS]),
            excluded=tuple(self.excluded),
            topics=tuple(self.found.get("topic", ())),
            sections=tuple(self.found.get("section", ())),
            sources=tuple(self.found.get("source", ())),
            since=self.since,
            until=self.until,
            notes=tuple(dict.fromkeys(self.notes)),
        )


def _is_word(term: Term) -> bool:
    return term.phrase or term.text.isascii() or len(term.text) <= MAX_WORD_LENGTH
