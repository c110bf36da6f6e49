"""The README's pictures of the chat page, the console and a report, made anew. `python -m tests.pictures [FOLDER]` (docs/pictures)

With a folder of one's own all pages are shown, light and dark, at a desk's width and on a phone (390 px), to be looked at.
The report's pages are drawn by pdftoppm (Debian's `poppler-utils`).
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.doubles.browser import Browser, Tab, open_browser
from tests.web.test_from_the_chat import Talk, demo

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "docs" / "pictures"
FIRST, LAST = "2026-11-23", "2026-11-29"
REPORT_PAGES = {"report-contents": 2, "report-section": 6}
"""Their names beside the other documents, and which pages they show."""
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


def print_report(folder: Path, form: str) -> Path:
    """Two days of the sample archive as a file in this folder."""
    settings = {**os.environ, "CHENBAO_DB": str(folder / "report.db"), "PYTHONPATH": str(ROOT)}
    made = folder / f"report.{form}"
    for command in (
        ("import", str(ROOT / "bot/demo/data/archive.jsonl")),
        ("report", "--from", FIRST, "--to", LAST, "-o", str(made)),
    ):
        subprocess.run([sys.executable, "-m", "bot.cli", *command], check=True, env=settings)
    return made


def draw_report(pdf: Path, folder: Path, name: str, page: int) -> None:
    """A page of it as a picture of 595 by 842."""
    drawing = [
        "pdftoppm",
        "-r",
        "72",
        "-png",
        "-singlefile",
        "-f",
        str(page),
        "-l",
        str(page),
        str(pdf),
        str(folder / name),
    ]
    subprocess.run(drawing, check=True)


async def show_report(browser: Browser, page: Path, folder: Path) -> None:
    """The page in both lights."""
    for dark in (False, True):
        for width, kind in ((1000, "desk"), (390, "phone")):
            tab = await browser.tab(page.as_uri(), width=width, height=900, dark=dark, phone=width < 500)
            for anchor in ("contents", "overview", "s1", "index"):
                await tab.js(f"document.getElementById('{anchor}').scrollIntoView()")
                await keep(tab, folder, f"report-{anchor}-{kind}{'-dark' if dark else ''}")


async def main(folder: Path) -> None:
    """All of them into the folder."""
    everything = folder != SHIPPED
    with tempfile.TemporaryDirectory() as made:
        pdf = print_report(Path(made), "pdf")
        for name, number in REPORT_PAGES.items():
            draw_report(pdf, folder.parent if folder == SHIPPED else folder, name, number)
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
