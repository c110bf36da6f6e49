"""Where a followed word stands in a text as a word of its own."""

import re
from collections.abc import Iterator

_FIRST_NAME = re.compile("[·•・][\u4e00-\u9fff]")
"""Behind a followed word: 阿里 is not in 阿里·卡里米, whom a foreign name's dot follows."""
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class WholeWord:
    """A normalised word to be found in normalised texts. By `str.find`: to compile a pattern takes longer than it saves."""

    __slots__ = "_ends_latin", "_starts_latin", "_word"

    def __init__(self, word: str) -> None:
        self._word = word
        self._starts_latin = word[0].isascii() and word[0].isalnum()
        self._ends_latin = word[-1].isascii() and word[-1].isalnum()

    def stands_in(self, text: str) -> bool:
        """Whether it does, as a whole word."""
        return next(self._places(text), None) is not None

    def mentions(self, text: str) -> int:
        """How often."""
        return sum(1 for _ in self._places(text))

    def _places(self, text: str) -> Iterator[int]:
        word = self._word
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if self._is_whole(text, at, end):
                yield at
                at = text.find(word, end)
            else:
                at = text.find(word, at + 1)

    def _is_whole(self, text: str, start: int, end: int) -> bool:
        if self._starts_latin and text[start - 1 : start] in _LATIN:
            return False
        if self._ends_latin:
            return text[end : end + 1] not in _LATIN
        return not _FIRST_NAME.match(text, end)
