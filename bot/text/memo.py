"""Memoises a function of a word: news repeats the same words again and again."""

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Memo(dict[str, Found]):
    """`memo[word]` is `find(word)`, computed once. A plain dict, not an LRU cache: reordering on every hit costs more
    than computing all values again now and then, which happens when there are more than `most`."""

    def __init__(self, find: Callable[[str], Found], most: int = 1 << 16) -> None:
        super().__init__()
        self._find = find
        self._most = most

    def __missing__(self, word: str) -> Found:
        found = self._find(word)
        if len(self) >= self._most:
            self.clear()
        self[word] = found
        return found
