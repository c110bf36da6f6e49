"""The fault matrix, what we ask: getMe, getUpdates, the webhook's methods, commands and administrators × each trouble.

One seed by default; all twenty with `pytest -m soak tests/chat/test_fault_matrix.py`.
"""

import ast
import asyncio
import inspect
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
import telegram
from telegram import Document, Update
from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest

from bot import app
from bot.chat import registry
from bot.chat.administrators import Administrators
from bot.chat.handlers import document
from bot.chat.receive import poller, webhook
from bot.chat.receive.inbox import Inbox
from bot.chat.receive.poller import Poller
from bot.chat.receive.webhook import Webhook
from bot.config import Config
from bot.delivery.sender import Sender
from bot.errors import ConfigError
from bot.runtime.services import Services
from bot.text.taxonomy import load_taxonomy
from storage import inbox, meta
from storage.database import Database
from tests.chat.conftest import Room
from tests.delivery.fault_table import TROUBLES, Trouble
from tests.delivery.test_fault_matrix import METHODS as SENDING
from tests.doubles.bot_api import BotApi

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20))]
CHAT = -100500
ROOT = Path(__file__).parents[2]
NO_TLS = {"verify": False}
"""Reading the certificates that nobody shows here would be most of the work."""
REFUSED = {"unauthorised"}
"""Only the operator can mend it: the run ends with a sentence."""


@asynccontextmanager
async def line_to(api: BotApi, read_timeout: float) -> AsyncIterator[ExtBot[None]]:
    requests = [HTTPXRequest(read_timeout=read_timeout, httpx_kwargs=NO_TLS) for _ in range(2)]
    async with ExtBot[None](
        api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    ) as bot:
        yield bot


class Case:
    """One method under one trouble."""

    def __init__(self, api: BotApi, bot: ExtBot[None], db: Database, trouble: Trouble) -> None:
        self.api, self.bot, self.db, self.trouble = api, bot, db, trouble
        self.texts: list[str] = []

    def box(self) -> Inbox:
        async def handle(update: Update) -> None:
            self.texts.append((update.message.text if update.message else None) or "")

        return Inbox(self.bot, cast("Services", Room(self.db)), handle)

    async def run(self, receiver: Poller | Webhook, done: Callable[[], object]) -> None:
        """Until `done`, or, where the operator must mend it, until it says so."""
        task = asyncio.create_task(receiver.run())
        try:
            async with asyncio.timeout(15):
                while not done() and not task.done():  # noqa: ASYNC110 - it happens in the server's threads
                    await asyncio.sleep(0.01)
            if self.trouble.kind in REFUSED:
                with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
                    await asyncio.wait_for(task, 5)
            else:
                assert not task.done(), (self.trouble, task.exception())
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def get_updates(self) -> None:
        text = f"after {self.trouble.name}"
        self.api.say(7, text)
        await self.run(Poller(self.box(), poll_seconds=0), lambda: text in self.texts)
        if self.trouble.kind in REFUSED:
            await self.run_again(text)
        assert self.texts.count(text) == 1
        assert not inbox.waiting(self.db)

    async def run_again(self, text: str) -> None:
        """After the operator mended it, the update is still there."""
        self.trouble = Trouble("mended", "sent")
        await self.run(Poller(self.box(), poll_seconds=0), lambda: text in self.texts)

    async def set_webhook(self) -> None:
        hook = Webhook(self.box(), "https://bot.example.com/hook", "a-secret_of_16ch")
        await self.run(hook, lambda: self.api.webhook and self.api.calls("getWebhookInfo"))
        self.api.webhook = {}

    async def get_webhook_info(self) -> None:
        hook = Webhook(self.box(), "https://bot.example.com/hook", "a-secret_of_16ch")
        begun = len(self.api.calls("getWebhookInfo"))
        await self.run(hook, lambda: len(self.api.calls("getWebhookInfo")) > begun + 1)
        self.api.webhook = {}

    async def delete_webhook(self) -> None:
        """It is tried again until polling is possible; a refused token would be refused to the poll, too."""
        text = f"polled after {self.trouble.name}"
        self.api.webhook = {"url": "https://old.example/"}
        self.api.say(7, text)
        self.trouble = Trouble(self.trouble.name, "sent")
        await self.run(Poller(self.box(), poll_seconds=0), lambda: text in self.texts)
        assert self.texts.count(text) == 1

    async def get_chat_member(self) -> None:
        """Without Telegram's word nobody administers anything."""
        asked = await Administrators(self.bot, self.db_now).includes(CHAT, 8)
        assert asked is (self.trouble.kind == "sent")

    async def get_chat(self) -> None:
        """Without Telegram's word we may not write there."""
        asked = await Sender(cast("ExtBot[int]", self.bot)).may_write(CHAT, channel=False)
        assert asked is (self.trouble.kind == "sent")

    def db_now(self) -> Any:
        return Room(self.db).now()

    async def set_my_commands(self) -> None:
        """The menu is a courtesy: the bot runs without."""
        room = cast("Services", type("R", (), {"config": Config(owners=frozenset({1}))}))
        before = len(self.api.calls("setMyCommands"))
        await registry.announce_commands(self.bot, room)
        assert len(self.api.calls("setMyCommands")) >= before + 3

    async def set_my_description(self) -> None:
        """What the profile says is a courtesy, too; what was not taken is told again at the next start."""
        room = self.told_of()
        meta.drop(self.db, registry.ANNOUNCED)
        await registry.announce(self.bot, room)
        told = meta.get(self.db, registry.ANNOUNCED) is not None
        assert told is (self.trouble.kind == "sent")
        await registry.announce(self.bot, room)

    def told_of(self) -> Services:
        """As much of the services as is announced."""
        reading = type("R", (), {"taxonomy": load_taxonomy()})
        known = {"config": Config(), "db": self.db, "username": "test_bot", "reading": reading}
        return cast("Services", type("S", (), known))

    async def get_me(self) -> None:
        """A network that is down is waited for, a token that is refused is not."""
        application = (
            Application.builder()
            .token(self.api.token)
            .base_url(f"{self.api.url}/bot")
            .request(HTTPXRequest(read_timeout=self.trouble.read_timeout, httpx_kwargs=NO_TLS))
            .get_updates_request(HTTPXRequest(httpx_kwargs=NO_TLS))
            .updater(None)
            .build()
        )
        try:
            if self.trouble.kind in REFUSED:
                with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
                    await app._initialise(application, asyncio.Event())
            else:
                await app._initialise(application, asyncio.Event())
                assert application.bot.username == self.api.me["username"]
        finally:
            await application.shutdown()
            await application.bot.shutdown()

    async def get_file(self) -> None:
        """A file that Telegram does not give is nothing: its sender is told."""
        self.api.files["f"] = b"text"
        given = Document.de_json({"file_id": "f", "file_unique_id": "f"}, self.bot)
        got = await document.download(given)
        assert got == (b"text" if self.trouble.kind == "sent" else None)


METHODS: dict[str, Callable[[Case], Awaitable[None]]] = {
    "getMe": Case.get_me,
    "getUpdates": Case.get_updates,
    "setWebhook": Case.set_webhook,
    "getWebhookInfo": Case.get_webhook_info,
    "deleteWebhook": Case.delete_webhook,
    "getChat": Case.get_chat,
    "getChatMember": Case.get_chat_member,
    "setMyCommands": Case.set_my_commands,
    "setMyDescription": Case.set_my_description,
    "setMyShortDescription": Case.set_my_description,
    "getFile": Case.get_file,
}


def test_every_method_that_the_bot_calls_is_in_one_of_the_two_matrices() -> None:
    """What looks like a call of the library's in our source, also by a message, a chat or a file; getUpdates is called by
    its address, and whatever the library does not know yet by its name."""
    kinds = [kind for kind in vars(telegram).values() if inspect.isclass(kind)]
    known = {name for kind in kinds for name, made in inspect.getmembers(kind, inspect.iscoroutinefunction)}
    called = {
        node.func.attr
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "_" in node.func.attr
    } & known
    called -= {"download_as_bytearray", "reply_photo"}  # of what getFile gives, with it; our turn's own
    names = {head + "".join(map(str.title, rest)) for head, *rest in (name.split("_") for name in called)}
    names = names - {"doApiRequest"} | {"sendRichMessage"}  # the one that the library does not know
    assert names | {"getMe", "getUpdates"} == {*METHODS, *SENDING}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", METHODS)
async def test_what_we_ask_telegram(
    db: Database, monkeypatch: pytest.MonkeyPatch, method: str, seed: int
) -> None:
    monkeypatch.setattr(app, "PAUSE", 0.02)
    monkeypatch.setattr(poller, "PAUSE", 0.02)
    monkeypatch.setattr(webhook, "PAUSE", 0.02)
    monkeypatch.setattr(webhook, "CHECK_SECONDS", 0.02)
    chance = random.Random(seed)
    done: list[Trouble] = []
    for trouble in chance.sample(TROUBLES, len(TROUBLES)):
        monkeypatch.setattr(document, "_PATIENCE", trouble.read_timeout)
        monkeypatch.setattr(poller, "READ_MORE", trouble.read_timeout)
        fault = trouble.fault
        if trouble.kind == "flood":  # its whole time is waited: a fraction of a second cannot be said
            fault = fault | {"parameters": {"retry_after": 1}}
        # A server for each: what a cancelled poll still has on its way must not meet the next one's trouble.
        with BotApi(first_update=1000 * (1 + len(done))) as api:
            api.open_chat(CHAT)
            api.members[CHAT, 8] = "administrator"
            async with line_to(api, trouble.read_timeout) as bot:
                api.fail(method, 1, **fault)
                await METHODS[method](Case(api, bot, db, trouble))
            assert all(made.times == 0 for made in api.faults), trouble
        done.append(trouble)
    assert len(done) == len(TROUBLES)
