"""What is kept under different keys is kept apart, and not without end."""

from datetime import UTC, datetime, timedelta

from bot.runtime.kept import KeptEach

NOW = datetime(2026, 11, 24, tzinfo=UTC)


async def test_each_key_has_its_own_and_the_oldest_goes() -> None:
    made: list[str] = []
    kept: KeptEach[str, str] = KeptEach(timedelta(minutes=20), most=2)

    async def get(key: str, minutes: int = 0) -> str:
        async def make() -> str:
            made.append(key)
            return f"{key}{len(made)}"

        return await kept.get(key, NOW + timedelta(minutes=minutes), make)

    assert [await get("a"), await get("b"), await get("a")] == ["a1", "b2", "a1"]
    assert await get("a", 20) == "a3", "it was kept for so long"
    assert await get("c") == "c4"
    assert await get("b") == "b2"
    assert await get("a") == "a5", "it was the first that came"
    assert made == ["a", "b", "a", "c", "a"]
