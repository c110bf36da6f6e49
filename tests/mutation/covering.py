"""Which tests run which line: recorded once by coverage.py, kept until a file of the tree changes."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from tests.mutation.mutants import Mutant

_RECORDED = ".coverage.mutation.json"
_SOURCES = ("*.py", "*.toml", "*.jsonl")


@dataclass(frozen=True, slots=True)
class Covering:
    """Line → tests, for each file that is to be changed."""

    seconds: dict[str, float]
    """Test id → how long it took, for tests that passed."""
    tests: dict[str, dict[int, list[str]]]
    """Path below the tree's root → line → test ids."""

    def of(self, file: str, text: str, mutant: Mutant) -> list[str]:
        """The tests that run what a mutant changes, quickest first."""
        lines = self.tests.get(file, {})
        found = {test for line in range(mutant.line, mutant.last + 1) for test in lines.get(line, ())}
        if not found:  # it runs at import, or in another process: whoever runs those who name it
            found = {test for line in _mentions(text, mutant.names) for test in lines.get(line, ())}
        if not found:
            found = {test for tests in lines.values() for test in tests}
        return sorted(found & self.seconds.keys(), key=self.seconds.__getitem__)


def _mentions(text: str, names: frozenset[str]) -> Iterable[int]:
    named = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    return {node.lineno for node in named if node.id in names}


def digest(root: Path, folders: Sequence[str]) -> str:
    """Changes with every source in these folders."""
    found = hashlib.sha256()
    for folder in folders:
        for file in sorted(file for form in _SOURCES for file in (root / folder).rglob(form)):
            found.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def covering(
    root: Path, tree: Path, files: Sequence[str], tests: Sequence[str], key: str, jobs: int
) -> Covering:
    """As recorded for this key, else by a run of the tests in `tree`, a copy of what is in `root`, in `jobs` processes."""
    recorded = root / _RECORDED
    key = hashlib.sha256(json.dumps([key, *files, "", *tests]).encode()).hexdigest()
    if recorded.is_file():
        kept = json.loads(recorded.read_text(encoding="utf-8"))
        if kept["key"] == key:
            lines = {file: {int(line): ids for line, ids in by.items()} for file, by in kept["tests"].items()}
            return Covering(kept["seconds"], lines)
    found = _record(tree, files, tests, jobs)
    kept = {"key": key, "seconds": found.seconds, "tests": found.tests}
    recorded.write_text(json.dumps(kept), encoding="utf-8")
    return found


def _record(tree: Path, files: Sequence[str], tests: Sequence[str], jobs: int) -> Covering:
    times, data, settings = tree / "times.json", tree / ".coverage.lines", tree / "coverage.ini"
    included = "\n    ".join(str(tree / file) for file in files)
    settings.write_text(f"[run]\ndata_file = {data}\nparallel = true\ninclude =\n    {included}\n", "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        str(jobs),
        "--dist",
        "worksteal",
        "-p",
        "tests.mutation.recording",
    ]
    command += ["--cov", f"--cov-config={settings}", "--cov-context=test", "--cov-report=", *tests]
    subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "MUTATION_TIMES": str(times)},
        check=False,
    )
    read = CoverageData(str(data))
    read.read()
    lines: dict[str, dict[int, list[str]]] = {}
    for file in files:
        contexts = read.contexts_by_lineno(str(tree / file))
        lines[file] = {
            line: sorted({name.rpartition("|")[0] for name in names if "|" in name})
            for line, names in contexts.items()
        }
    return Covering(json.loads(times.read_text(encoding="utf-8")), lines)
