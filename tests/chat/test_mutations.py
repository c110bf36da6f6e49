"""Mutated updates through the real application over HTTP: each good one after a bad one is answered within a second.

300 by default; ten thousand with `pytest -n 0 -m soak -s tests/chat/test_mutations.py`.
"""

import json
import resource
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from bot.delivery.limiter import Limiter
from storage.database import open_database
from tests.chat.mutations import mutated
from tests.chat.running import running
from tests.doubles.bot_api import BotApi
from tests.faults.store import Store

FIRST_WITNESS = 1000
"""Readers whose updates are always good; each asks once, so that no limit of theirs is in the way."""
TOGETHER = 4
"""Bad ones before each good one."""
PATIENCE = 1.0
"""Seconds, without those for which this process was ready to run and others had the CPU."""
MAX_GROWTH = 400
"""MiB over the whole run: ten thousand chats, what they were sent and what the double remembers of it."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 300), pytest.param(2, 10_000, marks=pytest.mark.soak)],
)
def test_whatever_comes_the_next_one_is_answered(
    tmp_path: Path, seed: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a few chats are answered would wait for Telegram's limits long after the end.
    free = 10**6
    monkeypatch.setattr(app, "_limiter", lambda _: Limiter(overall=free, burst=free, per_minute=free))
    config = Config(database=tmp_path / "chenbao.db")
    with BotApi() as api:
        config = Config(token=api.token, api_url=api.url, database=config.database, log_level="ERROR")
        open_database(config.database).close()
        for place in (7, -100500, -200, -100600):
            api.open_chat(place)
        with running(config, api):
            api.say(FIRST_WITNESS - 1, "/help")
            api.wait_for(lambda: api.messages(FIRST_WITNESS - 1), 30)
            before = peak()
            found = [
                some(api, seed, range(number, number + TOGETHER)) for number in range(0, count, TOGETHER)
            ]
            api.wait_for(lambda: not Store(config.database).waiting(datetime.now(UTC))["inbox"], 60)
    db = open_database(config.database)
    states = dict(db.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
    db.close()
    walls, waits = zip(*found, strict=True)
    grown = (peak() - before) / 1024
    told = {
        "updates": count,
        "states": states,
        "median": statistics.median(walls),
        "longest": max(walls),
        "longest without the others": max(waits),
        "MiB more": round(grown, 1),
    }
    print(json.dumps(told))
    assert states.get("new", 0) == 0
    assert sum(states.values()) >= count
    assert max(waits) < PATIENCE
    assert grown < MAX_GROWTH


def peak() -> int:
    """KiB of memory that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def queued() -> float:
    """Seconds for which our threads were ready to run and waited for a CPU so far; 0 where Linux does not say."""
    total = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[1])
        except OSError:  # a thread that has just ended
            continue
    return total / 1e9


def some(api: BotApi, seed: int, numbers: range) -> tuple[float, float]:
    """Bad updates and a good one behind them; for how long the good one waited for its answer, and for how long of that
    not for a CPU."""
    witness = FIRST_WITNESS + numbers.start
    for number in numbers:
        api.raw_update(mutated(seed, number))
    begun, behind = time.monotonic(), queued()
    api.say(witness, "/privacy")
    api.wait_for(lambda: api.messages(witness), 30)
    wall = time.monotonic() - begun
    return wall, wall - max(0.0, queued() - behind)
