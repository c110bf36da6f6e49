"""A web server that means harm: `python -m tests.doubles.hostile CANARY` prints its port and serves `CASES` by name.

In a process of its own, so that neither its bombs nor its work count as the program's.
"""

import os
import socketserver
import sys
import time
from collections.abc import Callable, Iterator

from tests.doubles.hostile_bodies import (
    characters,
    deep,
    documents,
    encodings,
    entities,
    files,
    huge,
    many,
    mutations,
)
from tests.doubles.hostile_making import Case, answer, item, rss
from tests.doubles.hostile_wire import lengths, packed, streams

KINDS: dict[str, Callable[[], Iterator[Case]]] = {
    made.__name__: made
    for made in (entities, files, deep, huge, many, characters, encodings, lengths, packed, streams, documents, mutations)
}  # fmt: skip


def cases() -> dict[str, Case]:
    """All of them, by name."""
    return {f"{kind}-{number}": case for kind, made in KINDS.items() for number, case in enumerate(made())}


class Handler(socketserver.StreamRequestHandler):
    """One request, one answer."""

    def handle(self) -> None:
        """Serve the case that the path names."""
        line = self.rfile.readline(65_536).split()
        if len(line) < 2:
            return
        name = line[1].decode("latin-1").strip("/").partition("?")[0]
        while self.rfile.readline(65_536).strip():
            pass
        try:
            if name == "good":
                self.wfile.write(
                    b"".join(answer(rss(item(f"好{time.monotonic_ns()}", time.monotonic_ns())).encode()))
                )
                return
            for chunk in CASES[name](sys.argv[1]):
                self.wfile.write(chunk)
        except (OSError, KeyError):
            return


class Server(socketserver.ThreadingTCPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 100


CASES = cases()

if __name__ == "__main__":
    with Server(("127.0.0.1", 0), Handler) as server:
        os.write(1, f"{server.server_address[1]}\n".encode())
        server.serve_forever()
