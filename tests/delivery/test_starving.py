"""The ledger against readers who never stop asking, over HTTP: editions arrive all the same, within the limit."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.config import Config
from bot.delivery.limiter import Limiter
from bot.delivery.sender import Sender
from bot.jobs import deliver
from bot.jobs.editions import due as compose
from bot.messages.model import Message
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from storage.models import Chat
from tests.doubles.bot_api import BotApi
from tests.jobs.conftest import MORNING, Clock, reader

RATE, DUE, ASKING = 60, 40, 80


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
async def services(tmp_path: Path, api: BotApi) -> AsyncIterator[Services]:
    request = HTTPXRequest(connection_pool_size=64)
    limiter = Limiter(overall=RATE)
    bot = ExtBot[int](api.token, base_url=f"{api.url}/bot", request=request, rate_limiter=limiter)
    async with bot, open_newsroom(Config(database=tmp_path / "chenbao.db"), now=Clock()) as room:
        values: dict[str, Any] = {field.name: getattr(room, field.name) for field in fields(Newsroom)}
        yield Services(**values, sender=Sender(bot), username="chenbao_test_bot", started_at=room.now())


@pytest.mark.slow
async def test_editions_have_a_third_of_the_rate_while_readers_search_without_end(
    services: Services, api: BotApi
) -> None:
    due = [due_at_eight(services, api, 1000 + number) for number in range(DUE)]
    compose.compose_due(services, MORNING)
    for number in range(ASKING):
        api.open_chat(1 + number)

    async def ask(chat_id: int) -> None:
        while True:
            await services.sender.send(chat_id, None, Message("找到 0 篇"), background=False)

    asking = [asyncio.create_task(ask(1 + number)) for number in range(ASKING) for _ in range(2)]
    await asyncio.sleep(0.1)  # the limit is reached, and more wait
    began = time.monotonic()
    arrived = await deliver.deliver_pending(services, MORNING + timedelta(seconds=1))
    ended = time.monotonic()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert arrived == DUE
    answers = [each for each in api.shown if each.chat_id <= ASKING and began <= each.sent_at <= ended]
    # Two for one where editions wait without a break (`test_limiter`); on a slow machine they have to be made first.
    assert len(answers) < 12 * DUE
    times = sorted(message.sent_at for message in api.shown)
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= RATE
    assert {len(api.messages(chat.telegram_chat_id)) for chat in due} == {1}


def due_at_eight(services: Services, api: BotApi, telegram_chat_id: int) -> Chat:
    api.open_chat(telegram_chat_id)
    return reader(services, telegram_chat_id)
