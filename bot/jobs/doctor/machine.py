"""What is said of the machine: disk, files, file system, locale, fonts, rules of time zones, who can reach us. Pure."""

import ipaddress
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.jobs.doctor.finding import Finding, amiss, well
from bot.runtime import zonedata

STALE_YEARS = 2
ZONES_NAMED = 6
ROOM = 200 * 1024**2
"""Bytes that must be free on the store's disk, and as many again as the store has: a backup fits."""
BIG_LOG = 256 * 1024**2
"""The write-ahead log stays under a few MB unless somebody keeps an old state open."""
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "fuse.sshfs", "ceph", "glusterfs"}
)
"""File systems on which SQLite's locks cannot be relied on (https://www.sqlite.org/faq.html#q5)."""
MEGA = 1024**2


def modes(loose: Sequence[Path]) -> Finding:
    """Whether only the bot's user can read what readers told it."""
    if not loose:
        return well("modes", "only their owner can read the store's files")
    return amiss("modes", f"others can read or write them: chmod 600 {shlex.join(map(str, loose))}")


def disk(free: int, size: int, growth_a_day: int) -> Finding:
    """Whether a backup fits on the store's disk, and how long the room lasts."""
    lasts = f"; it grows by {growth_a_day / MEGA:.1f} MB a day" if growth_a_day else ""
    if growth_a_day and (days := free // growth_a_day) < 3650:
        lasts += f", room for {days} days"
    words = f"{size / MEGA:.0f} MB, {free / MEGA:.0f} MB free{lasts}"
    if free < ROOM + size:
        return amiss("disk", f"{words}: make room, else the next backup or a busy day fills the disk")
    return well("disk", words)


def log_size(size: int) -> Finding:
    """Whether the write-ahead log is folded into the store from time to time."""
    if size > BIG_LOG:
        return amiss(
            "log", f"the write-ahead log has {size / MEGA:.0f} MB: end the program that keeps the store open"
        )
    return well("log", f"the write-ahead log has {size / MEGA:.0f} MB")


def file_system(kind: str) -> Finding:
    """Whether the store is on a disk of this machine."""
    if kind in NETWORK:
        return amiss(
            "file system", f"the store is on {kind}, a network file system: move it to a disk of this machine"
        )
    return well("file system", kind or "of unknown kind")


def encoding(of_files: str, of_output: str) -> Finding:
    """Whether Chinese names can be written."""
    if of_files.replace("-", "").lower() != "utf8":
        return amiss("locale", f"file names are {of_files}: set LANG=C.UTF-8")
    return well("locale", f"file names are utf-8, output is {of_output.lower()}")


def extras(missing: Sequence[str], lacks_fonts: bool) -> Finding:
    """Which optional parts are not installed; fonts are wanted where reports are."""
    if "report" not in missing and lacks_fonts:
        return amiss(
            "extras",
            "reports are installed without their Chinese fonts: pip install --no-deps -r deploy/requirements-report.lock",
        )
    if missing:
        return well("extras", f"not installed, and not needed for briefings: {', '.join(missing)}")
    return well("extras", "all optional parts are installed")


def exposure(address: tuple[str, int] | None, contained: bool) -> Finding:
    """Whether the HTTP address can be reached from elsewhere."""
    if address is None:
        return well("http", "CHENBAO_HTTP_ADDRESS is not set: nothing listens")
    host, port = address
    if contained:
        return well("http", f"port {port}, inside a container: publish it to 127.0.0.1 at most")
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host.lower() == "localhost"
    if local:
        return well("http", f"{host}:{port}, for this machine alone")
    return amiss(
        "http", f"{host}:{port} can be reached from the network: use 127.0.0.1 and a proxy with TLS in front"
    )


def zones(data: zonedata.ZoneData, now: datetime) -> Finding:
    """Which rules of time zones hold, and where this machine's own tell another time."""
    current = now.year - int(data.version[:4]) < STALE_YEARS
    if not current:
        return amiss(
            "zones", f"the rules are those of {data.version}: update the system or the tzdata package"
        )
    if not data.packaged:
        return well("zones", f"{data.version}, the system's, newer than the tzdata package's")
    found = f"{data.version}, the tzdata package's"
    if data.system is None:
        return well("zones", f"{found}; the system has none")
    if data.system_version == data.version:
        return well("zones", f"{found} and the system's")
    found += f"; the system's ({data.system_version or 'of unknown age'}) are not used"
    differing = zonedata.differing(data, now)
    if differing:
        named = ", ".join(differing[:ZONES_NAMED])
        more = f" and {len(differing) - ZONES_NAMED} more" if len(differing) > ZONES_NAMED else ""
        found += f": in the next half year they tell another time in {named}{more}"
    return well("zones", found)
