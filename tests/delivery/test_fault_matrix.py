"""The fault matrix, what we send: each method × each trouble over real HTTP, and what the ledger makes of it.

One seed by default; all twenty with `pytest -m soak tests/delivery/test_fault_matrix.py`.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.config import Config
from bot.delivery import sender as sending
from bot.delivery.limiter import Limiter
from bot.delivery.outcomes import Outcome
from bot.delivery.rich_gate import RichGate
from bot.delivery.sender import Sender
from bot.jobs import deliver
from bot.jobs.editions import on_demand
from bot.jobs.editions.pool import load_pool
from bot.messages.model import Message, RichForm
from bot.runtime.health import Ticks, health_of
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom, Services
from bot.runtime.store_watch import StoreWatch
from storage import chats, deliveries
from storage.models import Chat, Delivery
from tests.delivery.fault_table import NEW_ID, READ_TIMEOUT, TROUBLES, Trouble
from tests.doubles.bot_api import BotApi
from tests.jobs.conftest import EVENING, MORNING, Clock, reader, take_in

WIDE = 10**6
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 20))]
SENT = "sent"

# What stands in the ledger at once, whether the chat is still active, and what stands there an hour later.
LEDGER: dict[str, tuple[str, bool, str]] = {
    "flood": ("pending", True, "sent"),
    "permanent": ("failed", False, "failed"),
    "migrated": ("pending", True, "sent"),
    "muted": ("failed", True, "failed"),
    "unparsable": ("sent", True, "sent"),
    "too_long": ("failed", True, "failed"),
    "too_old": ("failed", True, "failed"),
    "unmodified": ("sent", True, "sent"),
    "rejected": ("failed", True, "failed"),
    "unauthorised": ("pending", True, "sent"),
    "conflict": ("pending", True, "sent"),
    "ambiguous": ("uncertain", True, "uncertain"),
    "sent": ("sent", True, "sent"),
}
STANDS_STILL = frozenset({"flood", "unauthorised", "conflict"})
"""After these nothing more is begun in the same round."""


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sender(api: BotApi, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sender]:
    """The real sender and limiter; the limiter's time is the test's, so that nobody waits out a halt."""
    monkeypatch.setattr(sending, "READ_TIMEOUT", READ_TIMEOUT)

    def seconds() -> float:
        return clock.at.timestamp()

    async def sleep(span: float) -> None:
        clock.move(seconds=span)
        await asyncio.sleep(0)

    limiter = Limiter(overall=WIDE, burst=WIDE, per_minute=WIDE, patience=0, clock=seconds, sleep=sleep)
    request = HTTPXRequest(read_timeout=READ_TIMEOUT, media_write_timeout=5)
    async with ExtBot[int](
        api.token, base_url=f"{api.url}/bot", request=request, rate_limiter=limiter
    ) as bot:
        yield Sender(bot, clock=seconds, rich=RichGate(clock))


@pytest.fixture
async def services(tmp_path: Path, sender: Sender, clock: Clock) -> AsyncIterator[Services]:
    async with open_newsroom(Config(database=tmp_path / "chenbao.db"), now=clock) as room:
        values: dict[str, Any] = {field.name: getattr(room, field.name) for field in fields(Newsroom)}
        yield Services(**values, sender=sender, username="chenbao_test_bot", started_at=clock.at)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_becomes_of_a_scheduled_message(
    services: Services, api: BotApi, clock: Clock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(services, EVENING)
    chance = random.Random(seed)
    for trouble in chance.sample(TROUBLES, len(TROUBLES)):
        clock.at = MORNING + timedelta(days=len(api.chats))
        # One after the other it is certain who was under way when a halt began; side by side only Telegram knows.
        one_by_one = chance.random() < 0.5
        monkeypatch.setattr(deliver, "IN_FLIGHT", 1 if one_by_one else 16)
        await one_message(services, api, clock, trouble, chance, one_by_one=one_by_one)


async def one_message(
    services: Services,
    api: BotApi,
    clock: Clock,
    trouble: Trouble,
    chance: random.Random,
    *,
    one_by_one: bool,
) -> None:
    number = len(api.chats) + 1
    place = chance.choice((1, -1)) * (10_000 + number)
    others = [reader(services, 20_000 + number), reader(services, 30_000 + number)]
    hit = reader(services, place, kind="private" if place > 0 else "supergroup")
    fault = trouble.fault
    if trouble.kind == "flood":
        fault = fault | {"parameters": {"retry_after": chance.randint(1, 3000)}}
    moved_to = NEW_ID + place
    if trouble.kind == "migrated":
        fault = fault | {"parameters": {"migrate_to_chat_id": moved_to}}
    if trouble.name == "hang":  # longer than the others have time
        fault = fault | {"delay": READ_TIMEOUT + 0.5}
    for chat_id in (place, moved_to, *(chat.telegram_chat_id for chat in others)):
        api.open_chat(chat_id)
    order = [*others]
    order.insert(chance.randrange(3), hit)
    parts = {chat.id: compose_one(services, chat, number) for chat in order}
    api.fail("sendMessage", 1, chat_id=place, **fault)
    now, later = LEDGER[trouble.kind][0], LEDGER[trouble.kind][2]

    await deliver.deliver_pending(services, clock.at)
    assert state(services, parts[hit.id]) == now, trouble
    still = chats.by_id(services.db, hit.id)
    assert still is not None
    assert still.active is LEDGER[trouble.kind][1], trouble
    for chat in others:
        arrived = len(digests(api, chat.telegram_chat_id))
        assert state(services, parts[chat.id]) == (SENT if arrived else "pending"), trouble
        if trouble.kind not in STANDS_STILL or order.index(chat) < order.index(hit):
            assert arrived, trouble
        elif one_by_one:
            assert not arrived, trouble
    if trouble.kind == "unauthorised" and one_by_one:
        assert services.sender.refused

    for _ in range(2):
        clock.move(hours=1)
        await deliver.deliver_pending(services, clock.at)
    assert not services.sender.refused
    assert state(services, parts[hit.id]) == later, trouble
    assert [state(services, parts[chat.id]) for chat in others] == [SENT, SENT], trouble
    assert {len(digests(api, chat.telegram_chat_id)) for chat in others} == {1}, trouble
    await asyncio.to_thread(api.wait_for, lambda: not api.under_way)  # a call that hung takes effect late
    arrived = 1 if trouble.happens or (later == SENT and trouble.kind != "unmodified") else 0
    at_last = moved_to if trouble.kind == "migrated" else place
    assert len(digests(api, at_last)) == arrived, trouble
    assert trouble.kind != "migrated" or digests(api, place) == []


def compose_one(services: Services, chat: Chat, number: int) -> Delivery:
    composed = on_demand.compose(
        services.db,
        load_pool(services.db, services.reading.taxonomy, services.now()),
        chat,
        services.now().date(),
        f"demand:{number}",
    )
    assert composed is not None
    (part,) = deliveries.of_edition(services.db, composed.edition_id)
    return part


def state(services: Services, part: Delivery) -> str:
    found = deliveries.by_id(services.db, part.id)
    assert found is not None
    return found.state


def digests(api: BotApi, chat_id: int) -> list[Any]:
    return [seen for seen in api.messages(chat_id) if "今日简报" in seen.text or "下次见" in seen.text]


RICH = Message("<b>早</b>", rich=RichForm("<p>早</p>"))
INSTEAD = {"unparsable", "rejected", "too_long", "unauthorised"}
"""After these a rich message is sent as a classic one (the library calls a refused token a missing method)."""
METHODS: dict[str, Callable[[Sender, int, str], Awaitable[Outcome]]] = {
    "sendMessage": lambda sender, _, __: sender.send(7, None, Message("<b>早</b>"), background=True),
    "sendRichMessage": lambda sender, _, __: sender.send(7, None, RICH, background=True),
    "editMessageText": lambda sender, message_id, _: sender.edit(7, message_id, Message("<i>改</i>")),
    "sendDocument": lambda sender, _, __: sender.send_document(7, None, "a.json", b"{}", "<b>早</b>"),
    "sendPhoto": lambda sender, _, __: sender.send_photo(7, None, b"png", "<b>早</b>"),
    "answerInlineQuery": lambda sender, _, query_id: sender.answer_inline(query_id, (), cache_seconds=1),
    "answerCallbackQuery": lambda sender, _, query_id: sender.answer(query_id, "好"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("method", METHODS)
async def test_every_method_has_the_right_outcome_and_is_called_once(
    sender: Sender, api: BotApi, clock: Clock, method: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = sender._bot.request
    assert isinstance(request, HTTPXRequest)
    chance = random.Random(seed)
    api.open_chat(7)
    for trouble in chance.sample(TROUBLES, len(TROUBLES)):
        clock.move(days=1)
        first = await sender.send(7, None, Message("起头"), background=True)
        assert first.message_id
        query_id = api.press_data(api.message(first.message_id), "x")
        fault = trouble.fault
        if trouble.kind == "flood":
            fault = fault | {"parameters": {"retry_after": chance.randint(1, 7200)}}
        api.fail(method, 1, **fault)
        before = len(api.calls(method))
        with monkeypatch.context() as patch:
            patch.setattr(sending, "READ_TIMEOUT", trouble.read_timeout)
            patch.setattr(request._client, "timeout", trouble.read_timeout)
            outcome = await METHODS[method](sender, first.message_id, query_id)
        # The messages' markup falls back to plain text; where there is no other form, it is a refusal as any.
        plain = trouble.kind == "unparsable" and method in {"sendMessage", "editMessageText"}
        classic = trouble.kind in INSTEAD and method == "sendRichMessage"
        assert outcome.kind == (SENT if plain or classic else trouble.kind), (trouble, outcome)
        sender._rich = RichGate(clock)  # what it has learnt is another test's
        assert outcome.delivered is (outcome.kind in {SENT, "unmodified"})
        await asyncio.to_thread(api.wait_for, lambda: not api.under_way)
        assert len(api.calls(method)) == before + 1 + plain, trouble


async def test_the_ledger_knows_every_outcome() -> None:
    assert {trouble.kind for trouble in TROUBLES} == set(LEDGER)
    assert len({trouble.name for trouble in TROUBLES}) == len(TROUBLES) == 26


async def test_a_refused_token_is_told_once_and_by_health_and_stops_what_can_wait(
    services: Services, api: BotApi, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    take_in(services, EVENING)
    clock.at = MORNING
    for number in range(6):
        api.open_chat(40_000 + number)
        compose_one(services, reader(services, 40_000 + number), number)
    ticks = Ticks(clock.at, StoreWatch(services.db), services.sender)
    assert health_of(services, ticks).healthy
    api.fail("sendMessage", 10**6, status=401, description="Unauthorized")
    for _ in range(60):  # a minute of ticks
        await deliver.deliver_pending(services, clock.at)
        clock.move(seconds=1)
    assert health_of(services, ticks).details == {"telegram": "Telegram does not accept the token"}
    assert len(api.calls("sendMessage")) <= 2 * 6  # those under way at once, twice
    assert [record.levelname for record in caplog.records if "TELEGRAM_BOT_TOKEN" in record.message] == [
        "ERROR"
    ]
    api.faults.clear()
    clock.move(hours=1)
    assert await deliver.deliver_pending(services, clock.at) == 6
    ticks.at = clock.at
    assert health_of(services, ticks).healthy
    assert caplog.text.count("Telegram accepts the token again") == 1
