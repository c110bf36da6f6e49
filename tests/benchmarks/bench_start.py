"""How soon the bot asks Telegram for updates, what it weighs at rest, and how long the commands take that only read.

    python -m tests.benchmarks.bench_start                              this tree alone, an empty store
    python -m tests.benchmarks.bench_start --articles 20000 --recent 5700
    python -m tests.benchmarks.bench_start --articles 20000 --recent 5700 --against /path/to/older/tree --pairs 5

Each tree is one with a `.venv`. Stores are made by its own `chenbao import`, then copied for each run, so that builds
with other schemas can be compared. Runs alternate between the trees; what is printed is the median, and the median of
the ratios of the pairs. Memory is the proportional share (Pss) of the process and its children, `--rest` seconds after
the first getUpdates.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tests.benchmarks import corpus
from tests.doubles.bot_api import TOKEN

HERE = Path(__file__).resolve().parents[2]
MOST = 120.0
"""Seconds that a start may take."""
COMMANDS = {
    "search": ("search", "人工智能 芯片"),
    "preview": ("preview", "--topics", "ai,semiconductor"),
    "stats": ("stats",),
}


class Telegram:
    """The least that a start asks of Telegram; notes when updates are asked for first."""

    def __init__(self) -> None:
        self.polled = asyncio.Event()
        self.at = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next(
                    (
                        int(x.split(":")[1])
                        for x in head.split("\r\n")
                        if x.lower().startswith("content-length")
                    ),
                    0,
                )
                await reader.readexactly(length)
                method = head.split(" ")[1].partition("?")[0].rpartition("/")[2]
                if method == "getUpdates":
                    if not self.polled.is_set():
                        self.at = time.perf_counter()
                        self.polled.set()
                    await asyncio.sleep(25)
                    result: object = []
                elif method == "getMe":
                    result = {"id": 700000001, "is_bot": True, "first_name": "b", "username": "bench_bot"}
                else:
                    result = True
                body = json.dumps({"ok": True, "result": result}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                    + body
                )
        writer.close()


@dataclass(frozen=True, slots=True)
class Start:
    """One start."""

    seconds: float
    """To the first getUpdates."""
    cpu: float
    """Seconds of CPU until then: they say more on a busy machine."""
    megabytes: float
    """At rest."""


def _pss(pid: int) -> float:
    """Megabytes of a process and its children."""
    kilobytes = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            kilobytes = int(line.split()[1])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return kilobytes / 1024 + sum(map(_pss, map(int, children)))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment(store: Path, url: str = "") -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "CHENBAO_DB": str(store), "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url}


async def start(tree: Path, store: Path | None, rest: float) -> Start:
    """`chenbao run` of a tree on a copy of a store, or on an empty one."""
    telegram = Telegram()
    server = await asyncio.start_server(telegram.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "bench.db"
        if store is not None:
            shutil.copy(store, copy)
        begin = time.perf_counter()
        process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
            [tree / ".venv/bin/chenbao", "run"],
            env=_environment(copy, url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(telegram.polled.wait(), MOST)
            cpu = _cpu(process.pid)
            await asyncio.sleep(rest)
            return Start(telegram.at - begin, cpu, _pss(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait)
            server.close()


def command(tree: Path, store: Path, arguments: Sequence[str]) -> float:
    """Seconds of one command."""
    begin = time.perf_counter()
    subprocess.run(
        [tree / ".venv/bin/chenbao", *arguments],
        env=_environment(store),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin


def make(tree: Path, store: Path, articles: int, recent: int) -> None:
    """A store of so many articles, `recent` of them of the last two weeks, by the tree's own import."""
    now = datetime.now(UTC)
    step, older = timedelta(days=13.5) / max(1, recent), timedelta(days=300) / max(1, articles - recent)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for number, (title, text) in enumerate(islice(corpus.texts(), articles)):
                age = step * number if number < recent else timedelta(days=15) + older * (number - recent)
                row = {"id": str(number), "title": title, "text": text, "published": (now - age).isoformat()}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        subprocess.run(
            [tree / ".venv/bin/chenbao", "import", str(file)],
            env=_environment(store),
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _say(name: str, ours: Sequence[float], theirs: Sequence[float], unit: str) -> None:
    line = f"{name:28} {statistics.median(ours):8.2f} {unit}"
    if theirs:
        ratio = statistics.median([b / a for a, b in zip(ours, theirs, strict=True)])
        line += f"   the other {statistics.median(theirs):8.2f} {unit}   {ratio:.2f}x"
    print(line, flush=True)


async def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Every figure, in turn."""
    trees = [HERE, *([arguments.against.resolve()] if arguments.against else [])]
    stores = [
        arguments.stores / f"{tree.name}-{arguments.articles}.db"
        if arguments.stores
        else folder / f"{tree.name}.db"
        for tree in trees
    ]
    for tree, store in zip(trees, stores, strict=True):
        if arguments.articles and not store.exists():
            make(tree, store, arguments.articles, arguments.recent)
            await start(tree, store, 0.1)  # what an upgrade does once is not what each start does
    starts: list[list[Start]] = [[] for _ in trees]
    for _ in range(arguments.pairs):
        for tree, store, found in zip(trees, stores, starts, strict=True):
            found.append(await start(tree, store if arguments.articles else None, arguments.rest))
    own, other = starts[0], starts[1] if arguments.against else []
    _say("first getUpdates", [x.seconds for x in own], [x.seconds for x in other], "s ")
    _say("CPU until then", [x.cpu for x in own], [x.cpu for x in other], "s ")
    _say("memory at rest", [x.megabytes for x in own], [x.megabytes for x in other], "MB")
    for name, words in COMMANDS.items() if arguments.articles else ():
        times: list[list[float]] = [[] for _ in trees]
        for _ in range(arguments.pairs + 1):
            for tree, store, seconds in zip(trees, stores, times, strict=True):
                seconds.append(command(tree, store, words))
        _say(f"chenbao {name}", times[0][1:], times[1][1:] if arguments.against else [], "s ")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--recent", type=int, default=0, help="of them, of the last two weeks")
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--against", type=Path, help="another tree, with its .venv")
    parser.add_argument("--stores", type=Path, help="a folder where stores are kept between runs")
    parser.add_argument("--rest", type=float, default=6.0, help="seconds after the first getUpdates")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(arguments, Path(folder)))


if __name__ == "__main__":
    main()
