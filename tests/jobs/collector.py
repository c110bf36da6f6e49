"""Collects in processes that may be killed at a point; forks one for each line `STORE<tab>NOW<tab>POINT` of its input.

It answers with how each ended. POINT `s123` is the 123rd statement of SQLite's (its own inner ones count), `t0.123` a time in seconds after the first,
`-` none:
then STORE's neighbour `.done` says how many statements and seconds there were. With a `w` before it, feeds are read in the worker's process.
"""

import asyncio
import os
import signal
import sys
import threading
import traceback
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from time import perf_counter

import bot.runtime.opening
from bot.collect.sandbox.read import prepare
from bot.config import Config
from bot.jobs.collect.round import collect_due
from bot.runtime.newsroom import open_newsroom
from bot.text.analyse import Analyser
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy


def die() -> None:
    """As the power button would, but for the disk's cache."""
    os.kill(os.getpid(), signal.SIGKILL)


async def collect(store: Path, now: datetime, point: str) -> int:
    """Collect what is due; returns the number of statements."""
    worker, point = point.startswith("w"), point.removeprefix("w")
    config = Config(database=store, allow_networks=(ip_network("127.0.0.0/8"),), full_text="never")
    last = int(point[1:]) if point.startswith("s") else 0
    count = 0

    def watch(_: str) -> None:
        nonlocal count
        count += 1
        if count == last:
            die()

    async with open_newsroom(config, now=lambda: now) as room:
        if worker:
            await prepare(room.worker)
        room.db.connection.set_trace_callback(watch)
        if point.startswith("t"):
            timer = threading.Timer(float(point[1:]), die)
            timer.daemon = True
            timer.start()
        await collect_due(room, now)
        room.db.connection.set_trace_callback(None)
        return count


def child(store: Path, now: datetime, point: str) -> int:
    """Collect in a process of its own; returns how that ended, the signal's number as a negative one."""
    pid = os.fork()
    if pid == 0:
        began = perf_counter()
        try:
            count = asyncio.run(collect(store, now, point))
            store.with_suffix(".done").write_text(f"{count} {perf_counter() - began}", encoding="ascii")
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def warm_up() -> None:
    """Load the dictionaries, which every child then has."""
    taxonomy = load_taxonomy(None)
    segmenter = load_segmenter(taxonomy.words())
    analyser = Analyser(taxonomy, segmenter)
    analyser.analyse(analyser.wording("预热", "词典和模型只读一次，供所有子进程使用。"))
    vars(bot.runtime.opening).update(load_segmenter=lambda _: segmenter, load_taxonomy=lambda _: taxonomy)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        where, when, killed_at = line.split("\t")
        print(child(Path(where), datetime.fromisoformat(when), killed_at.strip()), flush=True)
