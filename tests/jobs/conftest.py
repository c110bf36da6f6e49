"""A newsroom on a real store with a clock that the test moves, and services with a Telegram that answers as told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

import pytest

from bot.config import Config
from bot.delivery.outcomes import Outcome
from bot.delivery.send_claim import SendClaim
from bot.delivery.sender import Sender
from bot.demo.archive import load_archive
from bot.jobs.collect import ingest
from bot.jobs.editions import reschedule
from bot.messages.model import Message
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from storage import sources
from storage.models import Chat, Entry, Source
from tests.readers import add_reader

EVENING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""18:00 in Shanghai, the evening before."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time as the test sets it."""

    at: datetime = EVENING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class Telegram:
    """Where a `Sender` would stand: remembers what was sent, answers what the test wants."""

    answers: list[Outcome] = field(default_factory=list)
    sent: list[tuple[int, Message]] = field(default_factory=list)
    silent: list[bool] = field(default_factory=list)
    """Of each that was sent, whether it made no sound."""

    rests = False

    async def send(
        self,
        chat_id: int,
        thread_id: int | None,
        message: Message,
        *,
        background: bool,
        silent: bool = False,
        claim: SendClaim | None = None,
    ) -> Outcome:
        if claim is not None and not take_claim(claim):
            return Outcome("withheld")
        outcome = self.answers.pop(0) if self.answers else Outcome("sent", message_id=len(self.sent) + 1)
        if outcome.kind in {"sent", "ambiguous"}:
            self.sent.append((chat_id, message))
            self.silent.append(silent)
        return outcome


def take_claim(claim: SendClaim) -> bool:
    """As a `Sender` does it: whether the message leaves."""
    claim.left = claim.record() is not False
    return claim.left


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Newsroom]:
    config = Config(
        database=tmp_path / "chenbao.db", allow_networks=(ip_network("127.0.0.0/8"),), full_text="never"
    )
    async with open_newsroom(config, now=clock) as opened:
        yield opened


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def services(room: Newsroom, telegram: Telegram) -> Services:
    sender = cast("Sender", cast("Any", telegram))
    return Services(
        room.config,
        room.db,
        room.now,
        room.reading,
        room.fetcher,
        room.http,
        room.worker,
        sender,
        "chenbao_test_bot",
        room.now(),
    )


@pytest.fixture
def source(room: Newsroom) -> Source:
    return sources.add(room.db, url="https://feed.example.com/rss", title="例报", kind="feed", now=EVENING)[0]


def take_in(room: Newsroom, until: datetime, since: datetime = LONG_AGO) -> None:
    """Collect the sample archive's articles published in (since, until]."""
    entries = [entry for entry in load_archive() if entry.published and since < entry.published <= until]
    for publisher in dict.fromkeys(entry.source for entry in entries):
        source, _ = sources.add(room.db, url=f"https://{publisher}", title=publisher, kind="feed", now=until)
        ingest.ingest(room.db, room.reading, source, [e for e in entries if e.source == publisher], until)


def entry(title: str, **values: Any) -> Entry:
    """An entry of some length."""
    return replace(Entry(title=title, text=f"{title}。这是关于它的一段话，说明了事情的来龙去脉。"), **values)


def reader(room: Newsroom, telegram_chat_id: int = 77, **settings: Any) -> Chat:
    """A chat that has got started, with these settings; one that follows something is told of that alone."""
    settings = {"mix": "followed"} | settings
    chat = add_reader(room.db, telegram_chat_id, room.now())
    return reschedule.start_schedule(room, replace(chat, **settings), room.now())
