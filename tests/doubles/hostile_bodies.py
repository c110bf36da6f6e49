"""Hostile bodies: what stands in the document, inside an honest answer."""

import itertools
import json
import random
from collections.abc import Iterator
from functools import partial

from tests.doubles.hostile_making import Case, answer, atom, item, lazily, raw, rss, text


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
            "。",
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
