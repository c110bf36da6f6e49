"""A chat that takes nothing rests after three editions, somebody hears of it once, and it comes back by itself."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.delivery.outcomes import Outcome
from bot.jobs import deliver, views
from bot.jobs.editions import due, on_demand
from bot.jobs.editions.pool import load_pool
from bot.jobs.notify import deliver_notices
from bot.jobs.resting import ask_for_rights
from bot.messages.admin import Status, render_stats, render_status
from bot.runtime.services import Newsroom, Services
from storage import bindings, chats, counts, deliveries, editions, resting
from storage.models import Chat
from tests.jobs.conftest import EVENING, MORNING, Clock, Telegram, reader, take_in

OWNER, BINDER, GROUP = 42, 55, -100700
MUTED = Outcome("muted", problem="Not enough rights to send text messages to the chat")


@pytest.fixture
def room(room: Newsroom) -> Newsroom:
    owned = replace(room, config=replace(room.config, owners=frozenset({OWNER})))
    reader(owned, OWNER, next_due_at=None)
    reader(owned, BINDER, language="en", next_due_at=None)
    owned.db.execute("UPDATE chats SET next_due_at = NULL")
    return owned


@pytest.fixture
def group(room: Newsroom, clock: Clock) -> Chat:
    take_in(room, EVENING)
    chat = reader(room, GROUP)
    room.db.execute("UPDATE chats SET kind = 'supergroup', title = '编辑部' WHERE id = ?", (chat.id,))
    clock.at = MORNING
    return current(room, chat)


def current(room: Newsroom, chat: Chat) -> Chat:
    found = chats.by_id(room.db, chat.id)
    assert found is not None
    return found


async def mornings(services: Services, clock: Clock, telegram: Telegram, *outcomes: Outcome) -> int:
    """A day for each; how many editions arrived."""
    arrived = 0
    for outcome in outcomes:
        due.compose_due(services, clock.at)
        telegram.answers = [outcome]
        arrived += await deliver.deliver_pending(services, clock.at)
        clock.move(days=1)
    telegram.answers = []
    return arrived


def told(telegram: Telegram) -> list[tuple[int, str]]:
    return [(to, message.text) for to, message in telegram.sent]


async def test_after_three_refused_editions_it_rests_and_who_bound_it_is_told_once(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    bindings.bind(services.db, BINDER, group.id, MORNING)
    await mornings(services, clock, telegram, MUTED, MUTED)
    assert current(services, group).rests_since is None
    await mornings(services, clock, telegram, MUTED)
    rests = current(services, group)
    assert rests.rests_since == clock.at.replace(day=26)
    assert rests.active
    assert await deliver_notices(services, clock.at) == 1
    ((to, text),) = told(telegram)
    assert to == BINDER
    assert "3 briefings in a row could not be sent to “编辑部”" in text
    assert "Not enough rights" in text
    assert "make me an administrator" in text
    for _ in range(3):
        assert due.compose_due(services, clock.at) == 0
        assert await deliver.deliver_pending(services, clock.at) == 0
        assert await deliver_notices(services, clock.at) == 0
        clock.move(days=1)
    assert chats.earliest_due(services.db) is None


async def test_without_anybody_who_bound_it_and_can_be_told_the_owners_are(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    bindings.bind(services.db, BINDER, group.id, MORNING)
    binder = chats.by_address(services.db, BINDER, None)
    assert binder is not None
    chats.deactivate(services.db, binder.id, chats.STOPPED)
    services.db.execute("UPDATE chats SET kind = 'channel' WHERE id = ?", (group.id,))
    await mornings(services, clock, telegram, MUTED, MUTED, MUTED)
    await deliver_notices(services, clock.at)
    ((to, text),) = told(telegram)
    assert to == OWNER
    assert "《编辑部》连续 3 份简报都没能送进去" in text
    assert "“发布消息”" in text


async def test_only_those_in_a_row_count_and_an_unknown_refusal_not_at_all(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    sent, unknown = Outcome("sent", message_id=1), Outcome("rejected", problem="Something new")
    assert await mornings(services, clock, telegram, MUTED, MUTED, sent, MUTED, MUTED) == 1
    await mornings(services, clock, telegram, *[unknown] * 5)
    assert current(services, group).rests_since is None
    # Nor does what somebody asks for again and again.
    for number in range(5):
        telegram.answers = [MUTED]
        composed = on_demand.compose(
            services.db,
            load_pool(services.db, services.reading.taxonomy, clock.at),
            group,
            clock.at.date(),
            f"demand:{number}",
        )
        assert composed is not None
        await deliver.deliver_edition(services, composed.edition_id)
    assert current(services, group).rests_since is None
    await mornings(services, clock, telegram, MUTED)
    assert current(services, group).rests_since is not None


async def test_it_is_back_as_soon_as_something_arrives_there(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    await mornings(services, clock, telegram, MUTED, MUTED, MUTED)
    due.compose_due(services, clock.at)
    waiting = editions.create(
        services.db,
        chat_id=group.id,
        local_date=clock.at.date(),
        slot="evening",
        state="quiet",
        items=(),
        considered=0,
        now=clock.at,
    )
    assert waiting is not None
    part = deliveries.add(services.db, waiting, 0, clock.at)
    await deliver.deliver_pending(services, clock.at)
    assert telegram.sent == []
    found = deliveries.by_id(services.db, part)
    assert found is not None
    assert found.state == "failed", "nothing is sent unasked to a chat that rests"
    composed = on_demand.compose(
        services.db,
        load_pool(services.db, services.reading.taxonomy, clock.at),
        group,
        clock.at.date(),
        "demand:7",
    )
    assert composed is not None
    await deliver.deliver_edition(services, composed.edition_id)
    back = current(services, group)
    assert back.rests_since is None
    assert back.next_due_at is not None
    assert back.next_due_at > clock.at
    assert await mornings(services, clock, telegram, *[Outcome("sent", message_id=9)] * 2) >= 1


async def test_telegram_is_asked_once_a_day_whether_the_rights_are_back(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    asked: list[tuple[int, bool]] = []
    allowed = False

    async def may_write(chat_id: int, *, channel: bool) -> bool:
        asked.append((chat_id, channel))
        return allowed

    cast("Any", telegram).may_write = may_write
    await mornings(services, clock, telegram, MUTED, MUTED, MUTED)
    for _ in range(3):
        await ask_for_rights(services, clock.at)
    assert asked == [(GROUP, False)]
    clock.move(hours=25)
    allowed = True
    await ask_for_rights(services, clock.at)
    assert len(asked) == 2
    assert current(services, group).rests_since is None
    assert await mornings(services, clock, telegram, *[Outcome("sent", message_id=9)] * 2) >= 1


async def test_a_person_is_not_asked_after_and_comes_back_by_writing(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    services.db.execute("UPDATE chats SET kind = 'private', title = '某人' WHERE id = ?", (group.id,))
    refused = Outcome("muted", problem="Peer_id_invalid")
    await mornings(services, clock, telegram, refused, refused, refused)
    clock.move(days=9)
    assert resting.to_ask(services.db, clock.at, 9) == []
    await deliver_notices(services, clock.at)
    assert "对方再给我发消息，就会自动恢复。" in telegram.sent[0][1].text
    chats.deactivate(services.db, group.id, "Forbidden: bot was blocked by the user")
    chats.revive(services.db, group.id)
    assert current(services, group).rests_since is None


async def test_owners_see_who_rests(
    services: Services, clock: Clock, telegram: Telegram, group: Chat
) -> None:
    view = views.view(services, group, clock.at)
    assert "停发" not in render_stats(counts.of_everything(services.db), view).text
    await mornings(services, clock, telegram, MUTED, MUTED, MUTED)
    figures = counts.of_everything(services.db)
    assert figures.chats_resting == 1
    assert "其中停发（Telegram 不让发）：1 个" in render_stats(figures, view).text
    (found,) = resting.listed(services.db, 5)
    assert found.problem == MUTED.problem
    status = Status("1", clock.at - MORNING, None, None, 0)
    assert "停发" not in render_status(status, view).text
    one = replace(status, resting=(found.chat,), resting_count=1)
    assert "停发（Telegram 不让发）：群组《编辑部》\n" in render_status(one, view).text + "\n"
    person = replace(found.chat, kind="private", title="某人")
    more = replace(status, resting=(found.chat, person), resting_count=7)
    assert "、某人 等 7 个" in render_status(more, view).text
