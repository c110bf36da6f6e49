"""A real HTTP server on loopback whose answers a test writes down byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

Answer = bytes | Callable[[str, dict[str, str]], bytes]


def http(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP/1.1 answer with its length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name.lower(), value


@dataclass
class Loopback:
    """Answers by path; remembers every request's path and headers."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    greeting: bytes = b""
    """Sent at once, before any request."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str) -> str:
        """Address of a path on this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one answer; a path without one hangs."""
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        try:
            writer.write(self.greeting)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = dict(_header(line) for line in head[1:] if ": " in line)
            self.seen.append((path, headers))
            answer = self.answers.get(path)
            if answer is None:
                await asyncio.sleep(30)
            else:
                writer.write(answer(path, headers) if callable(answer) else answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(loopback: Loopback) -> AsyncIterator[Loopback]:
    """The server, listening on a free port."""
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        server.close()
        for task in loopback.tasks:
            task.cancel()
        await asyncio.gather(*loopback.tasks, return_exceptions=True)


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    """A server for one test."""
    async with listening(Loopback()) as server:
        yield server
