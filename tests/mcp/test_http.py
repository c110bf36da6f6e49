"""The tools over HTTP at the bot's own address: the SDK's own client, a token, and what strangers get."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from bot import app
from bot.config import Config
from bot.errors import ConfigError
from bot.mcp.http import MAX_QUESTION
from bot.runtime.health import Ticks
from bot.runtime.newsroom import open_newsroom
from bot.runtime.store_watch import StoreWatch
from tests.mcp.conftest import NOW

TOKEN = "canary_canary_token"


@asynccontextmanager
async def served(filled: Path, token: str = TOKEN) -> AsyncIterator[str]:
    """The address of a bot's HTTP server on that store."""
    config = Config(database=filled, http_address=("127.0.0.1", 0), mcp_token=token)
    async with (
        open_newsroom(config, now=lambda: NOW) as room,
        app._web(room, Ticks(NOW, StoreWatch(room.db))) as web,
    ):
        assert web is not None
        yield f"http://127.0.0.1:{web.port}/mcp"


async def test_an_assistant_reads_the_archive_over_http(filled: Path) -> None:
    async with served(filled) as address:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            assert len((await client.list_tools()).tools) == 6
            for _ in range(2):
                answer = await client.call_tool("search", {"query": "芯片", "limit": 2})
                assert answer.structured_content
                assert len(answer.structured_content["articles"]) == 2
            assert (await client.call_tool("get_story", {"story_id": 10**6})).is_error


async def test_strangers_get_nothing(filled: Path) -> None:
    question = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with served(filled) as address, httpx.AsyncClient() as http:
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": TOKEN},
            {"Authorization": f"Basic {TOKEN}"},
        ):
            answer = await http.post(address, json=question, headers=headers)
            assert answer.status_code == 401
            assert answer.text == "Unauthorized\n"
            assert answer.headers["www-authenticate"] == "Bearer"
        held = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json, text/event-stream"}
        big = await http.post(address, content=b"x" * (MAX_QUESTION + 1), headers=held)
        assert 400 <= big.status_code < 500
        for content in (b"", b"{", b"[]", b"\xff\xfe", b'{"jsonrpc":"2.0"}'):
            answer = await http.post(
                address, content=content, headers=held | {"Content-Type": "application/json"}
            )
            assert 400 <= answer.status_code < 500, content
        assert (await http.get(address.replace("/mcp", "/health"))).status_code in {200, 503}


async def test_a_stream_that_would_never_begin_is_refused(filled: Path) -> None:
    """So many of them would keep everybody else of their address out."""
    held = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/event-stream"}
    async with served(filled) as address, httpx.AsyncClient() as http:
        answer = await http.get(address, headers=held)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert (await http.get(address)).status_code == 401


async def test_without_a_token_there_is_no_such_page(filled: Path) -> None:
    async with served(filled, token="") as address, httpx.AsyncClient() as http:
        assert (await http.post(address, json={})).status_code == 404


async def test_a_token_without_the_extra_is_said(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "bot.mcp.http", None)
    with pytest.raises(ConfigError, match=r"CHENBAO_MCP_TOKEN: assistants need .*requirements-mcp\.lock"):
        async with served(filled):
            pass
