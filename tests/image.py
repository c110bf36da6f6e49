"""The container image with a real engine: built, run as deploy/compose.yaml runs it, asked, stopped, run again.

    python -m tests.image [--engine "podman …"] [--base ROOT.tar]

With Docker the defaults do. `--base` is for machines that reach no registry of images: a root file system (for example
`debootstrap --include=python3,python3-venv trixie`, with /usr/local/bin/python) that stands for the image which the
Dockerfile names. Podman wants `--build=--format=docker`, or it leaves the health check out.
"""

import argparse
import contextlib
import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.doubles.bot_api import BotApi

REPOSITORY = Path(__file__).resolve().parent.parent
DOCKERFILE = REPOSITORY / "deploy" / "Dockerfile"
IMAGE = VOLUME = "chenbao-image-test"
READER = 7
AS_COMPOSE = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges")
SECONDS = 180.0
START_PERIOD = 30.0
"""Seconds in which an engine does not mind a failing health check, by the Dockerfile."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Docker, or what takes its commands."""

    words: tuple[str, ...]
    """Program and global options."""
    build: tuple[str, ...]
    run: tuple[str, ...]
    """Further options of these commands."""

    def __call__(self, *arguments: str | Path, check: bool = True) -> str:
        """What the command prints."""
        ran = subprocess.run([*self.words, *arguments], stdout=subprocess.PIPE, text=True, check=check)
        return ran.stdout.strip()

    def inside(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in a running container."""
        return subprocess.run(
            [*self.words, "exec", name, *command], capture_output=True, text=True, check=False
        )

    @contextlib.contextmanager
    def running(self, name: str, api: BotApi) -> Iterator[None]:
        """The bot in a container on this machine's network; it must stop by itself when it is told to."""
        settings = {
            "TELEGRAM_BOT_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            "CHENBAO_HTTP_ADDRESS": "127.0.0.1:18080",
            "CHENBAO_FULL_TEXT": "never",
        }
        given = [f"--env={key}={value}" for key, value in settings.items()]
        place = ["--network=host", f"--volume={VOLUME}:/data"]
        bot = subprocess.Popen(
            [*self.words, "run", "--rm", f"--name={name}", *place, *AS_COMPOSE, *given, *self.run, IMAGE]
        )
        try:
            yield
            started = time.monotonic()
            self("stop", "--time=10", name)
            assert bot.wait(20) == 0, "it did not end by itself"
            print(f"  stopped in {time.monotonic() - started:.1f} s", flush=True)
        finally:
            bot.kill()
            bot.wait()


def look(engine: Engine, name: str) -> None:
    """The health check, who it runs as and what it can write."""
    [check] = re.findall(r"^HEALTHCHECK [^\n]*\n +CMD (.*)$", DOCKERFILE.read_text(), re.MULTILINE)
    until = time.monotonic() + START_PERIOD
    while engine.inside(name, *json.loads(check)).returncode != 0:
        assert time.monotonic() < until, "it does not become healthy"
        time.sleep(1)
    status = engine.inside(name, "cat", "/proc/1/status").stdout
    for line in ("Uid:\t10001\t10001", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"):
        assert line in status, line
    for place, may in (("/x", False), ("/opt/chenbao/x", False), ("/etc/x", False), ("/data/x", True)):
        assert (engine.inside(name, "touch", place).returncode == 0) == may, place
    print(
        "  healthy; user 10001, no capability; /data and nothing else of the root can be written", flush=True
    )


def answered(api: BotApi, told: int) -> bool:
    """Whether the reader has more than so many messages."""
    return len(api.messages(READER)) > told


def main() -> int:
    """Build, run twice, say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="docker", help="program and its global options")
    parser.add_argument("--base", type=Path, help="a root file system instead of the base image")
    parser.add_argument("--build", action="append", default=[], help="a further option of `build`")
    parser.add_argument("--run", action="append", default=[], help="a further option of `run`")
    given = parser.parse_args()
    engine = Engine(tuple(shlex.split(given.engine)), tuple(given.build), tuple(given.run))
    [base] = set(re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE))
    if given.base:
        engine("import", given.base, f"docker.io/library/{base}")
    started = time.monotonic()
    engine("build", f"--tag={IMAGE}", f"--file={DOCKERFILE}", *engine.build, REPOSITORY)
    print(f"built in {time.monotonic() - started:.0f} s", flush=True)
    engine("volume", "rm", "--force", VOLUME)
    with BotApi() as api:
        for name, line in ((f"{IMAGE}-1", "/start"), (f"{IMAGE}-2", "/settings")):
            started, told = time.monotonic(), len(api.messages(READER))
            with engine.running(name, api):
                api.say(READER, line, language_code="zh-hans")
                api.wait_for(partial(answered, api, told), SECONDS)
                print(f"{line} answered after {time.monotonic() - started:.1f} s", flush=True)
                look(engine, name)
    engine("volume", "rm", VOLUME)
    print("the image is as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
