"""What must be on record before a message leaves is recorded right then, over real HTTP."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.limiter import Limiter
from bot.delivery.over_httpx import ClaimingHttpxRequest
from bot.delivery.send_claim import ClaimingRequest, SendClaim
from bot.delivery.sender import Sender
from bot.messages.model import Button, Message
from tests.doubles.bot_api import BotApi

HELLO = Message("<b>早</b>")


@pytest.fixture
def limiter() -> Limiter:
    return Limiter()


@pytest.fixture(params=[ClaimingRequest, ClaimingHttpxRequest, HTTPXRequest])
async def sender(request: pytest.FixtureRequest, api: BotApi, limiter: Limiter) -> AsyncIterator[Sender]:
    """Over our lines, and over one that does not say when it writes."""
    line = request.param()
    async with ExtBot[int](api.token, base_url=f"{api.url}/bot", request=line, rate_limiter=limiter) as bot:
        yield Sender(bot)


def seen_by(api: BotApi) -> int:
    return len(api.calls("sendMessage"))


async def test_it_is_recorded_once_and_before_telegram_hears_of_it(sender: Sender, api: BotApi) -> None:
    heard: list[int] = []
    claim = SendClaim(lambda: heard.append(seen_by(api)))
    api.fail("sendMessage", status=400, description="Bad Request: can't parse entities: no")
    outcome = await sender.send(7, None, HELLO, background=True, claim=claim)
    assert outcome.kind == "sent"
    assert heard == [0]  # not a second time when the words went out as plain text
    assert seen_by(api) == 2
    assert claim.left


async def test_what_somebody_else_has_is_not_sent(sender: Sender, api: BotApi) -> None:
    claim = SendClaim(lambda: False)
    outcome = await sender.send(7, None, HELLO, background=True, claim=claim)
    assert outcome.kind == "withheld"
    assert not claim.left
    document = await sender.send_document(7, None, "a.json", b"{}", claim=claim)
    assert document.kind == "withheld"
    assert (await sender.send(7, None, HELLO, background=True)).kind == "sent"  # the next one leaves
    assert seen_by(api) == 1
    assert not api.calls("sendDocument")


async def test_what_cannot_be_recorded_is_not_sent(sender: Sender, api: BotApi) -> None:
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        await sender.send(7, None, HELLO, background=True, claim=SendClaim(full))
    assert seen_by(api) == 0


@pytest.mark.parametrize("sender", [ClaimingRequest, ClaimingHttpxRequest], indirect=True)
async def test_nothing_is_recorded_while_it_waits(sender: Sender, api: BotApi, limiter: Limiter) -> None:
    claim = SendClaim(lambda: None)
    for _ in range(3):  # a chat's burst
        await sender.send(7, None, HELLO, background=True)
    waiting = asyncio.create_task(sender.send(7, None, HELLO, background=True, claim=claim))
    await asyncio.sleep(0.05)
    assert not claim.left
    await limiter.shutdown()
    assert (await waiting).kind == "flood"
    assert not claim.left
    api.stop()  # nor while there is no connection
    await limiter.initialize()
    assert (await sender.send(8, None, HELLO, background=True, claim=claim)).kind == "retry"
    assert not claim.left


@pytest.mark.parametrize("sender", [ClaimingRequest], indirect=True)
async def test_what_failed_before_it_left_has_surely_not_arrived(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("something that nobody knows")

    claim = SendClaim(lambda: None)
    monkeypatch.setattr(ClaimingRequest, "do_request", broken)
    assert (await sender.send(7, None, HELLO, background=True)).kind == "ambiguous"
    assert (await sender.send(7, None, HELLO, background=True, claim=claim)).kind == "retry"


def test_what_an_answer_repeats_of_our_message_is_not_read() -> None:
    repeated: dict[str, object] = {
        "entities": [{"type": "bold"}],
        "caption_entities": [{"type": "bold"}],
        "reply_markup": {},
        "link_preview_options": {},
    }

    def read(result: object) -> object:
        return ClaimingRequest.parse_json_payload(json.dumps({"ok": True, "result": result}).encode())[
            "result"
        ]

    assert read({"message_id": 5, "text": "a", **repeated}) == {"message_id": 5, "text": "a"}
    assert read({"id": 5, **repeated}) == {"id": 5, **repeated}, "no message"
    assert read(True) is True
    other = b'{"ok":true,"result":[{"update_id":1,"message":{"message_id":5,"entities":[1]}}]}'
    assert ClaimingRequest.parse_json_payload(other)["result"][0]["message"]["entities"] == [1]


@pytest.mark.parametrize("sender", [ClaimingRequest], indirect=True)
async def test_a_long_text_arrives_as_a_short_one_does(sender: Sender, api: BotApi) -> None:
    text = '<b>晨报 & "一二"</b>\n'.replace("&", "&amp;") + "长文。\n" * 400
    button = Button("原文 ↗", url="https://example.com/?a=1&b=%20")
    assert (
        await sender.send(7, None, Message(text, ((button,),)), background=True, silent=True)
    ).kind == "sent"
    (call,) = api.calls("sendMessage")
    assert call.params["text"] == text
    assert call.params["chat_id"] == "7"
    assert call.params["disable_notification"] == "true"
    assert json.loads(call.params["reply_markup"])["inline_keyboard"][0][0]["url"] == button.url
