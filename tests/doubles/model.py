"""An OpenAI-compatible endpoint on loopback that answers as the test says, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


def said(*sentences: tuple[str, Sequence[int]]) -> bytes:
    """The body of an answer with these sentences and the numbers that they cite."""
    told = {"sentences": [{"text": text, "stories": list(cites)} for text, cites in sentences]}
    return chat_answer(f"```json\n{json.dumps(told, ensure_ascii=False)}\n```")


def chat_answer(content: object) -> bytes:
    """The body of an answer with this content."""
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@dataclass
class ModelServer:
    """What it answers: a status, a body (a function gets the stories that it was offered), headers; or nothing at all."""

    status: int = 200
    body: bytes | Callable[[list[dict[str, Any]]], bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    repeats: int = 1
    """How often the body is sent, one after the other, with no length declared."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    url: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at its end."""

    @property
    def offered(self) -> list[dict[str, Any]]:
        """The stories of the last question."""
        stories: list[dict[str, Any]] = json.loads(self.asked[-1]["messages"][1]["content"])
        return stories

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            [length] = [
                line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length:")
            ]
            self.asked.append(json.loads(await reader.readexactly(int(length))))
            if self.hangs:
                await self.over.wait()
            body = self.body(self.offered) if callable(self.body) else self.body
            lines = [f"HTTP/1.1 {self.status} Answer", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in self.headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode())
            for _ in range(self.repeats):
                writer.write(body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def model_server(**behaviour: Any) -> AsyncIterator[ModelServer]:
    """One that listens until the end of the block."""
    server = ModelServer(**behaviour)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        server.over.set()
        listening.close()
