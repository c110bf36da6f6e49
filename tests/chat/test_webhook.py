"""Updates brought to us over real HTTP: only with the secret, only when stored, once; and who else took them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest
from telegram import Bot, Update

from bot.chat.receive import webhook as hooks
from bot.chat.receive.inbox import Inbox
from bot.chat.receive.webhook import Webhook
from bot.errors import ConfigError
from bot.runtime.health import Health
from bot.runtime.services import Services
from bot.web import MAX_BODY, Web
from storage import inbox
from storage.database import Database
from tests.chat.conftest import Room, until
from tests.doubles.bot_api import BotApi

SECRET = "a-secret_of_16ch"
URL = "https://bot.example.com/telegram"


@pytest.fixture
def texts() -> list[str]:
    return []


@pytest.fixture
async def hook(api: BotApi, db: Database, texts: list[str]) -> AsyncIterator[Webhook]:
    async def handle(update: Update) -> None:
        texts.append((update.message.text if update.message else None) or "")

    async with Bot(api.token, base_url=f"{api.url}/bot") as bot:
        yield Webhook(Inbox(bot, cast("Services", Room(db)), handle), URL, SECRET)


@pytest.fixture
async def web(hook: Webhook) -> AsyncIterator[Web]:
    served = Web("127.0.0.1", 0, lambda: Health(True), str)
    served.hook = hook
    await served.start()
    yield served
    await served.stop()


def stored(db: Database) -> list[int]:
    """Telegram's ids of what is in the inbox."""
    return [row[0] for row in db.execute("SELECT update_id FROM inbox ORDER BY number")]


async def bring(web: Web, content: Any, secret: str | None = SECRET, path: str = "/telegram") -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
    async with httpx.AsyncClient() as client:
        kind = {"content": content} if isinstance(content, bytes) else {"json": content}
        answer = await client.post(f"http://127.0.0.1:{web.port}{path}", headers=headers, **kind)
    return answer.status_code


def update(number: int, text: str = "hello") -> dict[str, Any]:
    chat = {"id": 7, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "text": text, "chat": chat}}


async def test_an_update_is_stored_handled_once_and_then_confirmed(
    web: Web, db: Database, texts: list[str]
) -> None:
    assert [await bring(web, update(5)), await bring(web, update(5))] == [200, 200]
    assert stored(db) == [5]
    await until(lambda: texts == ["hello"] and not inbox.waiting(db))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é"])
async def test_without_the_secret_nothing_is_taken(web: Web, db: Database, secret: str | None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    line = (
        b"" if secret is None else b"X-Telegram-Bot-Api-Secret-Token: " + secret.encode("latin-1") + b"\r\n"
    )
    writer.write(b"POST /telegram HTTP/1.1\r\nHost: bot\r\nContent-Length: 5\r\n" + line + b"\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 403 ")
    writer.close()
    await writer.wait_closed()
    assert stored(db) == []


async def test_a_secret_that_comes_twice_proves_nothing(web: Web, db: Database) -> None:
    proof = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    answer = await raw(
        web, f"POST /telegram HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n{proof}{proof}\r\n{{}}"
    )
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert stored(db) == []


@pytest.mark.parametrize(
    "framing",
    [
        "Transfer-Encoding: chunked\r\nContent-Length: 10\r\n\r\n200000\r\n",
        "Content-Length: 2000000\r\nContent-Length: 2000000\r\n\r\n",
    ],
)
async def test_a_body_is_bounded_whatever_its_sender_said(web: Web, db: Database, framing: str) -> None:
    head = f"POST /telegram HTTP/1.1\r\nHost: bot\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n{framing}"
    answer = await raw(web, head + " " * 0x200000)
    assert not answer.startswith(b"HTTP/1.1 200 ")
    assert stored(db) == []


async def test_who_waits_for_leave_to_send_the_body_gets_it(web: Web, db: Database) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    body = json.dumps(update(9)).encode()
    head = f"POST /telegram HTTP/1.1\r\nHost: bot\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    writer.write(body)
    assert b"\r\nHTTP/1.1 200 OK\r\n" in await reader.read()
    writer.close()
    await writer.wait_closed()
    assert stored(db) == [9]


async def raw(web: Web, request: str) -> bytes:
    """What is answered to these bytes, until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    answer = b""
    try:
        writer.write(request.encode())
        await writer.drain()
        answer = await reader.read()
    except ConnectionError:  # refused in the middle of what we send
        pass
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"{}", b'{"update_id": "7"}', b"\xff\xfe", b"[" * 100_000]
)
async def test_what_is_no_update_is_refused_without_harm(web: Web, texts: list[str], body: bytes) -> None:
    assert await bring(web, body) == 400
    assert await bring(web, update(6)) == 200
    await until(lambda: texts == ["hello"])


async def test_bodies_are_bounded_and_only_posted(web: Web) -> None:
    assert await bring(web, b" " * (MAX_BODY + 1)) == 413
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{web.port}/telegram")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert await bring(web, update(7), path="/health") == 405
    assert await bring(web, update(7), path="/elsewhere") == 404
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: bot\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n\r\n"
    writer.write(head.encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 411 ")
    writer.close()
    await writer.wait_closed()


async def test_what_could_not_be_stored_is_not_confirmed(
    web: Web, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> bool:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "put", full)
        assert await bring(web, update(8)) == 503
    assert await bring(web, update(8)) == 200
    assert stored(db) == [8]


async def test_while_the_store_is_read_only_nothing_is_confirmed_or_complained_of(
    web: Web, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    db.execute("PRAGMA query_only = ON")
    assert await bring(web, update(8)) == 503
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    db.execute("PRAGMA query_only = OFF")
    assert await bring(web, update(8)) == 200
    assert stored(db) == [8]


async def test_it_is_set_with_its_secret_and_watched(
    api: BotApi, hook: Webhook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hooks, "PAUSE", 0.02)
    monkeypatch.setattr(hooks, "CHECK_SECONDS", 0.05)
    api.fail("setWebhook", 1, status=500)
    api.fail("getWebhookInfo", 1, status=500)
    running = asyncio.create_task(hook.run())
    await until(lambda: len(api.calls("getWebhookInfo")) > 2)
    assert (api.webhook["url"], api.webhook["secret_token"]) == (URL, SECRET)
    assert SECRET not in caplog.text
    api.webhook |= {"last_error_message": "Connection refused"}
    await until(lambda: "Connection refused" in caplog.text)
    api.webhook = {"url": "https://elsewhere.example/"}
    with pytest.raises(ConfigError, match="took the updates"):
        async with asyncio.timeout(5):
            await running


async def test_a_refused_token_ends_the_run(api: BotApi, hook: Webhook) -> None:
    api.fail("setWebhook", 1, status=401, description="Unauthorized")
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
        await hook.run()
