"""What the buttons of /report can ask for (see `bot.messages.callbacks`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from bot.messages.action import Action

ReportSpan = Literal["week", "days30", "month", "last"]
"""The last 7 or 30 days, this month, or the month before."""
ReportForm = Literal["pdf", "docx", "epub", "html", "md"]
EVERYTHING: Final = "all"
FOLLOWED: Final = "own"
_TOPICS: Final = "t"


@dataclass(frozen=True, slots=True)
class ReportMenu(Action):
    """Show the menu with this span chosen, and this scope: everything, what the chat follows, or some topics."""

    code: ClassVar[str] = "rq"
    span: ReportSpan
    scope: str


@dataclass(frozen=True, slots=True)
class ReportTopics(Action):
    """Show the topics to choose from, those of the scope chosen."""

    code: ClassVar[str] = "rt"
    span: ReportSpan
    scope: str


@dataclass(frozen=True, slots=True)
class MakeReport(Action):
    """Make the file and send it."""

    code: ClassVar[str] = "rn"
    span: ReportSpan
    scope: str
    form: ReportForm


def scope_of(chosen: Collection[str], topics: Sequence[str]) -> str:
    """The scope of these topics, given all ids in their order; everything where none is chosen."""
    bits = sum(1 << place for place, topic in enumerate(topics) if topic in chosen)
    return f"{_TOPICS}{bits:x}" if bits else EVERYTHING


def topics_of(scope: str, topics: Sequence[str]) -> tuple[str, ...]:
    """The topics of a scope; none where it is another kind."""
    try:
        bits = int(scope.removeprefix(_TOPICS), 16) if scope.startswith(_TOPICS) else 0
    except ValueError:
        bits = 0
    return tuple(topic for place, topic in enumerate(topics) if bits >> place & 1)
