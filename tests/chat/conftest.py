"""The real application and handlers, with Telegram played in memory where the network would begin."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.app import TelegramApplication, open_services
from bot.chat.handlers import report
from bot.config import Config
from bot.demo.archive import load_archive
from bot.demo.telegram import BOT_ID, USERNAME, DemoTelegram, Shown
from bot.jobs.collect import ingest
from bot.report.wishes import Made
from bot.runtime.counters import Counters
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Services
from storage import chats, sources
from storage.database import Database, open_database
from storage.models import Chat
from tests.doubles import rich_text
from tests.doubles.bot_api import BotApi
from tests.telegram_html import check

EVENING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OWNER, READER, GROUP = 1, 7, -100500
OURS = {
    "message_id": 1,
    "date": 1,
    "chat": {"id": GROUP, "type": "supergroup", "title": "编辑部"},
    "from": {"id": BOT_ID, "is_bot": True, "first_name": "晨报", "username": USERNAME},
    "text": "晨报",
}
"""A message of the bot's that somebody replies to."""


class Room:
    """As much of the services as the poller touches."""

    username = "chenbao_test_bot"

    def __init__(self, db: Database) -> None:
        self.db = db
        self.config = Config()
        self.counters = Counters()

    def now(self) -> Any:
        return EVENING


async def until(condition: Any) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110 - what it waits for happens in the server's threads
            await asyncio.sleep(0.02)


@dataclass
class Clock:
    at: datetime = EVENING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


class Telegram(DemoTelegram):
    """Also knows who administers a group, and can refuse calls."""

    administrators: frozenset[int] = frozenset()

    def _answer(self, call: str, parameters: dict[str, Any], request_data: Any) -> Any:
        if call == "getChatMember":
            user = {"id": parameters["user_id"], "is_bot": False, "first_name": "某人"}
            if int(parameters["user_id"]) in self.administrators:
                return {"status": "creator", "user": user, "is_anonymous": False}
            return {"status": "member", "user": user}
        return super()._answer(call, parameters, request_data)


@dataclass
class Talk:
    """What people type and press, and what they see."""

    services: Services
    application: TelegramApplication
    clock: Clock
    telegram: Telegram
    shown: list[tuple[Shown, bool]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    updates: int = 100

    @property
    def last(self) -> Shown:
        """The message that was sent or edited last."""
        return self.shown[-1][0]

    def reader(self) -> Chat:
        """The reader's private chat as stored now."""
        chat = chats.by_address(self.services.db, READER, None)
        assert chat is not None
        return chat

    async def say(
        self,
        text: str | None,
        *,
        user: int = READER,
        chat: int | None = None,
        code: str | None = "zh-hans",
        **extra: Any,
    ) -> str:
        """Someone writes; the text of what the bot shows last, or nothing where it said nothing."""
        before = len(self.shown)
        message = self._message(user, chat, code) | ({"text": text} if text is not None else {}) | extra
        if command := re.match(r"/[A-Za-z0-9_]+(?:@\w+)?(?!\w)", text or ""):  # as Telegram marks it
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        await self.update(message=message)
        return self.last.text if len(self.shown) > before else ""

    async def press(
        self,
        label: str,
        *,
        user: int = READER,
        chat: int | None = None,
        shown: Shown | None = None,
        topic: int | None = None,
    ) -> str:
        """Someone presses a button of the last message by (part of) its label."""
        target = shown or next(message for message, _ in reversed(self.shown) if message.buttons)
        button = next(button for button in target.buttons if label in button["text"])
        return await self.press_data(
            button["callback_data"], target.message_id, user=user, chat=chat, topic=topic
        )

    async def press_data(
        self,
        data: str,
        message_id: int = 1,
        *,
        user: int = READER,
        chat: int | None = None,
        topic: int | None = None,
    ) -> str:
        """A press with any data, under a message in a forum's `topic` or in none."""
        message = self._message(user, chat, "zh-hans") | {"message_id": message_id}
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        query = {"id": "1", "from": message["from"], "chat_instance": "1", "message": message, "data": data}
        await self.update(callback_query=query)
        return self.last.text if self.shown else ""

    async def update(self, **content: Any) -> None:
        self.updates += 1
        update = Update.de_json({"update_id": self.updates, **content}, self.application.bot)
        await self.application.process_update(update)

    def _message(self, user: int, chat: int | None, code: str | None) -> dict[str, Any]:
        place = chat or user
        person = {"id": user, "is_bot": False, "first_name": "读者"} | (
            {"language_code": code} if code else {}
        )
        kind = (
            {"type": "private", "first_name": "读者"}
            if place > 0
            else {"type": "supergroup", "title": "编辑部"}
        )
        return {
            "message_id": self.telegram.take_id(),
            "date": int(self.clock.at.timestamp()),
            "chat": {"id": place, **kind},
            "from": person,
        }


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "chenbao.db")
    yield database
    database.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        token=f"{BOT_ID}:test", database=tmp_path / "chenbao.db", owners=frozenset({OWNER}), full_text="never"
    )


@pytest.fixture
async def talk(config: Config) -> AsyncIterator[Talk]:
    """An empty bot; `stocked` fills it. Every message is judged by Telegram's own parser at the end."""
    clock = Clock()
    shown: list[tuple[Shown, bool]] = []
    notices: list[str] = []
    telegram = Telegram(
        now=clock,
        on_message=lambda message, edited: shown.append((message, edited)),
        on_notice=notices.append,
    )
    async with (
        open_newsroom(config, now=clock) as room,
        open_services(room, request=telegram) as (services, application),
    ):
        yield Talk(services, application, clock, telegram, shown, notices)
    for message, _ in shown:
        if message.rich:
            rich_text.read({"html": message.text})
        else:
            check(message.text)


@pytest.fixture
def no_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are empty at once: making one starts a process, which takes a second or two."""

    async def made(config: object, wish: object, zone: object, now: object) -> Made:
        return Made("信息产业篇.pdf", b"", 0)

    monkeypatch.setattr(report, "make_apart", made)


@pytest.fixture
def stocked(talk: Talk) -> Talk:
    """The bot with the sample archive up to the evening."""
    arrived = [entry for entry in load_archive() if entry.published and entry.published <= EVENING]
    room = talk.services
    for publisher in dict.fromkeys(entry.source for entry in arrived):
        source, _ = sources.add(
            room.db, url=f"https://{publisher}", title=publisher, kind="feed", now=EVENING
        )
        ingest.ingest(room.db, room.reading, source, [e for e in arrived if e.source == publisher], EVENING)
    return talk
