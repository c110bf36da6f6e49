"""A whole run over a small program: what its tests notice is killed, what they only run is not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """
LIMIT = 3

def small(number):
    return number < LIMIT

def next_one(number):
    return number + 1

def never_run():
    return 7
"""
TESTS = """
import os
from bot.sums import next_one, small

def test_small():
    assert small(2)
    assert not small(3)

def test_next_one():
    next_one(1)

def test_that_fails_anyway_in_such_a_run():
    next_one(1)
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
"""


@pytest.mark.slow
def test_a_run_tells_what_the_tests_notice(tmp_path: Path) -> None:
    shutil.copytree(HERE, tmp_path / "tests/mutation", ignore=shutil.ignore_patterns("test_*", "__pycache__"))
    for folder in ("bot", "tests"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "bot/sums.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "tests/test_sums.py").write_text(TESTS, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "bot", "--floor", "0.5", "--jobs", "1"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = run.stdout.splitlines()
    assert run.returncode == 1, run.stderr
    assert said[-1].startswith("8 mutants, 37.5% killed"), run.stdout + run.stderr
    assert any("left out: tests/test_sums.py::test_that_fails_anyway" in line for line in said)
    survivors = sorted(line.rsplit("  (", 1)[0] for line in said if line.startswith("survived"))
    assert survivors == [
        "survived: bot/sums.py:11  7  ->  8",
        "survived: bot/sums.py:11  return 7  ->  return None",
        "survived: bot/sums.py:8  1  ->  2",
        "survived: bot/sums.py:8  number + 1  ->  (number - 1)",
        "survived: bot/sums.py:8  return number + 1  ->  return None",
    ]
