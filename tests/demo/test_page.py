"""The demo as a page: its conversation in a real browser, and what it answers to anybody who asks otherwise."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from bot.app import run_demo_page
from bot.demo.session import DemoClock
from bot.demo.telegram import DemoTelegram, Shown
from tests.doubles.browser import Tab, open_browser


@contextlib.asynccontextmanager
async def demo(port: int = 0, language: str = "zh-hans") -> AsyncIterator[str]:
    """The address of a running demo."""
    stop, opened = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run_demo_page(port, opened.set_result, stop, language_code=language))
    await asyncio.wait([running, opened], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    try:
        yield opened.result()
    finally:
        stop.set()
        await running


async def get_started(tab: Tab) -> None:
    await tab.click("#chips button", "/start")
    await tab.click(".row button", "半导体")
    await tab.sees("已选：半导体与集成电路")
    await tab.click(".row button", "下一步")
    await tab.click(".row button", "08:00")
    await tab.click(".row button", "北京时间")
    await tab.sees("今日简报 · 11月23日")


async def test_a_conversation_in_a_browser(tmp_path: Path) -> None:
    async with open_browser(tmp_path) as browser, demo() as address:
        tab = await browser.tab(address)
        await get_started(tab)
        other = await browser.tab(address, width=390, height=844, phone=True, dark=True)
        await other.sees("今日简报 · 11月23日")
        assert await other.js("document.documentElement.scrollWidth") == 390, "nothing is wider than a phone"
        assert await other.js("getComputedStyle(document.body).colorScheme") == "dark"

        await tab.js("document.querySelector('#line').focus()")
        await tab.type("搜索 华为 芯片")
        await tab.key("Enter")
        for one in (tab, other):  # both tabs show both sides
            await one.sees("搜索：华为 芯片")
            await one.sees("第 1/")
        await tab.click(".row button", "▶", last=True)
        await other.sees("第 2/")
        await tab.key("/")  # a command begins, from wherever one is
        assert await tab.js("document.activeElement.id + document.activeElement.value") == "line/"
        await tab.js("document.querySelector('#line').value = ''")
        await tab.key("ArrowUp")
        assert await tab.js("document.querySelector('#line').value") == "搜索 华为 芯片"
        await tab.js("document.querySelector('#line').value = ''")

        await tab.click("[data-to=next]")
        await other.sees("晨报 · 11月24日 星期二")
        await tab.until("document.querySelector('#now').textContent === '2026-11-24 08:00'")
        said = await tab.js("document.querySelectorAll('article').length")
        await tab.call("Page.reload")
        await tab.sees("晨报 · 11月24日 星期二")
        await tab.until(f"document.querySelectorAll('article').length === {said}")

        await tab.click(".row button", "收藏", last=True)
        await tab.click(".row button", "☆ 1", last=True)
        await other.sees("⭐ 1")
        await other.until("!document.querySelector('[aria-busy]')")
        await other.click(".row button", "⭐ 1", last=True)  # a second click takes it back
        await tab.sees("☆ 1")

        names = await tab.names()
        assert {("log", "对话"), ("form", "演示时钟"), ("button", "发送"), ("button", "下一份简报")} <= names
        assert ("textbox", "像在 Telegram 里一样输入：/start、搜索 芯片……") in names
        assert [tab.problems, other.problems] == [[], []]
        outside = [url for url in tab.asked + other.asked if not url.startswith((address, "data:"))]
        assert outside == [], "nothing is loaded from elsewhere"


async def test_files_folding_and_a_restart(tmp_path: Path) -> None:
    async with open_browser(tmp_path) as browser:
        async with demo() as address:
            tab = await browser.tab(address, width=390, height=844, phone=True)
            await get_started(tab)
            assert await tab.js(
                "[...document.querySelectorAll('.body a')].every(a => a.getAttribute('href') === '#' || "
                "a.rel === 'noopener noreferrer' && a.target === '_blank')"
            )
            await tab.click(".body a", "1.")
            await tab.sees("首次报道")
            await tab.until("[...document.querySelectorAll('.fold')].length > 0")
            await tab.click(".unfold")
            await tab.until("document.querySelector('.unfold[aria-expanded=true]') !== null")
            await tab.click("#chips button", "/help")
            await tab.click(".body .typed", "/export")
            href = await tab.until("document.querySelector('.file')?.href")
            assert await tab.js("document.querySelector('.file').download") == "chenbao-data.json"
            async with httpx.AsyncClient() as client:
                answer = await client.get(href)
                assert answer.json()["subscriptions"]
                assert answer.headers["content-disposition"] == "attachment"
                assert answer.headers["content-type"] == "application/octet-stream"
                assert (await client.get(f"{address}files/1")).status_code == 404
        await tab.sees("连不上演示程序")
        async with demo(int(address.rstrip("/").rpartition(":")[2])):
            await tab.sees("演示程序已重新启动")
            assert not await tab.js("document.body.innerText.includes('今日简报')")
            await tab.click("#chips button", "/start")
            await tab.sees("你好，读者")


async def test_the_page_takes_orders_from_itself_alone() -> None:
    async with demo(language="en") as address, httpx.AsyncClient(base_url=address) as client:
        page = await client.get("/")
        assert 'lang="en"' in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?://", page.text.replace("http://www.w3.org/2000/svg", ""))
        assert (await client.get("/", headers={"Host": "evil.example.com"})).status_code == 421
        line = {"line": "/start"}
        assert (
            await client.post("/say", json=line, headers={"Origin": "https://evil.example.com"})
        ).status_code == 403
        assert (await client.post("/say", json=line, headers={"Origin": "https://[x"})).status_code == 403
        assert (
            await client.post("/say", json=line, headers={"Sec-Fetch-Site": "cross-site"})
        ).status_code == 403
        assert (await client.post("/say", data=line)).status_code == 415
        assert (await client.get("/assets/chat.py")).status_code == 404
        for path, asked in (
            ("/say", {"line": ""}),
            ("/say", {"line": "x" * 5000}),
            ("/say", []),
            ("/press", {"message": 1, "button": 0}),
            ("/press", {"message": True, "button": 0}),
            ("/clock", {"to": "yesterday"}),
            ("/clock", {"to": "next"}),
            ("/clock", {"to": "2020-01-01T00:00"}),
        ):
            refused = await client.post(path, json=asked)
            assert (refused.status_code, bool(refused.json()["problem"])) == (422, True), path
        assert (
            await client.post("/say", content=b"{", headers={"Content-Type": "application/json"})
        ).status_code == 400
        assert (await client.get("/health")).status_code == 200
        assert (
            await client.post("/say", json={"line": "/start"}, headers={"Origin": address.rstrip("/")})
        ).json() == {}
        first = await anext(told(client, {}))
        [run] = {first["run"]}
        known = [one async for one in told(client, {}) if "number" in one]
        again = await anext(told(client, {"Last-Event-ID": f"{run}:{known[-1]['number']}"}))
        assert again["from"] == max(one["number"] for one in known)
        endless = "9" * 5000  # more digits than Python makes a number of
        assert (await anext(told(client, {"Last-Event-ID": f"{run}:{endless}"})))["from"] == 0
        assert (await client.get(f"/files/{endless}")).status_code == 414


async def told(client: httpx.AsyncClient, headers: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    """What a stream says until it has nothing more to say for a moment."""
    with contextlib.suppress(httpx.ReadTimeout):
        async with client.stream("GET", "/events", headers=headers, timeout=0.5) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))


async def test_pictures_rich_messages_and_keyboards_arrive() -> None:
    shown: list[Shown] = []
    telegram = DemoTelegram(DemoClock(), lambda message, _: shown.append(message), lambda _: None)

    telegram._answer("sendRichMessage", {"rich_message": json.dumps({"html": "<h1>晨报</h1>"})}, None)
    markup = json.dumps({"keyboard": [[{"text": "今日"}, "搜索"]]})
    telegram._answer("sendMessage", {"text": "甲", "reply_markup": markup}, None)
    assert telegram.replies == [["今日", "搜索"]]
    telegram._answer("sendMessage", {"text": "乙", "reply_markup": {"remove_keyboard": True}}, None)
    assert (telegram.replies, [one.rich for one in shown]) == ([], [True, False, False])
