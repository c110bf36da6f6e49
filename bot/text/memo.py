"""What was found out about a word, kept: news says the same words again and again."""

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Memo(dict[str, Found]):
    """`kept[word]` is `find(word)`, found out once. A plain table, not an LRU cache: a hit touches nothing but the
    word's own place, and moving every word to the front of a list costs more than finding all of them again now and
    then, which is what happens when there are more than `most`."""

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
