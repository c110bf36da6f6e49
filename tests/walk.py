"""The outside walk: what a new user does, from a fresh clone to a restart. `python -m tests.walk [--python PYTHON]`

    clone → README's first line (a conversation in the demo) → `chenbao sources add`, `chenbao run` against a Bot API
    server over HTTP → /start, topics, time → the digest at the next minute → /search → SIGTERM → restart

Nothing of this checkout is used but the commit and the two servers that stand for Telegram and the web.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.archive import load_archive
from tests.doubles.bot_api import BotApi, Seen
from tests.doubles.feeds import Feeds

ROOT = Path(__file__).resolve().parent.parent
READER = 7
TALK = """/start
!press 半导体
!press 下一步
!press 08:00
!press 北京时间
!clock 2026-11-24T08:00
/search 华为 芯片
!press 关注这个搜索
/nonsense
!quit
"""


def main() -> int:
    """Walk, saying each step; the exit code is 1 at the first that fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the new user")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chenbao-walk-") as folder:
        clone = Path(folder) / "chenbao"
        run("git", "clone", "--quiet", str(ROOT), str(clone))
        try_demo(clone, arguments.python)
        with BotApi() as api, Feeds() as feeds:
            run_for_real(clone, api, feeds)
    say("the walk is done")
    return 0


def say(words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {words}", flush=True)


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """The command's output; raises where it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} exited {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def try_demo(clone: Path, python: str) -> None:
    """README's first line, with a conversation on its input."""
    (line,) = re.findall(
        r"^    (python3 -m venv .*chenbao demo)$", (clone / "README.md").read_text(), re.MULTILINE
    )
    say(line)
    started = time.monotonic()
    line = line.replace("python3", python, 1)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=clone,
        input=TALK,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for words in (
        "你好",
        "今日简报",
        "晨报 · 11月24日 星期二",
        "搜索：华为 芯片",
        "已关注",
        "没有 /nonsense 这个命令",
    ):
        assert words in done.stdout, f"the demo never said {words}:\n{done.stdout[-3000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    run(str(clone / ".venv" / "bin" / "python"), "-c", "import trafilatura, pdfminer.high_level, opencc")
    say(f"the demo answered after {time.monotonic() - started:.0f} s of setting up and talking")


def run_for_real(clone: Path, api: BotApi, feeds: Feeds) -> None:
    """`chenbao run` over HTTP: subscribe, digest, search, stop, restart."""
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "CHENBAO_DB": str(clone / "walk.db"),
        "CHENBAO_ALLOW_NETWORKS": "127.0.0.0/8",
        "CHENBAO_FULL_TEXT": "never",
    }
    chenbao = str(clone / ".venv" / "bin" / "chenbao")
    now = datetime.now(UTC)
    archive = load_archive()
    last = max(entry.published for entry in archive if entry.published)
    for number, publisher in enumerate(dict.fromkeys(entry.source for entry in archive)):
        entries = [
            replace(entry, published=now - (last - entry.published) / 4)
            for entry in archive
            if entry.source == publisher and entry.published
        ]
        run(
            chenbao,
            "sources",
            "add",
            feeds.publish(f"/{number}.xml", publisher, entries[-40:]),
            env=environment,
        )
    with running(chenbao, environment):
        say("the bot runs")
        get_started(api)
        at = next_minute()
        api.say(READER, f"/settings time {at:%H:%M}")
        expect(api, f"{at:%H:%M}")
        say(f"waiting for the digest of {at:%H:%M}")
        api.wait_for(lambda: digests(api), 140)
        arrived = datetime.now(UTC)
        assert timedelta() <= arrived - at < timedelta(seconds=45), f"due {at}, arrived {arrived}"
        say("the digest came in its minute")
        api.say(READER, "/search 华为 芯片")
        expect(api, "搜索：华为 芯片")
    say("the bot stopped; starting it again")
    with running(chenbao, environment):
        api.say(READER, "今日简报")
        expect(api, "今日简报 · ")
        time.sleep(8)
        assert len(digests(api)) == 1, "the restart sent the digest again"
    say("the restart repeated nothing")


@contextmanager
def running(chenbao: str, environment: dict[str, str]) -> Iterator[None]:
    """The bot as a process of its own; ends by SIGTERM within five seconds with exit code 0."""
    process = subprocess.Popen([chenbao, "run"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, log = process.communicate(timeout=10)
        seconds = time.monotonic() - started
    assert process.returncode == 0, log[-3000:]
    assert seconds < 5, f"stopping took {seconds:.1f} s"
    assert environment["TELEGRAM_BOT_TOKEN"] not in log
    assert "ERROR" not in log, log[-3000:]


def get_started(api: BotApi) -> None:
    api.say(READER, "/start", language_code="zh-hans")
    api.wait_for(lambda: api.messages(READER), 30)
    greeting = expect(api, "你好")
    api.press(greeting, next(label for label in greeting.labels if "半导体" in label))
    api.wait_for(lambda: any("✅" in label for label in greeting.labels))
    api.press(greeting, "下一步")
    api.wait_for(lambda: any("08:00" in label for label in greeting.labels))
    api.press(greeting, next(label for label in greeting.labels if "08:00" in label))
    expect(api, "你在哪个时区")
    api.press(greeting, "其他…")
    expect(api, "请发送你所在的城市或时区")
    api.say(READER, "UTC")
    api.wait_for(
        lambda: any("今日简报" in seen.text or "收集" in seen.text for seen in api.messages(READER)), 30
    )
    say("the reader has got started")


def expect(api: BotApi, words: str) -> Seen:
    """The bot's last message, once it says these words."""
    api.wait_for(lambda: words in api.last(READER).text, 30)
    return api.last(READER)


def digests(api: BotApi) -> list[Seen]:
    return [seen for seen in api.messages(READER) if seen.text.startswith("晨报 · ")]


def next_minute() -> datetime:
    """The next whole minute (UTC) that is at least 15 seconds away."""
    return (datetime.now(UTC) + timedelta(seconds=75)).replace(second=0, microsecond=0)


if __name__ == "__main__":
    sys.exit(main())
