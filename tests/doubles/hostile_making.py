"""How hostile answers are made: raw bytes, an honest answer around a body, one without end."""

import time
from collections.abc import Callable, Iterator

Chunks = Iterator[bytes]
Case = Callable[[str], Chunks]
"""The raw bytes of an answer, given the path of a file that must not be read."""

ITEM = "<item><title>{t}</title><link>http://a.cn/{n}</link><description>{d}</description></item>"


def rss(items: str, head: str = "") -> str:
    """An RSS feed of these items, after a prolog of one's choice."""
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def item(title: str = "题", number: int = 1, description: str = "文") -> str:
    """One item."""
    return ITEM.format(t=title, n=number, d=description)


def atom(entry: str, head: str = "") -> str:
    """An Atom feed of one entry."""
    return f'<?xml version="1.0"?>{head}<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry>{entry}</entry></feed>'


def answer(body: bytes, *headers: str, status: str = "200 OK") -> Chunks:
    """An honest answer around a body."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    yield "\r\n".join(head).encode()
    yield body


def text(body: str | bytes, *headers: str) -> Case:
    """A case with one body."""
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return lambda canary: answer(data.replace(b"CANARY", canary.encode()), *headers)


def lazily(make: Callable[..., str | bytes], *values: object, headers: tuple[str, ...] = ()) -> Case:
    """A case whose body is made of these values when it is asked for."""

    def chunks(canary: str) -> Chunks:
        return text(make(*values), *headers)(canary)

    return chunks


def raw(chunks: Callable[..., Chunks], *values: object) -> Case:
    """A case of raw bytes."""
    return lambda _: chunks(*values)


def endless(piece: bytes, *headers: str, pause: float = 0.0, first: bytes = b"") -> Case:
    """An answer without end."""

    def chunks() -> Chunks:
        yield "\r\n".join(["HTTP/1.1 200 OK", "Connection: close", *headers, "", ""]).encode() + first
        while True:
            yield piece
            time.sleep(pause)

    return raw(chunks)
