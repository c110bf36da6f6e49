"""Get a feed's bytes: conditionally, politely, within bounds of size and time, through the guard.

address → guard → GET (If-None-Match, If-Modified-Since) → redirects, each guarded → bytes, decoded in bounded steps
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import httpcore
import httpx

from bot.collect.fetch.addresses import absolute
from bot.collect.fetch.guard import Guard, GuardedBackend, check_url
from bot.collect.fetch.unpack import STEP, Unpacker
from bot.errors import FetchError

USER_AGENT = "Chenbao/0.1 (news briefing; feed reader)"
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
LARGE = 1_000_000
"""Bytes of a body from which it is held alone: eight of the largest at once would be a quarter of a gigabyte."""
_PARTS = 64
"""Parts of a body after which others have their turn: one packet may hold thousands of chunks of a byte each."""
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_MAX_WAIT = 7 * 24 * 3600.0
_KNOWN = {400, 401, 403, 404, 410, 429, 451, 503}
"""Refusals that have a sentence of their own."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered. `unchanged` has no body, and keeps the validators that were sent."""

    status: Literal["new", "unchanged"]
    url: str
    """The address that answered, after redirects."""
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    """Where the feed lives from now on, when every redirect on the way was a permanent one (301, 308)."""
    max_age: float | None = None
    """Seconds that the answer may be kept, by Cache-Control."""
    received: int = 0
    """Bytes of body on the wire."""
    left: float = 8.0
    """Seconds that it did not use of its time: reading it may take these."""
    cut: bool = False
    """The body was packed and stops in the middle; it has no validators, so that the rest is asked for again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch: bytes, seconds, hops."""

    max_bytes: int = 16_000_000
    """Before and after decompression."""
    connect: float = 5.0
    read: float = 8.0
    total: float = 8.0
    """Of the whole, however it trickles: with what reading it may take, a source is done with in ten seconds."""
    redirects: int = 5

    @classmethod
    def of(cls, seconds: float) -> "Limits":
        """Those of a fetch that may take so many seconds in all."""
        return cls(connect=max(cls().connect, seconds / 2), read=seconds, total=seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool whose every connection passes the guard. Never uses a proxy."""

    def __init__(self, guard: Guard, *, connections: int = 50) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=20,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpx's exceptions and RefusedError."""
        content = request.stream
        if not isinstance(content, httpx.AsyncByteStream):
            raise TypeError("the guarded transport is asynchronous")
        raw = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=content,
            extensions=request.extensions,
        )
        with _httpx_errors():
            answer = await self._pool.handle_async_request(raw)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """A response body as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors():
            parts = 0
            async for part in self._answer.aiter_stream():
                yield part
                parts += 1
                if parts % _PARTS == 0:
                    await asyncio.sleep(0)

    async def aclose(self) -> None:
        with _httpx_errors():
            await self._answer.aclose()


@contextlib.contextmanager
def _httpx_errors() -> Iterator[None]:
    """httpcore's exceptions under httpx's names, which are the same."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as problem:
        kind = getattr(httpx, type(problem).__name__, httpx.TransportError)
        raise kind(str(problem)) from problem


def build_client(
    guard: Guard, limits: Limits | None = None, *, user_agent: str = USER_AGENT
) -> httpx.AsyncClient:
    """A client for feeds: guarded, without proxies or cookies of the environment, without automatic redirects."""
    bounds = limits or Limits()
    return httpx.AsyncClient(
        transport=GuardedTransport(guard),
        timeout=httpx.Timeout(bounds.read, connect=bounds.connect, pool=bounds.total),
        headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        follow_redirects=False,
        trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """One fetch on its way."""

    bound: asyncio.Timeout
    held: AsyncExitStack

    @property
    def left(self) -> float:
        """Seconds of its time."""
        return max(0.0, (self.bound.when() or 0.0) - asyncio.get_running_loop().time())

    async def wait_for(self, turn: asyncio.Lock) -> None:
        """Take a turn that lasts as long as the body is held; waiting for it takes nothing of the fetch's time."""
        left = self.left
        self.bound.reschedule(None)
        await self.held.enter_async_context(turn)
        self.bound.reschedule(asyncio.get_running_loop().time() + left)


class Fetcher:
    """Fetches one address at a time; safe to use from many tasks."""

    def __init__(self, client: httpx.AsyncClient, limits: Limits | None = None) -> None:
        self._client = client
        self._limits = limits or Limits()
        self._large = asyncio.Lock()
        """Whose large body is held."""

    async def fetch(
        self, url: str, etag: str = "", last_modified: str = "", *, held: AsyncExitStack | None = None
    ) -> Fetched:
        """Get `url` unless it is unchanged since the validators were given. Raises FetchError.

        A large body arrives when no other is held any more: whoever gives `held` closes it when the body is let go.
        """
        try:
            async with AsyncExitStack() as meanwhile, asyncio.timeout(self._limits.total) as bound:
                visit = _Visit(bound, held or meanwhile)
                fetched = await self._follow(visit, url, etag, last_modified)
                return replace(fetched, left=visit.left)
        except TimeoutError as problem:
            raise FetchError("slow", seconds=round(self._limits.total), unanswered=True) from problem
        except httpx.HTTPError as problem:
            raise _trouble(problem, self._limits) from problem
        except (httpx.InvalidURL, UnicodeError, ValueError) as problem:
            raise FetchError("address") from problem

    async def _follow(self, visit: _Visit, url: str, etag: str, last_modified: str) -> Fetched:
        """Redirects by hand, so that each is checked and permanent ones can be remembered."""
        moved_to, permanent = "", True
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value and value.isprintable()}
        for _ in range(self._limits.redirects + 1):
            check_url(url)
            async with self._client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
                target = answer.headers.get("location", "")
                if answer.status_code not in _REDIRECTS or not target:
                    return await self._read(visit, answer, url, headers, moved_to)
                permanent = permanent and answer.status_code in _PERMANENT
                onward = absolute(target, url) or target  # which the guard refuses
                permanent = permanent and not (url.startswith("https:") and onward.startswith("http:"))
                url = onward
                moved_to = url if permanent else ""
        raise FetchError("redirects", hops=self._limits.redirects)

    async def _read(
        self, visit: _Visit, answer: httpx.Response, url: str, sent: dict[str, str], moved_to: str
    ) -> Fetched:
        status = answer.status_code
        if status == 304 and sent:
            async for _ in answer.aiter_raw(
                STEP
            ):  # it has no body; read to its end, the connection stays open
                pass
            return Fetched(
                "unchanged",
                url,
                etag=answer.headers.get("etag", sent.get("If-None-Match", "")),
                last_modified=answer.headers.get("last-modified", sent.get("If-Modified-Since", "")),
                moved_to=moved_to,
                max_age=_max_age(answer),
            )
        if not 200 <= status < 300:
            code = status if status in _KNOWN else "fault" if status >= 500 else "declined"
            raise FetchError(f"http_{code}", status=status, retry_after=_retry_after(answer))
        body, received, cut = await self._body(visit, answer)
        return Fetched(
            "new",
            url,
            body=body,
            content_type=answer.headers.get("content-type", ""),
            etag="" if cut else answer.headers.get("etag", ""),
            last_modified="" if cut else answer.headers.get("last-modified", ""),
            moved_to=moved_to,
            max_age=_max_age(answer),
            received=received,
            cut=cut,
        )

    async def _body(self, visit: _Visit, answer: httpx.Response) -> tuple[bytes, int, bool]:
        """The decoded body, its size on the wire, both within bounds while they arrive, and whether it is cut."""
        most = self._limits.max_bytes
        announced = answer.headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:15]) > most:
            raise _too_large(most)
        unpacker = Unpacker(answer.headers.get("content-encoding", ""), most)
        body, received, alone = bytearray(), 0, False

        async def unpacked() -> AsyncGenerator[bytes, None]:
            nonlocal received
            async for chunk in answer.aiter_raw(STEP):
                received += len(chunk)
                if received > most:
                    raise _too_large(most)
                for piece in unpacker.feed(chunk):
                    yield piece
            for piece in unpacker.end():
                yield piece

        async with aclosing(unpacked()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > most:
                    raise _too_large(most)
                if len(body) > LARGE and not alone:
                    await visit.wait_for(self._large)
                    alone = True
                if not piece or len(piece) == STEP:
                    await asyncio.sleep(0)  # one packed chunk may hold megabytes: others have their turn
        if unpacker.cut and not body:
            raise FetchError("cut_off")
        return bytes(body), received, unpacker.cut


def _too_large(most: int) -> FetchError:
    """Made where it is raised: kept in a variable there, it would keep the body alive until the next collection."""
    return FetchError("large", megabytes=round(most / 1e6))


def _max_age(answer: httpx.Response) -> float | None:
    """Seconds that the answer stays fresh: Cache-Control's max-age, else Expires; less its age in caches."""
    control, age = answer.headers.get("cache-control", ""), answer.headers.get("age", "")
    if _UNCACHED.search(control):
        return None
    found = _MAX_AGE.search(control)
    fresh = float(found[1]) if found else _until(answer, "expires")
    return None if fresh is None else max(0.0, fresh - (float(age[:9]) if age.isdecimal() else 0.0))


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds to wait, from Retry-After: a number, or a date."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(_MAX_WAIT, float(value[:9]))
    wait = _until(answer, "retry-after")
    return None if wait is None else max(0.0, min(_MAX_WAIT, wait))


def _until(answer: httpx.Response, name: str) -> float | None:
    """Seconds to the date in one of the answer's headers, from its Date, else from now; None where it is no date."""
    until = _date(answer, name)
    return None if until is None else (until - (_date(answer, "date") or datetime.now(UTC))).total_seconds()


def _date(answer: httpx.Response, name: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(answer.headers.get(name, ""))
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC)


def _trouble(problem: httpx.HTTPError, limits: Limits) -> FetchError:
    """What happened, for a status line: no address, no secret in it."""
    match problem:
        case httpx.ConnectError():
            return FetchError(_no_connection(problem), unanswered=True)
        case httpx.ConnectTimeout():
            return FetchError("connect", seconds=round(limits.connect), unanswered=True)
        case httpx.PoolTimeout():
            return FetchError("pool", unanswered=True)
        case httpx.TimeoutException():
            return FetchError("silent", seconds=round(limits.read), unanswered=True)
        case httpx.ProtocolError():
            return FetchError("protocol")
        case _:
            return FetchError("broken")


def _no_connection(problem: httpx.ConnectError) -> str:
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "name" if "resolving" in str(problem) else "unreachable"
