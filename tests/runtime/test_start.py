"""A start: readers are answered while the stories of the last days are remembered, and nothing is placed before that."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, ticks
from bot.config import Config
from bot.runtime.newsroom import open_newsroom, remember_stories
from bot.runtime.services import Newsroom
from tests.doubles.bot_api import BotApi
from tests.jobs.conftest import EVENING, MORNING, Clock, take_in


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A store with stories of the last days."""
    file = tmp_path / "chenbao.db"
    async with open_newsroom(Config(database=file), now=Clock()) as room:
        take_in(room, EVENING)
        assert len(room.reading.stories)
    return file


async def test_what_is_remembered_later_is_the_same(path: Path) -> None:
    async with open_newsroom(Config(database=path), now=Clock()) as at_once:
        known = len(at_once.reading.stories)
        assert at_once.reading.remembered.is_set()
    async with open_newsroom(Config(database=path), now=Clock(), remember=False) as later:
        assert len(later.reading.stories) == 0
        assert not later.reading.remembered.is_set()
        await remember_stories(later.reading, later.db, MORNING)
        assert len(later.reading.stories) == known > 0
        assert later.reading.remembered.is_set()


async def test_nothing_is_collected_before_the_stories_are_in_memory(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []

    async def collect(room: Newsroom, now: object) -> None:
        begun.append(room.reading.remembered.is_set())

    monkeypatch.setattr(ticks, "collect_due", collect)
    job = next(job for job in ticks.JOBS if job.name == "collect")
    async with open_newsroom(Config(database=path), now=Clock(), remember=False) as room:
        stopping = asyncio.Event()
        waiting = asyncio.ensure_future(job.run(room, stopping))  # type: ignore[arg-type]  # it needs no Telegram
        await asyncio.sleep(0)
        assert begun == []
        room.reading.remembered.set()
        await waiting
        assert begun == [True]
        room.reading.remembered.clear()
        stopping.set()
        await job.run(room, stopping)  # type: ignore[arg-type]
        assert begun == [True]


async def test_a_start_that_fails_while_it_answers_ends_the_bot(
    path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        await asyncio.to_thread(api.wait_for, lambda: api.polls_answered or api.poll)
        raise RuntimeError("no memory for stories")

    monkeypatch.setattr(app, "remember_stories", broken)
    config = Config(token=api.token, api_url=api.url, database=path)
    with pytest.raises(RuntimeError, match="no memory"):
        await asyncio.wait_for(app.run(config, asyncio.Event(), now=lambda: MORNING + timedelta(0)), 30)
