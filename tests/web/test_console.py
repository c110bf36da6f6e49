"""The owners' pages over HTTP: who gets in, what they see, what they change, and how it is taken back."""

import json
import re
from datetime import timedelta

import pytest

from bot.jobs.console import login
from bot.messages.headings import TITLES
from storage import articles, chats, owner_acts, sources, stories
from tests.web.conftest import NOW, OWNER, STRANGER, TOKEN, Site

PAGES = (
    "/console",
    "/console/sources",
    "/console/stories",
    "/console/stories?day=2026-11-22",
    "/console/articles/1",
    "/console/deliveries",
    "/console/edition",
    "/console/edition?topic=semiconductor&topic=ai&follow=华为，国产替代&items=5",
    "/console/search?q=华为 芯片",
    "/console/settings",
    "/console/log",
    "/console/labels.jsonl",
    "/console/confirm?kind=section&id=2&value=overseas",
)


async def test_nobody_sees_anything_without_a_session(site: Site) -> None:
    for page in PAGES:
        answer = await site.client.get(page)
        assert answer.status_code == 401, page
        assert "/console" in answer.text
        assert "华为" not in answer.text
    assert (await site.client.post("/console/do", data={"kind": "pause", "id": "1"})).status_code == 401
    assert (await site.client.post("/console/leave")).status_code == 401


async def test_a_link_opens_once_and_is_nowhere_afterwards(site: Site) -> None:
    link = login.make_link(site.room, OWNER, NOW)
    for _ in range(2):  # what looks at links by itself uses nothing up
        door = await site.client.get(f"/console/login/{link}")
        assert (door.status_code, door.headers["referrer-policy"]) == (200, "no-referrer")
    answer = await site.client.post("/console/login", data={"link": link})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "samesite=strict", "path=/console", "max-age=43200"):
        assert word in cookie
    page = await site.client.get("/console")
    assert page.status_code == 200
    assert link not in page.text
    assert (await site.client.post("/console/login", data={"link": link})).status_code == 403
    everything = "".join(map(str, site.room.db.execute("SELECT * FROM web_keys").fetchall()))
    assert link not in everything
    assert site.client.cookies["chenbao_console"] not in everything


async def test_links_that_open_nothing(site: Site) -> None:
    link = login.make_link(site.room, OWNER, NOW)
    newer = login.make_link(site.room, OWNER, NOW)
    strangers = login.make_link(site.room, STRANGER, NOW)
    for wrong in (link, strangers, newer[:-1] + "x", "", "x", "é.é", newer.partition(".")[0]):
        assert (await site.client.post("/console/login", data={"link": wrong})).status_code == 403, wrong
    site.clock.move(login.LINK_LIFE)
    assert (await site.client.post("/console/login", data={"link": newer})).status_code == 403


async def test_a_session_ends(site: Site) -> None:
    await site.enter()
    site.clock.move(login.SESSION_LIFE - timedelta(seconds=1))
    assert (await site.client.get("/console")).status_code == 200
    site.clock.move(timedelta(seconds=1))
    assert (await site.client.get("/console")).status_code == 401
    await site.enter()
    token = await site.token()
    cookie = site.client.cookies["chenbao_console"]
    assert (await site.client.post("/console/leave", data={"token": "x"})).status_code == 422
    assert (await site.client.post("/console/leave", data={"token": token})).status_code == 303
    assert login.owner_of(site.room, cookie, site.clock()) is None
    assert (await site.client.get("/console")).status_code == 401


@pytest.mark.parametrize("page", PAGES)
async def test_pages_say_what_they_shall_and_no_secret(site: Site, page: str) -> None:
    sources.record_failure(site.room.db, 1, f"http_status?status=500&x={TOKEN}", NOW, NOW)
    await site.enter()
    answer = await site.client.get(page)
    assert answer.status_code == 200
    for secret in (TOKEN, TOKEN.partition(":")[2], "canary-secret-of-the-webhook"):
        assert secret not in answer.text
    assert "坏源<b>" not in answer.text
    assert "disk full <x>" not in answer.text
    if not page.endswith("jsonl"):
        policy = answer.headers["content-security-policy"]
        assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
        assert answer.headers["x-frame-options"] == "DENY"
        assert not re.search(r"<script|style=|\son\w+=", answer.text), "no script, no style of its own"


async def test_what_is_on_the_pages(site: Site) -> None:
    await site.enter()

    async def text(page: str) -> str:
        return (await site.client.get(page)).text

    overview = await text("/console")
    assert "disk full &lt;x&gt;" in overview
    assert overview.count("<rect") > 5
    day = await text("/console/stories?day=2026-11-23")
    assert "入选" in day
    assert "非本行业" in day
    assert "坏源&lt;b&gt;" in await text("/console/sources")
    assert "今日简报 · 11月23日" in await text("/console/edition?topic=semiconductor&follow=华为")
    assert "/console/articles/" in await text("/console/search?q=华为")
    settings = await text("/console/settings")
    assert "••••••" in settings
    assert "127.0.0.1:" in settings
    assert "文章保留几天" in settings
    assert (await site.client.get("/console/articles/99999")).status_code == 422
    assert (await site.client.get(f"/console/articles/{2**70}")).status_code == 422
    assert (await site.client.get("/console", headers={"Host": "evil.example.com"})).status_code == 421


async def test_a_source_is_paused_and_resumed(site: Site) -> None:
    await site.enter()
    source = next(one for one in sources.listed(site.room.db, "feed"))
    confirm = await site.client.get(f"/console/confirm?kind=pause&id={source.id}")
    assert "坏源&lt;b&gt;" in confirm.text
    assert not sources.by_id(site.room.db, source.id).paused  # type: ignore[union-attr]
    assert (await site.do("pause", source.id)).status_code == 303
    assert sources.by_id(site.room.db, source.id).paused  # type: ignore[union-attr]
    assert (await site.do("pause", source.id)).status_code == 422
    [act] = owner_acts.listed(site.room.db, 9)
    assert (act.person_id, act.kind, act.target_id) == (OWNER, "pause", source.id)
    assert "坏源&lt;b&gt;" in (await site.client.get("/console/log")).text
    assert (await site.client.get(f"/console/confirm?kind=undo&id={act.id}")).status_code == 200
    assert (await site.do("undo", act.id)).status_code == 303
    assert not sources.by_id(site.room.db, source.id).paused  # type: ignore[union-attr]
    assert (await site.do("undo", act.id)).status_code == 422
    assert (await site.client.get(f"/console/confirm?kind=undo&id={act.id}")).status_code == 422


async def test_a_source_is_fetched(site: Site) -> None:
    await site.enter()
    source = next(one for one in sources.listed(site.room.db, "feed"))
    assert (await site.do("fetch", source.id)).status_code == 303
    assert sources.by_id(site.room.db, source.id).failures == 1  # type: ignore[union-attr]
    [act] = owner_acts.listed(site.room.db, 9)
    assert (await site.do("undo", act.id)).status_code == 422


async def test_a_section_is_corrected_for_good_exported_and_taken_back(site: Site) -> None:
    await site.enter()
    db = site.room.db
    article = articles.by_id(db, 1)
    assert article is not None
    other = "overseas" if article.section != "overseas" else "companies"
    assert (await site.do("section", 1, other)).status_code == 303
    assert (await site.do("section", 1, other)).status_code == 422
    assert (await site.do("section", 1, "no-section")).status_code == 422
    [label] = map(json.loads, (await site.client.get("/console/labels.jsonl")).text.splitlines())
    assert (label["section"], label["was"], label["in_domain"]) == (other, article.section, True)
    assert (await site.do("section", 1, "none")).status_code == 303
    assert articles.by_id(db, 1).section is None  # type: ignore[union-attr]
    found = site.room.reading.search.find(db, f"section:{other} {article.title}", now=NOW)
    assert not any(hit.article.id == 1 and not hit.partial for hit in found.hits)
    second, first = owner_acts.listed(db, 9)
    assert (await site.do("undo", first.id)).status_code == 422, "it was put elsewhere since"
    assert (await site.do("undo", second.id)).status_code == 303
    assert articles.by_id(db, 1).section == other  # type: ignore[union-attr]
    assert (await site.do("undo", first.id)).status_code == 303
    assert articles.by_id(db, 1).section == article.section  # type: ignore[union-attr]
    assert (await site.client.get("/console/labels.jsonl")).text == ""


async def test_a_story_is_split_and_joined_again(site: Site) -> None:
    await site.enter()
    db = site.room.db
    story = stories.merged(db, 1)[0]
    article = story.articles[-1]
    page = (await site.client.get(f"/console/articles/{article.id}")).text
    assert f"kind=split&amp;id={article.id}" in page
    assert (await site.do("split", article.id)).status_code == 303
    assert articles.by_id(db, article.id).story_id != story.id  # type: ignore[union-attr]
    assert (article.id, story.id) in stories.splits(db)
    [act] = owner_acts.listed(db, 9)
    assert (await site.do("undo", act.id)).status_code == 303
    assert {one.id for one in stories.by_ids(db, [story.id])[story.id].articles} == {
        one.id for one in story.articles
    }
    assert stories.splits(db) == []
    alone = next(
        one.lead for one in stories.reported_since(db, NOW - timedelta(days=2), NOW) if len(one.articles) == 1
    )
    assert (await site.do("split", alone.id)).status_code == 422


async def test_forms_of_others_change_nothing(site: Site) -> None:
    await site.enter()
    source = next(one for one in sources.listed(site.room.db, "feed"))
    form = {"kind": "pause", "id": str(source.id), "token": await site.token()}
    client = site.client
    for bad in (
        {**form, "token": ""},
        {**form, "token": "0" * 64},
        {**form, "kind": "drop"},
        {**form, "id": "x"},
        {},
    ):
        assert (await client.post("/console/do", data=bad)).status_code == 422
    foreign = {"Origin": "https://evil.example.com"}
    assert (await client.post("/console/do", data=form, headers=foreign)).status_code == 403
    assert (await client.get("/console/do")).status_code == 405
    assert (await client.post("/console/do", content=b"x=" + b"y" * 20_000)).status_code == 422
    assert not sources.by_id(site.room.db, source.id).paused  # type: ignore[union-attr]
    assert owner_acts.listed(site.room.db, 9) == []


async def test_who_is_no_owner_any_more_is_out(site: Site) -> None:
    await site.enter()
    cookie = site.client.cookies["chenbao_console"]
    object.__setattr__(site.room.config, "owners", frozenset())
    assert login.owner_of(site.room, cookie, NOW) is None
    assert (await site.client.get("/console")).status_code == 401


async def test_every_slot_and_state_of_an_edition_has_a_name(site: Site) -> None:
    chat = chats.add(
        site.room.db,
        telegram_chat_id=1,
        telegram_thread_id=None,
        kind="private",
        title="",
        language="zh-Hans",
        zone="UTC",
        briefing_time="08:00",
        now=NOW,
    )
    for number, slot in enumerate((*TITLES, "demand:5", "alert:7")):
        state = ("composed", "quiet", "skipped")[number % 3]
        day = f"2026-11-2{number % 4}"
        site.room.db.execute(
            "INSERT INTO editions (chat_id, local_date, slot, state, created_at) VALUES (?, ?, ?, ?, '2026-11-23T00:00:00Z')",
            (chat.id, day, slot, state),
        )
    await site.enter()
    page = (await site.client.get("/console/deliveries")).text
    assert "一周 · 已编好" in page
    assert "即时提醒 · " in page
    assert "composed" not in page
