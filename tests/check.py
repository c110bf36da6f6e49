"""Every check of the project, in the order in which a failure is cheapest: `python -m tests.check`."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sysconfig.get_path("scripts"))

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy",)),
    ("imports", ("lint-imports", "--no-cache")),
    ("tests", ("pytest", "-n", "2", "--dist", "worksteal", "--cov", "--cov-report=term:skip-covered")),
)


def main() -> int:
    """Run every check, also after one failed; the exit code is 1 when any did."""
    failed = [name for name, command in CHECKS if not passes(name, command)]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return int(bool(failed))


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Whether the command ends well; its output goes to the terminal."""
    print(f"== {name}: {' '.join(command)}", flush=True)
    program, *arguments = command
    # Compiled once: both workers of the tests and every process that they start would do it anew, for seconds.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([BIN / program, *arguments], cwd=ROOT, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
