"""Every check of the project: `python -m tests.check`.

The tests wait for processes and sockets for a third of their time: three of them run at once on two processors.
"""

import os
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sysconfig.get_path("scripts"))

BESIDE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("imports", ("lint-imports", "--no-cache")),
    ("types", ("mypy",)),
)
"""One after the other, beside the tests: the cheapest first."""
TESTS = ("pytest", "-n", "3", "--dist", "worksteal", "--cov", "--cov-report=term:skip-covered")


def main() -> int:
    """Run every check, also after one failed; the exit code is 1 when any did."""
    with ThreadPoolExecutor(1) as side:
        beside = [(name, side.submit(passes, name, command, apart=True)) for name, command in BESIDE]
        tested = passes("tests", TESTS)
    failed = [name for name, passed in beside if not passed.result()] + ["tests"] * (not tested)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return int(bool(failed))


def passes(name: str, command: tuple[str, ...], *, apart: bool = False) -> bool:
    """Whether the command ends well. Its output goes to the terminal, in one piece at its end where it runs `apart`."""
    program, *arguments = command
    # Compiled once: both workers of the tests and every process that they start would do it anew, for seconds.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    title = f"== {name}: {' '.join(command)}"
    if not apart:
        print(title, flush=True)
    ran = subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if apart else None,
        stderr=subprocess.STDOUT if apart else None,
        text=True,
        check=False,
    )
    if apart:
        print(f"\n{title}\n{ran.stdout}", end="", flush=True)
    return ran.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
