"""What an operator may write for a setting: text in, value out; each raises ValueError with what it must be instead. Pure."""

import ipaddress
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.clock import is_zone, parse_zone
from bot.errors import InputError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
TOKEN_PATTERN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,128}")


def token(value: str) -> str:
    """A bot's token as BotFather gives it."""
    if not TOKEN_PATTERN.fullmatch(value):
        raise ValueError("must look like 123456789:AbC… (digits, a colon, the rest), as BotFather gave it")
    return value


def root(value: str) -> str:
    """The root of an http:// or https:// address, without a slash at its end."""
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", value):
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/")


def bare_root(value: str) -> str:
    """Such a root without a name, a query or a fragment."""
    found = root(value)
    if re.search(r"[?#@]", found):
        raise ValueError(
            "must be a root such as http://rsshub.lan:1200, without a name, a query or a fragment"
        )
    return found


def proxy(value: str) -> str:
    """The address of an HTTP or SOCKS proxy."""
    if not re.match(r"(https?|socks5h?)://[^\s/]+", value):
        raise ValueError("must start with http://, https:// or socks5://")
    return value


def owners(value: str) -> frozenset[int]:
    """Telegram's numeric user ids, separated by commas or blanks."""
    parts = [part for part in re.split(r"[\s,;，；]+", value) if part]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("must be Telegram's numeric user ids, separated by commas")
    return frozenset(map(int, parts))


def zone(value: str) -> ZoneInfo:
    """A time zone by its name, or by a city in it."""
    try:
        return ZoneInfo(value if is_zone(value) else parse_zone(value))
    except InputError as error:
        raise ValueError(str(error).rstrip(".")) from error


def time_of_day(value: str) -> str:
    """A time of day, as HH:MM."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError("must be a time of day such as 08:00")
    return f"{int(match[1]):02}:{match[2]}"


def networks(value: str) -> tuple[Network, ...]:
    """Networks as CIDRs, separated by commas or blanks."""
    try:
        return tuple(ipaddress.ip_network(part) for part in re.split(r"[\s,]+", value) if part)
    except ValueError as error:
        raise ValueError(f"must be networks such as 192.168.1.0/24, separated by commas ({error})") from error


def days(value: str) -> int:
    """A number of days from 15 to 36500."""
    if not value.isascii() or not value.isdigit() or not 15 <= int(value) <= 36500:
        raise ValueError("must be a number of days from 15 on")
    return int(value)


def seconds(value: str) -> float:
    """A number of seconds from 2 to 300."""
    if not re.fullmatch(r"\d{1,3}(\.\d)?", value, re.ASCII) or not 2 <= float(value) <= 300:
        raise ValueError("must be a number of seconds from 2 to 300")
    return float(value)


def address(value: str) -> tuple[str, int]:
    """HOST:PORT; without a host, loopback."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]*):(\d{1,5})", value, re.ASCII)
    if not match or int(match[2]) > 65535:
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8080")
    return match[1].strip("[]") or "127.0.0.1", int(match[2])


def https(value: str) -> str:
    """The root of an https:// address."""
    found = root(value)
    if not found.startswith("https://"):
        raise ValueError("must be an https:// address: Telegram brings updates to no other")
    return found


def origin(value: str) -> str:
    """An address without a path."""
    found = root(value)
    if found.count("/") > 2 or re.search(r"[?#@]", found):
        raise ValueError("must be http://HOST or https://HOST, without a path: pages stand at its root")
    return found


def secret(value: str) -> str:
    """A secret of 8 to 256 characters that an address or a header can carry."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,256}", value):
        raise ValueError("must be 8 to 256 of A-Z a-z 0-9 _ -")
    return value


def one_line(value: str) -> str:
    """One line of at most 200 characters."""
    if not value.isprintable() or len(value) > 200:
        raise ValueError("must be one line of at most 200 characters")
    return value


def key(value: str) -> str:
    """A key that a header can carry."""
    if not re.fullmatch(r"[!-~]{1,500}", value):
        raise ValueError("must be characters of ASCII without blanks")
    return value


def count(value: str) -> int:
    """A number up to 100000."""
    if not value.isascii() or not value.isdigit() or int(value) > 100_000:
        raise ValueError("must be a number up to 100000")
    return int(value)


def model_seconds(value: str) -> float:
    """A number of seconds from 2 to 60."""
    if (found := seconds(value)) > 60:
        raise ValueError("must be a number of seconds from 2 to 60")
    return found


def title(value: str) -> str:
    """One line of at most 60 characters. Raises ValueError."""
    if len(value) > 60 or not value.isprintable():
        raise ValueError("must be one line of at most 60 characters")
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser that takes one of these words, in capitals or not."""

    def parse(value: str) -> str:
        for choice in choices:
            if choice.casefold() == value.casefold():
                return choice
        raise ValueError(f"must be one of {', '.join(choices)}")

    return parse
