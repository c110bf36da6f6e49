"""A TCP connection as httpcore reads it, with what httpcore 1.0.9 leaves open closed.

It is closed also when it is cancelled in the middle of the TLS handshake. And a server may say "continue" (an interim
answer, RFC 9110, section 15.2) some times before it answers, not without end: httpcore reads those in one go, 40 µs
each, and thousands of them in one packet would hold the event loop up.
"""

import contextlib
import re
import ssl
from typing import Any

import httpcore

MAX_INTERIM = 8
"""Interim answers to one request; a patient server sends one or two."""
_STEP = 4_096
"""Bytes read at once until the answer proper begins."""
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")
_BEGUN = len(b"HTTP/1.1 200")
_END = re.compile(rb"\r?\n\r?\n")


class Connection(httpcore.AsyncNetworkStream):
    """Delegates to httpcore's stream."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._head: bytes | None = b""
        """What has come of an answer that may be an interim one; None once the answer proper has begun."""
        self._interim = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Receive at most `max_bytes`."""
        if self._head is None:
            return await self._stream.read(max_bytes, timeout)
        data = await self._stream.read(min(max_bytes, _STEP), timeout)
        self._head = self._answer(self._head + data)
        return data

    def _answer(self, head: bytes) -> bytes | None:
        """What is left of `head` behind its interim answers; raises where those are too many."""
        while _INTERIM.match(head) and (end := _END.search(head)):
            head = head[end.end() :]
            self._interim += 1
            if self._interim > MAX_INTERIM:
                raise httpcore.RemoteProtocolError("too many interim answers")
        return head if len(head) < _BEGUN or _INTERIM.match(head) else None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """Send all of `buffer`: an answer is to follow."""
        self._head, self._interim = b"", 0
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Begin TLS; the certificate must be `server_hostname`'s."""
        try:
            return Connection(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            with contextlib.suppress(Exception):
                await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks about the socket."""
        return self._stream.get_extra_info(info)
