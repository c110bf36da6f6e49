"""The owners' pages: routes, who may see them, and what a form may do.

GET  shows · GET /console/confirm says what a change would do · POST /console/do does it, for a form of this session alone
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.errors import InputError
from bot.jobs.console import acts, facts, login
from bot.jobs.console.acts import OwnerWish
from bot.jobs.console.stories_of_day import judged
from bot.runtime.health import Health
from bot.runtime.services import Newsroom
from bot.web.console.pages import ConsolePages
from bot.web.shield import Shield

COOKIE = "chenbao_console"
POLICY = "style-src 'self'; img-src 'self'; form-action 'self'"
MAX_FORM = 16 * 1024
"""Bytes of a form."""
MAX_QUERY = 200
"""Characters of a search."""
Handler = Callable[[Request, int], Awaitable[Response]]


class Form(dict[str, str]):
    """The fields of a form, each once."""

    @classmethod
    async def of(cls, request: Request) -> "Form":
        """Read it. Raises InputError where it is none, or too large."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_FORM:
                raise InputError("the form is too large")
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
        return cls({name: values[-1] for name, values in fields.items()})


class Console:
    """What the routes call; `room` may be set later than the address is served, and until then nobody is let in."""

    def __init__(self, room: Newsroom, health: Callable[[], Health], *, secure: bool) -> None:
        self._room = room
        self._health = health
        self._secure = secure
        self._pages = ConsolePages(room)

    @property
    def routes(self) -> list[Route]:
        """What is served."""
        pages: dict[str, Handler] = {
            "/console": self._overview,
            "/console/sources": self._sources,
            "/console/stories": self._stories,
            "/console/articles/{article_id:int}": self._article,
            "/console/deliveries": self._deliveries,
            "/console/edition": self._edition,
            "/console/search": self._search,
            "/console/settings": self._settings,
            "/console/log": self._log,
            "/console/labels.jsonl": self._labels,
            "/console/confirm": self._confirm,
        }
        return [
            *(Route(path, self._for_owners(handler)) for path, handler in pages.items()),
            Route("/console/do", self._for_owners(self._do), methods=["POST"]),
            Route("/console/leave", self._for_owners(self._leave), methods=["POST"]),
            Route("/console/login/{link}", self._door),
            Route("/console/login", self._enter, methods=["POST"]),
            Route("/console/assets/{name}", self._asset),
        ]

    @property
    def _now(self) -> datetime:
        return self._room.now()

    def _for_owners(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            cookie = request.cookies.get(COOKIE, "")
            owner = login.owner_of(self._room, cookie, self._now)
            if owner is None:
                return self._page("closed", status=HTTPStatus.UNAUTHORIZED)
            request.state.token = login.form_token(cookie)
            try:
                return await handler(request, owner)
            except InputError as error:
                return self._page(
                    "refused", request, problem=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY
                )

        return guarded

    def _page(
        self,
        name: str,
        request: Request | None = None,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **values: object,
    ) -> Response:
        token = request.state.token if request is not None else ""
        path = request.url.path if request is not None else ""
        html = self._pages.render(name, self._now, token=token, path=path, **values)
        return Response(html, status, media_type="text/html")

    async def _door(self, request: Request) -> Response:
        """A link shows a button first: what looks at links by itself must not use it up."""
        return self._page("door", link=request.path_params["link"])

    async def _enter(self, request: Request) -> Response:
        form = await Form.of(request)
        cookie = login.log_in(self._room, form.get("link", ""), self._now)
        if cookie is None:
            return self._page("closed", status=HTTPStatus.FORBIDDEN, used=True)
        answer = RedirectResponse("/console", HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(login.SESSION_LIFE.total_seconds()),
            path="/console",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def _asset(self, request: Request) -> Response:
        kind, content = self._pages.assets.get(request.path_params["name"], ("", b""))
        return Response(content, media_type=kind) if kind else Response(status_code=HTTPStatus.NOT_FOUND)

    async def _leave(self, request: Request, _: int) -> Response:
        await self._checked(request)
        login.close_session(self._room, request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/console", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, path="/console", secure=self._secure, httponly=True, samesite="strict")
        return answer

    async def _overview(self, request: Request, _: int) -> Response:
        found = facts.overview(self._room, self._now)
        charts = self._pages.charts(found, self._now)
        return self._page("overview", request, health=self._health(), found=found, charts=charts)

    async def _sources(self, request: Request, _: int) -> Response:
        return self._page("sources", request, sources=facts.sources(self._room, self._now))

    async def _stories(self, request: Request, _: int) -> Response:
        today = self._now.astimezone(self._room.config.zone).date()
        try:
            day = min(date.fromisoformat(request.query_params.get("day", "")), today)
        except ValueError:
            day = today
        found = judged(self._room, max(day, date(1970, 1, 2)), self._now)
        return self._page("stories", request, day=day, today=today, stories=found)

    async def _article(self, request: Request, _: int) -> Response:
        found = facts.article(self._room, _bounded(request.path_params["article_id"]))
        if found is None:
            raise InputError("there is no such article")
        return self._page("article", request, found=found, sections=self._pages.sections)

    async def _deliveries(self, request: Request, _: int) -> Response:
        editions, parts, troubles = facts.deliveries(self._room, self._now)
        return self._page("deliveries", request, editions=editions, parts=parts, troubles=troubles)

    async def _edition(self, request: Request, _: int) -> Response:
        topics = request.query_params.getlist("topic")
        words = _clean(request.query_params.get("follow", ""))
        items = request.query_params.get("items", "12")
        number = int(items) if items.isascii() and items.isdigit() and len(items) < 4 else 12
        followed = [word for word in words.replace("，", ",").split(",") if word.strip()][:10]
        edition = facts.edition(self._room, topics, [word.strip() for word in followed], number, self._now)
        shown = self._pages.edition(edition, self._now)
        return self._page("edition", request, shown=shown, chosen=topics, words=words, items=number)

    async def _search(self, request: Request, _: int) -> Response:
        words = _clean(request.query_params.get("q", ""))
        hits = facts.search(self._room, words, self._now) if words else ()
        return self._page("search", request, words=words, hits=hits)

    async def _settings(self, request: Request, _: int) -> Response:
        return self._page("settings", request, settings=facts.settings(self._room.config))

    async def _log(self, request: Request, _: int) -> Response:
        return self._page("log", request, acts=facts.acts(self._room))

    async def _labels(self, _request: Request, _: int) -> Response:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in facts.labels(self._room))
        return Response(
            lines,
            media_type="application/x-ndjson",
            headers={"Content-Disposition": 'attachment; filename="labels.jsonl"'},
        )

    async def _confirm(self, request: Request, _: int) -> Response:
        asked = request.query_params
        if asked.get("kind") == "undo":
            act = next((one for one in facts.acts(self._room) if str(one.id) == asked.get("id")), None)
            if act is None or act.kind == "fetch" or act.undone_at is not None:
                raise InputError("there is nothing to be taken back")
            return self._page("confirm", request, kind="undo", id=act.id, value="", seen=act, undoes=act.kind)
        wish = _wish(asked.get("kind", ""), asked.get("id", ""), asked.get("value", ""))
        seen = acts.prospect(self._room, wish)
        return self._page(
            "confirm", request, kind=wish.kind, id=wish.target_id, value=wish.value, seen=seen, undoes=""
        )

    async def _do(self, request: Request, owner: int) -> Response:
        form = await self._checked(request)
        if form.get("kind") == "undo":
            acts.undo(self._room, _number(form.get("id", "")), self._now)
        else:
            wish = _wish(form.get("kind", ""), form.get("id", ""), form.get("value", ""))
            await acts.perform(self._room, owner, wish, self._now)
        return RedirectResponse("/console/log", HTTPStatus.SEE_OTHER)

    async def _checked(self, request: Request) -> Form:
        """The form, if it is one of this session's pages. Raises InputError otherwise."""
        form = await Form.of(request)
        if not login.is_form_token(request.cookies.get(COOKIE, ""), form.get("token", "")):
            raise InputError("this form is not of this session; go back, load the page anew, and try again")
        return form


def console(room: Newsroom, health: Callable[[], Health], hosts: Sequence[str], *, secure: bool) -> Shield:
    """The application, for owners who reach it by one of `hosts`; `secure` says that it is by https alone."""
    app = Starlette(routes=Console(room, health, secure=secure).routes)

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except ClientDisconnect:  # nobody is there to be told
            return

    return Shield(bounded, hosts, POLICY)


def _wish(kind: str, target: str, value: str) -> OwnerWish:
    for known in acts.KINDS:
        if known == kind:
            return OwnerWish(known, _number(target), value)
    raise InputError("there is no such change")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InputError("a number is wanted")
    return int(text)


def _bounded(number: int) -> int:
    """SQLite's integers end."""
    return number if number < 2**63 else 0


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().strip()[:MAX_QUERY]
