"""What takes long to find out and stays true for a while is found out once for all who ask."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from bot.runtime.together import Together

Key = TypeVar("Key")
Found = TypeVar("Found")


class Kept(Generic[Found]):
    """Keeps the result of a coroutine for `span`; those who ask while it runs share it."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._together: Together[Found] = Together()
        self._kept: tuple[datetime, Found] | None = None

    async def get(self, now: datetime, make: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """What `make` found at most a span before `now`, or finds now; and what it raises, which is not kept."""
        if self._kept is not None and timedelta() <= now - self._kept[0] < self._span:
            return self._kept[1]
        found = await self._together.shared(make)
        self._kept = now, found
        return found


class KeptEach(Generic[Key, Found]):
    """A `Kept` for each key; when there are more than `most`, what was kept longest goes."""

    def __init__(self, span: timedelta, most: int = 64) -> None:
        self._span = span
        self._most = most
        self._each: dict[Key, Kept[Found]] = {}

    async def get(self, key: Key, now: datetime, make: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """As `Kept.get`, of what is kept under this key."""
        if key not in self._each:
            if len(self._each) >= self._most:
                del self._each[next(iter(self._each))]
            self._each[key] = Kept(self._span)
        return await self._each[key].get(now, make)
