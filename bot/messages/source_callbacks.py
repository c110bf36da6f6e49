"""What the buttons about sources, which are for owners, can ask for (see `bot.messages.callbacks`)."""

from dataclasses import dataclass
from typing import ClassVar

from bot.messages.action import Action


@dataclass(frozen=True, slots=True)
class SourcesPage(Action):
    """Show this page (from 1) of the sources."""

    code: ClassVar[str] = "sp"
    page: int


@dataclass(frozen=True, slots=True)
class ShowSource(Action):
    """Show one source and what can be done with it; the way back leads to `page`."""

    code: ClassVar[str] = "so"
    source_id: int
    page: int


@dataclass(frozen=True, slots=True)
class PauseSource(Action):
    """Let fetching a source rest, or go on."""

    code: ClassVar[str] = "sz"
    source_id: int
    on: bool
    page: int


@dataclass(frozen=True, slots=True)
class FetchSource(Action):
    """Fetch a source at once."""

    code: ClassVar[str] = "sk"
    source_id: int
    page: int


@dataclass(frozen=True, slots=True)
class RemoveSource(Action):
    """Stop collecting from a source; first asked, then (`sure`) done."""

    code: ClassVar[str] = "sr"
    source_id: int
    sure: bool
    page: int


@dataclass(frozen=True, slots=True)
class AddSource(Action):
    """Add the address that was pasted (and remembered as a search) as a source."""

    code: ClassVar[str] = "sa"
    search_id: int
