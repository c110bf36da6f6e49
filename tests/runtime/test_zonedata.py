"""The newest rules of time zones hold, whoever brought them."""

import json
import os
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from bot.jobs.doctor.machine import zones
from bot.runtime import zonedata
from bot.runtime.zonedata import ZoneData, use_newest

PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"
WINTER = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"


@pytest.fixture(autouse=True)
def paths_as_before() -> Iterator[None]:
    paths = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(paths)
    ZoneInfo.clear_cache()


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A system's folder from before Berlin's clocks changed: it knows one offset for ever."""
    folder = tmp_path / "zoneinfo"
    (folder / "Europe").mkdir(parents=True)
    (folder / ZONE).write_bytes((PACKAGE / "Etc" / "GMT-5").read_bytes())
    (folder / "Europe" / "Elsewhere").write_bytes((PACKAGE / "Etc" / "GMT-3").read_bytes())
    version(folder, "2019a")
    return folder


def version(folder: Path, name: str) -> None:
    (folder / "tzdata.zi").write_text(f"# version {name}\n# This zic input file is in the public domain.\n")


def offset(zone: str = ZONE) -> timedelta | None:
    return WINTER.astimezone(ZoneInfo(zone)).utcoffset()


def test_a_stale_system_does_not_win(stale: Path) -> None:
    zoneinfo.reset_tzpath([str(stale)])
    ZoneInfo.clear_cache()
    assert offset() == timedelta(hours=5)  # as Python would have it
    found = use_newest()
    assert offset() == timedelta(hours=1)
    assert found == ZoneData(tzdata.IANA_VERSION, True, stale, "2019a")
    assert use_newest() == zonedata.in_force() == found
    assert zonedata.differing(found, WINTER) == [ZONE]
    assert offset("Europe/Elsewhere") == timedelta(hours=3)  # what the package lacks


def test_a_system_with_newer_rules_wins(stale: Path) -> None:
    version(stale, "2999z")
    zoneinfo.reset_tzpath([str(stale)])
    found = use_newest()
    assert found == ZoneData("2999z", False, stale, "2999z")
    assert (offset(), offset("Asia/Shanghai")) == (timedelta(hours=5), timedelta(hours=8))
    assert use_newest() == found


@pytest.mark.parametrize(("told", "expected"), [("2018e\n", "2018e"), (None, "")])
def test_a_system_that_tells_its_age_otherwise_or_not_at_all(
    stale: Path, told: str | None, expected: str
) -> None:
    (stale / "tzdata.zi").unlink()
    if told:
        (stale / "+VERSION").write_text(told)
    zoneinfo.reset_tzpath([str(stale)])
    assert use_newest() == ZoneData(tzdata.IANA_VERSION, True, stale, expected)


def test_a_system_without_any(tmp_path: Path) -> None:
    zoneinfo.reset_tzpath([str(tmp_path / "none")])
    found = use_newest()
    assert found == ZoneData(tzdata.IANA_VERSION, True, None, "")
    assert zonedata.differing(found, WINTER) == []
    assert offset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("data", "ok", "words"),
    [
        (ZoneData("2026f", True, None, ""), True, "2026f, the tzdata package's; the system has none"),
        (ZoneData("2026f", True, PACKAGE, "2026f"), True, "2026f, the tzdata package's and the system's"),
        (
            ZoneData("2026f", True, PACKAGE, ""),
            True,
            "2026f, the tzdata package's; the system's (of unknown age) are not used",
        ),
        (
            ZoneData("2026g", False, PACKAGE, "2026g"),
            True,
            "2026g, the system's, newer than the tzdata package's",
        ),
        (
            ZoneData("2025c", True, None, ""),
            False,
            "the rules are those of 2025c: update the system or the tzdata package",
        ),
    ],
)
def test_doctor_says_what_it_found(data: ZoneData, ok: bool, words: str) -> None:
    finding = zones(data, WINTER)
    assert (finding.ok, finding.finding) == (ok, words)


@pytest.mark.slow
def test_the_commands_begin_with_it(stale: Path, tmp_path: Path) -> None:
    """In a process of its own, as an operator has it, and in the process that reads feeds."""
    code = """
import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo
from bot.cli import main
from bot.collect.sandbox.worker import Worker

try:
    main(["doctor", "--json"])
except SystemExit:
    print("---")

async def far(zone, moment):
    worker = Worker()
    try:
        return await worker.run(ZoneInfo.utcoffset, zone, moment)
    finally:
        await worker.aclose()

zone, moment = ZoneInfo("Europe/Berlin"), datetime(2027, 1, 15, 12)
print(zone.utcoffset(moment), asyncio.run(far(zone, moment)))
"""
    database = tmp_path / "news.db"
    environment = {**os.environ, "PYTHONTZPATH": str(stale), "CHENBAO_DB": str(database)}
    command = [sys.executable, "-m", "bot.cli", "sources", "add", "https://feed.example.com/rss"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    report, _, told = ran.stdout.partition("---\n")
    (zones,) = [row for row in json.loads(report) if row["check"] == "zones"]
    assert zones["ok"]
    assert zones["finding"].endswith(
        f"(2019a) are not used: in the next half year they tell another time in {ZONE}"
    )
    assert told.split() == ["1:00:00", "1:00:00"]
