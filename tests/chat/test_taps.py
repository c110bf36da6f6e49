"""docs/TAPS.md is true: its taps, pressed one after the other, lead where it says, and there are as many as it says."""

import re
from pathlib import Path

import pytest

from tests.chat.conftest import EVENING, READER, Talk
from tests.chat.test_tastes import latest

PAGE = Path(__file__).parents[2] / "docs" / "TAPS.md"
ROWS = re.findall(r"^\| (?!what|---)([^|]+) \| (\d+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
LEADS_TO = {
    "the first briefing": ("今日简报", ""),
    "a story's outlets, each with its own headline and link": ("首次报道", ""),
    "muting a story's topic, name or source": ("", "静音"),
    "wanting more of it": ("", "多推"),
    "keeping a story": ("★ 已收藏", ""),
    "keeping several": ("", "已收藏"),
    "why a story was chosen": ("为什么推给你", ""),
    "more than the briefing had room for": ("更多 · ", ""),
    "the settings' effect at once": ("今日简报", ""),
}
"""Words of the message or its buttons at the end, and of the notice above the chat."""


def test_every_row_is_tried() -> None:
    assert {what for what, _, _ in ROWS} == set(LEADS_TO)
    most = {what: int(taps) for what, taps, _ in ROWS}
    assert most["the first briefing"] <= 2
    assert most["a story's outlets, each with its own headline and link"] == 1
    assert most["muting a story's topic, name or source"] == 2


@pytest.mark.parametrize(("what", "taps", "which"), ROWS)
async def test_so_many_taps_lead_there(stocked: Talk, what: str, taps: str, which: str) -> None:
    steps = which.split(" · ")
    assert len(steps) == int(taps)
    if steps[0] != "START":
        await stocked.say("/start")
        await stocked.say("/settings items 5")
        await stocked.say("/settings" if "现在看看" in which else "/today")
    for step in steps:
        if step == "START":
            await stocked.say("/start")
        elif step == "*Number*":
            story = latest(stocked).items[0].story
            assert f'?start=s_{story.id}">1.</a>' in stocked.last.text
            await stocked.say(f"/start s_{story.id}")
        else:
            await stocked.press(step)
    shown = stocked.last.text + "".join(button["text"] for button in stocked.last.buttons)
    words, notice = LEADS_TO[what]
    assert words in shown
    assert notice in (stocked.notices[-1] if notice else "")
    assert stocked.clock.at == EVENING
    assert stocked.reader().telegram_chat_id == READER
