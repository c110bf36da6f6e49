"""Telegram's answers → what to do.

One table: what python-telegram-bot 22.8 raises goes in, a frozen `Outcome` comes out. The lists of sentences are
exact: a 400 or 403 that we do not know deactivates nobody. Sentences are those of the Bot API server's source
(telegram-bot-api, `Client.cpp`) and are compared without case, because the library capitalises some of them.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from telegram import Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.redact import redact

OutcomeKind = Literal[
    "sent",  # Telegram confirmed it
    "permanent",  # this chat cannot be reached: deactivate it, keep its subscriptions
    "muted",  # we may not write there now: after some in a row the chat rests, until the rights come back
    "migrated",  # the group has a new id: rewrite it, send once more
    "flood",  # nothing was sent: send again after `retry_after` seconds
    "conflict",  # another instance polls with this token: say so and exit
    "unauthorised",  # the token is not valid: stop and alert
    "unparsable",  # Telegram cannot parse our markup: send as plain text, record
    "unmodified",  # the edit changes nothing: success
    "too_long",  # over a limit of Telegram's: never retry as it is
    "too_old",  # the message or button press can no longer be edited or answered: a new message can be sent
    "rejected",  # any other refusal: never retry, deactivate nobody
    "ambiguous",  # Telegram may have sent it: record, never blindly resend
    "retry",  # it never left the machine: safe to send again
    "withheld",  # it did not leave, and somebody else sees to it (`claim`)
]

PartFate = Literal["sent", "failed", "uncertain", "later", "moved", "withheld"]
"""What becomes of a message in the ledger: `later` waits and is sent again, `moved` is sent again at once to the new id."""
ChatFate = Literal["", "reached", "lost", "muted", "moved"]
"""What we learn of the chat: it can be reached, not any more, not for now, or under another id."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from an outcome, wherever a message was sent."""

    part: PartFate
    words: str
    """How the log says it of a part of an edition."""
    chat: ChatFate = ""
    level: int = logging.INFO
    """Of that line."""
    halts: bool = False
    """Nobody else is sent anything in the same round."""
    anew: bool = False
    """Of an edit: a new message can say it instead."""
    spoils: bool = False
    """An answer is lost or in doubt: the operator hears of it in one line."""

    @property
    def again(self) -> bool:
        """Whether the message has certainly not arrived and is sent again later."""
        return self.part == "later"

    @property
    def refuses(self) -> bool:
        """Whether this message was refused, while the chat may take another."""
        return self.part == "failed" and self.chat != "lost"

    @property
    def alarms(self) -> bool:
        """Whether a lost answer is more than what people do every day, such as blocking a bot."""
        return self.spoils and self.chat == ""


_REFUSED = Consequence("failed", "Telegram refuses the message", level=logging.ERROR, spoils=True)
_LATER = Consequence("later", "comes later")
CONSEQUENCES: Mapping[OutcomeKind, Consequence] = {
    "sent": Consequence("sent", "sent", "reached"),
    "unmodified": Consequence("sent", "sent", "reached"),
    "permanent": Consequence("failed", "the chat is not reachable any more", "lost", anew=True, spoils=True),
    "muted": Consequence(
        "failed", "the bot may not write there", "muted", level=logging.WARNING, anew=True, spoils=True
    ),
    "migrated": Consequence("moved", "comes later", "moved", anew=True),
    "flood": replace(_LATER, halts=True),
    "conflict": replace(_LATER, halts=True),
    "unauthorised": replace(_LATER, halts=True),
    "retry": _LATER,
    "unparsable": _REFUSED,
    "too_long": _REFUSED,
    "too_old": replace(_REFUSED, anew=True, spoils=False),
    "rejected": replace(_REFUSED, anew=True),
    "ambiguous": Consequence(
        "uncertain", "the message may or may not have arrived", level=logging.WARNING, spoils=True
    ),
    "withheld": Consequence("withheld", "somebody else sends it"),
}
"""All that follows from each kind, for the ledger, the round and the chat; nobody else asks which kind it is."""

FLOOD_WAIT = 30.0
"""Seconds to wait where a 429 names none."""

_PERMANENT = frozenset(
    {
        "forbidden: bot was blocked by the user",
        "forbidden: user is deactivated",
        "forbidden: bot can't initiate conversation with a user",
        "forbidden: bot was kicked from the group chat",
        "forbidden: bot was kicked from the supergroup chat",
        "forbidden: bot was kicked from the channel chat",
        "forbidden: bot is not a member of the group chat",
        "forbidden: bot is not a member of the supergroup chat",
        "forbidden: bot is not a member of the channel chat",
        "forbidden: the group chat was deleted",
        "forbidden: bot can't send messages to bots",
        "forbidden: bots can't send messages to bots",
        "group chat was deactivated",
        "chat not found",
        "private chat not found",
        "message thread not found",  # a forum topic that was deleted: to us it is a chat of its own
        "topic_deleted",
        "topic_closed",  # … or closed, until it is opened again
    }
)
_MUTED = frozenset(
    {
        "not enough rights to send text messages to the chat",
        "have no rights to send a message",
        "have no write access to the chat",
        "need administrator rights in the channel chat",
        "chat_write_forbidden",
        "chat_send_plain_forbidden",
        "chat_guest_send_forbidden",
        "chat_admin_required",
        "chat_restricted",
        "channel_private",
        "peer_id_invalid",
    }
)
"""Of the Bot API server and of the library under it (tdlib, `can_send_message`); capitals are the data centre's own.
Comes as 400 or 403."""
_TOO_LONG = frozenset(
    {
        "message is too long",
        "text is too long",
        "message_too_long",
        "message caption is too long",
        "media_caption_too_long",
        "entities_too_long",
        "reply markup is too long",
    }
)
_TOO_OLD = frozenset(
    {
        "message can't be edited",
        "message to edit not found",
        "message_id_invalid",
        "message to delete not found",
        "message can't be deleted",
        "query is too old and response timeout expired or query id is invalid",
    }
)
_REFUSALS: dict[str, OutcomeKind] = {
    **dict.fromkeys(_PERMANENT, "permanent"),
    **dict.fromkeys(_MUTED, "muted"),
    **dict.fromkeys(_TOO_LONG, "too_long"),
    **dict.fromkeys(_TOO_OLD, "too_old"),
}
_NO_METHOD = "not found: method not found"
_UNPARSABLE = "can't parse entities"
_UNMODIFIED = "message is not modified"
_UNSENT = frozenset(
    {
        *("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"),
        *("ClientConnectorError", "ClientConnectorDNSError", "ClientConnectorSSLError"),
        *("ClientConnectorCertificateError", "ClientProxyConnectionError", "ClientHttpProxyError"),
        *("ConnectionTimeoutError", "InvalidUrlClientError", "NonHttpUrlClientError"),
    }
)
"""httpx's and aiohttp's exceptions from before the first byte of a request (a proxy's: the tunnel was refused)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one Bot API call, with what the next step needs to know."""

    kind: OutcomeKind
    message_id: int | None = None
    """The message that now stands in the chat (kind `sent`)."""
    retry_after: float | None = None
    """Seconds (kind `flood`)."""
    new_chat_id: int | None = None
    """The group's new id (kind `migrated`)."""
    problem: str = ""
    """The error text of Telegram or the network, without the token; also set with `sent` if plain text was sent instead."""

    @property
    def consequence(self) -> Consequence:
        """What follows from it. A group that moved without saying where to has refused the message."""
        if self.kind == "migrated" and self.new_chat_id is None:
            return _REFUSED
        return CONSEQUENCES[self.kind]

    @property
    def wait(self) -> float | None:
        """Seconds for which Telegram accepts nothing; None where it did not ask for a wait."""
        return (self.retry_after or 1.0) if self.kind == "flood" else None

    @property
    def delivered(self) -> bool:
        """Whether the reader has the message."""
        return self.consequence.part == "sent"


def sent(answer: object) -> Outcome:
    """The outcome of a call that returned: with the message's id where the answer is that, or a message."""
    if isinstance(answer, Message):
        return Outcome("sent", message_id=answer.message_id)
    return Outcome("sent", message_id=answer if type(answer) is int else None)  # True is no id


def classify(error: BaseException) -> Outcome:
    """The outcome of a call that raised. Anything unknown is ambiguous: it may have been sent."""
    words = redact(str(error)) or type(error).__name__
    said = words.casefold()
    if not isinstance(error, TelegramError):
        # Raised by the library while reading a 2xx answer (PTB 22.8 lets KeyError and TypeError through).
        return Outcome("ambiguous", problem=f"the answer could not be read ({type(error).__name__})")
    if _unreadable(error):
        return Outcome("ambiguous", problem="the answer was no answer of Telegram's")
    if isinstance(error, BadRequest | Forbidden):
        return Outcome(_refusal(said), problem=words)
    if isinstance(error, NetworkError):
        return _network(error, said, words)
    return _own_class(error, words)


def seconds_of(error: RetryAfter) -> float:
    """Seconds that a 429 asks us to wait; `FLOOD_WAIT` where it names none."""
    # The public attribute warns on every access that its type will change (PTB 22.8, PTB_TIMEDELTA).
    return error._retry_after.total_seconds() or FLOOD_WAIT


def refuses_token(error: BaseException) -> bool:
    """Whether Telegram does not accept the token. A server that lacks a method says 404, too: that is about the method."""
    said = (
        error.__cause__ if isinstance(error.__cause__, InvalidToken) else error
    )  # getMe's is wrapped (PTB 22.8)
    return isinstance(said, InvalidToken) and str(said).casefold() != _NO_METHOD


def _refusal(said: str) -> OutcomeKind:
    if (known := _REFUSALS.get(said) or _REFUSALS.get(said.removeprefix("forbidden: "))) is not None:
        return known
    if said.startswith(
        _UNMODIFIED
    ):  # "…: specified new message content and reply markup are exactly the same …"
        return "unmodified"
    if said.startswith(_UNPARSABLE):  # "…: Unsupported start tag "br" at byte offset 12"
        return "unparsable"
    return "rejected"


def _network(error: NetworkError, said: str, words: str) -> Outcome:
    # TimedOut is here too: only its cause tells a connection that never was from an answer that never came.
    cause = error.__cause__
    if cause is not None and type(cause).__name__ in _UNSENT:
        return Outcome("retry", problem=words)
    if cause is None and said.startswith("too many requests"):  # a 429 without parameters
        return Outcome("flood", retry_after=FLOOD_WAIT, problem=words)
    if cause is None and said.startswith("request entity too large"):
        return Outcome("too_long", problem=words)
    return Outcome("ambiguous", problem=words)


def _own_class(error: TelegramError, words: str) -> Outcome:
    """Answers that the library gives a class of their own, beside BadRequest, Forbidden and NetworkError."""
    match error:
        case RetryAfter():
            wait = seconds_of(error)
            return Outcome("flood", retry_after=wait, problem=f"too many requests, wait {wait:g} s")
        case ChatMigrated():
            return Outcome("migrated", new_chat_id=error.new_chat_id, problem=words)
        case Conflict():
            return Outcome("conflict", problem=words)
        case InvalidToken() if refuses_token(
            error
        ):  # its text quotes the token, of whatever form: ours does not
            return Outcome("unauthorised", problem="Telegram does not accept the token")
        case InvalidToken() | EndPointNotFound():  # a method that this server is too old for
            return Outcome("rejected", problem=words)
    return Outcome("ambiguous", problem=words)


def _unreadable(error: TelegramError) -> bool:
    """Whether the body was no JSON: a proxy's or gateway's page, or an answer cut in the middle."""
    cause = error.__cause__
    return type(cause) is TelegramError or (
        type(error) is TelegramError and str(error) == "Invalid server response"
    )
