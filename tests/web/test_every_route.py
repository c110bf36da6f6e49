"""Whatever is asked of any route, by anybody: an answer of HTTP's, no fault of ours, and no secret."""

import logging
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.console.app import COOKIE
from tests.web.conftest import TOKEN, Site
from tests.web.test_console import PAGES

ROUTES = (
    *PAGES,
    "/console/do",
    "/console/leave",
    "/console/login",
    "/console/login/x",
    "/console/assets/owners.css",
    "/console/assets/x",
)
WORDS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "99999999999999999999", "9" * 5000, "none", "pause", "undo", "section", "x.y", "../..", "%00", "'", "\"><script>", TOKEN, "华为"]
    ),
    st.text(max_size=12),
)  # fmt: skip
PATHS = st.one_of(
    st.sampled_from(
        [
            *ROUTES,
            "/feed/x.xml",
            "/feed/x.json",
            f"/console/articles/{'9' * 5000}",
            "/health",
            "/metrics",
            "/",
            "//",
            "/console/",
            "*",
        ]
    ),
    WORDS.map(lambda word: f"/console/{quote(word)}"),
    WORDS.map(lambda word: f"/console/login/{quote(word)}"),
    WORDS.map(lambda word: f"/console/articles/{quote(word)}"),
    WORDS.map(lambda word: f"/feed/{quote(word)}.xml"),
)
FIELDS = st.dictionaries(
    st.sampled_from(["kind", "id", "value", "token", "link", "q", "day", "topic", "follow", "items", "x"]),
    WORDS,
    max_size=4,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Cookie", "Origin", "If-None-Match", "Last-Event-ID", "Content-Type", "Sec-Fetch-Site"]),
    st.sampled_from(
        ["", "x", f"{COOKIE}=x", "null", "https://evil.example.com", "text/xml", "same-origin", "cross-site"]
    ),
    max_size=2,
)


@pytest.mark.parametrize("inside", [False, True])
async def test_every_route_bears_anything(
    site: Site, caplog: pytest.LogCaptureFixture, *, inside: bool
) -> None:
    if inside:
        await site.enter()
    token = await site.token() if inside else ""
    asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE"]), PATHS, FIELDS, HEADERS)
    def collect(method: str, path: str, fields: dict[str, str], headers: dict[str, str]) -> None:
        asked.append((method, path, fields, headers))

    collect()
    with caplog.at_level(logging.INFO):
        for method, path, fields, headers in asked:
            if path == "*":
                continue
            if "token" in fields:
                fields["token"] = token
            if inside:
                headers.pop("Cookie", None)
            sent = {"params": fields} if method in {"GET", "HEAD"} else {"data": fields}
            answer = await site.client.request(method, site.url + path, headers=headers, **sent)  # type: ignore[arg-type]
            assert answer.status_code < 500, (method, path, fields, headers)
            assert TOKEN not in answer.text
            if not inside and path.startswith("/console") and answer.status_code == 200:
                assert "/login/" in path or "/assets/" in path
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert not [line for line in ours if "could not be answered" in line or TOKEN in line]
