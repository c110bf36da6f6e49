"""What works without Telegram does without its memory."""

import subprocess
import sys
from pathlib import Path

from bot.text.segment import load_segmenter

ROUND = """
import asyncio, sys
from pathlib import Path
from bot.config import Config
from bot.jobs.collect.round import collect_due
from bot.runtime.newsroom import open_newsroom

async def main():
    async with open_newsroom(Config(database=Path(sys.argv[1]))) as room:
        await collect_due(room, room.now())

asyncio.run(main())
print(*sorted({"telegram", "jieba", "rjieba", "apscheduler", "trafilatura", "pdfminer"}.intersection(sys.modules)))
"""


def test_a_round_of_collecting_that_brings_nothing_loads_no_telegram_no_dictionary_and_no_reader_of_pages(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", ROUND, str(tmp_path / "chenbao.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == []


def test_the_dictionary_is_read_with_the_first_text_or_when_it_is_asked_for() -> None:
    waiting, asked, named = load_segmenter(), load_segmenter(), load_segmenter(engine="rjieba")
    assert "_cutter" not in vars(waiting)
    assert waiting.precise("晨报") == ["晨报"]
    assert "_cutter" in vars(waiting)
    asked.load()
    assert "_cutter" in vars(asked)
    assert "_cutter" in vars(named)
    assert waiting.version == named.version
