"""What is read and shown once for many chats is what each of them would be shown alone."""

from typing import Any

import pytest

from bot.jobs import deliver, views
from bot.jobs.editions import due
from bot.messages.view import RenderCache
from bot.runtime.services import Services
from storage import chats, deliveries, editions
from tests.jobs.conftest import MORNING, Clock, Telegram, reader, take_in

SEEN: tuple[dict[str, Any], ...] = (
    {"language": "zh-Hans", "zone": "Asia/Shanghai"},
    {"language": "zh-Hant", "zone": "Asia/Taipei"},
    {"language": "en", "zone": "Asia/Manila"},
    {"language": "zh-Hans", "zone": "Asia/Shanghai", "max_items": 5},
)


async def test_each_chat_is_shown_what_it_would_be_shown_alone(
    services: Services, clock: Clock, telegram: Telegram
) -> None:
    take_in(services, clock.at)
    for number, settings in enumerate(SEEN, 1):
        reader(services, number, **settings)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    await deliver.deliver_pending(services, clock.at)
    shown = {chat_id: message.text for chat_id, message in telegram.sent}
    assert len(shown) == len(SEEN)
    assert len(set(shown.values())) == len(SEEN)
    for chat_id, text in shown.items():
        chat = chats.by_id(services.db, chat_id)
        assert chat is not None
        (edition,) = editions.newest(services.db, chat.id, 1)
        assert views.edition(services, chat, edition).text == text


async def test_stories_and_blocks_are_shared_and_a_later_age_is_told(
    services: Services, clock: Clock, telegram: Telegram
) -> None:
    take_in(services, clock.at)
    chat = reader(services, 1)
    reader(services, 2)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    stories, kept = editions.KeptStories(), RenderCache()
    found = [editions.by_id(services.db, number, stories) for number in (1, 2)]
    assert found == [editions.by_id(services.db, number) for number in (1, 2)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].items is found[1].items
    alone = views.edition(services, chat, found[0]).text
    assert views.edition(services, chat, found[0], shared=kept).text == alone
    made = len(kept)
    assert views.edition(services, chat, found[1], shared=kept).text == alone
    assert len(kept) == made > 0
    clock.move(hours=3)
    later = views.edition(services, chat, found[0], shared=kept).text
    assert later == views.edition(services, chat, found[0]).text != alone


@pytest.mark.parametrize("gone", [True, False])
async def test_a_story_that_changed_is_shown_as_it_is_in_the_next_round(
    services: Services, clock: Clock, telegram: Telegram, *, gone: bool
) -> None:
    take_in(services, clock.at)
    reader(services, 1)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    (edition,) = editions.newest(services.db, 1, 1)
    lead = edition.items[0].story.lead
    if gone:
        services.db.execute("DELETE FROM articles WHERE id = ?", (lead.id,))
    else:
        services.db.execute("UPDATE articles SET title = '另一个标题' WHERE id = ?", (lead.id,))
    await deliver.deliver_pending(services, clock.at)
    ((_, message),) = telegram.sent
    assert ("另一个标题" in message.text) is not gone
    assert lead.title not in message.text


@pytest.mark.parametrize(
    ("kept", "most", "as_it_was"), [(3600.0, 10_000, True), (-1.0, 10_000, False), (3600.0, 0, False)]
)
async def test_a_story_that_changes_during_a_round_is_shown_as_it_was_for_some_seconds(
    services: Services,
    clock: Clock,
    telegram: Telegram,
    monkeypatch: pytest.MonkeyPatch,
    kept: float,
    most: int,
    as_it_was: bool,
) -> None:
    monkeypatch.setattr(deliver, "KEPT", kept)
    monkeypatch.setattr(deliver, "MOST_KEPT", most)
    monkeypatch.setattr(deliver, "IN_FLIGHT", 1)
    monkeypatch.setattr(deliver, "BATCH", 1)
    take_in(services, clock.at)
    for number in (1, 2):
        reader(services, number)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    send = telegram.send

    async def change_then_send(*asked: Any, **given: Any) -> Any:
        services.db.execute("UPDATE articles SET title = '另一个标题'")
        return await send(*asked, **given)

    monkeypatch.setattr(telegram, "send", change_then_send)
    assert await deliver.deliver_pending(services, clock.at) == 2
    (_, first), (_, second) = telegram.sent
    assert "另一个标题" not in first.text
    assert ("另一个标题" not in second.text) is as_it_was


async def test_an_edition_that_comes_during_a_round_is_told_what_it_was_composed_of(
    services: Services, clock: Clock, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(services, clock.at)
    reader(services, 1)
    clock.at = MORNING
    due.compose_due(services, clock.at)
    send = telegram.send

    async def alert_then_send(*asked: Any, **given: Any) -> Any:
        monkeypatch.setattr(telegram, "send", send)
        services.db.execute("UPDATE articles SET title = '另一个标题'")
        (told,) = editions.newest(services.db, 1, 1)
        edition_id = editions.create(
            services.db,
            chat_id=told.chat_id,
            local_date=told.local_date,
            slot="alert:1",
            state="composed",
            items=told.items[:1],
            considered=1,
            now=clock.at,
        )
        assert edition_id is not None
        deliveries.add(services.db, edition_id, 0, clock.at)
        return await send(*asked, **given)

    monkeypatch.setattr(telegram, "send", alert_then_send)
    assert await deliver.deliver_pending(services, clock.at) == 2
    (_, first), (_, second) = telegram.sent
    assert "另一个标题" not in first.text
    assert "另一个标题" in second.text
