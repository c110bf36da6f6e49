"""Our sending and reading against a Bot API server that somebody else wrote, so that ours proves nothing to itself.

`lo-bot-api-emulator` 0.3.6 checks every request against its contract. Two things it lacks are added here: a username
in getMe (command handlers need one) and the newer field `link_preview_options`.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator
from telegram import Update
from telegram.error import Conflict
from telegram.ext import ExtBot

from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.messages.action import Action
from bot.messages.model import Button, Message

TOKEN = "700000002:TEST-another_double_of_the_Bot_API0"


class Emulator(LoBotApiEmulator):  # type: ignore[misc]  # it ships no types
    """The emulator with what python-telegram-bot 22.8 needs beside its contract."""

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        """Its own checks, for everything but the two additions."""
        known = {name: value for name, value in fields.items() if name != "link_preview_options"}
        result = super().validate(method, known, uploads)
        return result | {"username": "chenbao_test_bot"} if method == "getMe" else result


class Press(Action):
    """A button's action with the shortest data."""

    code = "x"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
async def bot(emulator: Emulator) -> AsyncIterator[ExtBot[int]]:
    runner = web.AppRunner(emulator.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with ExtBot[int](TOKEN, base_url=f"http://127.0.0.1:{port}/bot", rate_limiter=Limiter()) as bot:
            yield bot
    finally:
        await runner.cleanup()


PERSON = {"id": 7, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
CHAT = {"id": 7, "type": "private", "first_name": "读者"}


async def test_the_essentials_of_a_conversation(emulator: Emulator, bot: ExtBot[int]) -> None:
    sender = Sender(bot)
    assert bot.username == "chenbao_test_bot"
    entity = {"type": "bot_command", "offset": 0, "length": 6}
    start = {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, "text": "/start", "entities": [entity]}
    await emulator.enqueue_update({"message": start}, token=TOKEN)
    (update,) = await bot.get_updates(
        timeout=2, allowed_updates=["message", "callback_query", "my_chat_member"]
    )
    assert update.message
    assert update.message.text == "/start"

    menu = Message(
        "<b>晨报</b>：选择话题", ((Button("半导体", Press()), Button("原文", url="https://a.example/")),)
    )
    sent = await sender.send(7, None, menu, background=False)
    assert (sent.kind, sent.problem) == ("sent", "")

    query = {"id": "9", "from": PERSON, "chat_instance": "1", "data": Press().pack()}
    await emulator.enqueue_update({"callback_query": query}, token=TOKEN)
    (pressed,) = await bot.get_updates(offset=update.update_id + 1, timeout=2)
    assert isinstance(pressed, Update)
    assert pressed.callback_query
    assert pressed.callback_query.data == Press().pack()
    assert (await sender.answer(pressed.callback_query.id, "已订阅")).kind == "sent"
    assert sent.message_id
    assert (await sender.edit(7, sent.message_id, Message("已订阅 <b>半导体</b>"))).kind == "sent"
    assert (await sender.send_document(7, None, "导出.json", b"{}")).kind == "sent"
    assert await bot.get_updates(offset=pressed.update_id + 1, timeout=0) == ()
    assert {request["status"] for request in emulator.requests} == {200}
    names = [request["method"] for request in emulator.requests if request["method"] != "getUpdates"]
    assert names == ["getMe", "sendMessage", "answerCallbackQuery", "editMessageText", "sendDocument"]


async def test_its_409_is_a_conflict(emulator: Emulator, bot: ExtBot[int]) -> None:
    await bot.set_webhook("https://bot.example/hook")
    with pytest.raises(Conflict):
        await bot.get_updates(timeout=0)
