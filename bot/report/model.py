"""The printed periodical as one value: what every format is written from. Dates are the operator's or reader's local ones."""

from dataclasses import dataclass
from datetime import date

from bot.locales import Language


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a sub-heading of a document that is reprinted in full."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who reports a story, where, and on which local date; `url` is empty where there is none that is safe to print."""

    name: str
    url: str
    day: date


@dataclass(frozen=True, slots=True)
class Earlier:
    """The story that a development (后续) follows; `number` is its piece's where it is printed too."""

    title: str
    day: date
    number: int | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of the periodical: a story of the feeds, or an article of an imported document in full."""

    number: int
    """From 1, in the order of print."""
    title: str
    paragraphs: tuple[Paragraph, ...]
    """Sentences of a source as one paragraph, or the whole document."""
    outlets: tuple[Outlet, ...] = ()
    """Empty for what is reprinted in full."""
    follows: Earlier | None = None


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section and its pieces; an empty one is printed too and says so."""

    id: str
    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stories something had in the span, and in the span of the same length before; None: not comparable."""

    name: str
    now: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class MostReported:
    """A story, how many publishers report it, and its piece's number where it is printed."""

    title: str
    publishers: int
    number: int | None


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """What a model wrote and what passed the checks, with the numbers of its pieces."""

    text: str
    pieces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the span brought (导读), counted in stories."""

    stories: Tally
    articles: int
    publishers: int
    sections: tuple[Tally, ...]
    topics: tuple[Tally, ...]
    """Those that had any story, the most first."""
    rising: tuple[Tally, ...]
    falling: tuple[Tally, ...]
    most: tuple[MostReported, ...]
    by_model: tuple[CheckedSentence, ...] = ()
    """Beside what is counted, where an operator set a model."""


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """One part of the index: each word with the numbers of its pieces, without any where it is found all over."""

    name: str
    entries: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The periodical. All text is clean: characters that print, one line a paragraph."""

    language: Language
    series: str
    """The line above the title: 行业信息监测与市场分析之. Empty over a title of the operator's own."""
    title: str
    issue: str
    """Empty where the span is no week and no month."""
    first: date
    last: date
    made_on: date
    only: tuple[str, ...]
    """What was asked for, where it is not everything."""
    sections: tuple[ReportSection, ...]
    overview: Overview
    index: tuple[IndexGroup, ...]
    documents: tuple[str, ...] = ()
    """Imported documents that are reprinted in full."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of them, in the order of print."""
        return tuple(piece for section in self.sections for piece in section.pieces)
