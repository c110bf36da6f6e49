"""Which rules of time zones hold: the newest of those at hand, for governments change them at short notice.

Python reads the system's files first, however old they are, and the `tzdata` package only where there are none. A host
whose rules end before this autumn would send digests an hour off in the regions that changed theirs.
"""

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

LOOK_AHEAD = timedelta(days=180)
STEP = timedelta(days=7)
"""Two sets of rules are compared week by week."""
_VERSION_LINE = re.compile(r"# version (\d{4}[a-z]{1,2})\b")


@dataclass(frozen=True, slots=True)
class ZoneData:
    """What was found: versions by IANA's names such as 2026f, empty where a folder does not tell its own."""

    version: str
    """Of the rules in force."""
    packaged: bool
    """Whether they are the `tzdata` package's."""
    system: Path | None
    """The system's folder of zone files; None where there is none."""
    system_version: str


def use_newest() -> ZoneData:
    """Have `zoneinfo` read the newest rules for the whole process; to be called once, before any zone is read.

    The package's, unless the system's folder says that its own are newer. What one lacks is read from the other.
    """
    found = _find(zoneinfo.TZPATH)
    package = str(_package())
    rest = [path for path in zoneinfo.TZPATH if path != package]
    zoneinfo.reset_tzpath([package, *rest] if found.packaged else [*rest, package])
    ZoneInfo.clear_cache()
    return found


def in_force() -> ZoneData:
    """What `use_newest` found."""
    return _find(zoneinfo.TZPATH)


def _find(paths: tuple[str, ...]) -> ZoneData:
    package = _package()
    system = next((Path(path) for path in paths if path != str(package) and Path(path).is_dir()), None)
    theirs = _version(system) if system else ""
    # IANA's names sort by age: year, then letter. A folder that does not tell its age counts as old.
    packaged = (len(theirs), theirs) <= (len(tzdata.IANA_VERSION), tzdata.IANA_VERSION)
    return ZoneData(tzdata.IANA_VERSION if packaged else theirs, packaged, system, theirs)


def _package() -> Path:
    return Path(tzdata.__file__).parent / "zoneinfo"


def _version(folder: Path) -> str:
    """As Debian, Red Hat and Alpine (tzdata.zi) or macOS (+VERSION) write it; empty where they do not."""
    try:
        with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as stream:
            match = _VERSION_LINE.match(stream.readline())
            return match[1] if match else ""
    except OSError:
        pass
    try:
        return (folder / "+VERSION").read_text("ascii", "replace").strip()[:6]
    except OSError:
        return ""


def differing(data: ZoneData, now: datetime) -> list[str]:
    """Zones in which the system's rules and the package's tell another local time within the next half year."""
    if data.system is None:
        return []
    return sorted(name for name in _names() if _tell_apart(data.system, name, now))


def _names() -> Iterator[str]:
    """One for each place, without the names that it had earlier."""
    lines = (_package() / "zone1970.tab").read_text("utf-8").splitlines()
    return (line.split("\t")[2] for line in lines if not line.startswith("#"))


def _tell_apart(system: Path, name: str, now: datetime) -> bool:
    try:
        with (system / name).open("rb") as theirs, (_package() / name).open("rb") as ours:
            one, other = ZoneInfo.from_file(theirs), ZoneInfo.from_file(ours)
    except (OSError, ValueError):  # a zone that one of them does not know yet
        return False
    moments = [now.astimezone(UTC) + STEP * week for week in range(LOOK_AHEAD // STEP + 1)]
    return any(
        moment.astimezone(one).utcoffset() != moment.astimezone(other).utcoffset() for moment in moments
    )
