"""What the buttons of /report can ask for (see `bot.messages.callbacks`)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.messages.action import Action

ReportSpan = Literal["week", "days30", "month", "last"]
"""The last 7 or 30 days, this month, or the month before."""
ReportForm = Literal["pdf", "docx", "epub", "html", "md"]


@dataclass(frozen=True, slots=True)
class ReportMenu(Action):
    """Show the menu with this span chosen, of everything or only of what the chat follows."""

    code: ClassVar[str] = "rp"
    span: ReportSpan
    followed: bool


@dataclass(frozen=True, slots=True)
class MakeReport(Action):
    """Make the file and send it."""

    code: ClassVar[str] = "rm"
    span: ReportSpan
    followed: bool
    form: ReportForm
