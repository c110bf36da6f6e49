"""Everything that a Bot API server or the way to it can do to a call, and what each must lead to."""

from dataclasses import dataclass, field
from typing import Any

from bot.delivery.outcomes import OutcomeKind

READ_TIMEOUT = 1.5
"""What the tests give a call in place of `sender.READ_TIMEOUT`: long enough for a busy machine."""
NO_PATIENCE = 0.3
"""What they give a call that will hang, where nothing else is called meanwhile: nobody need wait for long."""
NEW_ID = -1_009_000_000_000
"""Plus the chat's id: where a migrated group is."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault as the double makes it (`BotApi.fail`)."""

    name: str
    kind: OutcomeKind
    fault: dict[str, Any] = field(default_factory=dict)
    happens: bool = False
    """Whether the call takes effect although its answer is lost."""

    @property
    def read_timeout(self) -> float:
        """How long to wait for the one call that is hit."""
        return NO_PATIENCE if self.name == "hang" else READ_TIMEOUT


def _refused(name: str, kind: OutcomeKind, status: int, description: str, **parameters: int) -> Trouble:
    return Trouble(name, kind, {"status": status, "description": description, "parameters": parameters})


TROUBLES = (
    _refused("429", "flood", 429, "Too Many Requests: retry after 7", retry_after=7),
    _refused("blocked", "permanent", 403, "Forbidden: bot was blocked by the user"),
    _refused("deactivated", "permanent", 403, "Forbidden: user is deactivated"),
    _refused("kicked", "permanent", 403, "Forbidden: bot was kicked from the supergroup chat"),
    _refused("unknown 403", "rejected", 403, "Forbidden: something that nobody knows"),
    _refused("no chat", "permanent", 400, "Bad Request: chat not found"),
    _refused("no topic", "permanent", 400, "Bad Request: message thread not found"),
    _refused("closed topic", "permanent", 400, "Bad Request: TOPIC_CLOSED"),
    _refused("migrated", "migrated", 400, "Bad Request: group chat was upgraded to a supergroup chat",
             migrate_to_chat_id=NEW_ID),
    _refused("markup", "unparsable", 400, "Bad Request: can't parse entities: unexpected end tag at byte offset 3"),
    _refused("no rights", "muted", 400, "Bad Request: not enough rights to send text messages to the chat"),
    _refused("no method", "rejected", 404, "Not Found: method not found"),
    _refused("too long", "too_long", 400, "Bad Request: message is too long"),
    _refused("too old", "too_old", 400, "Bad Request: query is too old and response timeout expired or query ID is "
             "invalid"),
    _refused("unmodified", "unmodified", 400, "Bad Request: message is not modified: specified new message content "
             "and reply markup are exactly the same as a current content and reply markup of the message"),
    _refused("unknown 400", "rejected", 400, "Bad Request: SOMETHING_NEW"),
    _refused("401", "unauthorised", 401, "Unauthorized"),
    _refused("404", "unauthorised", 404, "Not Found"),
    _refused("409", "conflict", 409, "Conflict: terminated by other getUpdates request"),
    _refused("500", "ambiguous", 500, "Internal Server Error"),
    Trouble("502 page", "ambiguous", {"status": 502, "body": b"<html><h1>502 Bad Gateway</h1></html>"}),
    Trouble("bad JSON", "ambiguous", {"status": 200, "body": b'{"ok": true, "resu'}),
    Trouble("slow", "sent", {"status": 0, "delay": 0.1}, happens=True),
    Trouble("hang", "ambiguous", {"status": 0, "delay": NO_PATIENCE + 0.5}, happens=True),
    Trouble("dropped before", "ambiguous", {"cut": "before"}),
    Trouble("dropped after", "ambiguous", {"cut": "after"}, happens=True),
)  # fmt: skip
