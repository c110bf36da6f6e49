"""The application in children that cost no imports: `python -m tests.faults.zygote`, orders on stdin.

Each line is an `Order` as JSON. A child is forked, its process id is printed, and then the time at which it ended.
The child writes the phase that it is in into a shared file, so that whoever killed it can tell what was hit, and
kills itself before the statement that the order names.
"""

import asyncio
import gc
import json
import mmap
import os
import re
import signal
import sqlite3
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import bot.app
import bot.runtime.opening
import bot.ticks
from bot.cli.logs import set_up_logging
from bot.config import Config
from bot.jobs import deliver, recovery, tidy
from bot.locales import LANGUAGES, load_locale
from bot.text.analyse import Analyser
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from tests.ticking import at_intervals

PHASE_BYTES = 32
EDITIONS_KEPT = timedelta(days=5)
"""Instead of three months: they are forgotten while all the rest happens."""
PHASES = (  # the first expression found in a statement names its phase; other statements go on with the one before
    ("schema", r"^(CREATE|ALTER|DROP) |_sqlite_migrations"),
    ("acknowledge", r"^INSERT OR IGNORE INTO inbox"),
    ("migrate", r"^UPDATE chats SET telegram_chat_id|^UPDATE (OR IGNORE \w+|editions) SET chat_id"),
    ("claim", r"^UPDATE deliveries SET state = 'sending'"),
    ("record", r"^UPDATE deliveries SET"),
    ("forget", r"^DELETE FROM editions"),
    (
        "compose",
        r"^INSERT OR IGNORE INTO editions|INTO compositions|INTO deliveries|^UPDATE chats SET next_due_at",
    ),
    ("collect", r"^(INSERT|UPDATE|DELETE).*?(articles|stories|sources|index_)"),
    ("handle", r"^(INSERT|UPDATE|DELETE).*?(subscriptions|inbox|chats|searches|saved)"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """Start the application so, and kill it there (nowhere without a phase)."""

    database: str
    api_url: str
    token: str
    log: str
    phase_file: str
    ahead: float
    """Seconds by which its clock is ahead of ours."""
    phase: str = ""
    nth: int = 1
    then: int = 0
    """So many statements after the `nth` one of that phase."""
    owners: tuple[int, ...] = ()
    synchronous: str = "FULL"
    """What the store is opened with instead; anything less is a mistake that a test must find."""
    checkpoint: int = 1000
    """Pages in the write-ahead log after which it is folded into the store (SQLite's default)."""
    in_flight: int = 16
    """Deliveries under way at once."""
    replica_seconds: float = 0.2
    """Waited at the start of a store that is replicated."""

    def line(self) -> str:
        """As the zygote reads it."""
        return json.dumps(asdict(self)) + "\n"


class Careless(sqlite3.Connection):
    """Does not wait for the disk."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As given, but for the setting that the store opens with."""
        return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), parameters)


class Killer:
    """Sees each statement before it runs."""

    def __init__(self, order: Order, shown: mmap.mmap) -> None:
        self.order = order
        self.shown = shown
        self.left = order.nth
        self.then = order.then

    def __call__(self, statement: str) -> None:
        statement = " ".join(statement[:400].split())
        phase = next((name for name, words in PHASES if re.search(words, statement)), None)
        if phase is not None:
            self.shown[:] = phase.encode().ljust(PHASE_BYTES)
            self.left -= phase == self.order.phase
        if self.order.phase and self.left <= 0:
            if self.then == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.then -= 1


def child(order: Order) -> None:
    """Run the application until it is killed or told to stop."""
    with Path(order.phase_file).open("r+b") as file:
        shown = mmap.mmap(file.fileno(), PHASE_BYTES)
    shown[:] = b"start".ljust(PHASE_BYTES)
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        options["factory"] = Careless if order.synchronous == "OFF" else sqlite3.Connection
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute(f"PRAGMA wal_autocheckpoint = {order.checkpoint}")
        connection.set_trace_callback(Killer(order, shown))
        return connection

    vars(sqlite3).update(connect=traced)
    log = os.open(order.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 2)
    config = Config(
        token=order.token,
        api_url=order.api_url,
        database=Path(order.database),
        allow_networks=(ip_network("127.0.0.0/8"),),
        full_text="never",
        log_level="WARNING",
        owners=frozenset(order.owners),
    )
    set_up_logging(config)
    vars(deliver).update(IN_FLIGHT=order.in_flight)
    vars(bot.ticks).update(JOBS=at_intervals(compose=0.2, deliver=0.2))  # rounds shall be short
    vars(recovery).update(REPLICA_SECONDS=order.replica_seconds)
    vars(tidy).update(EDITIONS_KEPT=EDITIONS_KEPT, EDITIONS_AT_ONCE=8)
    ahead = timedelta(seconds=order.ahead)

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await bot.app.run(config, stop, now=lambda: datetime.now(UTC) + ahead)

    asyncio.run(run())


def main() -> None:
    """Fork a child for each order."""
    taxonomy = load_taxonomy(None)
    segmenter = load_segmenter(taxonomy.words())
    Analyser(taxonomy, segmenter).analyse(
        Analyser(taxonomy, segmenter).wording("预热", "词典和模型只读一次，供所有子进程使用。")
    )
    vars(bot.runtime.opening).update(load_segmenter=lambda _: segmenter, load_taxonomy=lambda _: taxonomy)
    for language in LANGUAGES:
        load_locale(language)
    gc.freeze()
    say = partial(print, flush=True)
    say("ready")
    for line in sys.stdin:
        given = json.loads(line)
        order = Order(**{**given, "owners": tuple(given["owners"])})
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                child(order)
                code = 0
            except Exception as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        say(pid)
        os.waitpid(pid, 0)
        say(time.monotonic())


if __name__ == "__main__":
    main()
