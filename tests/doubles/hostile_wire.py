"""Hostile answers: lengths that lie, compression, streams that trickle or never end."""

import base64
import gzip
import itertools
import time
import zlib
from collections.abc import Iterator
from functools import partial

from tests.doubles.hostile_making import Case, Chunks, answer, endless, item, lazily, raw, rss, text


def lengths() -> Iterator[Case]:
    """Lengths and pieces that are not what they say."""
    body = rss(item()).encode()
    for length in (
        "0",
        "1",
        str(len(body) - 1),
        str(len(body) + 10),
        "-1",
        "99999999999999999999",
        "abc",
        "1, 2",
        "0x10",
        "",
    ):
        yield raw(
            lambda n: iter(
                [f"HTTP/1.1 200 OK\r\nContent-Length: {n}\r\nConnection: close\r\n\r\n".encode(), body]
            ),
            length,
        )
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    for size in (
        b"5\r\nhello",
        b"ffffffffffffffff\r\nx",
        b"-5\r\nx",
        b"zz\r\nx",
        b"5;" + b"x" * 100_000 + b"\r\nhello\r\n0\r\n\r\n",
        b"0\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"",
        b"1\r\n<\r\n" * 300_000 + b"0\r\n\r\n",
        b"1;a=b\r\n<\r\n" * 100_000 + b"0\r\n\r\n",
    ):
        yield raw(lambda s: iter([chunked, s]), size)
    for start in (
        b"",
        b"\r\n" * 1000,
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 999 X\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"<rss/>",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5_000_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
        b"HTTP/1.1 103 Early\n\n" * 100_000,
        b"HTTP/1.0 199 X\r\nA: b\r\n\r\n" * 50_000,
        b"HTTP/1.1 100 Continue\r\n" + b"A: b\r\n" * 50_000,
        b"HTTP/1.1 204 No\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
    ):
        yield raw(lambda s: iter([s]), start)
    for status in (301, 302, 307, 308):
        yield raw(partial(answer, b"", "Location: ?again", status=f"{status} X"))


def packed() -> Iterator[Case]:
    """Compression: cut off, damaged, nested, and bombs."""
    whole = gzip.compress(rss("".join(item(f"第{n}号", n) for n in range(500))).encode())
    for cut in range(0, len(whole), max(1, len(whole) // 25)):
        yield text(whole[:cut], "Content-Encoding: gzip")
        yield text(whole[:cut] + b"\xff" * 20 + whole[cut + 20 :], "Content-Encoding: gzip")
    for name in ("br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "nonsense"):
        yield text(whole, f"Content-Encoding: {name}")
    for megabytes, kind in itertools.product((15, 200, 1000), ("gzip", "deflate", "raw")):
        yield lazily(
            bomb, megabytes, kind, headers=(f"Content-Encoding: {'gzip' if kind == 'gzip' else 'deflate'}",)
        )
    yield lazily(lambda: gzip.compress(b"") * 200_000, headers=("Content-Encoding: gzip",))
    yield lazily(lambda: gzip.compress(b"x" * 1000) * 50_000, headers=("Content-Encoding: gzip",))
    yield lazily(lambda: gzip.compress(bomb(1000, "gzip")), headers=("Content-Encoding: gzip",))
    yield text(base64.b64encode(whole), "Content-Encoding: gzip")


def bomb(megabytes: int, kind: str) -> bytes:
    """So many megabytes of spaces, packed."""
    packer = zlib.compressobj(9, wbits={"gzip": 31, "deflate": 15, "raw": -15}[kind])
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def streams() -> Iterator[Case]:
    """Answers that do not end, or hardly begin."""
    for piece in (b" " * 65_536, b"\0" * 65_536, item().encode() * 500, b"<" * 65_536, b"[" * 65_536):
        yield endless(piece, first=b"<rss><channel>")
        yield endless(b"%x\r\n%b\r\n" % (len(piece), piece), "Transfer-Encoding: chunked")
    for pause in (0.01, 0.3, 3.0):
        yield endless(b"<", pause=pause, first=b"<rss><channel>")
        yield endless(b"X-A: b\r\n", pause=pause)
    yield raw(silent)
    yield raw(late)


def late() -> Chunks:
    """Trickles for as long as it may, then gives the parser as much to do as it can."""
    yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    for _ in range(70):
        yield b" "
        time.sleep(0.1)
    yield rss("<item " + " ".join(f"a{i}='1'" for i in range(300_000)) + "/><x:y>" * 300_000).encode()


def silent() -> Chunks:
    """Accepts, and says nothing."""
    time.sleep(60)
    yield b""
