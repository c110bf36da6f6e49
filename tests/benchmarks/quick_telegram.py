"""A Telegram that takes every message and says so at once: what is measured against it is the bot, not the server.

    python -m tests.benchmarks.quick_telegram        prints its address

It reads no message. The double in `tests.doubles.bot_api`, which has Telegram's own parser judge each, takes longer for
one than the bot does.
"""

import asyncio
import itertools
import json

ME = {"id": 700000001, "is_bot": True, "first_name": "晨报", "username": "chenbao_bot"}


class Connection(asyncio.Protocol):
    """One client's requests, each with its length in a header, answered in turn."""

    numbers = itertools.count(1)

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            behind = end + 4 + int(length or 0)
            if len(self._received) < behind:
                return
            path = head.split(b" ", 2)[1]
            self._received = self._received[behind:]
            self._answer(path)

    def _answer(self, path: bytes) -> None:
        result: object = True
        if path.endswith(b"/getme"):
            result = ME
        elif path.endswith(b"/sendmessage"):
            result = {"message_id": next(self.numbers), "date": 1, "chat": {"id": 1, "type": "private"}}
        body = json.dumps({"ok": True, "result": result}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(body), body)
        )


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
