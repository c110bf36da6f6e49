"""What is found out once for all who ask, and again after a while."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.kept import Kept

NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def test_it_is_found_once_for_all_and_again_after_the_span() -> None:
    found: list[int] = []

    async def make() -> int:
        await asyncio.sleep(0)
        found.append(1)
        return len(found)

    kept: Kept[int] = Kept(timedelta(minutes=20))
    assert list(await asyncio.gather(kept.get(NOW, make), kept.get(NOW, make))) == [1, 1]
    assert await kept.get(NOW + timedelta(minutes=19), make) == 1
    assert await kept.get(NOW + timedelta(minutes=20), make) == 2
    assert await kept.get(NOW, make) == 3, "a clock that was put back"


async def test_what_fails_is_not_kept() -> None:
    async def broken() -> int:
        raise LookupError

    async def make() -> int:
        return 7

    kept: Kept[int] = Kept(timedelta(minutes=20))
    with pytest.raises(LookupError):
        await kept.get(NOW, broken)
    assert await kept.get(NOW, make) == 7
