"""`chenbao demo` as somebody meets it: at a terminal, and with an environment that is broken."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = {
    "CHENBAO_DB": "/proc/unusable.db",
    "CHENBAO_TIMEZONE": "Mars/Phobos",
    "CHENBAO_TOPICS": "/nowhere.toml",
    "TELEGRAM_BOT_TOKEN": "no token",
}


# Only a controlling terminal turns Ctrl-C into a signal.
AT_A_TERMINAL = "import os, runpy, sys; os.login_tty(0); sys.argv[1:] = ['demo']; runpy.run_module('bot.cli', run_name='__main__')"


class Terminal:
    """A pseudo-terminal with the demo in it."""

    def __init__(self) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AT_A_TERMINAL],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
        )
        os.close(theirs)
        self.seen = ""

    def expect(self, words: str, seconds: float = 90) -> str:
        """Everything since the last time, up to and with these words."""
        end = time.monotonic() + seconds
        while words not in self.seen:
            left = end - time.monotonic()
            assert left > 0, f"waited in vain for {words!r}:\n{self.seen}"
            if select.select([self.ours], [], [], left)[0]:
                try:
                    data = os.read(self.ours, 65536)
                except OSError:  # the other side has closed
                    data = b""
                assert data, f"it ended without {words!r}:\n{self.seen}"
                self.seen += data.decode("utf-8", "replace")
        found, _, self.seen = self.seen.partition(words)
        return found + words

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def end(self) -> int:
        """The exit code, read until it is there."""
        end = time.monotonic() + 10
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            if select.select([self.ours], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.ours, 65536).decode("utf-8", "replace")
                except OSError:
                    time.sleep(0.05)
        return self.process.returncode


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.process.kill()
    opened.process.wait()
    os.close(opened.ours)


def test_at_a_terminal_numbers_press_and_ctrl_d_leaves(terminal: Terminal) -> None:
    hints = terminal.expect("> ")
    assert "one moment" in hints
    assert "begin here" in hints
    terminal.type("/start\n")
    greeting = terminal.expect("> ")
    assert "👤 /start" not in greeting, "what was typed stands there already"
    assert "\x1b[36m[2]\x1b[39m 半导体与集成电路" in greeting
    terminal.type("2\n")
    assert "👤 [半导体与集成电路]" in terminal.expect("> ")
    terminal.type("\n")
    assert terminal.expect("> ").strip() in {"\r\n> ", ">"}
    terminal.type("20\n")
    terminal.expect("每天几点")
    terminal.expect("> ")
    terminal.type("4\n")
    terminal.expect("> ")
    terminal.type("1\n")
    assert "go there: !clock 2026-11-24T08:00" in terminal.expect("!clock 2026-11-24T08:00")
    terminal.expect("> ")
    terminal.type("\x04")
    terminal.expect("goodbye")
    assert terminal.end() == 0


@pytest.mark.slow
def test_ctrl_c_leaves_without_a_traceback(terminal: Terminal) -> None:
    terminal.expect("> ")
    # In the instant between the prompt and waiting for a key, CPython's readline misses a signal.
    time.sleep(0.5)
    terminal.type("\x03")
    seen = terminal.expect("goodbye")
    assert terminal.end() == 0
    assert "Traceback" not in seen + terminal.seen


@pytest.mark.slow
def test_no_setting_of_the_environment_counts(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("/start\n!press 不选\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "bot.cli", "demo", "--script", script.name],
        capture_output=True,
        env={**os.environ, **BROKEN, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == b""
    assert "你好，读者".encode() in ran.stdout
    assert "每天几点".encode() in ran.stdout
    assert b"\x1b" not in ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["script.txt"]
