"""Delivering: what each of Telegram's answers does to the ledger, the chat and what counts as seen."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.cli.logs import JsonFormatter
from bot.delivery.outcomes import Outcome
from bot.jobs import deliver, views
from bot.jobs.editions import due
from bot.messages.callbacks import SendAgain
from bot.runtime.services import Services
from storage import chats, deliveries, exports
from storage.models import Chat, Delivery
from tests.jobs.conftest import MORNING, Clock, Telegram, reader, take_in


@pytest.fixture
def chat(services: Services, clock: Clock) -> Chat:
    take_in(services, MORNING)
    chat = reader(services)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    return chat


def the_part(services: Services) -> Delivery:
    (row,) = services.db.execute("SELECT id FROM deliveries").fetchall()
    part = deliveries.by_id(services.db, row["id"])
    assert part is not None
    return part


async def send(services: Services) -> int:
    return await deliver.deliver_pending(services, services.now())


async def test_what_arrived_counts_as_seen(services: Services, telegram: Telegram, chat: Chat) -> None:
    assert exports.of_chat(services.db, chat.id)["seen"] == []
    assert await send(services) == 1
    assert await send(services) == 0
    part = the_part(services)
    assert (part.state, part.telegram_message_id) == ("sent", 1)
    assert len(exports.of_chat(services.db, chat.id)["seen"]) > 3
    assert telegram.sent[0][0] == chat.telegram_chat_id
    assert "11月24日" in telegram.sent[0][1].text


@pytest.mark.parametrize(
    ("outcome", "level", "words"),
    [
        (Outcome("sent", message_id=812), "INFO", "sent as message 812"),
        (Outcome("permanent", problem="Forbidden"), "INFO", "the chat is not reachable any more: Forbidden"),
        (Outcome("flood", retry_after=3, problem="wait 3 s"), "INFO", "comes later (flood): wait 3 s"),
        (
            Outcome("ambiguous", problem="Timed out"),
            "WARNING",
            "the message may or may not have arrived: Timed out",
        ),
        (Outcome("muted", problem="No rights"), "WARNING", "the bot may not write there: No rights"),
        (Outcome("rejected", problem="Bad Request"), "ERROR", "Telegram refuses the message: Bad Request"),
    ],
)
async def test_a_delivery_is_one_line_with_its_ids(
    services: Services,
    telegram: Telegram,
    chat: Chat,
    caplog: pytest.LogCaptureFixture,
    outcome: Outcome,
    level: str,
    words: str,
) -> None:
    part = the_part(services)
    telegram.answers = [outcome]
    with caplog.at_level("INFO", "bot.jobs.deliver"):
        await send(services)
    (told,) = [one for one in caplog.records if one.name == "bot.jobs.deliver"]
    assert told.message == f"chat {chat.id}: edition {part.edition_id}, delivery {part.id} {words}"
    assert (told.levelname, told.exc_info) == (level, None)
    row = json.loads(JsonFormatter().format(told))
    assert {
        name: row[name] for name in ("chat_id", "edition_id", "delivery_id", "message_id", "outcome")
    } == {
        "chat_id": chat.id,
        "edition_id": part.edition_id,
        "delivery_id": part.id,
        "message_id": outcome.message_id,
        "outcome": outcome.kind,
    }
    assert row["message"] == told.message
    assert set(row) == {"time", "level", "logger", "message", "chat_id", "edition_id", "delivery_id"} | {
        "message_id",
        "outcome",
    }


async def test_a_blocked_bot_sends_nothing_more_until_the_reader_is_back(
    services: Services, telegram: Telegram, chat: Chat, clock: Clock
) -> None:
    telegram.answers = [Outcome("permanent", problem="Forbidden: bot was blocked by the user")]
    assert await send(services) == 0
    assert the_part(services).state == "failed"
    known = chats.by_id(services.db, chat.id)
    assert known is not None
    assert not known.active
    assert deliveries.known_stories(services.db, chat.id) == frozenset()
    clock.move(days=1)
    assert due.compose_due(services, clock.at) == 0


async def test_an_unknown_refusal_deactivates_nobody(
    services: Services, telegram: Telegram, chat: Chat
) -> None:
    telegram.answers = [Outcome("rejected", problem="Bad Request: something new")]
    await send(services)
    assert the_part(services).state == "failed"
    known = chats.by_id(services.db, chat.id)
    assert known is not None
    assert known.active


async def test_a_migrated_group_is_written_to_at_its_new_place(
    services: Services, telegram: Telegram, chat: Chat
) -> None:
    telegram.answers = [Outcome("migrated", new_chat_id=-100777)]
    await send(services)
    assert await send(services) == 1
    assert [chat_id for chat_id, _ in telegram.sent] == [-100777]


async def test_a_flood_stops_the_round_and_waits_its_time(
    services: Services, telegram: Telegram, chat: Chat, clock: Clock
) -> None:
    telegram.answers = [Outcome("flood", retry_after=90)]
    assert await send(services) == 0
    clock.move(seconds=89)
    assert await send(services) == 0
    clock.move(seconds=2)
    assert await send(services) == 1


async def test_what_never_left_is_sent_again_later_and_later(
    services: Services, telegram: Telegram, chat: Chat, clock: Clock
) -> None:
    telegram.answers = [Outcome("retry"), Outcome("retry")]
    await send(services)
    first = the_part(services).not_before - clock.at
    clock.move(seconds=first.total_seconds())
    await send(services)
    second = the_part(services).not_before - clock.at
    assert timedelta() < first < second
    clock.move(seconds=second.total_seconds())
    assert await send(services) == 1
    assert the_part(services).attempts == 3


async def test_an_answer_that_never_came_is_uncertain_never_sent_again_but_on_request(
    services: Services, telegram: Telegram, chat: Chat, clock: Clock
) -> None:
    telegram.answers = [Outcome("ambiguous", problem="timed out")]
    await send(services)
    clock.move(hours=2)
    assert await send(services) == 0
    lost = the_part(services)
    assert lost.state == "uncertain"
    assert deliveries.known_stories(services.db, chat.id)

    # The next edition that arrives says so, once, and the reader can press 补发.
    clock.move(hours=22)
    due.compose_due(services, clock.at)
    assert await send(services) == 1
    offer = telegram.sent[-1][1]
    assert offer.buttons[0][0].action == SendAgain(lost.edition_id)
    assert views.uncertain(services, chat) is None
    assert deliveries.resend(services.db, lost.id, clock.at)
    await deliver.deliver_edition(services, lost.edition_id)
    again = deliveries.by_id(services.db, lost.id)
    assert again is not None
    assert again.state == "sent"


async def test_a_stop_ends_between_two_messages(services: Services, telegram: Telegram, chat: Chat) -> None:
    stopping = asyncio.Event()
    stopping.set()
    assert await deliver.deliver_pending(services, services.now(), stopping=stopping) == 0
    assert the_part(services).state == "pending"


async def test_two_senders_send_once(services: Services, telegram: Telegram, chat: Chat) -> None:
    part = the_part(services)
    await asyncio.gather(*(deliver.deliver(services, part, background=True) for _ in range(5)))
    assert len(telegram.sent) == 1


async def test_a_chat_that_stopped_meanwhile_gets_nothing(
    services: Services, telegram: Telegram, chat: Chat
) -> None:
    chats.deactivate(services.db, chat.id, "stopped")
    assert await send(services) == 0
    assert telegram.sent == []
    assert the_part(services).state == "failed"


async def test_a_quiet_day_is_one_line(services: Services, telegram: Telegram, clock: Clock) -> None:
    reader(services)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    assert await send(services) == 1
    assert "\n" not in telegram.sent[0][1].text
