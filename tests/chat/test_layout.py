"""版式: a reader who asks for one long message gets it; one who does not, or whose Telegram lacks it, classic ones."""

import pytest

from bot.jobs.rich import rich_gate
from tests.chat.conftest import Talk


@pytest.mark.parametrize(
    "words",
    [
        "/settings layout rich",
        "/settings layout long",
        "/settings 版式 长文",
        "/settings format long message",
    ],
)
async def test_a_reader_asks_for_it_and_presses_in_it(stocked: Talk, words: str) -> None:
    await stocked.say("/start")
    assert not (await stocked.say("/today")).startswith("<h1>")
    stocked.services.db.execute("DELETE FROM editions")
    assert "版式：长文" in await stocked.say(words)
    assert "版式：长文" in await stocked.say("/settings")
    assert (await stocked.say("/today")).startswith("<h1>")
    edition = stocked.last
    assert edition.rich
    await stocked.press("☆ 收藏", shown=edition)
    assert stocked.notices[-1] == "已收藏"
    assert edition.rich
    assert "⭐ 已收藏" in edition.text
    await stocked.press("为什么", shown=edition)
    assert "为什么推给你" in stocked.last.text
    assert "版式：经典" in await stocked.say("/settings 版式 经典")
    stocked.services.db.execute("DELETE FROM editions")
    assert not (await stocked.say("/today")).startswith("<h1>")


async def test_what_the_server_refused_is_remembered_beyond_the_run(stocked: Talk) -> None:
    db, now = stocked.services.db, stocked.clock
    gate = rich_gate(db, "https://api.example.com", now)
    assert gate.is_open
    gate._close(gate.now() - gate.now().replace(hour=0))
    assert not rich_gate(db, "https://api.example.com", now).is_open
    assert rich_gate(db, "https://other.example.com", now).is_open
