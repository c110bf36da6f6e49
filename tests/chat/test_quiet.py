"""Quiet days: told without a sound, and after three in a row once with wider topics that a tap follows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs import deliver
from bot.jobs.editions import due
from bot.jobs.quiet import wider_topics
from storage import chats, editions, subscriptions
from storage.models import Taste
from tests.chat.conftest import EVENING, GROUP, READER, Talk
from tests.chat.test_tastes import KEEPER

MORNING = EVENING + timedelta(hours=14)
WORD = "克莱因瓶"


async def mornings(talk: Talk, days: int) -> list[str]:
    """What is shown on the next mornings."""
    before = len(talk.shown)
    for _ in range(days):
        talk.clock.at = (
            max(MORNING, talk.clock.at + timedelta(days=1)) if talk.clock.at > EVENING else MORNING
        )
        due.compose_due(talk.services, talk.clock.at)
        await deliver.deliver_pending(talk.services, talk.clock.at)
    return [shown.text for shown, _ in talk.shown[before:]]


async def begin(talk: Talk, **where: Any) -> None:
    await talk.say("/start", **where)
    await talk.say("就这样开始", **where)
    await talk.say("/settings mix followed", **where)
    await talk.say(f"/follow {WORD}", **where)


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "连续 3 天没有"), ("en", "for 3 days in a row")])
async def test_the_third_quiet_day_suggests_wider_topics_once(stocked: Talk, code: str, said: str) -> None:
    await begin(stocked)
    if code == "en":
        await stocked.say("/settings language en")
    told = await mornings(stocked, 5)
    assert [said in text for text in told] == [False, False, True, False, False]
    third = stocked.shown[-3][0]
    labels = [button["text"] for button in third.buttons]
    assert 0 < len(labels) <= 4
    assert all(label.startswith("＋ ") and label.split(" · ")[1][0].isdigit() for label in labels)
    await stocked.press(labels[0], shown=third)
    follows = subscriptions.of(stocked.services.db, stocked.reader().id)
    (topic,) = [each for each in follows if each.kind == "topic"]
    assert [button["text"][0] for button in third.buttons] == ["✅", *"＋" * (len(labels) - 1)]
    assert said in third.text
    await stocked.press("✅", shown=third)
    assert topic not in subscriptions.of(stocked.services.db, stocked.reader().id)
    await stocked.press_data("1:qw:9999:ai:1", third.message_id)
    assert "旧" in stocked.notices[-1] or "out of date" in stocked.notices[-1]


async def test_news_begins_the_count_anew_and_a_muted_topic_is_not_suggested(stocked: Talk) -> None:
    await begin(stocked)
    db, taxonomy = stocked.services.db, stocked.services.reading.taxonomy
    await mornings(stocked, 3)
    third = editions.of_slot(db, stocked.reader().id, "morning")
    assert third is not None
    assert editions.quiet_days(db, third, 4) == 3
    first, *others = wider_topics(db, taxonomy, stocked.reader(), third)
    muting = replace(stocked.reader(), tastes=(Taste("topic", first.topic_id, 0),))
    assert wider_topics(db, taxonomy, muting, third)[: len(others)] == tuple(others)
    db.execute("UPDATE editions SET state = 'composed' WHERE id = ?", (third.id,))
    assert "连续" not in (await mornings(stocked, 1))[0]
    assert ["连续 3 天" in text for text in await mornings(stocked, 3)] == [False, True, False]


async def test_in_a_group_administrators_follow_and_a_channel_is_not_asked(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({KEEPER})
    await begin(stocked, user=KEEPER, chat=GROUP)
    told = await mornings(stocked, 3)
    assert "连续 3 天" in told[-1]
    await stocked.press("＋", user=READER, chat=GROUP)
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert [each.kind for each in subscriptions.of(stocked.services.db, group.id)] == ["keyword"]
    await stocked.press("＋", user=KEEPER, chat=GROUP)
    assert {each.kind for each in subscriptions.of(stocked.services.db, group.id)} == {"keyword", "topic"}
