"""`chenbao mcp` in a process of its own, spoken to by the SDK's own client; and the same server in this process."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from bot.mcp.server import server
from bot.mcp.tools import Archive
from storage.database import open_database

CANARY = "123456789:canary_canary_canary_canary_canary"
TOOLS = {"search", "get_story", "get_edition", "list_topics", "trends", "source_health"}


@asynccontextmanager
async def talking(store: Path) -> AsyncIterator[Client]:
    """A client of `chenbao mcp` on that store."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot.cli", "mcp"],
        env={"CHENBAO_DB": str(store), "TELEGRAM_BOT_TOKEN": CANARY},
    )
    async with Client(stdio_client(command), mode="legacy") as client:
        yield client


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


def content(store: Path) -> bytes:
    return store.read_bytes()


def remove(folder: Path) -> None:
    for file in folder.glob("chenbao.db*"):
        file.unlink()


async def test_an_assistant_reads_the_archive_over_a_pipe(filled: Path) -> None:
    before = content(filled)
    async with talking(filled) as client:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        for tool in listed:
            assert tool.description
            assert tool.output_schema
            assert tool.annotations
            assert tool.annotations.read_only_hint
        first = await client.call_tool("search", {"query": "芯片", "limit": 3})
        assert not first.is_error
        assert first.structured_content
        assert json.loads(said(first)) == first.structured_content
        again = await client.call_tool(
            "search", {"query": "芯片", "limit": 3, "cursor": first.structured_content["next_cursor"]}
        )
        urls = [each["url"] for answer in (first, again) for each in answer.structured_content["articles"]]
        assert len(set(urls)) == 6
        assert all(url.startswith("https://") for url in urls)
        wrong = await client.call_tool("search", {"query": "芯片", "limit": 10**9})
        assert wrong.is_error
        assert "less than or equal to 20" in said(wrong)
        unknown = await client.call_tool("get_story", {"story_id": 10**6})
        assert unknown.is_error
        assert "there is no story 1000000" in said(unknown)
        edition = await client.call_tool("get_edition", {"topics": ["半导体"], "limit": 3})
        assert edition.structured_content
        everything = [first, again, wrong, unknown, edition]
        everything += [
            await client.call_tool(name, {}) for name in ("list_topics", "trends", "source_health")
        ]
        assert "canary" not in " ".join(map(said, everything))
    assert content(filled) == before


async def test_the_same_server_can_be_mounted(archive: Archive) -> None:
    async with Client(server(archive)) as client:
        for name, arguments in (
            ("search", {"query": "芯片"}),
            ("get_story", {"story_id": 1}),
            ("get_edition", {"date": "2026-11-23"}),
            ("list_topics", {}),
            ("trends", {"words": ["芯片"], "days": 2}),
            ("source_health", {}),
        ):
            assert not (await client.call_tool(name, arguments)).is_error, name
        refused = await client.call_tool("get_edition", {"date": "morgen"})
        assert refused.is_error
        assert "no date" in said(refused)


@pytest.mark.slow
async def test_an_empty_store_answers_and_a_store_that_goes_is_said(tmp_path: Path) -> None:
    store = tmp_path / "chenbao.db"
    open_database(store).close()
    async with talking(store) as client:
        answer = await client.call_tool("search", {"query": "芯片"})
        assert not answer.is_error
        assert "no articles yet" in said(answer)
        remove(tmp_path)
        gone = await client.call_tool("search", {"query": "芯片"})
        assert gone.is_error
        assert "there is no database" in said(gone)


@pytest.mark.slow
def test_without_a_store_or_the_extra_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    """In a process of its own: what is loaded here stays loaded."""
    script = (
        "import sys; sys.modules.update({'mcp': None} if sys.argv.pop(1) == 'bare' else {}); "
        "from bot.cli import main; main(['mcp'])"
    )
    ended = {}
    for kind in ("bare", "whole"):
        ran = subprocess.run(
            [sys.executable, "-c", script, kind],
            env={"CHENBAO_DB": str(tmp_path / "none.db"), "PATH": "/usr/bin"},
            input="",
            capture_output=True,
            text=True,
            check=False,
        )
        assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
        assert ran.stdout == ""
        ended[kind] = ran.returncode, ran.stderr
    assert ended["bare"][0] == 1
    assert "requirements-mcp.lock" in ended["bare"][1]
    assert ended["whole"][0] == 2
    assert "CHENBAO_DB: there is no database" in ended["whole"][1]


async def test_an_assistant_that_sends_anything_gets_an_answer(archive: Archive) -> None:
    """Wrong types, wrong names, control characters: an error that is said, and the next call works."""
    nonsense: list[Any] = [None, -1, 2**70, 1.5, "\x00\ud7ff", "x" * 5000, [], [None], {"a": [1]}]
    async with Client(server(archive)) as client:
        for tool in (await client.list_tools()).tools:
            for argument in [*tool.input_schema["properties"], "no_such_argument"]:
                for value in nonsense:
                    answer = await client.call_tool(tool.name, {argument: value})
                    assert "Traceback" not in said(answer)
                    if answer.is_error:
                        assert said(answer) != f"Error executing tool {tool.name}", (argument, value)
        assert not (await client.call_tool("list_topics", {})).is_error
