"""The chat leads to the pages: an owner's console and a reader's feed, end to end; and nobody sees another's."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from bot.app import run_demo_page
from bot.web.feed import ATOM
from tests.doubles.browser import open_browser


@dataclass
class Talk:
    """The demo's chat, spoken over HTTP."""

    client: httpx.AsyncClient

    async def said(self) -> list[dict[str, Any]]:
        """All messages as they stand."""
        lines: list[str] = []
        with contextlib.suppress(httpx.ReadTimeout):
            async with self.client.stream("GET", "/events", timeout=0.4) as stream:
                async for line in stream.aiter_lines():
                    lines.append(line)  # noqa: PERF401 - what came before the silence is kept
        told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        return [one for one in told if "number" in one]

    async def say(self, line: str) -> str:
        """Type a line; the text of the newest message."""
        assert (await self.client.post("/say", json={"line": line})).status_code == 200
        return text((await self.said())[-1]["nodes"])

    async def press(self, label: str) -> str:
        """Press the newest button with this label; all that is said then."""
        for message in reversed(await self.said()):
            labels = [button["text"] for row in message["buttons"] for button in row]
            if place := next((place for place, one in enumerate(labels) if label in one), -1) + 1:
                asked = {"message": message["message"], "button": place - 1}
                assert (await self.client.post("/press", json=asked)).status_code == 200
                break
        else:
            raise AssertionError(label)
        return "\n".join(text(one["nodes"]) for one in await self.said())


def text(nodes: list[Any]) -> str:
    return "".join(node if isinstance(node, str) else text(node[2]) for node in nodes)


@contextlib.asynccontextmanager
async def demo() -> AsyncIterator[tuple[str, Talk]]:
    stop, opened = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = asyncio.create_task(run_demo_page(0, opened.set_result, stop, language_code="zh-hans"))
    await asyncio.wait([running, opened], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    async with httpx.AsyncClient(base_url=opened.result(), timeout=60) as client:
        try:
            yield opened.result(), Talk(client)
        finally:
            stop.set()
            await running


async def test_a_feed_is_made_read_replaced_and_revoked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with demo() as (_, talk):
        await talk.say("/start")
        for label in ("半导体", "下一步", "08:00", "北京时间"):
            await talk.press(label)
        assert "还没有订阅源" in await talk.say("/settings feed")
        [key] = re.findall(r"/feed/([\w-]+)\.xml", await talk.press("生成订阅源"))
        atom = await talk.client.get(f"/feed/{key}.xml")
        assert atom.headers["content-type"] == "application/atom+xml"
        assert "noindex" in atom.headers["x-robots-tag"]
        root = etree.fromstring(atom.content)
        entries = root.findall(f"{{{ATOM}}}entry")
        assert [entry.findtext(f"{{{ATOM}}}title") for entry in entries] == ["今日简报 · 11月23日 星期一"]
        content = entries[0].findtext(f"{{{ATOM}}}content") or ""
        assert '<a href="https://' in content
        assert "<br>" in content
        feed = (await talk.client.get(f"/feed/{key}.json")).json()
        assert feed["items"][0]["content_html"] == content
        assert key not in atom.text + json.dumps(feed)
        again = await talk.client.get(f"/feed/{key}.xml", headers={"If-None-Match": atom.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for wrong in (key[:-1], key + "x", key.swapcase(), "x", "%00", "é", "'"):
            assert (await talk.client.get(f"/feed/{wrong}.xml")).status_code == 404, wrong
        assert (await talk.client.post(f"/feed/{key}.xml")).status_code in {403, 405}
        await talk.say("/settings")
        await talk.press("私人订阅源")
        [newer] = {*re.findall(r"/feed/([\w-]+)\.xml", await talk.press("重新生成"))} - {key}
        assert (await talk.client.get(f"/feed/{key}.xml")).status_code == 404
        assert (await talk.client.get(f"/feed/{newer}.json")).status_code == 200
        await talk.press("吊销")
        assert (await talk.client.get(f"/feed/{newer}.json")).status_code == 404
        ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
        assert key not in ours
        assert newer not in ours


async def test_an_owners_way_through_the_console_in_a_browser(tmp_path: Path) -> None:
    async with open_browser(tmp_path) as browser, demo() as (address, talk):
        told = await talk.say("/console")
        [link] = re.findall(r"http://\S+/console/login/\S+", told)
        tab = await browser.tab(link)
        await tab.click("button", "打开控制台")
        await tab.sees("概况")
        assert await tab.js("location.pathname") == "/console"
        assert "login" not in await tab.js("document.referrer")
        await tab.click("nav a", "当天事件")
        await tab.sees("入选")
        await tab.click("td a")
        await tab.sees("改归栏目")
        number = (await tab.js("location.pathname")).rpartition("/")[2]
        await tab.js("document.querySelector('select').value = 'overseas'")
        await tab.click("button", "继续")
        await tab.sees("请确认")
        await tab.click("button", "确定")
        await tab.sees("海外借鉴")
        await tab.click("a.act", "撤回")
        await tab.click("button", "确定")
        await tab.sees("已撤回")
        phone = await browser.tab(
            f"{address}console/edition?topic=ai", width=390, height=844, phone=True, dark=True
        )
        await phone.sees("今日简报")
        for page in ("", "/sources", "/settings", "/log", "/deliveries", "/stories"):
            await phone.goto(f"{address}console{page}")
            assert await phone.js("document.documentElement.scrollWidth") <= 390, page
        names = await tab.names()
        assert ("navigation", "晨报控制台") in names
        await tab.click("button", "退出")
        await tab.sees("控制台未打开")
        assert [tab.problems[:-1], phone.problems] == [
            [],
            [],
        ]  # the last page answers 401, which the browser tells
        assert all(url.startswith((address, "data:")) for url in tab.asked + phone.asked)
        assert "已归入海外借鉴" in await talk.say(f"/section {number} 海外借鉴")
        assert "已经在那里" in await talk.say(f"/section {number} 海外借鉴")
        assert "哪篇文章" in await talk.say("/section 5")
