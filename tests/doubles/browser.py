"""A real browser, headless, over its DevTools protocol: what a person would see, press and type.

Where no Chromium is installed (`apt install chromium`), tests that need one are skipped, and say so.
"""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--hide-scrollbars",
)
PATIENCE = 60.0
"""Seconds for anything to appear: the machine may be busy."""
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "/": ("Slash", 191, "/"),
}


class Browser:
    """A running Chromium; `tab` opens pages in it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._tabs: dict[str, Tab] = {}
        self.reading = asyncio.create_task(self._read())

    async def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol and its result."""
        number = next(self._ids)
        self._answers[number] = answer = asyncio.get_running_loop().create_future()
        asked = {"id": number, "method": method, "params": parameters}
        await self._socket.send_json(asked if session is None else {**asked, "sessionId": session})
        return await asyncio.wait_for(answer, PATIENCE)

    async def _read(self) -> None:
        async for frame in self._socket:
            told = json.loads(frame.data)
            if "id" in told:
                answer = self._answers.pop(told["id"])
                if answer.done():
                    continue
                if "error" in told:
                    answer.set_exception(RuntimeError(str(told["error"])))
                else:
                    answer.set_result(told["result"])
            elif tab := self._tabs.get(told.get("sessionId", "")):
                tab.heard(told["method"], told["params"])

    async def tab(
        self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False, phone: bool = False
    ) -> "Tab":
        """A new tab; all of them share their cookies, as a person's do."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = self._tabs[session] = Tab(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await tab.call(f"{domain}.enable")
        await tab.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        await tab.call("Emulation.setEmulatedMedia", features=[scheme, still])
        await tab.goto(url)
        return tab


class Tab:
    """One page."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser = browser
        self._session = session
        self._target = target
        self.problems: list[str] = []
        """What the console complains of: errors, what the content security policy forbade."""
        self.asked: list[str] = []
        """Addresses that the page asked for."""

    def heard(self, event: str, told: dict[str, Any]) -> None:
        """Take in what the browser says by itself."""
        match event:
            case "Runtime.exceptionThrown":
                details = told["exceptionDetails"]
                self.problems.append(details.get("exception", {}).get("description") or details["text"])
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.problems.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            case "Network.requestWillBeSent":
                self.asked.append(told["request"]["url"])

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol about this tab."""
        return await self._browser.call(method, self._session, **parameters)

    async def goto(self, url: str) -> Self:
        """Open an address and wait until it is there."""
        await self.call("Page.navigate", url=url)
        await self.until(
            f"location.href !== 'about:blank' && document.readyState === 'complete' /* {url[:60]} */"
        )
        return self

    async def js(self, expression: str) -> Any:
        """The value of an expression in the page."""
        result = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise AssertionError(result["exceptionDetails"]["exception"].get("description", result))
        return result["result"].get("value")

    async def until(self, expression: str) -> Any:
        """Wait until the expression is truthy, through reloads too; its value. Raises AssertionError in the end."""
        value: Any = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while True:
                    with contextlib.suppress(RuntimeError):  # the page is being replaced
                        if value := await self.js(expression):
                            return value
                    await asyncio.sleep(0.05)
        text = await self.js("document.body?.innerText")
        raise AssertionError(
            f"never true: {expression} ({value!r}); problems: {self.problems}; page:\n{(text or '')[-3000:]}"
        )

    async def sees(self, words: str) -> None:
        """Wait until the page shows these words."""
        await self.until(f"document.body?.innerText.includes({json.dumps(words)})")

    async def click(self, selector: str, words: str = "", *, last: bool = False) -> None:
        """Press the first (or last) element of a selector that is there, enabled and shows the words.

        In one step, so that nothing moves meanwhile, and only where a mouse would meet it.
        """
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].filter(e => "
            f"e.checkVisibility() && !e.disabled && e.textContent.includes({json.dumps(words)})).at({-1 if last else 0})"
        )
        await self.until(
            f"(() => {{ const e = {found}; if (!e) return false; e.scrollIntoView({{block: 'center', behavior: 'instant'}}); "
            "const r = e.getClientRects()[0]; const hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); "
            "if (!hit || !e.contains(hit) && !hit.contains(e)) return false; e.focus({preventScroll: true}); e.click(); "
            "return true; })()"
        )

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def key(self, name: str) -> None:
        """Press a key."""
        code, number, text = KEYS[name]
        about = {"key": name, "code": code, "windowsVirtualKeyCode": number}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    async def names(self) -> set[tuple[str, str]]:
        """(role, name) of everything that a screen reader finds."""
        nodes = (await self.call("Accessibility.getFullAXTree"))["nodes"]
        return {
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored")
        }

    async def picture(self, kind: str = "png", *, quality: int | None = None) -> bytes:
        """What is to be seen, as PNG or, with a `quality` up to 100, as JPEG or WebP."""
        how = {} if quality is None else {"quality": quality}
        shot = await self.call("Page.captureScreenshot", format=kind, **how)
        return base64.b64decode(shot["data"])

    async def close(self) -> None:
        """Close the tab."""
        await self._browser.call("Target.closeTarget", targetId=self._target)


def installed() -> str:
    """Where the browser is; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed (apt install chromium)")
    return found


@contextlib.asynccontextmanager
async def open_browser(profile: Path) -> AsyncIterator[Browser]:
    """A browser with a new profile in this folder, ended with all its processes."""
    process = await asyncio.create_subprocess_exec(
        installed(),
        *FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while not (
                found := re.search(rb"DevTools listening on (ws://\S+)", await process.stderr.readline())
            ):
                assert process.returncode is None, "the browser did not start"
        draining = asyncio.create_task(process.stderr.read())
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(found[1].decode(), max_msg_size=0) as socket,
        ):
            browser = Browser(socket)
            yield browser
            browser.reading.cancel()
            await asyncio.gather(browser.reading, return_exceptions=True)
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
