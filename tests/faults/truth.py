"""Both sides of a kill: Telegram, which knows what reached it, and the process that forks the bot and sees it die."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.doubles.bot_api import BotApi
from tests.doubles.bot_api_records import Call
from tests.faults.zygote import Order
from tests.processes import alive

ROOT = Path(__file__).parents[2]
MESSAGE = "sendMessage"


@dataclass(slots=True)
class Request:
    """One message on its way: when its answer was written, if it was."""

    chat_id: int
    text: str
    answered: float = float("inf")


class Truth(BotApi):
    """Telegram; kills the bot after it has accepted the message that `deadly` counts down to, before it answers."""

    deadly = 0
    victim = 0

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.requests: list[Request] = []
        """Of the life that is going on."""
        self._open: dict[int, Request] = {}

    def begin(self, call: Call) -> None:
        """A request came in whole."""
        super().begin(call)
        if call.method == MESSAGE:
            request = Request(int(call.params["chat_id"]), str(call.params["text"]))
            with self.changed:
                self.requests.append(request)
                self._open[threading.get_ident()] = request

    def end(self, call: Call) -> None:
        """Its answer is written."""
        with self.changed:
            if request := self._open.pop(threading.get_ident(), None):
                request.answered = time.monotonic()
        super().end(call)

    def note(self, method: str, params: dict[str, Any], status: int) -> None:
        """A request was dealt with: a message that is accepted may be the last thing that the bot did."""
        super().note(method, params, status)
        if method == MESSAGE and status == 200 and self.deadly:
            self.deadly -= 1
            if not self.deadly:
                os.kill(self.victim, signal.SIGKILL)
                while alive(self.victim):  # the answer comes too late for certain
                    time.sleep(0.001)

    def lived(self, until: float, just_now: float) -> tuple[list[Request], list[Request]]:
        """The bot died then: the messages that Telegram had answered, and those in flight: not answered, or just now.

        A new life begins.
        """
        with self.changed:
            self.poll += 1  # its last poll ends
            self.changed.notify_all()
        self.wait_for(lambda: not self.connections)  # what it had written to the line is here now, too
        with self.changed:
            requests, self.requests = self.requests, []
        known = [request for request in requests if request.answered <= until - just_now]
        return known, [request for request in requests if request not in known]


class Zygote:
    """The process that forks the bot (see `zygote`)."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **environment},
            text=True,
        )
        self.pid = 0
        """Of the bot while it runs."""
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def start(self, order: Order) -> int:
        """Fork a bot; its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(order.line())
        self.process.stdin.flush()
        self.pid = int(self._line())
        return self.pid

    def wait(self) -> float:
        """Wait for the bot's end; when it came (`time.monotonic()`)."""
        died = float(self._line())
        self.pid = 0
        return died

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        if self.pid:  # a test that failed
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process.stdout.close()
