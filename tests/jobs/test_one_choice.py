"""The round of the morning, /today, a single reader and the preview choose by one call, and agree on any wishes."""

import random
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.briefing import edition
from bot.briefing.filling import ReaderProfile
from bot.jobs.editions import due, on_demand, preview, shared
from bot.jobs.editions.pool import load_pool
from bot.runtime.services import Newsroom
from storage import editions, subscriptions
from storage.models import Chat, Edition, Subscription
from tests.jobs.conftest import MORNING, Clock, reader, take_in

PROFILES = 40
WORDS = ("芯片", "AI", "模型", "投资", "华为", "5G", "数据", "无人报道甲")


def drawn(room: Newsroom, dice: random.Random) -> ReaderProfile:
    """Wishes of some reader; the same story often meets several of them, in whatever order they were made."""
    taxonomy = room.reading.taxonomy
    wishes = [
        *(Subscription("topic", topic.id) for topic in dice.sample(taxonomy.topics, 3)),
        *(Subscription("keyword", word) for word in dice.sample(WORDS, 2)),
        Subscription("section", dice.choice(taxonomy.sections).id),
    ]
    dice.shuffle(wishes)
    sections = [section.id for section in taxonomy.sections]
    return ReaderProfile(
        tuple(wishes[: dice.choice((0, 1, 2, 4))]),
        tuple(sorted(dice.sample(sections, dice.choice((0, 0, 2))))),
        dice.choice((3, 8, 12, 20)),
    )


def follower(room: Newsroom, number: int, wanted: ReaderProfile) -> Chat:
    chat = reader(room, number, sections=wanted.sections, max_items=wanted.max_items)
    for each in wanted.subscriptions:
        subscriptions.add(room.db, chat.id, each, room.now())
    return chat


def told(found: Edition | None) -> list[Any]:
    assert found is not None
    items = [
        (
            item.story.id,
            item.story.lead.id,
            item.section,
            item.reason,
            item.part,
            item.mention,
            item.follow_up,
        )
        for item in found.items
    ]
    return [found.state, found.considered, *items]


async def test_all_who_choose_agree(room: Newsroom, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    for module in (shared, on_demand, preview):

        def counted(*values: Any, name: str = module.__name__, **named: Any) -> Any:
            calls[name.rsplit(".", 1)[1]] += 1
            return edition.choose(*values, **named)

        monkeypatch.setattr(module, "choose", counted)
    take_in(room, MORNING)
    dice = random.Random(12)
    profiles = [drawn(room, dice) for _ in range(PROFILES)]
    scheduled = [follower(room, 1000 + number, wanted) for number, wanted in enumerate(profiles)]
    asking = [follower(room, 2000 + number, wanted) for number, wanted in enumerate(profiles)]
    clock.at = MORNING
    pool = load_pool(room.db, room.reading.taxonomy, MORNING)
    today = [on_demand.again_and_newer(room.db, pool, chat, chat.id, MORNING) for chat in asking]
    due.compose_due(room, MORNING)
    several = 0
    for wanted, chat, composed in zip(profiles, scheduled, today, strict=True):
        shown = preview.preview(room.db, room.reading.taxonomy, wanted, ZoneInfo(chat.zone), MORNING)
        assert composed is not None
        assert told(shown) == told(editions.of_slot(room.db, chat.id, "morning")), wanted
        assert told(shown) == told(on_demand.edition_of(room, composed)), wanted
        several += len(shown.items) > 1
    assert several > PROFILES / 2
    assert calls["preview"] == calls["on_demand"] == PROFILES
    assert 0 < calls["shared"] <= len(scheduled) + len(asking)
    assert {item.story.id for item in on_demand.choice_for(room.db, pool, scheduled[0]).items}.isdisjoint(
        item.story.id
        for item in preview.preview(
            room.db, room.reading.taxonomy, profiles[0], ZoneInfo("UTC"), MORNING
        ).items
    ), "what was told is known"


def test_the_order_of_wishes_makes_no_difference() -> None:
    wishes = (Subscription("keyword", "芯片"), Subscription("topic", "ai"), Subscription("keyword", "5G"))
    assert ReaderProfile(wishes) == ReaderProfile(wishes[::-1])
    assert ReaderProfile(wishes).subscriptions[0] == Subscription("topic", "ai")
