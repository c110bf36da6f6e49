"""A copy of the tree, one change in it, and the tests that shall notice; each run is a child of this process.

The child starts with what the tests import from elsewhere already loaded (half of a short run), and with none of the
tree's own modules.
"""

import ast
import contextlib
import importlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.mutation.mutants import Mutant

PATIENCE = 20.0
"""Seconds that a run may take besides five times what its tests took; a loop without end is noticed."""
OWN = ("bot", "storage", "tests")
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "*.db*", "dist", "build")


@dataclass(frozen=True, slots=True)
class Task:
    """A mutant of a file, and the tests that shall notice."""

    file: str
    """Path below the tree's root."""
    text: str
    """What the file holds without the change."""
    mutant: Mutant
    tests: Sequence[str]
    seconds: float
    """How long those tests take."""


_QUIETLY = (
    "-n0",
    "--hypothesis-seed=0",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
"""Libraries that are loaded already cannot be rewritten by pytest, which is no error here."""
Outcome = Literal["killed", "survived", "endless"]


def copy_tree(root: Path, to: Path) -> None:
    """The sources, without what was built of them."""
    shutil.copytree(root, to, ignore=_NOT_COPIED)


def load_libraries(root: Path) -> None:
    """Import here what the tree's modules import from elsewhere."""
    names = {name for folder in OWN for file in (root / folder).rglob("*.py") for name in _imported(file)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in sorted(names):
            if name.partition(".")[0] not in OWN:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def outcomes(tasks: Iterable[Task], trees: Sequence[Path]) -> Iterator[tuple[Task, Outcome]]:
    """Each task with what became of it, in the order in which they end; one at a time in each tree."""
    waiting, idle, running = iter(tasks), list(trees), list[_Running]()
    while True:
        while idle and (task := next(waiting, None)) is not None:
            running.append(_start(task, idle.pop()))
        if not running:
            return
        time.sleep(0.02)
        for one in list(running):
            if outcome := one.outcome():
                running.remove(one)
                idle.append(one.tree)
                yield one.task, outcome


def passing(tree: Path, tests: Sequence[str]) -> set[str]:
    """Those of the tests that pass in the tree without any change: another one's failure would mean nothing."""
    times = tree / "passing.json"
    child = os.fork()
    if child == 0:
        _run(tree, tests, "-p", "tests.mutation.recording", MUTATION_TIMES=str(times))
    os.waitpid(child, 0)
    return set(json.loads(times.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class _Running:
    """A child process that runs a task's tests in a tree."""

    task: Task
    tree: Path
    child: int
    until: float

    def outcome(self) -> Outcome | None:
        """None while it runs."""
        ended, status = os.waitpid(self.child, os.WNOHANG)
        if not ended and time.monotonic() < self.until:
            return None
        with contextlib.suppress(ProcessLookupError):  # and whatever the tests started and left
            os.killpg(self.child, signal.SIGKILL)
        (self.tree / self.task.file).write_text(self.task.text, encoding="utf-8")
        if not ended:
            os.waitpid(self.child, 0)
            return "endless"
        return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"


def _start(task: Task, tree: Path) -> _Running:
    (tree / task.file).write_text(task.mutant.source, encoding="utf-8")
    child = os.fork()
    if child == 0:
        _run(tree, task.tests, "-x")
    return _Running(task, tree, child, time.monotonic() + PATIENCE + 5 * task.seconds)


def _run(tree: Path, tests: Sequence[str], *options: str, **environment: str) -> None:
    code = 1
    try:
        os.setsid()
        output = os.open(tree / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(tree)
        for name in [name for name in sys.modules if name.partition(".")[0] in OWN]:
            del sys.modules[name]
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        os.environ |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"} | environment
        code = int(pytest.main([*_QUIETLY, *options, *tests]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
