"""What the Bot API double remembers of its two sides: messages as seen, calls as made, faults to come."""

from dataclasses import dataclass, field
from typing import Literal

from tests.doubles.telegram_text import JSON


@dataclass(slots=True)
class Seen:
    """One message of the bot's as its reader sees it now."""

    chat_id: int
    message_id: int
    text: str
    entities: list[JSON]
    buttons: list[list[JSON]]
    thread_id: int | None = None
    parse_mode: str | None = None
    document: tuple[str, bytes] | None = None
    """File name and content; `text` is then the caption."""
    only_for: int | None = None
    """The person who alone sees it; None: everybody."""
    rich: str = ""
    """The HTML of a rich message; `text` is then what is seen of it."""
    sent_at: float = 0.0
    """`time.monotonic()` of the moment the server took it."""
    edits: int = 0
    deleted: bool = False
    earlier: list[str] = field(default_factory=list)
    """Its texts before each edit."""
    params: JSON = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        """The buttons' labels in reading order."""
        return [str(button["text"]) for row in self.buttons for button in row]

    def words(self, kind: str) -> list[str]:
        """The stretches of the text with one kind of entity (bold, text_link, expandable_blockquote …)."""
        raw = self.text.encode("utf-16-le")
        spans = [(e["offset"], e["offset"] + e["length"]) for e in self.entities if e["type"] == kind]
        return [raw[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the server, and the status it was answered with (0: the connection was cut)."""

    method: str
    params: JSON
    at: float
    status: int


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls of a method."""

    method: str
    times: int
    status: int = 0
    description: str = ""
    parameters: JSON = field(default_factory=dict)
    body: bytes | None = None
    delay: float = 0.0
    cut: Literal["", "before", "after"] = ""
    happens: bool = False
    """Whether the call takes effect although its answer is the fault."""
    chat_id: int | None = None
