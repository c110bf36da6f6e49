"""The bot's memory does not grow with what it has done: a day of everything, hour by hour."""

import gc
import resource
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import articles
from tests.jobs.day import HOUR, Day

START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
MB = 2**20


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def traced() -> int:
    """Bytes that Python objects hold."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.slow
async def test_two_hours_leave_little_behind(tmp_path: Path) -> None:
    day = Day(tmp_path, readers=20, feeds=4, questions=8, items=10, item_every=HOUR, start=START)
    async with day.bot() as running:
        services = running[0]
        await day.hour(*running)  # whatever is loaded when first needed is loaded
        tracemalloc.start()
        try:
            await day.hour(*running)
            before, known = traced(), articles.count(services.db)
            await day.hour(*running)
            grown, new = traced() - before, articles.count(services.db) - known
        finally:
            tracemalloc.stop()
        sent = services.db.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()[0]
    print(f"{grown / 1024:.0f} kB in an hour, {new} articles, {sent} editions")
    assert new > 0
    assert sent > 0
    assert grown < 0.5 * MB


@pytest.mark.soak
async def test_a_day_of_two_thousand_readers_and_sixty_feeds(tmp_path: Path) -> None:
    # A fortnight of items from the start: as many stories are forgotten then as come.
    day = Day(tmp_path, readers=2000, feeds=60, questions=60, items=56, item_every=6 * HOUR, start=START)
    sizes: list[int] = []
    async with day.bot() as running:
        services = running[0]
        for hour in range(24):
            await day.hour(*running)
            gc.collect()
            sizes.append(resident())
            sent = services.db.execute("SELECT count(*) FROM deliveries WHERE state = 'sent'").fetchone()[0]
            print(
                f"hour {hour + 1:2}: {sizes[-1] / MB:6.1f} MB, {articles.count(services.db)} articles, {sent} editions, "
                f"{len(gc.get_objects())} objects, store {services.db.size() / MB:.0f} MB",
                flush=True,
            )
    assert sizes[-1] - sizes[3] <= 10 * MB
