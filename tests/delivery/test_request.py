"""What a request to Telegram is made of, read back by other programs; how long it may take; and when it is made anew."""

import asyncio
import contextlib
import email
import inspect
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote

import aiohttp
import pytest
from telegram import InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery.claim_group import ClaimGroup
from bot.delivery.over_httpx import _Trace
from bot.delivery.send_claim import (
    ClaimingRequest,
    SendClaim,
    WithheldError,
    _as_of_library,
    _Body,
    _form,
    _multipart,
    _percent,
    _written,
)

PIECE = 65_536


@pytest.mark.parametrize("text", ["", "a-b_c.d~e", "晨报 ↗", "𠮷", "a=1&b=2+3%20/?#\r\n\"'"])
def test_texts_are_spelled_out_as_everybody_does(text: str) -> None:
    assert _percent(text).decode() == quote(text, safe="").lower()


def test_a_form_is_read_as_it_was_meant() -> None:
    fields = {"chat_id": "-100", "text": "晨报 & <b>早</b>\n=1", "a&b": ""}
    parts, kind = _form(fields)
    assert kind == "application/x-www-form-urlencoded"
    assert parse_qsl(b"".join(parts).decode(), keep_blank_values=True) == list(fields.items())


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "application/x-www-form-urlencoded"),
        ({"text": "早" * 998, "chat_id": "7"}, "application/x-www-form-urlencoded"),
        ({"text": "早" * 999, "chat_id": "7"}, "application/json"),
    ],
)
def test_a_thousand_characters_go_as_json_which_is_shorter(fields: dict[str, str], kind: str) -> None:
    parts, said = _written(fields)
    assert said == kind
    if kind.endswith("json"):
        assert "早早".encode() in b"".join(parts), "three bytes for a character, not six"


def test_files_are_read_as_they_were_meant() -> None:
    files = {
        "document": ("晨报.bin", bytes(range(256)), "application/octet-stream"),
        "thumbnail": ("b.png", io.BytesIO(b"\r\n--x"), "image/png"),
    }
    parts, kind = _multipart({"chat_id": "7", "caption": "早\r\n好"}, files)
    read = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + b"".join(parts))
    assert read.get_content_type() == "multipart/form-data"
    assert not read.defects
    found = [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get("content-type"),
         part.get_payload(decode=True))
        for part in read.walk() if part is not read
    ]  # fmt: skip
    assert [(name, kind, data) for name, _, kind, data in found] == [
        ("chat_id", None, b"7"),
        ("caption", None, "早\r\n好".encode()),
        ("document", "application/octet-stream", bytes(range(256))),
        ("thumbnail", "image/png", b"\r\n--x"),
    ]
    assert 'name="document"; filename="晨报.bin"'.encode() in b"".join(parts)


def test_a_file_name_cannot_end_its_line() -> None:
    parts, _ = _multipart({}, {"document": ('a"b\r\nc', b"", "text/plain")})
    assert b'filename="a%22b%0D%0Ac"\r\n' in b"".join(parts)


@pytest.mark.parametrize(
    ("sizes", "pieces"),
    [
        ([], [0]),
        ([1, 2, 3], [6]),
        ([1, PIECE - 1], [PIECE]),
        ([1, PIECE], [1, PIECE]),
        ([2, 2 * PIECE + 1], [2, PIECE, PIECE, 1]),
    ],
)
def test_a_large_body_is_written_piece_by_piece(sizes: list[int], pieces: list[int]) -> None:
    parts = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    body = body_of(parts)
    assert [len(piece) for piece in body._portions()] == pieces
    assert b"".join(body._portions()) == b"".join(parts)
    assert body.decode("latin-1") == b"".join(parts).decode("latin-1")
    assert body.size == sum(sizes), "what the head of the request says"


def body_of(
    parts: list[bytes], claim: SendClaim | None = None, used: Any = (), seconds: float | None = None
) -> _Body:
    return _Body(parts, "text/plain", claim, used, seconds)


class Writer:
    """A connection that keeps what is written."""

    def __init__(self, *, closing: bool = False, gone: bool = False, descriptor: int = -1) -> None:
        socket = SimpleNamespace(fileno=lambda: descriptor)
        transport = SimpleNamespace(is_closing=lambda: closing, get_extra_info={"socket": socket}.get)
        self.transport = None if gone else transport
        self.written: list[bytes] = []

    async def write(self, data: bytes) -> None:
        self.written.append(data)


class Used(list[Any]):
    """The connections that something was written to; told apart by identity."""

    def add(self, one: object) -> None:
        self.append(one)

    def __contains__(self, one: object) -> bool:
        return any(one is each for each in self)


@pytest.mark.parametrize(
    ("writer", "used_before", "writes"),
    [
        (Writer(), False, True),
        (Writer(), True, False),  # its socket is closed: the number is negative
        (Writer(closing=True), False, False),
        (Writer(gone=True), False, False),
    ],
)
async def test_nothing_is_claimed_for_a_connection_that_has_ended(
    writer: Any, used_before: bool, writes: bool
) -> None:
    used = Used([writer.transport] if used_before else [])
    claim = SendClaim(lambda: None)
    body = body_of([b"a", b"b"], claim, used)
    if writes:
        await body.write(writer)
        assert writer.written == [b"ab"]
        assert writer.transport in used
    else:
        with pytest.raises(ConnectionResetError):
            await body.write(writer)
        assert writer.written == []
    assert (body.stale, claim.left) == (not writes, writes)


@pytest.mark.parametrize("together", [False, True])
async def test_a_connection_may_end_while_a_claim_waits_for_others(together: bool) -> None:
    ended: list[None] = []
    writer: Any = Writer()
    writer.transport.is_closing = lambda: bool(ended)
    group = ClaimGroup(lambda **_: contextlib.nullcontext()) if together else None
    body = body_of([b"a"], SendClaim(lambda: ended.append(None), group), Used())
    if together:
        with pytest.raises(ConnectionResetError):
            await body.write(writer)
    else:  # nobody had a turn in between
        await body.write(writer)
    assert (writer.written, body.stale) == ([] if together else [b"a"], together)


async def test_a_body_that_may_not_leave_is_not_written() -> None:
    writer: Any = Writer()
    body = body_of([b"a"], SendClaim(lambda: False), Used())
    with pytest.raises(WithheldError):
        await body.write(writer)
    assert (writer.written, body.stale) == ([], False)
    assert isinstance(body.withheld, WithheldError)


class Noting(ClaimingRequest):
    """Notes what would be asked; `answer` stands for what happens to it."""

    answer: Callable[[_Body | None], None] = staticmethod(lambda _: None)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.asked: list[tuple[_Body | None, aiohttp.ClientTimeout]] = []

    async def _ask(
        self, url: str, method: str, body: _Body | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        del url, method
        self.asked.append((body, limits))
        self.answer(body)
        return 200, b"{}"


def asked_for(*, file: bool) -> RequestData:
    given = {"chat_id": 7} | ({"document": InputFile(b"x", filename="a.bin")} if file else {})
    return RequestData([RequestParameter.from_input(name, value) for name, value in given.items()])


async def spans(line: Noting, *, file: bool = False, **given: float | None) -> tuple[float | None, ...]:
    """Seconds for a connection with the wait for one, for opening one, for the answer, and for each piece written."""
    await line.do_request("http://x", "POST", asked_for(file=file), **given)
    body, limits = line.asked[-1]
    assert body is not None
    assert limits.total is None
    return limits.connect, limits.sock_connect, limits.sock_read, body._seconds


async def test_how_long_each_step_may_take() -> None:
    line = Noting(
        read_timeout=1.0, write_timeout=2.0, connect_timeout=3.0, pool_timeout=4.0, media_write_timeout=6.0
    )
    assert line.read_timeout == 1.0
    assert await spans(line) == (7.0, 3.0, 1.0, 2.0)
    assert await spans(line, file=True) == (7.0, 3.0, 1.0, 6.0)
    assert await spans(line, read_timeout=9.0, write_timeout=8.0) == (7.0, 3.0, 9.0, 8.0)
    assert await spans(line, file=True, write_timeout=8.0) == (7.0, 3.0, 1.0, 8.0)
    assert await spans(line, connect_timeout=0.5, pool_timeout=0.25) == (0.75, 0.5, 1.0, 2.0)
    assert await spans(line, connect_timeout=None) == (None, None, 1.0, 2.0)
    assert await spans(line, pool_timeout=None, read_timeout=None) == (None, 3.0, None, 2.0)


async def test_who_says_nothing_waits_as_long_as_with_the_librarys_own_line() -> None:
    ours = inspect.signature(ClaimingRequest).parameters
    theirs = inspect.signature(HTTPXRequest).parameters
    shared = ours.keys() & theirs.keys()
    assert shared >= {"connection_pool_size", "media_write_timeout", "pool_timeout"}
    assert {name: ours[name].default for name in shared} == {name: theirs[name].default for name in shared}
    line = Noting()
    seconds = {
        name: theirs[f"{name}_timeout"].default
        for name in ("connect", "pool", "read", "write", "media_write")
    }
    steps = (seconds["connect"] + seconds["pool"], seconds["connect"], seconds["read"])
    assert await spans(line) == (*steps, seconds["write"])
    assert await spans(line, file=True) == (*steps, seconds["media_write"])
    async with line._open() as session:
        assert session.connector is not None
        assert session.connector.limit == theirs["connection_pool_size"].default


async def test_a_body_is_made_anew_for_each_connection_that_had_ended() -> None:
    def ended(body: _Body | None) -> None:
        assert body is not None
        body.stale = len(line.asked) < 3
        raise ConnectionResetError

    line = Noting()
    line.answer = ended
    with pytest.raises(NetworkError, match="ConnectionResetError"):
        await line.do_request("http://x", "POST", asked_for(file=False))
    assert len({id(body) for body, _ in line.asked}) == 3


async def test_connections_that_all_have_ended_are_not_tried_for_ever() -> None:
    def ended(body: _Body | None) -> None:
        assert body is not None
        body.stale = True
        raise ConnectionResetError

    line = Noting()
    line.answer = ended
    with pytest.raises(NetworkError, match="every connection"):
        await line.do_request("http://x", "POST")
    assert len(line.asked) == 64


async def test_the_claims_refusal_comes_out_with_its_reason() -> None:
    reason = OSError("disk full")

    def withheld(body: _Body | None) -> None:
        assert body is not None
        body.withheld = WithheldError("kept")
        body.withheld.__cause__ = reason
        raise aiohttp.ClientConnectionError

    line = Noting()
    line.answer = withheld
    with pytest.raises(WithheldError) as caught:
        await line.do_request("http://x", "POST")
    assert caught.value.__cause__ is reason


async def test_a_question_without_a_body_fails_as_any() -> None:
    def cut(body: _Body | None) -> None:
        assert body is None
        raise aiohttp.ServerDisconnectedError

    line = Noting()
    line.answer = cut
    with pytest.raises(NetworkError, match="ServerDisconnectedError"):
        await line.do_request("http://x", "GET")
    assert len(line.asked) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), TimedOut),
        (aiohttp.ServerTimeoutError(), TimedOut),
        (aiohttp.ConnectionTimeoutError(), TimedOut),
        (aiohttp.ServerDisconnectedError(), NetworkError),
        (OSError("no route"), NetworkError),
    ],
)
def test_errors_have_the_names_that_the_library_knows(error: Exception, kind: type[TelegramError]) -> None:
    found = _as_of_library(error)
    assert type(found) is kind
    if kind is NetworkError:
        assert type(error).__name__ in str(found)


async def test_a_redirect_is_an_answer_and_nothing_is_sent_on() -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 307 Else\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        line = ClaimingRequest()
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert await line.do_request(url, "POST", asked_for(file=False)) == (307, b"")
        await line.shutdown()
    (head,) = heard
    assert b"user-agent: python-telegram-bot" in head.lower()


@pytest.mark.parametrize("in_turn", [False, True])
@pytest.mark.parametrize(("answer", "leaves"), [(None, True), (True, True), (False, False)])
async def test_a_claim_is_made_once_and_lets_through_whom_it_was_for(
    answer: bool | None, leaves: bool, in_turn: bool
) -> None:
    asked: list[int] = []

    def record() -> bool | None:
        asked.append(1)
        return answer

    claim = SendClaim(record)
    for _ in range(2):
        with contextlib.nullcontext() if leaves else pytest.raises(WithheldError):
            if in_turn:
                await claim.claim_in_turn()
            else:
                claim.claim()
    assert (claim.left, claim.error) == (leaves, None)
    assert len(asked) == (1 if leaves else 2), "who was refused may ask again"


@pytest.mark.parametrize(
    ("event", "method", "leaves"),
    [
        ("http11.send_request_body.started", b"POST", True),
        ("http2.send_request_body.started", b"POST", True),
        ("http11.send_request_body.started", b"CONNECT", False),  # a proxy may refuse the tunnel
        ("http11.send_request_headers.started", b"POST", False),
        ("http11.send_request_body.complete", b"POST", False),
    ],
)
async def test_over_httpx_a_claim_is_made_when_the_body_is_next(
    event: str, method: bytes, leaves: bool
) -> None:
    claim = SendClaim(lambda: None)
    await _Trace(claim)(event, {"request": SimpleNamespace(method=method)})
    assert claim.left is leaves
