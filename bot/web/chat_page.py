"""The chat as a page: what `chenbao demo --web` serves. It shows a conversation and says what the person does.

    browser ─GET /events─ one stream for each tab: what has changed, as it changes
            ─POST /say, /press, /clock─ a line typed, a button pressed, time moved

The page is told trees (`bot.web.markup`) and builds them itself: no HTML travels.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.errors import InputError
from bot.locales import Locale
from bot.web.markup import tree
from bot.web.shield import Shield

HERE = Path(__file__).parent
ASSETS = {"chat.css": "text/css", "chat.js": "text/javascript", "icon.svg": "image/svg+xml"}
POLICY = (
    "script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PICTURES = frozenset({"image/png", "image/jpeg"})
"""What is shown; everything else is only downloaded."""
HEARTBEAT = 15.0
"""Seconds between two signs of life of a stream with nothing to say."""
MAX_DIGITS = 18
"""Of the number of a change; Python refuses to read one of some thousand."""
MAX_LINE = 4096
"""Characters of one typed message, as in Telegram."""
WORDS = (
    "title", "connecting", "lost", "restarted", "send", "placeholder", "clock", "hour", "day", "next", "move",
    "unfold", "fold", "download", "edited", "you", "bot", "photo", "newest", "messages", "failed", "spoiler", "suggestions",
)  # fmt: skip
"""Sentences of the page itself (`web.…` in the locales)."""


class Attachment(Protocol):
    """A file in the conversation."""

    @property
    def content(self) -> bytes:
        """Its bytes."""

    @property
    def kind(self) -> str:
        """Its media type."""


class Conversation(Protocol):
    """What the page shows; `bot.demo` has the one that there is."""

    @property
    def run(self) -> str:
        """The name of this run of the program: another one knows nothing of what was said before."""

    @property
    def bot(self) -> str:
        """The bot's name in Telegram: links to it lead into this chat."""

    @property
    def suggestions(self) -> Sequence[str]:
        """What a person may type who does not know what to."""

    def since(self, number: int) -> list[Mapping[str, Any]]:
        """What has changed after the change of that number, in the order in which it is shown; each has its own as
        `number`, and Telegram HTML as `html`."""

    def moment(self) -> Mapping[str, Any]:
        """The clock and what else stands above the conversation."""

    async def changed(self, number: int) -> None:
        """Return once there is a change after the one of that number."""

    async def say(self, line: str) -> None:
        """The person types a line."""

    async def press(self, message_id: int, number: int) -> None:
        """The person presses a message's button, counted from 0. Raises InputError where there is none."""

    async def move(self, words: str) -> None:
        """Move time: `+1h`, `next`, or a local time. Raises InputError where that cannot be."""

    def file(self, message_id: int) -> Attachment | None:
        """The file of a message."""


def chat_page(talk: Conversation, locale: Locale, hosts: Sequence[str]) -> Shield:
    """The application, for a browser that reaches it by one of `hosts`."""
    words = {key: locale.text(f"web.{key}") for key in WORDS}
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )
    page = pages.get_template("chat.html").render(
        words=words,
        language=locale.code,
        bot=talk.bot,
        all_words=json.dumps(words, ensure_ascii=False),
        suggestions=talk.suggestions,
    )

    async def index(_: Request) -> Response:
        return Response(page, media_type="text/html")

    async def asset(request: Request) -> Response:
        kind = ASSETS.get(name := request.path_params["name"])
        if kind is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response((HERE / "assets" / name).read_bytes(), media_type=kind)

    async def events(request: Request) -> Response:
        run, _, number = request.headers.get("last-event-id", "").partition(":")
        is_ours = run == talk.run and number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        known = int(number) if is_ours else 0
        return StreamingResponse(_stream(talk, known), media_type="text/event-stream")

    async def say(request: Request) -> Response:
        return await _done(request, lambda asked: talk.say(_text(asked, "line")))

    async def press(request: Request) -> Response:
        return await _done(
            request, lambda asked: talk.press(_integer(asked, "message"), _integer(asked, "button"))
        )

    async def clock(request: Request) -> Response:
        return await _done(request, lambda asked: talk.move(_text(asked, "to")))

    async def file(request: Request) -> Response:
        found = talk.file(request.path_params["message_id"])
        if found is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        shown = found.kind in PICTURES
        answer = Response(found.content, media_type=found.kind if shown else "application/octet-stream")
        answer.headers["Content-Disposition"] = "inline" if shown else "attachment"
        return answer

    routes = [
        Route("/", index),
        Route("/assets/{name}", asset),
        Route("/events", events),
        Route("/files/{message_id:int}", file),
        Route("/say", say, methods=["POST"]),
        Route("/press", press, methods=["POST"]),
        Route("/clock", clock, methods=["POST"]),
    ]
    return Shield(Starlette(routes=routes), hosts, POLICY)


async def _stream(talk: Conversation, known: int) -> AsyncIterator[str]:
    """Server-sent events: first what the tab has missed, then each change; `run:number` is where to go on."""
    hello = {"run": talk.run, "from": known, **talk.moment()}
    yield f"retry: 1000\nevent: hello\ndata: {json.dumps(hello)}\n\n"
    while True:
        missed = talk.since(known)
        known = max([known, *(change["number"] for change in missed)])
        for place, change in enumerate(missed, 1):
            # They come as they are shown, not as they happened: only who has them all knows the newest.
            number = f"id: {talk.run}:{known}\n" if place == len(missed) else ""
            told = {**change, "nodes": tree(change["html"]), "html": None, **talk.moment()}
            yield f"{number}data: {json.dumps(told)}\n\n"
        try:
            await asyncio.wait_for(talk.changed(known), HEARTBEAT)
        except TimeoutError:
            yield ":\n\n"


async def _done(request: Request, act: Callable[[Mapping[str, Any]], Awaitable[None]]) -> Response:
    """Do what the JSON body asks for; a fault of the person's is said in one sentence."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return JSONResponse({"problem": "JSON is wanted"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        asked = json.loads(await request.body())
        await act(asked if isinstance(asked, dict) else {})
    except (ValueError, RecursionError):
        return JSONResponse({"problem": "this is no JSON"}, HTTPStatus.BAD_REQUEST)
    except InputError as error:
        return JSONResponse({"problem": str(error)}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return JSONResponse({})


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_LINE:
        raise InputError(f"{name} must be a text of at most {MAX_LINE} characters")
    return value.encode("utf-8", "replace").decode().strip()


def _integer(asked: Mapping[str, Any], name: str) -> int:
    value = asked.get(name)
    if type(value) is not int:
        raise InputError(f"{name} must be a whole number")
    return value
