"""Whether this Telegram takes rich messages: what it refused is remembered, also after a restart, and tried again later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.outcomes import Outcome, OutcomeKind

LACKING = timedelta(days=7)
"""How long a server that knows no rich messages is not asked again: it may be updated."""
REFUSED = timedelta(hours=1)
"""How long none is sent after one was refused for what stands in it: many chats are told the same."""
_UNKNOWN = ("rich message must be non-empty", "not found in bot api", "method not found")
_REFUSAL = "rich_message_"
_INSTEAD: frozenset[OutcomeKind] = frozenset({"rejected", "unparsable", "too_long"})
"""Outcomes after which a rich message has certainly not arrived and a classic one may."""


@dataclass(slots=True)
class RichGate:
    """Open or closed for all chats of one server; `keep` has it remembered until when."""

    now: Callable[[], datetime]
    """The current time, aware UTC."""
    keep: Callable[[datetime], object] = lambda _: None
    until: datetime | None = None
    """Until when it is closed."""

    @property
    def is_open(self) -> bool:
        """Whether a rich message may be tried."""
        return self.until is None or self.until <= self.now()

    def wants_classic(self, rich: Outcome) -> bool:
        """Whether the outcome of a rich message asks for the classic one instead."""
        return rich.kind in _INSTEAD

    def note(self, rich: Outcome, classic: Outcome) -> None:
        """Keep what the two outcomes of one message say of the server."""
        said = rich.problem.casefold()
        if any(words in said for words in _UNKNOWN):
            if classic.kind != "unauthorised":  # a refused token, too, is told as a method that is not there
                self._close(LACKING)
        elif said.startswith(_REFUSAL):
            self._close(REFUSED)

    def _close(self, span: timedelta) -> None:
        self.until = self.now() + span
        self.keep(self.until)
