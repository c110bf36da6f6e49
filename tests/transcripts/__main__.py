"""A reader's days with every feature, driven through the real application in the demo: what was said, and how it looks.

    python -m tests.transcripts              docs/transcripts anew, the pictures with it (390 px wide, as on a phone)
    python -m tests.transcripts FOLDER       there, each picture light and dark as PNG, to be looked at

`tests/demo/test_transcripts.py` fails when the application says anything else than what stands there.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from tests.doubles.browser import Tab, open_browser
from tests.transcripts.week import FEATURES, FOLDER, Feature, four_weeks, page_of, payload_of, texts
from tests.web.test_from_the_chat import Talk, demo

WIDTH, HEIGHT, TALLEST = 390, 844, 1000
QUALITY = 55
"""Of a WebP picture, where text is still sharp."""


async def do(talk: Talk, line: str) -> None:
    """What a line of a feature says, on the demo's page."""
    order, _, words = line.partition(" ")
    if order == "!press":
        if words.isdigit():
            newest = next(one for one in reversed(await talk.said()) if one["buttons"])
            words = [button["text"] for row in newest["buttons"] for button in row][int(words) - 1]
        await talk.press(words)
    elif order == "!open":
        told = reversed(await talk.said())
        await talk.say(f"/start {next(filter(None, (payload_of(one['nodes'], words) for one in told)))}")
    elif order == "!clock":
        assert (await talk.client.post("/clock", json={"to": words})).status_code == 200
    else:
        await talk.say(line)


async def show(tab: Tab, feature: Feature) -> None:
    """The chat from the feature's message on, in a window as tall as that needs."""
    await tab.until("[...document.images].every(image => image.complete)")
    tall = await tab.js(
        "(() => { const all = [...document.querySelectorAll('article')];"
        f"const first = all.findLast(e => e.textContent.includes({json.dumps(feature.picture)}));"
        "const log = document.getElementById('scroll'); log.scrollTop = first.offsetTop - log.offsetTop - 8;"
        "return Math.ceil(all.at(-1).getBoundingClientRect().bottom - log.getBoundingClientRect().top)"
        " + innerHeight - log.clientHeight + 8; })()"
    )
    await tab.call(
        "Emulation.setDeviceMetricsOverride",
        width=WIDTH,
        height=min(max(tall, 300), TALLEST),
        deviceScaleFactor=1,
        mobile=True,
    )
    await asyncio.sleep(0.2)
    await tab.js(
        "(() => { const first = [...document.querySelectorAll('article')].findLast("
        f"e => e.textContent.includes({json.dumps(feature.picture)}));"
        "const log = document.getElementById('scroll'); log.scrollTop = first.offsetTop - log.offsetTop - 8; })()"
    )
    await asyncio.sleep(0.3)


async def pictures(folder: Path) -> None:
    """One of each feature; in a folder of one's own two, light and dark."""
    shipped = folder == FOLDER
    with tempfile.TemporaryDirectory() as profile, four_weeks():
        async with open_browser(Path(profile)) as browser, demo() as (address, talk):
            for feature in FEATURES:
                for line in feature.lines:
                    await do(talk, line)
                for dark in (False,) if shipped else (False, True):
                    tab = await browser.tab(address, width=WIDTH, height=HEIGHT, dark=dark, phone=True)
                    await tab.sees(feature.picture)
                    await show(tab, feature)
                    if shipped:
                        seen = await tab.picture("webp", quality=QUALITY)
                        (folder / f"{feature.name}.webp").write_bytes(seen)
                    else:
                        name = f"{feature.name}{'-dark' if dark else ''}.png"
                        (folder / name).write_bytes(await tab.picture())
                    print(feature.name, "problems:", tab.problems)
                    await tab.close()


def main(folder: Path) -> None:
    """All of it into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    said = texts()
    for feature in FEATURES:
        (folder / f"{feature.name}.md").write_text(page_of(feature, said[feature.name]), "utf-8")
    asyncio.run(pictures(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
