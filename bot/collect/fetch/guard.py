"""No way in: which addresses a feed, a redirect or an article may make this program connect to.

The decision is made on the address that is connected to, after the name was resolved, for every connection:
a name that resolves to something else a moment later (DNS rebinding) gains nothing, and neither does any
spelling of 127.0.0.1. Behind an HTTP proxy it is the proxy that resolves names, and this guard would see only
the proxy's own address: feeds are therefore fetched without one.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpcore

from bot.collect.fetch.connection import Connection
from bot.errors import FetchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# IANA special-purpose registries (RFC 6890 and its updates), multicast and reserved space. Listed here because
# `ipaddress.is_global` differs between Python versions and passes several of them.
_REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that is allocated as global unicast; NAT64, mapped, site-local, unique local and the rest lie outside."""
_REFUSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")


class RefusedError(FetchError):
    """An address that this program does not connect to."""


async def resolve(host: str, port: int) -> list[str]:
    """Addresses of a host by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def check_url(url: str) -> None:
    """Refuse what is no http(s) address, before any connection. Raises RefusedError."""
    try:
        parts = urlsplit(url)
        # urlsplit drops line breaks and leading blanks, httpx does not: where two parsers differ, a third is fooled.
        plain = url[:4].lower() == "http" and not _CONTROL.search(url)
        usable = plain and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise RefusedError("scheme")


class Guard:
    """Decides which addresses may be connected to: every global one, and the operator's `allow` networks."""

    def __init__(self, allow: Iterable[Network] = (), resolver: Resolver = resolve) -> None:
        self._allow = tuple(allow)
        self._resolve = resolver

    def permits(self, address: Address) -> bool:
        """Whether this very address may be connected to."""
        plain = address
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            plain = address.ipv4_mapped  # the system connects by IPv4
        if any(plain in network or address in network for network in self._allow):
            return True
        if isinstance(plain, IPv4Address):
            return not any(plain in network for network in _REFUSED_V4)
        return plain in _GLOBAL_V6 and not any(plain in network for network in _REFUSED_V6)

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Addresses of `host` that may be connected to, in the resolver's order.

        Raises RefusedError where there are only others, OSError where the name cannot be resolved.
        """
        try:
            found = await self._resolve(host, port)
        except UnicodeError as problem:  # a label that is empty or too long
            raise OSError(f"{host[:80]} is no host name") from problem
        known = [ip_address(text.partition("%")[0]) for text in found]
        permitted = [address for address in known if self.permits(address)]
        if known and not permitted:
            raise RefusedError("private", host=host[:80])
        return permitted


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's connections, made only to addresses that the guard permits, and to those very addresses."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._backend: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, connect to a checked address; TLS still verifies the name, not the address."""
        try:
            async with asyncio.timeout(timeout):
                candidates = await self._guard.addresses(host, port)
        except TimeoutError as problem:
            raise httpcore.ConnectTimeout(f"resolving {host[:80]}") from problem
        except OSError as problem:
            raise httpcore.ConnectError(f"resolving {host[:80]}: {problem}") from problem
        failure: Exception = httpcore.ConnectError(f"{host[:80]} has no address")
        for address in candidates[:4]:
            try:
                return Connection(
                    await self._backend.connect_tcp(
                        str(address), port, timeout, local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failure = problem
        raise failure

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - httpcore's signature
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Never: sockets of this machine are no place for feeds."""
        raise RefusedError("scheme")

    async def sleep(self, seconds: float) -> None:
        """Wait between httpcore's own retries."""
        await self._backend.sleep(seconds)
