"""The README's pictures of the chat page and the console, made anew. `python -m tests.pictures [FOLDER]` (docs/pictures)

With a folder of one's own all pages are shown, light and dark, at a desk's width and on a phone (390 px), to be looked at.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.doubles.browser import Tab, open_browser
from tests.web.test_from_the_chat import Talk, demo

SHIPPED = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PAGES = ("", "/sources", "/stories", "/deliveries", "/edition?topic=semiconductor", "/settings", "/log")


async def keep(tab: Tab, folder: Path, name: str) -> None:
    """What the tab shows now."""
    await asyncio.sleep(0.3)
    (folder / f"{name}.png").write_bytes(await tab.picture())
    print(name, "problems:", tab.problems)


async def _talk(talk: Talk) -> None:
    """A reader gets started and has a first digest."""
    await talk.say("/start")
    await talk.press("半导体")
    await talk.press("就这样开始")
    await talk.client.post("/clock", json={"to": "2026-11-24T08:00"})


async def main(folder: Path) -> None:
    """All of them into the folder."""
    everything = folder != SHIPPED
    with tempfile.TemporaryDirectory() as profile:
        async with open_browser(Path(profile)) as browser, demo() as (address, talk):
            await _talk(talk)
            for name, width, height, dark in (
                ("chat-light", 900, 680, False),
                ("chat-phone-dark", 390, 844, True),
                *((("chat-dark", 900, 680, True), ("chat-phone", 390, 844, False)) if everything else ()),
            ):
                tab = await browser.tab(address, width=width, height=height, dark=dark, phone=width < 500)
                await tab.sees("11月24日")
                await tab.js(
                    "[...document.querySelectorAll('*')].filter(e => !e.children.length && "
                    "/^晨报 · 11月24日/.test(e.textContent)).pop().scrollIntoView()"
                )
                await keep(tab, folder, name)
            [link] = re.findall(r"http://\S+/console/login/\S+", await talk.say("/console"))
            tab = await browser.tab(link, width=1000, height=760)
            await tab.click("button", "打开控制台")
            await tab.sees("概况")
            await keep(tab, folder, "console-light")
            phone = await browser.tab(
                f"{address}console/stories", width=390, height=844, phone=True, dark=True
            )
            await keep(phone, folder, "console-phone-dark")
            for page in PAGES if everything else ():
                name = re.sub(r"\W+", "-", page) or "-overview"
                for dark in (False, True):
                    one = await browser.tab(f"{address}console{page}", width=1000, height=760, dark=dark)
                    await keep(one, folder, f"console{name}{'-dark' if dark else ''}")
                narrow = await browser.tab(f"{address}console{page}", width=390, height=844, phone=True)
                await keep(narrow, folder, f"console{name}-phone")


if __name__ == "__main__":
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    wanted.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(wanted))
