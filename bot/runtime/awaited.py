"""Counts the articles that wait for the text of their pages, so that composing can wait a little for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Awaited:
    """Pages that are still to be fetched, of all rounds that are under way in this process."""

    def __init__(self) -> None:
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    @contextmanager
    def round(self) -> Iterator[Callable[[int], None]]:
        """While one round goes on: what is handed in says how many more pages it will fetch, or (negative) fewer.

        However the round ends, none of its pages is awaited any longer.
        """
        mine = 0

        def expect(more: int) -> None:
            nonlocal mine
            mine += more
            self._count += more

        try:
            yield expect
        finally:
            self._count -= mine
