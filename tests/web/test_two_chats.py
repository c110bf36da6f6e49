"""Two chats and all secrets, each marked by words that nobody else has: what each door shows of them."""

import json
import logging
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from bot.jobs import feeds
from bot.jobs.console import login
from bot.jobs.editions import due, reschedule
from bot.mcp.tools import Archive
from bot.runtime.health import Ticks
from bot.runtime.metrics import metrics_of
from bot.runtime.store_watch import StoreWatch
from storage import chats, exports, saved, searches, sources, subscriptions
from storage.models import Chat, Subscription, Taste
from tests.web.conftest import NOW, OWNER, TOKEN, Site
from tests.web.test_console import PAGES

SECRETS: dict[str, Any] = {
    "token": TOKEN,
    "webhook_secret": "canary-secret-of-the-webhook",
    "mcp_token": "canary-token-of-the-assistants",
    "model_key": "canary-key-of-the-model",
    "proxy": "socks5://canary-name:canary-word@127.0.0.1:1080",
}
SOURCE = "https://reader:canary-of-a-source@feeds.example.com/rss?key=canary-of-a-source"


def settle(site: Site, name: str, number: int, topic: str) -> Chat:
    """A chat whose every value says its name, with an edition of one topic."""
    db, now = site.room.db, site.clock()
    chat = chats.add(
        db,
        telegram_chat_id=number,
        telegram_thread_id=None,
        kind="private",
        title=f"{name}的标题",
        language="zh-Hans",
        zone="Asia/Shanghai",
        briefing_time="08:00",
        now=now,
    )
    subscriptions.add(db, chat.id, Subscription("keyword", f"{name}的关注"), now)
    subscriptions.add(db, chat.id, Subscription("topic", topic), now)
    searches.add(db, chat.id, f"{name}的搜索", now)
    tastes = (Taste("keyword", f"{name}的静音"),)
    chat = reschedule.start_schedule(site.room, replace(chat, mix="followed", tastes=tastes), now)
    chats.save_settings(db, replace(chat, next_due_at=now))
    due.compose_due(site.room, now)
    story = db.execute(
        "SELECT i.story_id FROM edition_items i JOIN editions e ON e.id = i.edition_id WHERE e.chat_id = ?",
        (chat.id,),
    ).fetchone()[0]
    saved.toggle(db, chat.id, story, now)
    return chat


def headlines(site: Site, chat: Chat) -> set[str]:
    rows = site.room.db.execute(
        "SELECT a.title FROM edition_items i JOIN editions e ON e.id = i.edition_id "
        "JOIN articles a ON a.id = i.article_id WHERE e.chat_id = ?",
        (chat.id,),
    )
    return {row[0] for row in rows}


async def test_each_door_shows_what_is_behind_it_and_nothing_else(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    object.__setattr__(site.room, "config", replace(site.room.config, **SECRETS))
    room, db = site.room, site.room.db
    sources.add(db, url=SOURCE, title="秘源", kind="feed", now=NOW)
    caplog.set_level(logging.DEBUG)
    first, second = settle(site, "麒麟甲", 7710001, "semiconductor"), settle(site, "凤凰乙", 7720002, "ai")
    keys = {chat.id: feeds.make_key(room, chat.id, NOW) for chat in (first, second)}
    marks = {"麒麟甲", "7710001", "凤凰乙", "7720002"}
    await site.enter()
    cookie = next(iter(site.client.cookies.values()))
    link = login.make_link(room, OWNER, NOW)
    hidden = {
        *SECRETS.values(),
        "canary-word",
        "canary-of-a-source",
        *keys.values(),
        cookie,
        link,
        TOKEN.partition(":")[2],
    }

    # the owners' console: figures of the whole, nothing of any chat
    for page in (*PAGES, "/console/articles/999999", "/console/edition?follow=麒麟甲的关注"):
        text = unescape((await site.client.get(page)).text)
        assert not {mark for mark in marks if mark in text.replace("麒麟甲的关注", "")}, page
        assert not {secret for secret in hidden if secret in text}, page

    # a feed: its own chat's digests
    own, other = headlines(site, first), headlines(site, second)
    assert own - other
    assert other - own
    for form in ("xml", "json"):
        text = unescape((await site.client.get(f"/feed/{keys[first.id]}.{form}")).text)
        assert any(title in text for title in own)
        assert not {title for title in other - own if title in text}
        assert not {mark for mark in marks | hidden if mark in text}
    feeds.revoke(room, first.id)
    assert (await site.client.get(f"/feed/{keys[first.id]}.xml")).status_code == 404
    assert (await site.client.get(f"/feed/{keys[second.id]}.xml")).status_code == 200

    # the assistants' tools
    archive = Archive(room.config, site.clock)
    answers = [
        archive.search("麒麟甲的关注", 10, None),
        archive.search("芯片", 20, None),
        archive.edition([], ["凤凰乙的关注"], None, 12),
        archive.edition(["semiconductor"], [], None, 30),
        archive.topics(),
        archive.sources(50, None),
        *(archive.story(number, 10, None) for number in range(1, 6)),
    ]
    told = str(answers).replace("麒麟甲的关注", "").replace("凤凰乙的关注", "")
    assert "秘源" in told
    assert not {mark for mark in marks | hidden if mark in told}

    # figures for Prometheus, and what a reader takes along
    figures = metrics_of(room, Ticks(NOW, StoreWatch(db, site.clock)))
    assert not {mark for mark in marks | hidden if mark in figures}
    export = json.dumps(exports.of_chat(db, first.id), ensure_ascii=False, default=str)
    assert "麒麟甲的关注" in export
    assert not {mark for mark in ("凤凰乙", "7720002", *hidden) if mark in export}

    # logs at DEBUG, and the store itself; what the test's own client logs is the test's
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert not {secret for secret in hidden if secret in ours}
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = room.config.database.read_bytes()
    assert SOURCE.encode() in kept  # a source's own address is what it is fetched by
    assert not {secret for secret in hidden - {"canary-of-a-source"} if secret.encode() in kept}
