"""How long a report of 200 documents with 200,000 characters takes, in how much memory, and what the bot's loop feels of it.

python -m tests.benchmarks.bench_report
python -m tests.benchmarks.bench_report --weasyprint /path/to/venv/bin/python    the same document by WeasyPrint beside it

CPU seconds of one process each, started fresh, imports included. WeasyPrint sets the HTML of the same report with the same
fonts; without system fonts for Chinese, link them: ln -s …/pylopdf_fonts_zh_cn ~/.fonts.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.reports import make_apart
from bot.report.formats import FORMATS, Form
from bot.report.html import write_html
from bot.report.wishes import Wish
from bot.runtime.newsroom import open_newsroom
from storage import sources
from storage.models import Entry
from tests.report.periodicals import large, periodical

PROGRAM = """
import resource, sys
from bot.report import formats, pagination
from tests.report.periodicals import large
pagination.PROGRAM = "no-such-program"
data = formats.write(large(), sys.argv[1])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, len(data))
"""
WEASYPRINT = """
import resource, sys
from weasyprint import CSS, HTML
data = HTML(sys.argv[1]).write_pdf(stylesheets=[CSS(string=sys.argv[2])], pdf_variant="pdf/ua-1")
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, len(data))
"""
AS_PRINT = """
@page { size: A4; @top-left { content: string(name) } @top-right { content: string(part) }
        @bottom-center { content: counter(page) } }
h1 { string-set: name content() } h2 { string-set: part content() }
nav .number { display: none }
nav a::after { content: leader('.') target-counter(attr(href url), page) }
.index li a { font-size: 0 } .index li a::after { font-size: 10pt; content: target-counter(attr(href url), page) }
"""
"""Page numbers in contents and index, and running heads, as typst sets them."""


def measured(command: list[str]) -> tuple[float, float, int]:
    """CPU seconds, peak MB and bytes of a program that prints them."""
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes, size = ran.stdout.split()[-3:]
    return float(seconds), float(megabytes), int(size)


async def held(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """How late the loop was at worst, in milliseconds, while this was done, and the seconds that it took."""
    late = 0.0

    async def look() -> None:
        nonlocal late
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            late = max(late, time.perf_counter() - before - 0.005)

    looking = asyncio.create_task(look())
    begun = time.perf_counter()
    await work()
    took = time.perf_counter() - begun
    looking.cancel()
    return late * 1000, took


def spent_by_children() -> float:
    """CPU seconds of the processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def responsiveness(folder: Path) -> tuple[float, float, float]:
    """The loop of a bot with 400 stories in its store, while one has 300 of them printed: how late it was in
    milliseconds, and seconds and CPU seconds of all that makes the report, from the start of its process."""
    now = datetime.now(UTC)
    config = Config(database=folder / "bench.db")
    async with open_newsroom(config) as room:
        source, _ = sources.add(room.db, url="https://bench.example", title="测试报", kind="feed", now=now)
        entries = [
            Entry(
                title=f"{piece.title[:30]} 人工智能芯片 {piece.number}",
                url=f"https://bench.example/{piece.number}",
                guid=str(piece.number),
                text="\n".join(part.text for part in piece.paragraphs) or "人工智能芯片发布。",
                published=now - timedelta(minutes=5 * piece.number),
            )
            for piece in periodical(11, 400).pieces
        ]
        ingest.ingest(room.db, room.reading, source, entries, now)
        wish = Wish((now - timedelta(days=6)).date(), now.date(), "pdf", "zh-Hans", most=300)
        before = spent_by_children()
        late, took = await held(lambda: make_apart(config, wish, ZoneInfo("UTC"), now))
        return late, took, spent_by_children() - before


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weasyprint", metavar="PYTHON", help="an interpreter that has WeasyPrint")
    options = parser.parse_args()
    ours: dict[Form, float] = {}
    for form in FORMATS:
        ours[form], megabytes, size = measured([sys.executable, "-c", PROGRAM, form])
        print(f"{form:5} {ours[form]:6.2f} s CPU  {megabytes:5.0f} MB  {size / 1e6:5.2f} MB file")
    with tempfile.TemporaryDirectory() as folder:
        if options.weasyprint:
            page = Path(folder, "report.html")
            page.write_bytes(write_html(large()))
            theirs, megabytes, size = measured([options.weasyprint, "-c", WEASYPRINT, str(page), AS_PRINT])
            print(f"WeasyPrint {theirs:6.2f} s CPU  {megabytes:5.0f} MB  {size / 1e6:5.2f} MB file")
            print(f"typst is {theirs / ours['pdf']:.1f}x faster")
        late, took, spent = asyncio.run(responsiveness(Path(folder)))
        print(
            f"the bot's loop was late by {late:.0f} ms at most while a report took {took:.1f} s ({spent:.2f} s CPU)"
        )


if __name__ == "__main__":
    main()
