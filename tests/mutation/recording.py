"""A pytest plugin: which tests passed, and how long each took, as JSON in the file that `MUTATION_TIMES` names."""

import json
import os
from pathlib import Path

import pytest

_FILE = "MUTATION_TIMES"
_PHASES = 3


def pytest_configure(config: pytest.Config) -> None:
    """In the process that all reports come to."""
    if _FILE in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Times(Path(os.environ[_FILE])))


class _Times:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: dict[str, list[float]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.passed:
            self._passed.setdefault(report.nodeid, []).append(report.duration)

    def pytest_sessionfinish(self) -> None:
        passed = {test: sum(spent) for test, spent in self._passed.items() if len(spent) == _PHASES}
        self._file.write_text(json.dumps(passed), encoding="utf-8")
