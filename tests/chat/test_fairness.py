"""Who asks too much holds up nobody but themselves; what they ask afterwards works at once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.receive import fairness, toll
from bot.chat.receive.fairness import (
    CHATTER_BURST,
    MAX_WAITING,
    NEWCOMERS,
    PERSON_BURST,
    PERSON_RATE,
    SLOW_DOWN_EVERY,
    SWEEP_AT,
    Payer,
    Purse,
    Turns,
)
from bot.chat.receive.inbox import Inbox
from bot.chat.receive.lanes import Errand, Lanes
from bot.config import Config
from bot.locales import load_locale
from storage import inbox
from storage.database import open_database
from tests.chat.conftest import GROUP, OWNER, READER, Talk
from tests.chat.running import running, states
from tests.doubles.bot_api import BotApi

SLOW_DOWN = load_locale("zh-Hans").text("access.slow_down")
PERSON = Payer("person", 3, 1.0)


class Time:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_tokens_come_back_with_time_and_only_up_to_the_burst() -> None:
    clock = Time()
    purse = Purse(clock)
    assert [purse.pay([PERSON]) for _ in range(4)] == [True, True, True, False]
    assert purse.wait([PERSON]) == pytest.approx(1.0, abs=0.01)
    clock.now += 1
    assert purse.pay([PERSON])
    clock.now += 1000
    assert purse.spent([PERSON]) == 0
    clock.now -= 500  # a clock that goes back takes nothing
    assert purse.spent([PERSON]) == 0


def test_nobody_pays_where_somebody_cannot() -> None:
    purse = Purse(Time())
    poor = Payer("chat", 1, 1.0)
    assert purse.pay([PERSON, poor])
    assert not purse.pay([PERSON, poor])
    assert purse.spent([PERSON]) == 1
    assert purse.pay([])


def test_who_has_regained_everything_is_forgotten() -> None:
    clock = Time()
    purse = Purse(clock)
    for number in range(SWEEP_AT):
        purse.pay([Payer(number, 3, 1.0)])
    clock.now += 10
    purse.pay([PERSON])
    assert list(purse._buckets) == [PERSON.name]


async def test_turns_go_to_whoever_has_asked_least_by_then() -> None:
    turns, order = Turns(rate=1000.0), []
    spent = {"much": 1.0, "little": 5.0}

    async def wait(name: str) -> None:
        await turns.mine(lambda: spent[name])
        order.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in ("much", "little")]
    await asyncio.sleep(0)
    spent["much"], spent["little"] = 9.0, 2.0
    gone = asyncio.create_task(turns.mine(lambda: 0.0))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(*tasks)
    assert order == ["little", "much"]
    turns.close()


class Work:
    """Does errands as soon as the gate is open."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate = asyncio.Event()

    async def __call__(self, name: str) -> None:
        await self.gate.wait()
        self.done.append(name)


@pytest.fixture
async def lanes(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Lanes[str], Work, Time]]:
    work, clock = Work(), Time()
    made: Lanes[str] = Lanes(work, clock=clock)
    made._turns = Turns(rate=1000.0)
    yield made, work, clock
    made.close()
    for task in made.tasks():
        task.cancel()
    await asyncio.gather(*made.tasks(), return_exceptions=True)


async def settled(lanes: Lanes[str]) -> None:
    async with asyncio.timeout(5):
        while tasks := lanes.tasks():
            await asyncio.wait(tasks, timeout=0.01)


def asked(name: str, person: str = "a", **more: Any) -> Errand[str]:
    return Errand(name, (Payer(person, 3, 1.0),), person, **more)


async def test_of_too_much_the_newest_is_kept_and_works_at_once_when_there_is_a_token(
    lanes: tuple[Lanes[str], Work, Time],
) -> None:
    made, work, clock = lanes
    shed = [each.work for number in range(10) for each in made.add(7, asked(f"text {number}"))]
    assert sorted(shed) == sorted(f"text {number}" for number in range(9))  # nothing had begun yet
    assert [each.work for each in made.add(7, asked("after"))] == ["text 9"]
    work.gate.set()
    await asyncio.sleep(0.05)
    assert work.done == []
    clock.now += 1
    await settled(made)  # the one that waits looks again after the second that it takes
    assert work.done == ["after"]


async def test_others_in_the_chat_lose_nothing_and_overtake_who_has_no_token(
    lanes: tuple[Lanes[str], Work, Time],
) -> None:
    made, work, clock = lanes
    made.add(7, asked("first of b", "b"))
    for number in range(9):
        made.add(7, asked(str(number)))
    work.gate.set()
    await asyncio.sleep(0.05)
    made.add(7, asked("second of b", "b"))
    await asyncio.sleep(0.05)
    assert work.done == ["first of b", "second of b"]
    clock.now += 1
    await settled(made)
    assert work.done == ["first of b", "second of b", "8"]


async def test_behind_too_many_the_oldest_are_shed_but_for_those_that_must_not(
    lanes: tuple[Lanes[str], Work, Time],
) -> None:
    made, _, _ = lanes
    made.add(7, Errand("an owner's", bounded=False))
    shed = [each.work for number in range(MAX_WAITING + 2) for each in made.add(7, Errand(str(number)))]
    assert shed == ["0", "1", "2"]


async def test_newcomers_beyond_a_few_wait_for_turns_and_readers_do_not(
    lanes: tuple[Lanes[str], Work, Time],
) -> None:
    made, _, _ = lanes
    errands = [asked(str(number), str(number), newcomer=number % 2 == 0) for number in range(40)]
    for number, errand in enumerate(errands):
        made.add(number, errand)
    by_turns = [errand.newcomer for errand in errands if errand.by_turns]
    assert by_turns == [True] * (20 - NEWCOMERS[0].burst)


class Flood:
    """What arrives by the inbox, with a clock of its own."""

    def __init__(self, talk: Talk) -> None:
        self.talk, self.clock = talk, Time()
        self.box = Inbox(
            talk.application.bot, talk.services, talk.application.process_update, clock=self.clock
        )
        self.number = 0

    def message(
        self, text: str, *, user: int = READER, chat: int | None = None, **more: Any
    ) -> dict[str, Any]:
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        written = {"text": text} | ({"entities": entities} if text.startswith("/") else {})
        return self.talk._message(user, chat, "zh-hans") | written | more

    def receive(self, **content: Any) -> None:
        self.number += 1
        self.box.receive({"update_id": self.number, **content})

    async def rest(self) -> list[str]:
        """All that is shown once everything is dealt with that can be without a new token."""
        for _ in range(100):
            await asyncio.sleep(0.002)
        return [shown.text for shown, _ in self.talk.shown]


@pytest.fixture
async def flood(stocked: Talk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Flood]:
    monkeypatch.setattr(fairness, "TURNS", 10**6)
    monkeypatch.setattr(toll, "ANSWERS_EVERY", 0.0)
    made = Flood(stocked)
    made.box._lanes._turns = Turns(rate=10**6)
    yield made
    await made.box.stop(1)


async def test_who_floods_hears_it_once_a_minute(flood: Flood) -> None:
    for _ in range(3 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
    shown = Counter(await flood.rest())
    assert shown[SLOW_DOWN] == 1
    flood.clock.now += SLOW_DOWN_EVERY / 2
    for _ in range(3 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
    assert Counter(await flood.rest())[SLOW_DOWN] == 1
    flood.clock.now += SLOW_DOWN_EVERY
    for _ in range(3 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
    assert Counter(await flood.rest())[SLOW_DOWN] == 2
    db = flood.talk.services.db
    rows = db.execute("SELECT count(*) FROM inbox WHERE problem = 'shed' AND state = 'done'").fetchone()
    assert rows[0] > 3 * PERSON_BURST
    assert len(inbox.waiting(db)) <= 1


async def test_presses_of_a_flood_are_answered_each(flood: Flood) -> None:
    message = flood.message("…")
    for number in range(2 * PERSON_BURST):
        query = {"id": f"{number}", "from": message["from"], "chat_instance": "1", "data": "0:old"}
        flood.receive(callback_query=query | {"message": message})
    await flood.rest()
    assert flood.talk.notices.count(SLOW_DOWN) >= PERSON_BURST - 1
    assert SLOW_DOWN not in [shown.text for shown, _ in flood.talk.shown]


async def test_an_owner_may_send_as_much_as_they_like(flood: Flood) -> None:
    for _ in range(2 * MAX_WAITING):
        flood.receive(message=flood.message("/help", user=OWNER))
    await flood.box.drain(20)
    assert len(flood.talk.shown) == 2 * MAX_WAITING


async def test_what_members_tell_each_other_costs_their_commands_nothing(flood: Flood) -> None:
    flood.talk.telegram.administrators = frozenset({READER})
    for number in range(2 * CHATTER_BURST):
        flood.receive(message=flood.message(f"第{number}句", chat=GROUP))
    for text in ("/today@another_bot", "/help@another_bot"):
        flood.receive(message=flood.message(text, chat=GROUP))
    flood.receive(message=flood.message("/help", chat=GROUP))
    flood.receive(message=flood.message("/help@Chenbao_demo_bot", chat=GROUP, user=READER + 1))
    shown = await flood.rest()
    assert ["我能做什么" in text for text in shown] == [True, True]


@pytest.mark.parametrize("named", ["reply", "name"])
async def test_what_is_said_to_the_bot_in_a_group_counts(flood: Flood, named: str) -> None:
    said = flood.message("在吗", user=1, chat=GROUP)
    more: dict[str, Any] = {
        "reply_to_message": said
        | {"from": {"id": 5, "is_bot": True, "first_name": "晨报", "username": "chenbao_demo_bot"}}
    }
    text = "@chenbao_demo_bot 你好" if named == "name" else "你好"
    for _ in range(2 * PERSON_BURST):
        flood.receive(message=flood.message(text, chat=GROUP, **(more if named == "reply" else {})))
    assert await flood.rest() == [SLOW_DOWN]


async def test_anonymous_administrators_and_topics_share_their_groups_tokens(flood: Flood) -> None:
    itself = {"id": GROUP, "type": "supergroup", "title": "编辑部"}
    group_bot = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group"}
    for number in range(2 * PERSON_BURST):
        topic: dict[str, Any] = {"message_thread_id": 5 + number, "is_topic_message": True}
        more: dict[str, Any] = topic | {"from": group_bot, "sender_chat": itself}
        flood.receive(message=flood.message("/help", chat=GROUP, **more))
    assert Counter(await flood.rest())[SLOW_DOWN] == 1


async def test_what_cannot_even_be_told_holds_nobody(flood: Flood) -> None:
    strange = flood.message("/help")
    strange["from"]["language_code"] = {"no": "text"}
    for _ in range(2 * PERSON_BURST):
        flood.receive(message=strange)
    flood.receive(message=flood.message("/help", user=READER + 1))
    assert "我能做什么" in (await flood.rest())[-1]


async def test_membership_and_service_messages_cost_nothing(flood: Flood) -> None:
    for _ in range(2 * PERSON_BURST):
        service = flood.talk._message(READER, GROUP, "zh-hans") | {"new_chat_title": "新名字"}
        flood.receive(message=service)
    flood.receive(message=flood.message("/help", chat=GROUP))
    assert len(await flood.rest()) == 1


async def test_a_chat_that_is_not_admitted_is_not_told_to_slow_down(flood: Flood) -> None:
    flood.box._slow_down._services = replace(
        flood.talk.services, config=replace(flood.talk.services.config, access="list")
    )
    for _ in range(3 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
        flood.receive(message=flood.message("/help", chat=GROUP))
    assert SLOW_DOWN not in await flood.rest()


async def test_chats_told_long_ago_are_forgotten(flood: Flood) -> None:
    flood.box._slow_down._told = dict.fromkeys(range(toll.MAX_PRESSES + 1), 0.0)
    for _ in range(3 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
    assert SLOW_DOWN in await flood.rest()
    assert list(flood.box._slow_down._told) == [READER]


async def test_a_full_disk_meanwhile_holds_nobody(flood: Flood, monkeypatch: pytest.MonkeyPatch) -> None:
    shed, failures = inbox.shed, 3

    def full(*values: Any) -> None:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            flood.talk.services.db.execute("PRAGMA query_only = ON")
        try:
            shed(*values)
        finally:
            flood.talk.services.db.execute("PRAGMA query_only = OFF")

    monkeypatch.setattr(inbox, "shed", full)
    for _ in range(2 * PERSON_BURST):
        flood.receive(message=flood.message("/help"))
    await flood.rest()
    db = flood.talk.services.db
    await asyncio.sleep(0.5)
    assert db.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()[0] <= 1


@pytest.mark.parametrize("chats", [1, 5])
def test_others_are_answered_during_a_flood_and_its_reader_right_after_it(
    tmp_path: Path, api: BotApi, chats: int
) -> None:
    """The whole bot over HTTP; bench_flood has the figures."""
    config = Config(
        token=api.token,
        api_url=api.url,
        database=tmp_path / "chenbao.db",
        log_level="ERROR",
        full_text="never",
    )
    open_database(config.database).close()
    flooding, others = range(500, 500 + chats), range(9000, 9005)
    with running(config, api):
        for number in range(300):
            api.say(500 + number % chats, "/help")
            if number % 60 == 0:
                api.say(others[number // 60], "/privacy")
        api.wait_for(lambda: all(api.messages(other) for other in others), 20)
        answered = sum(len(api.messages(chat)) for chat in flooding)
        assert answered < 300 / 2  # the others did not wait for the flood
        time.sleep(1 / PERSON_RATE)
        api.say(500, "/privacy")
        api.wait_for(lambda: "隐私" in api.last(500).text or "存" in api.last(500).text, 15)
        api.wait_for(lambda: states(config.database).get("new", 0) <= chats, 30)  # all is read, and shed
    assert all(Counter(seen.text for seen in api.messages(chat))[SLOW_DOWN] <= 1 for chat in flooding)
    before = len(api.shown)
    with running(config, api):
        api.wait_for(lambda: not states(config.database).get("new"), 30)
    assert len(api.shown) - before <= 2 * chats  # what was held, not what was shed


def test_a_stop_in_a_flood_ends_in_time(tmp_path: Path, api: BotApi) -> None:
    config = Config(
        token=api.token,
        api_url=api.url,
        database=tmp_path / "chenbao.db",
        log_level="ERROR",
        full_text="never",
    )
    open_database(config.database).close()
    with running(config, api):
        for number in range(150):
            api.say(500 + number % 2, "/help")
            time.sleep(0.005)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
