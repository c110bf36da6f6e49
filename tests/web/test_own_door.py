"""Who holds one key (a reader's feed, a link, a session, an assistant's token …) gets in at its own door and no other."""

import shutil
from pathlib import Path

import httpx

from bot.config import Config
from bot.jobs import feeds
from bot.jobs.console import login
from bot.runtime.health import Ticks
from bot.runtime.newsroom import open_newsroom
from bot.runtime.store_watch import StoreWatch
from bot.web.console.app import COOKIE
from bot.web.opening import open_web
from storage import chats
from tests.web.conftest import NOW, OWNER, TOKEN

ASSISTANTS, WEBHOOK = "canary-token-of-the-assistants", "canary-secret-of-the-webhook"


async def doors(http: httpx.AsyncClient, key: str) -> set[str]:
    """Those that it opens; a link's is tried last, as that uses it up."""
    session = {"Cookie": f"{COOKIE}={key}"}
    bearer = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    question = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    form = {"kind": "pause", "id": "1", "token": key}
    answers = {
        "feed": await http.get(f"/feed/{key}.xml"),
        "session": await http.get("/console", headers=session),
        "change": await http.post("/console/do", data=form, headers=session),
        "assistants": await http.post("/mcp", json=question, headers=bearer),
        "link": await http.post("/console/login", data={"link": key}),
    }
    http.cookies.clear()
    return {door for door, answer in answers.items() if answer.status_code < 400}


async def test_a_key_opens_its_own_door_alone(archive: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(archive, tmp_path / "site.db"))
    address = ("127.0.0.1", 0)
    config = Config(
        token=TOKEN,
        database=store,
        owners=frozenset({OWNER}),
        webhook_secret=WEBHOOK,
        mcp_token=ASSISTANTS,
        http_address=address,
    )
    async with (
        open_newsroom(config, now=lambda: NOW) as room,
        open_web(room, address, Ticks(NOW, StoreWatch(room.db))) as web,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{web.port}") as http,
    ):
        reader = chats.add(
            room.db,
            telegram_chat_id=8,
            telegram_thread_id=None,
            kind="private",
            title="",
            language="zh-Hans",
            zone="Asia/Shanghai",
            briefing_time="08:00",
            now=NOW,
        )
        entered = await http.post("/console/login", data={"link": login.make_link(room, OWNER, NOW)})
        session = entered.cookies[COOKIE]
        page = (await http.get("/console")).text
        http.cookies.clear()
        keys = {
            "feed": feeds.make_key(room, reader.id, NOW),
            "session": session,
            "assistants": ASSISTANTS,
            "form": page.partition('name="token" value="')[2].partition('"')[0],
            "webhook": WEBHOOK,
            "bot": TOKEN,
            "link": login.make_link(room, OWNER, NOW),
        }
        assert all(keys.values())
        opened = {name: await doors(http, key) for name, key in keys.items()}
    assert opened == {name: {name} & {"feed", "session", "assistants", "link"} for name in keys}
