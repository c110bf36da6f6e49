"""Mutated updates through the real application over HTTP: each good one after a bad one is answered within a second.

300 by default; ten thousand with `pytest -m soak tests/chat/test_mutations.py`.
"""

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from storage.database import open_database
from tests.chat.mutations import mutated
from tests.doubles.bot_api import BotApi

FIRST_WITNESS = 1000
"""Readers whose updates are always good; each asks once, so that no limit of theirs is in the way."""
PATIENCE = 1.0
STALL = 10.0
"""What counts as a stall for certain, however busy the machine is."""


@contextmanager
def running(config: Config, api: BotApi) -> Iterator[None]:
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    problems: list[BaseException] = []

    def work() -> None:
        try:
            loop.run_until_complete(app.run(config, stop))
        except BaseException as error:
            problems.append(error)
        finally:
            loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(stop.set)
        thread.join(10)
    assert not thread.is_alive()
    assert not problems, problems


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 300), *(pytest.param(seed, 2500, marks=pytest.mark.soak) for seed in (2, 3, 4, 5))],
)
def test_whatever_comes_the_next_one_is_answered(tmp_path: Path, seed: int, count: int) -> None:
    config = Config(database=tmp_path / "chenbao.db")
    with BotApi() as api:
        config = Config(token=api.token, api_url=api.url, database=config.database, log_level="ERROR")
        open_database(config.database).close()
        for place in (7, -100500, -200, -100600):
            api.open_chat(place)
        with running(config, api):
            api.say(FIRST_WITNESS - 1, "/help")
            api.wait_for(lambda: api.messages(FIRST_WITNESS - 1), 30)
            waits = [one(api, seed, number) for number in range(count)]
    db = open_database(config.database)
    states = dict(db.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
    db.close()
    print(
        json.dumps(
            {"updates": count, "states": states, "median": statistics.median(waits), "max": max(waits)}
        )
    )
    assert states.get("new", 0) == 0
    assert sum(states.values()) >= count
    assert max(waits) < STALL
    # A machine shared by many may hold us up now and then; the bot itself must not.
    assert sum(wait > PATIENCE for wait in waits) <= count // 100


def one(api: BotApi, seed: int, number: int) -> float:
    """A bad update and a good one behind it; how long the good one waited for its answer, in seconds."""
    witness = FIRST_WITNESS + number
    api.raw_update(mutated(seed, number))
    begun = time.monotonic()
    api.say(witness, "/privacy")
    api.wait_for(lambda: api.messages(witness), 30)
    return time.monotonic() - begun
