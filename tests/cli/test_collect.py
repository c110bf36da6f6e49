"""`chenbao collect --once` against servers that pack their answers as people reported."""

import gzip
import zlib
from pathlib import Path

import pytest

from storage import articles
from storage.database import open_database
from tests.cli.conftest import Chenbao
from tests.doubles.feeds import Feeds, Page

WORDS = "澜川市建成首个算力中心"
TEXT = "记者从发布会上了解到，该中心明年三月起接入首批企业。" * 20
FEED = (
    f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>例报</title>'
    f"<item><title>{WORDS}</title><link>https://news.example.cn/1</link><guid>https://news.example.cn/1</guid>"
    f"<pubDate>Sat, 28 Nov 2026 10:00:00 +0800</pubDate>"
    f"<description>{TEXT}</description></item></channel></rss>"
).encode()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, size: int = 512, signature: str = ";chunk-signature=" + "0f" * 32) -> bytes:
    """The framing of AWS's signed uploads, kept by stores that do not know it."""
    parts = [data[start : start + size] for start in range(0, len(data), size)] + [b""]
    return b"".join(f"{len(part):x}{signature}\r\n".encode() + part + b"\r\n" for part in parts)


ANSWERS = {
    "gzip said over a plain body": (FEED, {"Content-Encoding": "gzip"}),
    "gzip unsaid": (gzip.compress(FEED), {}),
    "gzip as a file": (gzip.compress(FEED), {"Content-Type": "application/x-gzip"}),
    "x-gzip": (gzip.compress(FEED), {"Content-Encoding": "x-gzip"}),
    "gzip twice": (gzip.compress(gzip.compress(FEED)), {"Content-Encoding": "gzip, gzip"}),
    "gzip twice, said once": (gzip.compress(gzip.compress(FEED)), {"Content-Encoding": "gzip"}),
    "gzip with its end cut off": (gzip.compress(FEED)[:-6], {"Content-Encoding": "gzip"}),
    "gzip with rubbish behind": (gzip.compress(FEED) + b"\0\0\0\r\n", {"Content-Encoding": "gzip"}),
    "two gzip members": (gzip.compress(FEED[:300]) + gzip.compress(FEED[300:]), {"Content-Encoding": "gzip"}),
    "deflate with zlib's head": (zlib.compress(FEED), {"Content-Encoding": "deflate"}),
    "deflate without": (raw_deflate(FEED), {"Content-Encoding": "deflate"}),
    "deflate said over gzip": (gzip.compress(FEED), {"Content-Encoding": "deflate"}),
    "a charset for an encoding": (FEED, {"Content-Encoding": "UTF-8"}),
    "none": (FEED, {"Content-Encoding": "none"}),
    "br said over a plain body": (FEED, {"Content-Encoding": "br"}),
    "aws-chunked with its frames": (chunked(FEED), {"Content-Encoding": "aws-chunked"}),
    "aws-chunked frames unsaid": (chunked(FEED), {}),
    "aws-chunked without signatures, a trailer behind": (chunked(FEED, signature="")[:-2] + b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n", {"Content-Encoding": "aws-chunked"}),
    "aws-chunked frames around gzip": (chunked(gzip.compress(FEED), size=100), {"Content-Encoding": "gzip,aws-chunked"}),
    "text/html for a type": (FEED, {"Content-Type": "text/html; charset=gb2312"}),
    "no type": (FEED, {"Content-Type": ""}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_are_unpacked(
    kind: str, chenbao: Chenbao, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, headers = ANSWERS[kind]
    monkeypatch.setenv("CHENBAO_ALLOW_NETWORKS", "127.0.0.0/8")
    with Feeds() as server:
        server.pages["/f"] = Page(body, headers=headers)
        assert chenbao("sources", "add", server.url("/f"), "--title", "例报").code == 0
        ran = chenbao("collect", "--once")
    assert ran.code == 0, ran.err
    db = open_database(database)
    try:
        assert [(article.title, article.text) for article in articles.after_id(db, 0, 10)] == [
            (WORDS, TEXT)
        ], ran.err
    finally:
        db.close()
