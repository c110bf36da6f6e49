"""A web server on loopback with feeds that a test writes: RSS with ETag, or any answer at all."""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from storage.models import Entry


@dataclass
class Page:
    """What a path answers."""

    body: bytes
    content_type: str = "application/rss+xml; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Feeds:
    """The server; `requests` counts per path, `unchanged` the 304s among them."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: dict[str, int] = {}
        self.unchanged = 0
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feeds.answer(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        """The address of a path such as `/a.xml`."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def publish(self, path: str, title: str, entries: Iterable[Entry]) -> str:
        """Put an RSS 2.0 feed with these entries at `path`; returns its address."""
        self.pages[path] = Page(rss(title, entries).encode())
        return self.url(path)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request, with 304 where the client has this body already."""
        self.requests[request.path] = self.requests.get(request.path, 0) + 1
        page = self.pages.get(request.path, Page(b"not here", "text/plain", 404))
        etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        if page.status == 200 and request.headers.get("If-None-Match") == etag:
            self.unchanged += 1
            request.send_response(304)
            request.send_header("ETag", etag)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        request.send_response(page.status)
        for name, value in {"ETag": etag, "Content-Type": page.content_type, **page.headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(page.body)))
        request.end_headers()
        request.wfile.write(page.body)


def rss(title: str, entries: Iterable[Entry], *, markup: bool = False) -> str:
    """Entries as RSS 2.0; with `markup` their text is HTML already."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f'<guid isPermaLink="false">{escape(entry.guid)}</guid>'
        f"<description>{escape(entry.text if markup else escape(entry.text))}</description>"
        + (f"<pubDate>{format_datetime(entry.published)}</pubDate>" if entry.published else "")
        + "</item>"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://example.com</link><description>d</description>{items}</channel></rss>"
    )
