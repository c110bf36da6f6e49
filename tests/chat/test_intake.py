"""Of updates that are stored and not read, those of whoever asked least come first."""

import asyncio
from collections import Counter
from functools import partial

import pytest

from bot.chat.receive import intake, toll
from bot.chat.receive.fairness import MAX_WAITING, NEWCOMERS, PERSON_BURST, SINGLES, Payer
from bot.chat.receive.inbox import Inbox
from bot.chat.receive.intake import Intake
from bot.chat.receive.lanes import Errand, Lanes
from bot.locales import load_locale
from storage import inbox
from tests.chat.conftest import READER, Talk

SLOW_DOWN = load_locale("zh-Hans").text("access.slow_down")


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def read(made: Intake) -> None:
    async with asyncio.timeout(5):
        while tasks := made.tasks():
            await asyncio.wait(tasks)


async def test_each_chats_first_comes_before_the_seconds_of_others() -> None:
    begun: list[str] = []
    made = Intake(clock=Seconds())
    for name in ("a1", "a2", "a3", "b1", "b2", "c1"):
        made.add(ord(name[0]), partial(begun.append, name))
    assert made.tasks()
    await read(made)
    assert begun == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert made.idle
    made.add(ord("a"), partial(begun.append, "a4"))
    made.add(ord("d"), partial(begun.append, "d1"))
    await read(made)
    assert begun[-2:] == ["d1", "a4"], "what was asked before counts"


async def test_who_asked_long_ago_has_asked_nothing() -> None:
    clock, begun = Seconds(), list[str]()
    made = Intake(clock=clock)
    for _ in range(5):
        made.count(1)
    assert made.asked(1) == 5
    clock.now += 10
    assert made.asked(1) == 0
    made.add(1, partial(begun.append, "old"))
    made.add(2, partial(begun.append, "new"))
    await read(made)
    assert begun == ["old", "new"]


async def test_of_equals_those_who_are_known_come_first() -> None:
    begun: list[int] = []
    made = Intake(clock=Seconds(), is_new=lambda place: place % 2 == 0)
    for place in range(6):
        made.add(place, partial(begun.append, place))
    await read(made)
    assert begun == [1, 3, 5, 0, 2, 4]


async def test_beyond_a_bound_the_next_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_WAITING", 2)
    begun: list[int] = []
    made = Intake(clock=Seconds())
    for place in range(5):
        made.add(place, partial(begun.append, place))
    assert begun == [0, 1, 2]
    made.close()
    assert begun == [0, 1, 2, 3, 4], "a stop reads what it can in a moment"
    made.add(9, partial(begun.append, 9))
    await read(made)
    assert begun[-1] == 4


async def test_a_stop_leaves_what_takes_longer_than_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LAST_MOMENT", 0.0)
    begun: list[int] = []
    made = Intake(clock=Seconds())
    made.add(1, partial(begun.append, 1))
    made.close()
    await read(made)
    assert begun == []


@pytest.mark.parametrize(
    ("heavy", "served"), [(True, NEWCOMERS[0].burst + SINGLES[0].burst), (False, NEWCOMERS[0].burst)]
)
async def test_a_newcomer_overtakes_those_who_wait_and_have_asked_more(heavy: bool, served: int) -> None:
    gate = asyncio.Event()

    async def work(_: str) -> None:
        await gate.wait()

    def asked(place: object) -> float:
        return 5.0 if heavy and str(place).startswith("crowd") else 1.0

    lanes: Lanes[str] = Lanes(work, clock=Seconds(), asked=asked)

    def errand(person: str) -> Errand[str]:
        return Errand(person, (Payer(person, 3, 1.0),), person, newcomer=True)

    errands = [errand(str(number)) for number in range(NEWCOMERS[0].burst)]
    for one in errands:
        lanes.add(one.person, one)
    for number in range(3):  # one of them has a turn at once, the others wait
        lanes.add(f"crowd {number}", errand(f"crowd {number}"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [errand(f"later {number}") for number in range(SINGLES[0].burst + 2)]
    for one in later:
        lanes.add(one.person, one)
    assert sum(not one.by_turns for one in (*errands, *later)) == served
    lanes.close()
    for task in lanes.tasks():
        task.cancel()
    await asyncio.gather(*lanes.tasks(), return_exceptions=True)


async def test_what_waited_unread_is_read_after_a_restart_and_a_flood_of_it_shed(
    stocked: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LAST_MOMENT", 0.0)
    monkeypatch.setattr(toll, "TELLINGS_EVERY", 0.0)
    services, number = stocked.services, 0

    def updates(user: int, many: int) -> list[object]:
        nonlocal number
        found: list[object] = []
        for _ in range(many):
            number += 1
            found.append(
                {"update_id": number, "message": stocked._message(user, None, "zh-hans") | {"text": "你好"}}
            )
        return found

    first = Inbox(stocked.application.bot, services, stocked.application.process_update, clock=Seconds())
    assert first.receive_all([*updates(READER, MAX_WAITING), *updates(READER + 1, 3)]) == MAX_WAITING + 3
    await first.stop(1)
    assert len(inbox.waiting(services.db)) == MAX_WAITING + 3
    second = Inbox(stocked.application.bot, services, stocked.application.process_update, clock=Seconds())
    second.resume()
    for _ in range(200):
        await asyncio.sleep(0.002)
    shown = Counter(message.text for message, _ in stocked.shown)
    assert shown[SLOW_DOWN] == 1
    problems = services.db.execute("SELECT count(*) FROM inbox WHERE problem = 'shed'").fetchone()[0]
    assert problems >= MAX_WAITING - PERSON_BURST - 1
    assert (
        services.db.execute("SELECT count(*) FROM inbox WHERE state = 'done' AND problem = ''").fetchone()[0]
        >= 3
    )
    await second.stop(1)
