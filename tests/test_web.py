"""Health and metrics over real HTTP on loopback."""

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot import web
from bot.errors import ConfigError
from bot.web import Health, Web

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


async def test_malformed_and_huge_requests(served: Web) -> None:
    assert (await raw(served, b"\x16\x03\x01\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    assert (await raw(served, b"GET /health\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    assert (await raw(served, b"GET /health HTTP/1.1\r\nX: " + b"x" * 20_000)).startswith(b"HTTP/1.1 431 ")


async def test_slow_and_silent_clients_are_dropped(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", 0.1)
    assert await raw(served, b"GET /hea") == b""
    assert (await ask(served, "/health")).status_code == 200


async def test_too_many_connections_are_closed(served: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_CONNECTIONS", 1)
    _, first = await asyncio.open_connection("127.0.0.1", served.port)
    await asyncio.sleep(0.05)
    assert await raw(served, b"") == b""
    first.close()
    await first.wait_closed()
    await asyncio.sleep(0.05)
    assert (await ask(served, "/health")).status_code == 200


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
