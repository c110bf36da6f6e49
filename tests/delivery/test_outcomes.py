"""Each answer of Telegram's, made by a server over HTTP and read through the library, leads to the right outcome."""

import ast
import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, get_args

import aiohttp
import httpx
import pytest
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.outcomes import (
    CONSEQUENCES,
    Consequence,
    Outcome,
    OutcomeKind,
    classify,
    refuses_token,
    seconds_of,
    sent,
)
from tests.doubles.bot_api import BotApi

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[ExtBot[None]]:
    async with ExtBot[None](api.token, base_url=f"{api.url}/bot") as bot:
        yield bot


async def outcome_of(bot: ExtBot[None], read_timeout: float = 5) -> Outcome:
    try:
        return sent(await bot.send_message(7, "早", read_timeout=read_timeout))
    except Exception as error:
        return classify(error)


FORBIDDEN = [
    "Forbidden: bot was blocked by the user",
    "Forbidden: user is deactivated",
    "Forbidden: bot can't initiate conversation with a user",
    "Forbidden: bot was kicked from the group chat",
    "Forbidden: bot was kicked from the supergroup chat",
    "Forbidden: bot was kicked from the channel chat",
    "Forbidden: bot is not a member of the group chat",
    "Forbidden: bot is not a member of the supergroup chat",
    "Forbidden: bot is not a member of the channel chat",
    "Forbidden: the group chat was deleted",
    "Forbidden: bot can't send messages to bots",
    "Forbidden: bots can't send messages to bots",
]

MUTED = [
    "not enough rights to send text messages to the chat",
    "have no rights to send a message",
    "Have no write access to the chat",
    "need administrator rights in the channel chat",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "CHAT_GUEST_SEND_FORBIDDEN",
    "CHAT_ADMIN_REQUIRED",
    "CHAT_RESTRICTED",
    "CHANNEL_PRIVATE",
    "PEER_ID_INVALID",
]

TABLE: list[tuple[dict[str, Any], str]] = [
    *(({"status": 403, "description": text}, "permanent") for text in FORBIDDEN),
    ({"status": 400, "description": "Bad Request: chat not found"}, "permanent"),
    ({"status": 400, "description": "Bad Request: message thread not found"}, "permanent"),
    ({"status": 400, "description": "Bad Request: group chat was deactivated"}, "permanent"),
    # What nobody knows deactivates nobody.
    ({"status": 403, "description": "Forbidden: bot was blocked by the user's employer"}, "rejected"),
    ({"status": 403, "description": "Forbidden"}, "rejected"),
    *(({"status": status, "description": f"{prefix}: {text}"}, "muted")
      for text in MUTED for status, prefix in ((400, "Bad Request"), (403, "Forbidden"))),
    ({"status": 400, "description": "Bad Request: not enough rights to send video notes to the chat"}, "rejected"),
    ({"status": 400, "description": "Bad Request: CHAT_WRITE_FORBIDDEN_NOW"}, "rejected"),
    ({"status": 400, "description": "Bad Request: private chat not found"}, "permanent"),
    ({"status": 400, "description": "Bad Request: reply markup is too long"}, "too_long"),
    ({"status": 400, "description": "Bad Request: ENTITIES_TOO_LONG"}, "too_long"),
    ({"status": 400, "description": "Bad Request: MEDIA_CAPTION_TOO_LONG"}, "too_long"),
    ({"status": 400, "description": "Bad Request: MESSAGE_ID_INVALID"}, "too_old"),
    ({"status": 404, "description": "Not Found: method not found"}, "rejected"),
    ({"status": 400, "description": "Bad Request: TOPIC_CLOSED"}, "permanent"),
    ({"status": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, "rejected"),
    ({"status": 400, "description": "Bad Request: chat not found in this universe"}, "rejected"),
    ({"status": 400, "description": "Bad Request: message is too long"}, "too_long"),
    ({"status": 400, "description": "Bad Request: text is too long"}, "too_long"),
    ({"status": 413, "description": "Request Entity Too Large"}, "too_long"),
    ({"status": 400, "description": "Bad Request: MESSAGE_TOO_LONG"}, "too_long"),
    ({"status": 400, "description": "Bad Request: message caption is too long"}, "too_long"),
    ({"status": 400, "description": "Bad Request: message to edit not found"}, "too_old"),
    ({"status": 400, "description": "Bad Request: message can't be edited"}, "too_old"),
    ({"status": 400, "description": "Bad Request: message to delete not found"}, "too_old"),
    ({"status": 400, "description": "Bad Request: message can't be deleted"}, "too_old"),
    ({"status": 400, "description": "Bad Request: TOPIC_DELETED"}, "permanent"),
    ({"status": 400, "description": "Bad Request: query is too old and response timeout expired or query ID is invalid"},
     "too_old"),
    ({"status": 400, "description": "Bad Request: message is not modified: specified new message content and …"},
     "unmodified"),
    ({"status": 400, "description": "Bad Request: can't parse entities: Unsupported start tag \"br\" at byte offset 1"},
     "unparsable"),
    ({"status": 401, "description": "Unauthorized"}, "unauthorised"),
    ({"status": 404, "description": "Not Found"}, "unauthorised"),
    ({"status": 409, "description": "Conflict: terminated by other getUpdates request"}, "conflict"),
    ({"status": 500, "description": "Internal Server Error"}, "ambiguous"),
    ({"status": 502, "description": "Bad Gateway"}, "ambiguous"),
    ({"status": 504, "description": "Gateway Timeout"}, "ambiguous"),
    # Pages of proxies and gateways are no answers of Telegram's, whatever their status.
    ({"status": 502, "body": b"<html>Bad Gateway</html>"}, "ambiguous"),
    ({"status": 403, "body": b"<html>Forbidden</html>"}, "ambiguous"),
    ({"status": 404, "body": b"<html>Not Found</html>"}, "ambiguous"),
    ({"status": 200, "body": b'{"ok": true, "resu'}, "ambiguous"),
    ({"status": 200, "body": b'{"ok": true, "result": {"message_id": 1}}'}, "ambiguous"),
    ({"status": 200, "body": b'{"ok": true}'}, "ambiguous"),
    ({"cut": "before"}, "ambiguous"),
    ({"cut": "after"}, "ambiguous"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "kind"), TABLE, ids=lambda value: str(value)[:70])
async def test_each_answer_leads_to_its_outcome(
    api: BotApi, bot: ExtBot[None], fault: dict[str, Any], kind: str
) -> None:
    api.fail("sendMessage", **fault)
    outcome = await outcome_of(bot)
    assert outcome.kind == kind
    assert outcome.problem
    assert outcome.delivered == (kind == "unmodified")
    assert api.token not in outcome.problem


async def test_a_good_answer(api: BotApi, bot: ExtBot[None]) -> None:
    outcome = await outcome_of(bot)
    assert outcome == Outcome("sent", message_id=api.last(7).message_id)
    assert outcome.delivered
    assert sent(True) == Outcome("sent")


async def test_a_migration_carries_the_new_id(api: BotApi, bot: ExtBot[None]) -> None:
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    api.fail("sendMessage", status=400, description=description, parameters={"migrate_to_chat_id": -1001})
    outcome = await outcome_of(bot)
    assert (outcome.kind, outcome.new_chat_id) == ("migrated", -1001)


@pytest.mark.parametrize(("parameters", "wait"), [({"retry_after": 7200}, 7200), ({}, 30)])
async def test_a_flood_carries_its_wait(
    api: BotApi, bot: ExtBot[None], parameters: dict[str, int], wait: float
) -> None:
    api.fail(
        "sendMessage", status=429, description="Too Many Requests: retry after 7200", parameters=parameters
    )
    outcome = await outcome_of(bot)
    assert (outcome.kind, outcome.retry_after) == ("flood", wait)


async def test_a_timeout_after_sending_is_ambiguous(api: BotApi, bot: ExtBot[None]) -> None:
    api.fail("sendMessage", status=0, delay=0.4)
    assert (await outcome_of(bot, read_timeout=0.1)).kind == "ambiguous"
    api.wait_for(lambda: api.messages(7), 2)  # it arrived all the same: to resend would double it


async def test_a_connection_that_never_was_is_safe_to_retry(api: BotApi, bot: ExtBot[None]) -> None:
    api.stop()
    outcome = await outcome_of(bot)
    assert (outcome.kind, "ConnectError" in outcome.problem) == ("retry", True)
    api.restart()
    assert (await outcome_of(bot)).kind == "sent"


async def test_a_full_pool_is_safe_to_retry(api: BotApi) -> None:
    request = HTTPXRequest(connection_pool_size=1, pool_timeout=0.1)
    async with ExtBot[None](api.token, base_url=f"{api.url}/bot", request=request) as bot:
        api.fail("sendMessage", status=0, delay=0.5)
        outcomes = await asyncio.gather(outcome_of(bot), outcome_of(bot))
    assert [outcome.kind for outcome in outcomes] == ["sent", "retry"]
    assert len(api.messages(7)) == 1


def test_errors_that_only_the_library_makes() -> None:
    assert classify(EndPointNotFound("Endpoint 'sendRichMessage' not found in Bot API")).kind == "rejected"
    assert classify(TelegramError("something new")).kind == "ambiguous"
    assert classify(TelegramError("")).problem == "TelegramError"
    assert classify(KeyError("message_id")).problem == "the answer could not be read (KeyError)"


def what_follows() -> dict[str, Consequence]:
    """Of each kind."""
    return {kind: Outcome(kind, new_chat_id=-1001).consequence for kind in get_args(OutcomeKind)}


def test_every_kind_says_what_follows() -> None:
    assert what_follows() == CONSEQUENCES
    for kind, follows in what_follows().items():
        assert follows.words, kind
        assert not follows.halts or follows.again, "a round stops only for what is sent again"
        assert follows.part != "sent" or follows.chat == "reached"
    moved_somewhere = Outcome("migrated").consequence
    assert (moved_somewhere.refuses, moved_somewhere.alarms, moved_somewhere.anew) == (True, True, False)
    assert moved_somewhere.level == logging.ERROR
    assert Outcome("migrated", new_chat_id=-1).consequence.chat == "moved"
    assert Outcome("flood").wait == 1.0
    assert Outcome("retry").wait is None


def test_what_becomes_of_a_message_after_each_kind() -> None:
    fates: dict[str, set[str]] = {}
    for kind, follows in what_follows().items():
        fates.setdefault(follows.part, set()).add(kind)
    assert fates == {
        "sent": {"sent", "unmodified"},
        "failed": {"permanent", "muted", "unparsable", "too_long", "too_old", "rejected"},
        "uncertain": {"ambiguous"},
        "later": {"flood", "conflict", "unauthorised", "retry"},
        "moved": {"migrated"},
        "withheld": {"withheld"},
    }


WHAT_FOLLOWS: dict[str, tuple[Callable[[Consequence], bool], str]] = {
    "comes later": (lambda one: one.again, "flood conflict unauthorised retry"),
    "ends the round": (lambda one: one.halts, "flood conflict unauthorised"),
    "is refused": (lambda one: one.refuses, "muted unparsable too_long too_old rejected"),
    "is sent anew instead of edited": (lambda one: one.anew, "permanent muted migrated too_old rejected"),
    "is lost or in doubt": (lambda one: one.spoils, "permanent muted unparsable too_long rejected ambiguous"),
    "alarms": (lambda one: one.alarms, "unparsable too_long rejected ambiguous"),
    "is an error in the log": (
        lambda one: one.level == logging.ERROR, "unparsable too_long too_old rejected"
    ),
    "is a warning in the log": (lambda one: one.level == logging.WARNING, "muted ambiguous"),
    "says that the chat is reached": (lambda one: one.chat == "reached", "sent unmodified"),
    "says that the chat is lost": (lambda one: one.chat == "lost", "permanent"),
    "says that the chat may be lost for now": (lambda one: one.chat == "muted", "muted"),
    "says that the chat has moved": (lambda one: one.chat == "moved", "migrated"),
    "says nothing of the chat": (
        lambda one: one.chat == "",
        "flood conflict unauthorised retry unparsable too_long too_old rejected ambiguous withheld",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WHAT_FOLLOWS)
def test_after_which_kinds_a_message(what: str) -> None:
    holds, kinds = WHAT_FOLLOWS[what]
    assert {kind for kind, follows in what_follows().items() if holds(follows)} == set(kinds.split())


def caused(error: TelegramError, kind: type[BaseException]) -> TelegramError:
    """The library's error over one of the line's, as it raises it."""
    error.__cause__ = kind.__new__(kind)
    return error


NOTHING_LEFT: list[type[BaseException]] = [
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorDNSError,
    aiohttp.ClientConnectorSSLError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ClientProxyConnectionError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidUrlClientError,
    aiohttp.NonHttpUrlClientError,
]
IN_DOUBT: list[type[BaseException]] = [
    httpx.ReadError,
    httpx.ReadTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.RemoteProtocolError,
    aiohttp.ClientOSError,
    aiohttp.ServerDisconnectedError,
    aiohttp.SocketTimeoutError,
    aiohttp.ClientPayloadError,
    ConnectionResetError,
    TimeoutError,
]


@pytest.mark.parametrize(
    ("cause", "kind"),
    [*((one, "retry") for one in NOTHING_LEFT), *((one, "ambiguous") for one in IN_DOUBT)],
)
def test_whether_anything_left_when_the_line_failed(cause: type[BaseException], kind: str) -> None:
    for error in (
        NetworkError("x"),
        TimedOut("x"),
        NetworkError("Too Many Requests"),
        NetworkError("request entity too large"),
    ):
        assert classify(caused(error, cause)).kind == kind


@pytest.mark.parametrize(
    ("error", "kind", "problem", "wait"),
    [
        (NetworkError("Too Many Requests"), "flood", "Too Many Requests", 30),
        (NetworkError("Request Entity Too Large (413)"), "too_long", "Request Entity Too Large (413)", None),
        (NetworkError("Bad Gateway"), "ambiguous", "Bad Gateway", None),
        (TimedOut(), "ambiguous", "Timed out", None),
        (
            TelegramError("Invalid server response"),
            "ambiguous",
            "the answer was no answer of Telegram's",
            None,
        ),
        (BadRequest("Invalid server response"), "rejected", "Invalid server response", None),
        (
            caused(NetworkError("Forbidden"), TelegramError),
            "ambiguous",
            "the answer was no answer of Telegram's",
            None,
        ),
        (RetryAfter(7), "flood", "too many requests, wait 7 s", 7),
        (RetryAfter(0), "flood", "too many requests, wait 30 s", 30),
        (InvalidToken("Unauthorized"), "unauthorised", "Telegram does not accept the token", None),
        (InvalidToken("Not Found: method not found"), "rejected", "Not Found: method not found", None),
    ],
)
def test_what_is_told_of_an_error(error: TelegramError, kind: str, problem: str, wait: float | None) -> None:
    outcome = classify(error)
    assert (outcome.kind, outcome.problem, outcome.retry_after) == (kind, problem, wait)


def test_what_waits_waits_as_long_as_it_was_told() -> None:
    assert [seconds_of(RetryAfter(seconds)) for seconds in (1, 7200, 0)] == [1, 7200, 30]
    assert Outcome("flood", retry_after=5.0).wait == 5.0
    assert Outcome("retry", retry_after=5.0).wait is None


def test_when_the_token_is_refused() -> None:
    assert refuses_token(InvalidToken("Unauthorized"))
    wrapped = TelegramError("getMe failed")
    wrapped.__cause__ = InvalidToken("Unauthorized")
    assert refuses_token(wrapped)
    assert not refuses_token(InvalidToken("not found: Method not found"))
    assert not refuses_token(TelegramError("Unauthorized"))


def test_nobody_else_asks_which_kind_it_is() -> None:
    """What Telegram's answer means stands in one file; the sender alone falls back and rests by kind."""
    kinds = set(get_args(OutcomeKind)) - {"sent"}
    asking = set()
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Compare)
                and isinstance(node.left, ast.Attribute)
                and node.left.attr == "kind"
            ):
                words = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                if words & kinds and "outcome" in ast.unparse(node.left):
                    asking.add(file.relative_to(ROOT).as_posix())
            if isinstance(node, ast.Match) and ast.unparse(node.subject) == "outcome.kind":
                asking.add(file.relative_to(ROOT).as_posix())
    assert asking <= {"bot/delivery/outcomes.py", "bot/delivery/sender.py"}
