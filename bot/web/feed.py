"""`/feed/<key>.xml` and `.json`: a chat's digests for a feed reader, as Atom (RFC 4287) and JSON Feed 1.1."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from xml.etree import ElementTree

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.jobs.feeds import PrivateFeed, feed_of
from bot.runtime.services import Newsroom
from bot.web.markup import page_html, tree

ATOM = "http://www.w3.org/2005/Atom"
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML may hold."""
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def feeds(room: Newsroom) -> Starlette:
    """The application; who has no key is told no more than that there is nothing."""

    def serving(
        write: Callable[[PrivateFeed, str], bytes], kind: str
    ) -> Callable[[Request], Awaitable[Response]]:
        async def feed(request: Request) -> Response:
            key = request.path_params["key"]
            found = feed_of(room, key, room.now())
            if found is None:
                return Response(status_code=HTTPStatus.NOT_FOUND, headers=HEADERS)
            body = write(found, hashlib.sha256(f"feed {key}".encode("utf-8", "replace")).hexdigest()[:24])
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers = {**HEADERS, "ETag": tag}
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            return Response(body, media_type=kind, headers=headers)

        return feed

    return Starlette(
        routes=[
            Route("/feed/{key}.xml", serving(atom, "application/atom+xml")),
            Route("/feed/{key}.json", serving(json_feed, "application/feed+json")),
        ]
    )


def atom(feed: PrivateFeed, name: str) -> bytes:
    """The feed as Atom; `name` is its own, which is not its key."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _add(root, "id", f"urn:chenbao:{name}")
    _add(root, "title", feed.title)
    _add(root, "updated", _stamp(feed))
    author = ElementTree.SubElement(root, "author")
    _add(author, "name", feed.title)
    for digest in feed.digests:
        entry = ElementTree.SubElement(root, "entry")
        _add(entry, "id", f"urn:chenbao:{name}:{digest.id}")
        _add(entry, "title", digest.title)
        _add(entry, "updated", digest.at.isoformat())
        _add(entry, "content", _content(digest.html)).set("type", "html")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: PrivateFeed, name: str) -> bytes:
    """The feed as JSON Feed."""
    items = [
        {
            "id": f"urn:chenbao:{name}:{digest.id}",
            "title": digest.title,
            "date_published": digest.at.isoformat(),
            "content_html": _content(digest.html),
        }
        for digest in feed.digests
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "language": feed.language,
        "items": items,
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _add(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = UNPRINTABLE.sub("", text).encode("utf-8", "replace").decode()
    return element


def _content(pages: Sequence[str]) -> str:
    """The pages one after the other, their line breaks as HTML has them."""
    return "<hr>".join(page_html(tree(page)).replace("\n", Markup("<br>")) for page in pages)


def _stamp(feed: PrivateFeed) -> str:
    newest = max((digest.at for digest in feed.digests), default=datetime(1970, 1, 1, tzinfo=UTC))
    return newest.isoformat()
