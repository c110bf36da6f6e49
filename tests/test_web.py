"""Health and metrics over real HTTP on loopback."""

import asyncio
import contextlib
import json
import os
import re
import socket
import sys
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from bot.errors import ConfigError
from bot.runtime.health import Health
from bot.web import Web, exchange, server
from tests.chat.conftest import until

DOCKERFILE = Path(__file__).resolve().parent.parent / "deploy" / "Dockerfile"


class Bot:
    """What the endpoint looks at."""

    def __init__(self) -> None:
        self.health = Health(True, {"articles": 12, "problem": None, "note": "晨报"})

    def metrics(self) -> str:
        return "chenbao_articles_total 12\n"


@pytest.fixture
def watched() -> Bot:
    return Bot()


@pytest.fixture
async def served(watched: Bot) -> AsyncIterator[Web]:
    endpoint = Web("127.0.0.1", 0, lambda: watched.health, watched.metrics)
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


async def ask(served: Web, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.request(method, f"http://127.0.0.1:{served.port}{path}")


async def raw(served: Web, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_health_says_how_it_is(served: Web, watched: Bot) -> None:
    answer = await ask(served, "/health?verbose=1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {"status": "ok", "articles": 12, "problem": None, "note": "晨报"}
    watched.health = Health(False)
    answer = await ask(served, "/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing"})


async def test_metrics(served: Web) -> None:
    answer = await ask(served, "/metrics")
    assert (answer.status_code, answer.text) == (200, "chenbao_articles_total 12\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    head = await ask(served, "/metrics", "HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "26")


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/", "GET", 404), ("/healthz", "POST", 404), ("/health", "POST", 405)]
)
async def test_everything_else_is_refused(served: Web, path: str, method: str, status: int) -> None:
    answer = await ask(served, path, method)
    assert answer.status_code == status
    assert answer.headers.get("allow") == ("GET, HEAD" if status == 405 else None)


async def test_a_request_that_is_complete_ends_with_its_answer(
    served: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for a client that keeps its end open: its place is free at once."""
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(server, "GRACE", 60.0)
    for _ in range(3):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: bot\r\n\r\n")
        await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(ask(served, "/health"), 2)
        assert answer.status_code == 200
        writer.close()
        await writer.wait_closed()


async def test_malformed_and_huge_requests(served: Web) -> None:
    assert (await raw(served, b"\x16\x03\x01\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    assert (await raw(served, b"GET /health\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    assert (await raw(served, b"GET /health HTTP/1.1\r\nX: " + b"x" * 20_000)).startswith(b"HTTP/1.1 431 ")


async def test_slow_and_silent_clients_are_dropped(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    assert await raw(served, b"GET /hea") == b""
    assert (await ask(served, "/health")).status_code == 200


async def test_a_client_that_hangs_up_in_the_middle_is_no_matter(
    served: Web, caplog: pytest.LogCaptureFixture
) -> None:
    for start in (b"", b"GET /hea", b"POST /health HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\nhalf"):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(start)
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert (await ask(served, "/health")).status_code == 200
    assert caplog.text == ""


async def test_what_fails_is_answered_and_logged(
    served: Web, watched: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise OSError("no figures")

    monkeypatch.setattr(served, "_metrics", fail)
    assert (await ask(served, "/metrics")).status_code == 503
    assert "/metrics cannot be answered" in caplog.text
    assert (await ask(served, "/health")).status_code == 200


async def slow(served: Web, stop: asyncio.Event, dropped: list[int], half: bytes) -> None:
    """Sends half a request and holds on; begins anew whenever it is dropped."""
    while not stop.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(half)
        waiting = {asyncio.ensure_future(reader.read()), asyncio.ensure_future(stop.wait())}
        _, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            other.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        dropped.append(1)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Says nothing at all."""


GONE: list[str] = []
"""What streams noticed."""


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Says one thing, and then nothing until the other side has gone."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"private")]})
    await send({"type": "http.response.body", "body": b"first\n", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass
    GONE.append("stream")


async def flood(scope: Scope, receive: Receive, send: Send) -> None:
    """Says more than the system keeps for a reader who does not read."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x" * 20_000_000, "more_body": True})
    await send({"type": "http.response.body", "body": b"more"})
    GONE.append("flood")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what it was told about the request, and its body."""
    request = Request(scope, receive)
    told = [scope["path"], scope["query_string"].decode(), len(await request.body()), scope["client"][0]]
    await JSONResponse(told)(scope, receive, send)


async def test_a_fault_of_ours_ends_its_own_connection_alone(
    served: Web, caplog: pytest.LogCaptureFixture
) -> None:
    async def fault(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    served.mount("/fault", fault)
    assert (await ask(served, "/fault")).status_code == 500
    assert (await ask(served, "/health")).status_code == 200
    assert "a request could not be answered" in caplog.text


async def test_an_application_is_mounted_with_whole_paths(served: Web) -> None:
    served.mount("/echo", echo)
    answer = await ask(served, "/echo/%E6%99%A8?q=%E6%8A%A5")
    assert answer.json() == ["/echo/晨", "q=%E6%8A%A5", 0, "127.0.0.1"]
    assert answer.headers["cache-control"] == "no-store"
    assert (await ask(served, "/echoes")).status_code == 404
    async with httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{served.port}/echo"
        assert (await client.post(url, content=b"x" * 300_000)).json()[2] == 300_000
        assert (await client.post(url, content=b"x" * 1_100_000)).status_code == 413
        head = await client.head(url)
        assert (head.content, int(head.headers["content-length"]) > 0) == (b"", True)


async def test_a_body_without_a_length_is_bounded_too(served: Web, caplog: pytest.LogCaptureFixture) -> None:
    served.mount("/echo", echo)
    head = b"POST /echo HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b'["/echo","",5,' in await raw(served, head + b"5\r\nhello\r\n0\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        assert await raw(served, head + b"200000\r\n" + b"x" * 0x200000 + b"\r\n0\r\n\r\n") == b""
    assert await raw(served, head + b"no number\r\n") == b""
    assert caplog.text == ""


async def test_who_says_nothing_answers_nothing(served: Web) -> None:
    served.mount("/nothing", nothing)
    assert await raw(served, b"GET /nothing HTTP/1.0\r\n\r\n") == b""


async def test_a_stream_goes_on_until_its_reader_has_gone(served: Web) -> None:
    GONE.clear()
    served.mount("/stream", stream)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"GET /stream HTTP/1.1\r\nHost: bot\r\n\r\n")
    head = await reader.readuntil(b"first\n")
    assert b"cache-control: private" in head.lower()
    assert not GONE
    writer.close()
    await writer.wait_closed()
    await until(lambda: bool(GONE))


async def test_a_stream_gives_way_to_a_newcomer(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_OF_ORIGIN", 1)
    served.mount("/stream", stream)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"GET /stream HTTP/1.1\r\nHost: bot\r\n\r\n")
    await reader.readuntil(b"first\n")
    assert (await asyncio.wait_for(ask(served, "/health"), 2)).status_code == 200
    writer.close()
    await writer.wait_closed()


async def test_who_does_not_read_is_let_go(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    GONE.clear()
    monkeypatch.setattr(exchange, "ANSWER_SECONDS", 0.1)
    served.mount("/flood", flood)
    _, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=10)
    writer.write(b"GET /flood HTTP/1.1\r\nHost: bot\r\n\r\n")
    await until(lambda: bool(GONE))
    writer.transport.abort()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


SILENT = b""
HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: bot\r\nX-Slow: "
HALF_A_BODY = b"POST /health HTTP/1.1\r\nHost: bot\r\nContent-Length: 900000\r\n\r\n{"


@pytest.mark.parametrize(
    ("number", "half"),
    [(80, SILENT), (80, HALF_A_HEAD), (80, HALF_A_BODY), (150, HALF_A_HEAD)],
    ids=["silent", "half a head", "half a body", "half a head of many"],
)
async def test_health_is_answered_while_slow_clients_renew_their_requests(
    served: Web, number: int, half: bytes
) -> None:
    """All from one address, as behind a proxy, and more of them than it may have connections."""
    stop = asyncio.Event()
    dropped: list[int] = []
    crowd = [asyncio.create_task(slow(served, stop, dropped, half)) for _ in range(number)]
    await asyncio.sleep(1.0)
    began = len(dropped)
    taken = []
    for _ in range(10):
        started = time.monotonic()
        assert (await ask(served, "/health")).status_code == 200
        taken.append(time.monotonic() - started)
    rate = (len(dropped) - began) / sum(taken)
    stop.set()
    await asyncio.gather(*crowd)
    assert max(taken) < 4, taken  # the image's own health check waits so long
    # Who is dropped comes again at once: the grace bounds what that costs us. (Half a body is answered at once.)
    assert half == HALF_A_BODY or rate <= 1.5 * server.MAX_OF_ORIGIN / server.GRACE, rate


async def test_an_address_that_is_full_keeps_no_other_out(
    served: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_OF_ORIGIN", 3)
    monkeypatch.setattr(server, "GRACE", 60.0)
    held = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(3)]
    await asyncio.sleep(0.05)
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(local_address="127.0.0.2")) as client:
        answer = await client.get(f"http://127.0.0.1:{served.port}/health")
    assert answer.status_code == 200
    for _, writer in held:
        writer.close()
        await writer.wait_closed()


async def test_who_has_said_all_gives_way_to_nobody(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that is being read is not given up for a newcomer, which is sent away."""
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(exchange, "BODY_SECONDS", 0.3)
    hook = Taker()
    served.hook = hook
    head = b"POST /hook HTTP/1.1\r\nHost: bot\r\nContent-Length: 4\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(head + b"ab")
    await asyncio.sleep(0.05)
    assert await raw(served, b"GET /health HTTP/1.1\r\nHost: bot\r\n\r\n") == b""
    writer.write(b"cd")
    await asyncio.sleep(0.05)
    writer.close()
    await writer.wait_closed()
    assert hook.taken == [b"abcd"]
    assert await raw(served, head + b"ab") == b""  # half a body has its own end
    assert hook.taken == [b"abcd"]


class Taker:
    """A hook that takes everything."""

    path = "/hook"

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def allows(self, secret: str) -> bool:
        return True

    def receive(self, body: bytes) -> HTTPStatus:
        self.taken.append(body)
        return HTTPStatus.OK


async def test_accepting_goes_on_when_the_system_has_handles_again(
    served: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "PAUSE", 0.05)
    plain, failures = socket.socket.accept, [OSError(24, os.strerror(24)), ConnectionAbortedError()]

    def accept(listener: socket.socket) -> tuple[socket.socket, Any]:
        if failures:
            raise failures.pop()
        return plain(listener)

    monkeypatch.setattr(socket.socket, "accept", accept)
    assert (await ask(served, "/health")).status_code == 200
    assert failures == []
    assert "Too many open files" in caplog.text


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_connections_are_counted_by_whom_they_come_from(address: str, origin: str) -> None:
    assert server._origin(address) == origin


async def test_a_stop_is_heard_while_somebody_waits_for_room(
    watched: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_OF_ORIGIN", 1)
    monkeypatch.setattr(server, "GRACE", 60.0)
    endpoint = Web("127.0.0.1", 0, lambda: watched.health, watched.metrics)
    await endpoint.start()
    opened = [await asyncio.open_connection("127.0.0.1", endpoint.port) for _ in range(2)]
    await asyncio.sleep(0.05)
    await asyncio.wait_for(endpoint.stop(), 1)
    for reader, writer in opened:
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_stopping_ends_what_is_open(watched: Bot) -> None:
    endpoint = Web("127.0.0.1", 0, lambda: watched.health, watched.metrics)
    with pytest.raises(RuntimeError, match="not started"):
        _ = endpoint.port
    await endpoint.stop()
    await endpoint.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
    await asyncio.sleep(0.05)
    await asyncio.wait_for(endpoint.stop(), 1)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_a_port_in_use_is_named_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        endpoint = Web("127.0.0.1", port, lambda: Health(True), str)
        with pytest.raises(ConfigError) as refused:
            await endpoint.start()
    assert (
        str(refused.value)
        == f"CHENBAO_HTTP_ADDRESS: cannot listen on 127.0.0.1:{port} (Address already in use)."
    )


async def test_an_unknown_host_is_named_too() -> None:
    with pytest.raises(
        ConfigError, match=r"^CHENBAO_HTTP_ADDRESS: cannot listen on no-such-host\.invalid:8080 \(.+\)\.$"
    ):
        await Web("no-such-host.invalid", 8080, lambda: Health(True), str).start()


async def test_the_images_health_check_knows_well_from_ill(served: Web, watched: Bot) -> None:
    """Run as it stands in the Dockerfile, with a proxy in the environment that must not be asked."""
    (found,) = re.findall(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    _, *arguments = json.loads(found)
    environment = {
        "CHENBAO_HTTP_ADDRESS": f"0.0.0.0:{served.port}",
        "http_proxy": "http://127.0.0.1:9",
        "PATH": os.environ["PATH"],
    }

    async def check() -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        return await process.wait()

    assert await check() == 0
    watched.health = Health(False)
    assert await check() == 1
    await served.stop()
    assert await check() == 1
