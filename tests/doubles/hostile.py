"""A web server that means harm: `python -m tests.doubles.hostile CANARY` prints its port and serves `CASES` by name.

In a process of its own, so that neither its bombs nor its work count as the program's.
"""

import base64
import gzip
import itertools
import json
import os
import random
import socketserver
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial

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


def cases() -> dict[str, Case]:
    """All of them, by name."""
    return {
        f"{kind}-{number}": case
        for kind, made in KINDS.items()
        for number, case in enumerate(itertools.chain(made()))
    }


def entities() -> Iterator[Case]:
    """Entities that grow: billion laughs, one long one many times, parameter entities."""
    for depth, width in itertools.product((5, 10, 30), (10, 100)):
        rows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, depth))
        head = f'<!DOCTYPE r [<!ENTITY a0 "ha">{rows}]>'
        for use in (f"&a{depth - 1};", f"<![CDATA[&a{depth - 1};]]>"):
            yield text(rss(item(use), head))
            yield text(atom(f"<title>{use}</title>", head))
            yield text(rss(item(), head + " ").encode("utf-16"))
    for size, times in ((1_000_000, 1000), (10_000, 100_000)):
        yield lazily(
            lambda s, n: rss(item("&a;" * n), f'<!DOCTYPE r [<!ENTITY a "{"x" * s}">]>'), size, times
        )
    yield text(rss(item("&x;"), "<!DOCTYPE r [<!ENTITY % p '<!ENTITY x \"y\">'> %p;]>"))
    yield text(rss(item("&x;"), "<!DOCTYPE r [<!ENTITY x '&x;'>]>"))
    yield text("<!DOCTYPE r [" + "<!ENTITY a 'b'>" * 50_000 + rss(item()))


def files() -> Iterator[Case]:
    """A local file, or an address, by way of an entity, an inclusion, a style sheet or a link."""
    for target in (
        "file://CANARY",
        "CANARY",
        "php://filter/read=CANARY",
        "netdoc:CANARY",
        "jar:file://CANARY!/",
    ):
        for way in ('SYSTEM "{}"', 'PUBLIC "x" "{}"'):
            head = f"<!DOCTYPE r [<!ENTITY x {way.format(target)}>]>"
            yield text(rss(item("&x;", description="&x;"), head))
            yield text(atom("<title>&x;</title><id>&x;</id><content>&x;</content>", head))
            yield text(rss(item("&x;"), head).encode("utf-16"))
        yield text(rss(item("%x;"), f'<!DOCTYPE r [<!ENTITY % x SYSTEM "{target}"> %x;]>'))
        yield text(rss(item(), f'<!DOCTYPE rss SYSTEM "{target}">'))
        yield text(rss(item(), f'<?xml-stylesheet href="{target}"?>'))
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{target}" parse="text"/>'
        yield text(rss(item(include, description=include)))
        yield text(rss(f"<item><title>题</title><link>{target}</link><guid>{target}</guid></item>"))
        yield text(rss(item()), f"Link: <{target}>; rel=alternate")
        yield raw(partial(answer, b"", f"Location: {target}", status="302 Found"))


def deep() -> Iterator[Case]:
    """Elements within elements."""
    for depth in (200, 5_000, 100_000, 1_000_000):
        for tag in ("b", "item", "x:y"):
            yield lazily(lambda d, t: rss(item(f"<{t}>" * d)), depth, tag)
            yield lazily(lambda d, t: rss(f"<{t}>" * d + f"</{t}>" * d), depth, tag)
            yield lazily(lambda d, t: rss(item(description=f"&lt;{t}&gt;" * d)), depth, tag)
        yield lazily(lambda d: '{"items":' + "[" * d, depth)
        yield lazily(lambda d: '{"items":[' + '{"a":' * d, depth)
        yield lazily(lambda d: rss(item(description="<![CDATA[" + "<div>" * d + "]]>")), depth)


def huge() -> Iterator[Case]:
    """Attributes, names, namespaces, texts, references: very many or very long."""
    for n in (1_000, 20_000, 300_000):
        yield lazily(
            lambda n: rss("<item " + " ".join(f"a{i}='1'" for i in range(n)) + "><title>题</title></item>"), n
        )
        yield lazily(lambda n: rss(f'<item a="{"x" * n * 10}"><title>题</title></item>'), n)
        yield lazily(lambda n: rss("<item " + " ".join(f"xmlns:a{i}='u{i}'" for i in range(n)) + "/>"), n)
        yield lazily(lambda n: rss(f"<{'x' * n * 10}/>" + item()), n)
        for unit in (
            "文",
            "字。",
            "“",
            "《",
            "chip. ",
            "A1,",
            "&amp;",
            "&lt;p&gt;",
            "&#20013;",
            "字\n",
            "1",
            "&",
            "<br>",
        ):
            yield lazily(lambda n, u: rss(item(description=u * n)), n, unit)
        for mark in (
            "<title>",
            "<pubDate>",
            "<!--",
            "<![CDATA[",
            "<?x ",
            "<!DOCTYPE a>",
            "</item>",
            "<link/>",
            "<",
            "]]>",
        ):
            yield lazily(lambda n, u: rss(item() + u * n), n, mark)


def many() -> Iterator[Case]:
    """Very many entries."""
    for n in (2_500, 50_000, 150_000):
        yield lazily(
            lambda n: rss(
                "".join(
                    item(f"第{i}号", i, f"说明{i}</description><pubDate>2026-11-23</pubDate><description>")
                    for i in range(n)
                )
            ),
            n,
        )
        yield lazily(lambda n: rss("".join(item(f"<b>{i}</b>", i, "") for i in range(n)) + "<x"), n)
        yield lazily(
            lambda n: atom("</entry><entry>".join(f"<title>{i}</title><id>{i}</id>" for i in range(n))), n
        )
        yield lazily(lambda n: json.dumps({"items": [{"id": i, "title": f"{i}"} for i in range(n)]}), n)


def characters() -> Iterator[Case]:
    """Control characters, lone surrogates, references to what is none."""
    odd = [
        *map(chr, range(32)),
        "\x7f",
        "\x85",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\uffff",
        "\u202e",
        "\u2028",
        "\U000e0001",
    ]
    for char in odd:
        yield text(rss(item(f"题{char}目", description=f"{char * 50}文")))
        yield text(rss(item(f"&#{ord(char)};题", description=f"&#x{ord(char):x};")))
        yield text('{"items":[{"id":"1","title":"题\\u%04x"}]}' % (ord(char) & 0xFFFF))
    yield text(b"\0" * 100_000)
    yield text(rss(item("题")).encode().replace(b"<", b"\0<"))


def encodings() -> Iterator[Case]:
    """Charsets that lie, are none, or are codecs of another kind."""
    names = [
        "utf-8",
        "utf-16",
        "utf-32",
        "utf-7",
        "gb2312",
        "gbk",
        "hz",
        "big5",
        "shift_jis",
        "iso-2022-jp",
        "iso-2022-kr",
        "euc-kr",
        "koi8-r",
        "latin-1",
        "base64",
        "bz2",
        "zlib",
        "hex",
        "rot13",
        "quopri",
        "uu",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "mbcs",
        "nonsense",
        "../../etc",
    ]
    noise = random.Random(1).randbytes(30_000)
    for name in names:
        body = f'<?xml version="1.0" encoding="{name}"?>{rss(item())[21:]}'.encode()
        yield text(body, f"Content-Type: text/xml; charset={name}")
        yield text(body.replace("文".encode(), noise), f"Content-Type: text/xml; charset={name}")
        yield text(noise, f"Content-Type: text/xml; charset={name}")
    for bom in (
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff\xfe\0\0",
        b"\0\0\xfe\xff",
        b"+/v8",
        b"\x0e\xfe\xff",
    ):
        yield text(bom + rss(item()).encode())
        yield text(bom + noise)


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


def silent() -> Chunks:
    """Accepts, and says nothing."""
    time.sleep(60)
    yield b""


def documents() -> Iterator[Case]:
    """JSON Feeds whose values are of every wrong kind."""
    good = {
        "id": "1",
        "url": "http://a.cn/1",
        "title": "题",
        "content_html": "文",
        "date_published": "2026-01-01T00:00:00Z",
        "authors": [{"name": "人"}],
    }
    wrong: tuple[object, ...] = (None, True, -1, 1e308, "", [], {}, [[]], [None], {"name": {}}, "9" * 5000)
    for key, value in itertools.product((*good, "tags", "author", "content_text", "summary"), wrong):
        yield text(
            json.dumps({"version": "1.1", "title": value, "language": value, "items": [good | {key: value}]})
        )
    whole = json.dumps({"items": [good] * 5})
    for cut in range(1, len(whole), 60):
        yield text(whole[:cut])
    for odd in (
        '{"items":[NaN,Infinity]}',
        '{"items":[{"id":1e999999}]}',
        '{"items":[{"id":' + "9" * 100_000 + "}]}",
        '{"items":3}',
    ):
        yield text(odd)


def mutations() -> Iterator[Case]:
    """Good feeds with something cut, doubled, swapped or flipped."""
    good = [
        rss("".join(item(f"第{n}号芯片", n, "&lt;p&gt;文&lt;/p&gt;" * 9) for n in range(20))).encode(),
        atom("<title>题</title><id>1</id>").encode(),
    ]
    for seed in range(150):
        yield text(mutated(good[seed % 2], random.Random(seed)))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes after a few changes."""
    for _ in range(chance.randint(1, 20)):
        at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        end = min(end, at + chance.choice((1, 4, 40, 400)))
        put = chance.choice((b"", data[at:end] * 3, chance.randbytes(end - at), chance.choice(DICTIONARY)))
        data = data[:at] + put + data[end:]
    return data


DICTIONARY = (
    b"<", b">", b"&", b"</item>", b"<item>", b"<title>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE x [", b"]>", b"<?xml", b"&#0;", b"&x;",
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'encoding="gbk"', b'xml:base="http://["', b"<link href='http://[::1'/>", b"<pubDate>31 Feb 99999</pubDate>",
)  # fmt: skip

KINDS: dict[str, Callable[[], Iterator[Case]]] = {
    made.__name__: made
    for made in (entities, files, deep, huge, many, characters, encodings, lengths, packed, streams, documents, mutations)
}  # fmt: skip


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
