"""No way in: every non-global address refused, also behind names, redirects and odd spellings."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import httpcore
import pytest

from bot.collect.fetch.client import Fetcher, Limits, build_client
from bot.collect.fetch.guard import Guard, GuardedBackend, RefusedError, check_url, resolve
from bot.errors import FetchError
from tests.collect.conftest import Loopback, http

REFUSED = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, bound to by nobody
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
GLOBAL = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "223.5.5.5",
    "::ffff:8.8.8.8",
    "2400:3200::1",
    "2606:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_refused(address: str) -> None:
    assert not Guard().permits(ip_address(address))


@pytest.mark.parametrize("address", GLOBAL)
def test_permitted(address: str) -> None:
    assert Guard().permits(ip_address(address))


def test_an_operator_may_allow_a_network() -> None:
    guard = Guard((ip_network("192.168.1.0/24"), ip_network("fd00::/8")))
    assert guard.permits(ip_address("192.168.1.9"))
    assert guard.permits(ip_address("::ffff:192.168.1.9"))
    assert guard.permits(ip_address("fd00::1"))
    assert not guard.permits(ip_address("192.168.2.9"))


@pytest.mark.parametrize(
    "url",
    ["ftp://a/", "file:///x", "http://", "//a", "", "javascript:x", "http://a:0/", "http://[::1", "unix:/x"],
)
def test_only_http(url: str) -> None:
    with pytest.raises(RefusedError, match="scheme"):
        check_url(url)


SPELLINGS = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "0",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "LOCALHOST",
    "１２７.０.０.１",
    "127。0。0。1",
]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_reaches_loopback(loopback: Loopback, host: str) -> None:
    loopback.answers["/"] = http(body=b"secret")
    limits = Limits(connect=1, read=1, total=3)
    async with build_client(Guard(), limits) as client:
        with pytest.raises(FetchError):
            await Fetcher(client, limits).fetch(f"http://{host}:{loopback.port}/")
        with pytest.raises(FetchError):
            await Fetcher(client, limits).fetch(f"http://user:pass@{host}:{loopback.port}/")
    assert loopback.connections == 0


async def test_rebinding_gains_nothing(loopback: Loopback) -> None:
    """The name is resolved once for each connection, and the checked address is the one connected to."""
    answers = [["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    guard = Guard(resolver=rebinding)
    assert [str(a) for a in await guard.addresses("evil.example", 80)] == ["8.8.8.8"]
    async with build_client(guard, Limits(connect=1, total=2)) as client:
        with pytest.raises(RefusedError):
            await Fetcher(client).fetch(f"http://evil.example:{loopback.port}/")
    assert loopback.connections == 0


async def test_a_permitted_name_is_connected_to_by_its_checked_address(loopback: Loopback) -> None:
    loopback.answers["/"] = http(body=b"feed")

    async def local(host: str, port: int) -> Sequence[str]:
        return ["10.0.0.1", "127.0.0.1%lo"]

    async with build_client(Guard((ip_network("127.0.0.0/8"),), resolver=local)) as client:
        got = await Fetcher(client).fetch(f"http://rsshub.lan:{loopback.port}/")
    assert got.body == b"feed"
    assert loopback.seen[0][1]["host"] == f"rsshub.lan:{loopback.port}"


async def test_names_that_cannot_be_resolved() -> None:
    async def nothing(host: str, port: int) -> Sequence[str]:
        if host == "empty.example":
            return []
        if host == "label.example":
            raise UnicodeError("label too long")
        raise OSError("no such name")

    backend = GuardedBackend(Guard(resolver=nothing))
    for host in ("empty.example", "label.example", "none.example"):
        with pytest.raises(httpcore.ConnectError):
            await backend.connect_tcp(host, 80, 1)


async def test_a_resolver_that_hangs_is_given_up() -> None:
    async def hangs(host: str, port: int) -> Sequence[str]:
        await backend.sleep(5)
        return []

    backend = GuardedBackend(Guard(resolver=hangs))
    with pytest.raises(httpcore.ConnectTimeout):
        await backend.connect_tcp("slow.example", 80, 0.05)


async def test_sockets_of_this_machine_are_refused() -> None:
    with pytest.raises(RefusedError):
        await GuardedBackend(Guard()).connect_unix_socket("/run/x.sock")


async def test_the_systems_resolver() -> None:
    assert "127.0.0.1" in await resolve("127.0.0.1", 80)
