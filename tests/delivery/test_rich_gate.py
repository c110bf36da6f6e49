"""Rich messages over HTTP: sent where the server takes them, classic in the same delivery where it does not; remembered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.delivery.limiter import Limiter
from bot.delivery.rich_gate import RichGate
from bot.delivery.send_claim import SendClaim
from bot.delivery.sender import Sender
from bot.messages.model import Message, RichForm
from tests.doubles.bot_api import BotApi

pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after` will be of type")
MESSAGE = Message("<b>晨报</b>", rich=RichForm('<h1>晨报</h1><p><a href="https://a.example/">头条</a></p>'))
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
NOT_EMPTY = "Bad Request: rich message must be non-empty"


@dataclass
class Line:
    """A sender with its gate on a clock that the test moves."""

    sender: Sender = field(init=False)
    gate: RichGate = field(init=False)
    now: datetime = datetime(2026, 11, 24, tzinfo=UTC)
    kept: list[datetime] = field(default_factory=list)


@pytest.fixture
async def line(api: BotApi) -> AsyncIterator[Line]:
    bot = ExtBot[int](api.token, base_url=f"{api.url}/bot", rate_limiter=Limiter(burst=100))
    async with bot:
        made = Line()
        made.gate = RichGate(lambda: made.now, keep=made.kept.append)
        made.sender = Sender(bot, rich=made.gate)
        yield made


async def send(line: Line) -> tuple[str, int]:
    """The outcome of one message, and how often it was claimed."""
    claims: list[int] = []
    claim = SendClaim(lambda: claims.append(1))
    outcome = await line.sender.send(7, None, MESSAGE, background=True, silent=True, claim=claim)
    return outcome.kind, len(claims)


def methods(api: BotApi) -> list[str]:
    return [call.method for call in api.log if call.method.startswith(("send", "edit"))]


async def test_it_is_sent_and_edited_as_a_rich_message(api: BotApi, line: Line) -> None:
    assert await send(line) == ("sent", 1)
    seen = api.last(7)
    assert (seen.rich, seen.text) == (MESSAGE.rich.html if MESSAGE.rich else "", "晨报头条")
    assert seen.params["disable_notification"].casefold() == "true"
    assert (await line.sender.edit(7, seen.message_id, MESSAGE)).kind == "unmodified"
    other = Message("<b>晚报</b>", rich=RichForm("<h1>晚报</h1>"))
    assert (await line.sender.edit(7, seen.message_id, other)).kind == "sent"
    assert (seen.rich, seen.text) == ("<h1>晚报</h1>", "晚报")


@pytest.mark.parametrize(
    ("fault", "span"),
    [
        ({"status": 400, "description": "Bad Request: RICH_MESSAGE_URL_INVALID"}, HOUR),
        ({"status": 400, "description": "Bad Request: RICH_MESSAGE_EMAIL_INVALID"}, HOUR),
        ({"status": 400, "description": "Bad Request: RICH_MESSAGE_CONTENT_REQUIRED"}, HOUR),
        ({"status": 400, "description": NOT_EMPTY}, WEEK),
        ({"status": 404, "description": "Not Found: method not found"}, WEEK),
        ({"status": 400, "description": "Bad Request: SOMETHING_NEW"}, None),
        ({"status": 400, "description": "Bad Request: can't parse entities: unsupported tag"}, None),
        ({"status": 400, "description": "Bad Request: message is too long"}, None),
    ],
)
async def test_a_refusal_comes_as_classic_in_the_same_delivery_and_is_remembered(
    api: BotApi, line: Line, fault: dict[str, Any], span: timedelta | None
) -> None:
    api.fail("sendRichMessage", **fault)
    assert await send(line) == ("sent", 1)
    assert (api.last(7).rich, api.last(7).text) == ("", "晨报")
    assert methods(api) == ["sendRichMessage", "sendMessage"]
    assert line.kept == ([line.now + span] if span else [])
    await send(line)
    assert methods(api)[2:] == (["sendMessage"] if span else ["sendRichMessage"])
    line.now += (span or timedelta(seconds=1)) - timedelta(seconds=1)
    assert line.gate.is_open is (span is None)
    line.now += timedelta(seconds=1)
    assert line.gate.is_open
    await send(line)
    assert methods(api)[-1] == "sendRichMessage"


async def test_what_an_edit_is_refused_for_is_remembered_as_well(api: BotApi, line: Line) -> None:
    await send(line)
    api.fail("editMessageText", status=400, description="Bad Request: RICH_MESSAGE_URL_INVALID")
    assert (await line.sender.edit(7, api.last(7).message_id, MESSAGE)).kind == "sent"
    assert line.kept == [line.now + HOUR]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}, "flood"),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, "permanent"),
        ({"status": 500}, "ambiguous"),
        ({"cut": "after"}, "ambiguous"),
    ],
)
async def test_what_is_no_refusal_of_the_form_is_never_sent_twice(
    api: BotApi, line: Line, fault: dict[str, Any], kind: str
) -> None:
    api.fail("sendRichMessage", **fault)
    assert await send(line) == (kind, 1)
    assert methods(api) == ["sendRichMessage"]
    assert line.gate.is_open


async def test_a_refused_token_says_nothing_of_rich_messages(api: BotApi, line: Line) -> None:
    api.fail("*", times=2, status=401, description="Unauthorized")
    assert (await send(line))[0] == "unauthorised"
    assert line.gate.is_open


async def test_an_older_server_and_a_sender_without_a_gate_send_classic(api: BotApi, line: Line) -> None:
    api.knows_rich = False
    assert await send(line) == ("sent", 1)
    assert not line.gate.is_open
    assert (await Sender(line.sender._bot).send(7, None, MESSAGE, background=False)).kind == "sent"
    assert api.last(7).rich == ""
