"""The HTTP client towards Telegram, which claims a message in the store right before it is written to the network.

A message waits for its turn in the limiter and for a connection. A kill during that wait must leave no doubt: nothing
was sent, so nothing may be recorded as sent. The claim is therefore made by the body of the request itself, which aiohttp
asks to be written once there is a connection, and no other task runs between the claim and the first byte (aiohttp 3.14
hands the system head and beginning of the body at once; `tests/delivery/test_line.py` would fail if it no longer did).
Where many messages leave side by side, those that are about to be written are claimed together, with one flush of the
disk (`bot.delivery.claim_group`): each is written when that is done.

Over httpx a message takes three to four times as much of the CPU: its pool of connections is gone through at each request.
It is left for what aiohttp cannot do by itself (`bot.delivery.over_httpx`).
"""

import asyncio
import json
import re
import select
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from weakref import WeakSet

import aiohttp
import certifi
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.claim_group import ClaimGroup

_PORTION = 1 << 16
"""Bytes of a body that are written at once."""
_LONG = 1000
"""Characters from which on fields go as JSON: spelled out, Chinese text takes three times as many bytes."""
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_SPELLED_OUT = re.compile(rb"[^A-Za-z0-9_.~-]+")
_REPEATED = ("entities", "caption_entities", "reply_markup", "link_preview_options")
_STALE = 64
"""Connections in a row that the other side had ended, after which a request fails."""


class WithheldError(TelegramError):
    """The claim failed, so the message was not sent."""


@dataclass(slots=True)
class SendClaim:
    """The claim of one message: `record` is called once, before the message is sent; if it returns False, nothing is sent."""

    record: Callable[[], bool | None]
    group: ClaimGroup | None = None
    """With whose claims it is recorded; None: by itself, at once."""
    left: bool = False
    """Whether the message may have left this machine."""
    error: BaseException | None = None
    """What `record` raised; then the message has not left either."""

    def claim(self) -> None:
        """Call `record` unless it succeeded before. To be called right before each attempt to write the message.

        Raises WithheldError if `record` returned False or raised.
        """
        if self.left:
            return
        try:
            taken = self.record()
        except BaseException as error:
            self.error = error
            raise WithheldError("it could not be recorded") from error
        self._note(taken)

    async def claim_in_turn(self) -> None:
        """`claim`, together with the others of its group if it has one."""
        if self.left or self.group is None:
            self.claim()
            return
        try:
            taken = await self.group.record(self.record)
        except Exception as error:
            self.error = error
            raise WithheldError("it could not be recorded") from error
        self._note(taken)

    def _note(self, taken: bool | None) -> None:
        if taken is False:
            raise WithheldError("somebody else has it")
        self.left = True


claiming: ContextVar[SendClaim | None] = ContextVar("claiming", default=None)
"""The claim of the message that this task is sending."""


class _Body(aiohttp.Payload):
    """The body of one request. Written once; never to a connection that the other side has ended."""

    def __init__(
        self,
        parts: Sequence[bytes],
        content_type: str,
        claim: SendClaim | None,
        used: "WeakSet[Any]",
        seconds: float | None,
    ) -> None:
        super().__init__(parts, content_type=content_type)
        self._size = sum(map(len, parts))
        self._claim = claim
        self._used = used
        self._seconds = seconds
        self.stale = False
        """Whether the connection had ended: nothing was written."""
        self.withheld: WithheldError | None = None
        """Why nothing was written, where the claim failed."""

    def decode(self, *given: Any, **named: Any) -> str:
        return b"".join(self._value).decode(*given, **named)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Claim, and write without waiting in between. Raises WithheldError or ConnectionResetError before the first byte."""
        self._check(writer)
        if self._claim is not None:
            try:
                await self._claim.claim_in_turn()
            except WithheldError as error:
                self.withheld = error
                raise
            if self._claim.group is not None:
                self._check(writer)  # others had a turn meanwhile
        self._used.add(writer.transport)
        for portion in self._portions():
            async with asyncio.timeout(self._seconds):  # httpx counts for each piece, too
                await writer.write(portion)

    def _check(self, writer: AbstractStreamWriter) -> None:
        """Raises ConnectionResetError where the connection has ended."""
        transport = writer.transport
        if transport is None or transport.is_closing() or (transport in self._used and _has_ended(transport)):
            self.stale = True
            raise ConnectionResetError

    def _portions(self) -> Iterator[bytes]:
        if self._size is not None and self._size <= _PORTION:
            yield b"".join(self._value)
            return
        for part in self._value:
            for at in range(0, len(part), _PORTION):
                yield part[at : at + _PORTION]


class ClaimingRequest(BaseRequest):
    """The library's line to Telegram over aiohttp; it calls `SendClaim.claim` right before it writes a request.

    `proxy` is an address of HTTP, with a name and password where it wants them. The seconds are the defaults of
    python-telegram-bot's own line.
    """

    def __init__(
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
    ) -> None:
        self._connections = connection_pool_size
        self._seconds = {"read": read_timeout, "connect": connect_timeout, "pool": pool_timeout}
        self._write_seconds = {False: write_timeout, True: media_write_timeout}
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._used: WeakSet[Any] = WeakSet()

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take where a call names none."""
        return self._seconds["read"]

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer without what it repeats of a message that we sent: nobody asks, and to make the library's objects
        of it takes as long as to send one."""
        answer: dict[str, Any] = BaseRequest.parse_json_payload(payload)
        message = answer.get("result")
        if isinstance(message, dict) and "message_id" in message:
            for repeated in _REPEATED:
                message.pop(repeated, None)
        return answer

    async def initialize(self) -> None:
        """The first request opens what it needs."""

    async def shutdown(self) -> None:
        """Close the connections. A request after this opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request: status and body of the answer. Raises WithheldError, TimedOut and NetworkError."""
        connect, pool = self._of("connect", connect_timeout), self._of("pool", pool_timeout)
        limits = aiohttp.ClientTimeout(
            total=None,
            connect=None if connect is None or pool is None else connect + pool,
            sock_connect=connect,
            sock_read=self._of("read", read_timeout),
        )
        files = request_data.multipart_data if request_data else {}
        fields = _fields(request_data) if request_data else {}
        seconds = self._write_seconds[bool(files)] if write_timeout is self.DEFAULT_NONE else write_timeout
        parts, content_type = _multipart(fields, files) if files else _written(fields)
        for _ in range(_STALE):
            body = None
            if method != "GET":
                body = _Body(parts, content_type, claiming.get(), self._used, seconds)
            try:
                return await self._ask(url, method, body, limits)
            except (aiohttp.ClientError, OSError) as error:
                if body is not None and body.withheld is not None:
                    raise body.withheld from body.withheld.__cause__
                if body is None or not body.stale:
                    raise _as_of_library(error) from error
        raise NetworkError("aiohttp: every connection had ended")

    async def _ask(
        self, url: str, method: str, body: _Body | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        async with self._open().request(
            method,
            url,
            data=body,
            headers={"User-Agent": self.USER_AGENT},
            timeout=limits,
            allow_redirects=False,
            proxy=self._proxy,
        ) as answer:
            return answer.status, await answer.read()

    def _of(self, what: str, asked: Any) -> float | None:
        seconds: float | None = self._seconds[what] if asked is self.DEFAULT_NONE else asked
        return seconds

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=_trusting()),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _trusting() -> ssl.SSLContext:
    """Trusts whom browsers trust, as httpx does: those that SSL_CERT_FILE names, else certifi's."""
    paths = ssl.get_default_verify_paths()
    named = paths.cafile if paths.cafile != paths.openssl_cafile else None
    return ssl.create_default_context(cafile=named or certifi.where())


def _has_ended(transport: asyncio.BaseTransport) -> bool:
    """Whether something has arrived on a connection that waits for nothing: its end."""
    number = transport.get_extra_info("socket").fileno()
    if number == -1:  # closed here
        return True
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def _fields(asked: RequestData) -> dict[str, str]:
    """The library's `json_parameters`, which encodes everything twice (22.8)."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in asked.parameters.items()
    }


def _written(fields: Mapping[str, str]) -> tuple[list[bytes], str]:
    """Fields without files, as https://core.telegram.org/bots/api#making-requests takes them."""
    if sum(map(len, fields.values())) < _LONG:
        return _form(fields)
    return [_as_json(fields).encode()], "application/json"


def _form(fields: Mapping[str, str]) -> tuple[list[bytes], str]:
    pairs = [_percent(name) + b"=" + _percent(value) for name, value in fields.items()]
    return [b"&".join(pairs)], "application/x-www-form-urlencoded"


def _percent(text: str) -> bytes:
    """`urllib.parse.quote` in a tenth of its time: Chinese text is long runs of bytes to be spelled out."""
    return _SPELLED_OUT.sub(lambda found: b"%" + found[0].hex("%").encode(), text.encode())


def _multipart(fields: Mapping[str, str], files: Mapping[str, Any]) -> tuple[list[bytes], str]:
    """Fields and files, each (name, bytes or an open file, kind), as RFC 7578 wants them."""
    boundary = token_hex()
    parts: list[bytes] = []
    for name, value in fields.items():
        parts.append(_head(boundary, f'name="{_quoted(name)}"') + value.encode() + b"\r\n")
    for name, (file, content, kind) in files.items():
        parts += (
            _head(boundary, f'name="{_quoted(name)}"; filename="{_quoted(file)}"', kind),
            content if isinstance(content, bytes) else content.read(),
            b"\r\n",
        )
    parts.append(f"--{boundary}--\r\n".encode())
    return parts, f"multipart/form-data; boundary={boundary}"


def _head(boundary: str, named: str, kind: str = "") -> bytes:
    typed = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n{typed}\r\n".encode()


def _quoted(name: str) -> str:
    """As browsers write it (https://html.spec.whatwg.org/#multipart-form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _as_of_library(error: Exception) -> NetworkError:
    """The error under which python-telegram-bot's users know it; `bot.delivery.outcomes` looks at its cause."""
    if isinstance(error, TimeoutError):
        return TimedOut()
    return NetworkError(f"aiohttp.{type(error).__name__}: {error}")
