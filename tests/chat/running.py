"""The whole bot in a thread of this process, against a Bot API server over HTTP."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot import app
from bot.config import Config
from tests.doubles.bot_api import BotApi


@contextmanager
def running(config: Config, api: BotApi) -> Iterator[None]:
    """`chenbao run` until the end of the block; it has begun to poll at its beginning."""
    runner, stop = asyncio.Runner(), asyncio.Event()
    problems: list[BaseException] = []
    polls = api.poll

    def work() -> None:
        try:
            with runner:  # cancels what still runs at the end, as `chenbao run` does
                runner.run(app.run(config, stop))
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        api.wait_for(lambda: api.poll > polls or not thread.is_alive(), 30)
        yield
    finally:
        if thread.is_alive():
            runner.get_loop().call_soon_threadsafe(stop.set)
        thread.join(10)
    assert not thread.is_alive()
    assert not problems, problems


def states(database: Path) -> dict[str, int]:
    """How many updates are in which state."""
    with closing(sqlite3.connect(database, timeout=20)) as db:
        return dict(db.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
