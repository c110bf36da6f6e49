"""No way in, tried: hundreds of addresses that mean this machine, asked for directly, by redirect and by rebinding DNS.

A honeypot listens on every IPv4 and IPv6 address of this machine and counts who comes. The resolver is the attacker's:
whatever is no number is loopback. Nothing leaves the machine: what would be dialled outside is noted and fails. Each way
is also walked with the network allowed: there the honeypot must be reached, so this test can fail.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, ClassVar
from urllib.parse import quote

import httpcore
import pytest

from bot.collect.fetch.client import Fetcher, Limits, build_client
from bot.collect.fetch.guard import Guard, Resolver
from bot.errors import FetchError

LIMITS = Limits(connect=1, read=1, total=4)
LOCAL = (ip_network("127.0.0.0/8"), ip_network("::/96"), ip_network("0.0.0.0/8"), ip_network("::ffff:0:0/96"))
REDIRECTOR = "127.0.0.77"
"""Where redirects come from: the one address that is always allowed."""
OUTSIDE = "93.184.215.14"
"""A global address, which rebinding DNS answers first."""


def spellings(address: str) -> Iterator[str]:
    """What inet_aton, and programs that are generous like it, take for this IPv4 address."""
    a, b, c, d = IPv4Address(address).packed
    whole = int(IPv4Address(address))
    yield address
    yield from (str(whole), hex(whole), f"0X{whole:08X}", f"0{whole:o}", f"000{whole:o}", str(whole + 2**32))
    yield from (f"{a}.{whole & 0xFFFFFF}", f"{a}.{b}.{whole & 0xFFFF}", f"{a:#x}.{whole & 0xFFFFFF:#x}")
    yield from (f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a:04o}.{b:#x}.{c}.{d}")
    yield from (f"{a:03}.{b:03}.{c:03}.{d:03}", f"{a}.{b}.{c}.{d + 256}", f"{address}.", f"{address}..")
    yield from (address.replace(".", stop) for stop in ("。", "．", "｡", "%2e", "%E3%80%82", "‚"))
    yield "".join(chr(0xFF10 + int(digit)) if digit.isdigit() else digit for digit in address)
    yield "".join(chr(0x1D7CE + int(digit)) if digit.isdigit() else digit for digit in address)
    yield "".join(f"%{ord(character):02x}" for character in address)
    yield from (f"{address}%00.example.com", f"{address}\u200b", f"\u00ad{address}", f"{a}\t.{b}.{c}.{d}")


V6 = [
    "::1",
    "0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "0::1",
    "::0001",
    "::",
    "0::0",
    "::1%25lo",
    "::1%lo",
    "::1%251",
    "::1%25",
    "::ffff:127.0.0.1",
    "::FFFF:7f00:1",
    "0:0:0:0:0:ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:0.0.0.0",
    "::127.0.0.1",
    "::7f00:1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:7f00:0001::1",
    "2001:0:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1",
    "fe80::1%25lo",
    "fe80::1%25eth0",
    "fec0::1",
    "fc00::1",
    "fd00::1",
    "ff01::1",
    "ff02::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:127.1",
    "[::1]",
    "::1.",
]
NAMES = [
    "localhost",
    "LOCALHOST",
    "LocalHost",
    "localhost.",
    "localhost..",
    "a.localhost",
    "localhost.localdomain",
    "ip6-localhost",
    "ip6-loopback",
    "127.0.0.1.nip.io",
    "www.127-0-0-1.sslip.io",
    "lvh.me",
    "spoofed.example",
    "xn--fiqs8s.example",
    "晨报.example",
    "ｌｏｃａｌｈｏｓｔ",
    "loc𝐚lhost",
    "localhos%74",
    "%6c%6f%63%61%6c%68%6f%73%74",
    "ⓛocalhost",
    "①②⑦.⓪.⓪.①",
    "₁₂₇.0.0.1",
    "1２7.0.0.1",
    "metadata.google.internal",
    "kubernetes.default.svc",
    "router",
    "rsshub.lan",
    "a_b.example",
    "-a.example",
    "127.0.0.1.example",
    "example.com。",
    "0",
    "00",
    "0x0",
    "0.0",
    "127",
    "٣.example",
    "127.0.0.0x1",
    "0x7f.0x000001",
]
HOSTS = [
    *(spelt for address in ("127.0.0.1", "127.0.0.53", "127.255.255.254", "0.0.0.0") for spelt in spellings(address)),  # noqa: S104
    *(f"[{address}]" for address in V6),
    *NAMES,
]  # fmt: skip
AROUND = ("http://{host}:{port}/{mark}", "hTTps://user:pass@{host}:{port}/{mark}?x=http://example.com/#y")
ODD = [
    "http://example.com@127.0.0.1:{port}/",
    "http://example.com:80@127.0.0.1:{port}/",
    "http://a@b@127.0.0.1:{port}/",
    "http://example.com%40127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@example.com/",
    "http://[::1]@127.0.0.1:{port}/",
    "http://example.com\\@127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "http:/\\127.0.0.1:{port}/",
    "http:\\/127.0.0.1:{port}",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http:////127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "localhost:{port}",
    "http://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}?@example.com/",
    "http://example.com#@127.0.0.1:{port}/",
    "http://example.com?@127.0.0.1:{port}",
    "http://127.0.0.1:{port}\\.example.com",
    "http://127.0.0.1:0{port}/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:{port}%20/",
    "http://127.0.0.1:/",
    "http://[127.0.0.1]:{port}/",
    "http://::1:{port}/",
    "http://[::1:{port}/",
    "http://::ffff:127.0.0.1:{port}/",
    "http://127.0.0.1:{port};example.com/",
    "http://127.0.0.1,example.com:{port}/",
    "http://127.0.0.1&@example.com:{port}/",
    "http://%5B::1%5D:{port}/",
    "http://%3127.0.0.1:{port}/",
    "http://①27.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/",
    "ldap://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/",
    "unix:/run/x.sock",
    "http+unix://%2Frun%2Fx.sock/",
    "jar:http://127.0.0.1:{port}/!/",
    "view-source:http://127.0.0.1:{port}/",
    "feed://127.0.0.1:{port}/",
    "data:text/xml,x",
    "javascript:x",
    "ssh://127.0.0.1:{port}/",
    "tftp://127.0.0.1:{port}/",
    "netdoc:///etc/passwd",
    "httpx://127.0.0.1:{port}/",
    "socks5://127.0.0.1:{port}/",
    "h2c://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "url:http://127.0.0.1:{port}/",
]
SPACED = [
    " http://127.0.0.1:{port}/", "\thttp://127.0.0.1:{port}/", "http://127.0.0.1:{port}/\r\n", "ht\ntp://127.0.0.1:{port}/",
    "http://127.0.0.1 :{port}/", "http:// 127.0.0.1:{port}/", "\x00http://127.0.0.1:{port}/", "http://127.0.0.1\x00:{port}/",
    "http://\x7f127.0.0.1:{port}/", "http://127.0.0.1\r\nHost: x:{port}/", "http://127.0.0.1:{port}\u2028/", "\ufeffhttp://127.0.0.1:{port}/",
    "http://example.com\t@127.0.0.1:{port}/", "http://127.0.0.1:{port}/ HTTP/1.1\r\nX: y", "http:\n//127.0.0.1:{port}/", "http://[::1\n]:{port}/",
]  # fmt: skip


def forms(port: int) -> list[str]:
    """Every address that is tried, each once."""
    made = [
        around.format(host=host, port=port, mark=number)
        for around in AROUND
        for number, host in enumerate(HOSTS)
    ]
    return list(dict.fromkeys(made + [odd.format(port=port) for odd in (*ODD, *SPACED)]))


@dataclass
class Honeypot:
    """Counts connections; answers each like a feed's server."""

    port: int = 0
    accepted: Counter[int] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, by its family."""
        self.accepted[writer.get_extra_info("socket").family] += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        writer.close()


class Dialler(httpcore.AnyIOBackend):
    """Dials addresses of this machine only. A guard that dialled names would be led by the attacker's DNS."""

    dialled: ClassVar[Counter[str]] = Counter()

    async def connect_tcp(self, host: str, *rest: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        """Connect, or note that it would have gone outside."""
        try:
            outside = ip_address(host.partition("%")[0]).is_global
        except ValueError:
            host, outside = "127.0.0.1", False
        self.dialled[host] += 1
        if outside:
            raise httpcore.ConnectError("outside")
        return await super().connect_tcp(host, *rest, **named)


async def hostile_dns(host: str, port: int) -> Sequence[str]:
    """Numbers are what the system makes of them; every name is loopback."""
    if host == "redirector.example":
        return [REDIRECTOR]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return ["127.0.0.1", "::1"]
    return [str(item[4][0]) for item in found]


def rebinding() -> Resolver:
    """Public at the first question, loopback at every later one."""
    asked: Counter[str] = Counter()

    async def answer(host: str, port: int) -> Sequence[str]:
        asked[host] += 1
        return [OUTSIDE] if asked[host] == 1 else ["127.0.0.1", "::1"]

    return answer


@asynccontextmanager
async def trap() -> AsyncIterator[tuple[Honeypot, int]]:
    """The honeypot, and the port of a server that redirects `/redirect/N` to the N-th form."""
    pot = Honeypot()
    server = await asyncio.start_server(pot.serve, "0.0.0.0", 0)  # noqa: S104 - the honeypot wants every address
    pot.port = server.sockets[0].getsockname()[1]
    servers = [server]
    if socket.has_ipv6:
        try:
            servers.append(await asyncio.start_server(pot.serve, "::", pot.port, family=socket.AF_INET6))
        except OSError:  # a kernel without IPv6 has no IPv6 way in
            assert not IPV6
    targets = forms(pot.port)

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        number = head.split(b" ")[1].rpartition(b"/")[2]
        target = targets[int(number)] if number.isdigit() else ""  # relative forms come back here
        writer.write(
            b"HTTP/1.1 302 X\r\nContent-Length: 0\r\nConnection: close\r\nLocation: %b\r\n\r\n"
            % target.encode()
        )
        writer.close()

    redirector = await asyncio.start_server(redirect, REDIRECTOR, 0)
    servers.append(redirector)
    try:
        yield pot, redirector.sockets[0].getsockname()[1]
    finally:
        for one in servers:
            one.close()


def _ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


IPV6 = _ipv6()


async def attempt(guard: Guard, urls: Sequence[str]) -> Counter[str]:
    """Fetch each through the real fetcher; returns how many brought something, and how many were refused."""
    ended: Counter[str] = Counter()
    async with build_client(guard, LIMITS) as client:
        fetcher = Fetcher(client, LIMITS)
        for url in urls:
            try:
                await fetcher.fetch(url)
            except FetchError:
                ended["refused"] += 1
            else:
                ended["fetched"] += 1
    return ended


@pytest.fixture(autouse=True)
def dialler(monkeypatch: pytest.MonkeyPatch) -> type[Dialler]:
    """Nothing leaves the machine."""
    monkeypatch.setattr(Dialler, "dialled", Counter())
    monkeypatch.setattr(httpcore, "AnyIOBackend", Dialler)
    return Dialler


Way = Callable[[int, int], list[str]]
WAYS: dict[str, tuple[Way, Callable[[], Resolver], int]] = {
    "direct": (lambda port, _: forms(port), lambda: hostile_dns, 100),
    "redirect": (
        lambda port, by: [f"http://redirector.example:{by}/redirect/{n}" for n in range(len(forms(port)))],
        lambda: hostile_dns,
        100,
    ),
    "rebinding": (lambda port, _: forms(port) * 2, rebinding, 100),
}


def test_there_are_enough_forms() -> None:
    assert len(forms(4321)) >= 300


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_comes_in(way: str, dialler: type[Dialler]) -> None:
    urls, resolver, _ = WAYS[way]
    async with trap() as (pot, by):
        wanted = urls(pot.port, by)
        ended = await attempt(Guard((ip_network(f"{REDIRECTOR}/32"),), resolver=resolver()), wanted)
        assert ended == {"refused": len(wanted)}
        assert sum(pot.accepted.values()) == 0
        assert set(dialler.dialled) <= {REDIRECTOR, OUTSIDE}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
async def test_with_the_network_allowed_the_honeypot_is_reached(way: str) -> None:
    urls, resolver, least = WAYS[way]
    async with trap() as (pot, by):
        ended = await attempt(Guard(LOCAL, resolver=resolver()), urls(pot.port, by))
        assert ended["fetched"] >= least
        assert pot.accepted[socket.AF_INET] >= least
        assert not IPV6 or way == "rebinding" or pot.accepted[socket.AF_INET6] >= 5


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/?{q}", "http://[::1]:{port}/?{q}"])
async def test_all_that_fetches_without_the_fetcher_has_the_same_guard(target: str) -> None:
    async with trap() as (pot, _), build_client(Guard(resolver=hostile_dns), LIMITS) as client:
        with pytest.raises(FetchError):
            await client.get(target.format(port=pot.port, q=quote("图")), follow_redirects=True)
        assert not pot.accepted
