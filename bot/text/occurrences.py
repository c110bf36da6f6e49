"""Where the words of a long list stand in a text, all of them in one pass.

An Aho-Corasick automaton (ahocorasick_rs, in Rust) does it where it is installed: a sixth of the time of looking at
each place for the words that begin there, which is what happens where it is not.
"""

from collections.abc import Callable, Sequence
from typing import Literal

Occurrence = tuple[int, int, int]
"""The word's number in the list, where it begins, where it ends."""


def occurrences(
    words: Sequence[str], engine: Literal["auto", "python"] = "auto"
) -> Callable[[str], list[Occurrence]]:
    """A search for all these words, also inside each other; of those that begin at one place the shortest comes first.

    The automaton of 6,000 words takes 3 MB and 25 ms.
    """
    if engine == "auto":
        try:
            return _automaton(words)
        except ImportError:
            pass
    return _table(words)


def _automaton(words: Sequence[str]) -> Callable[[str], list[Occurrence]]:
    from ahocorasick_rs import (  # noqa: PLC0415  # a native library: loaded when first needed
        AhoCorasick,
        Implementation,
        MatchKind,
    )

    automaton = AhoCorasick(words, MatchKind.Standard, implementation=Implementation.ContiguousNFA)

    def find(text: str) -> list[Occurrence]:
        found: list[Occurrence] = automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    return find


def _table(words: Sequence[str]) -> Callable[[str], list[Occurrence]]:
    starts: dict[str, list[tuple[int, str]]] = {}
    for number, word in sorted(enumerate(words), key=lambda pair: len(pair[1])):
        starts.setdefault(word[:2], []).append((number, word))

    def find(text: str) -> list[Occurrence]:
        return [
            (number, at, at + len(word))
            for at in range(len(text))
            for key in dict.fromkeys((text[at], text[at : at + 2]))
            for number, word in starts.get(key, ())
            if text.startswith(word, at)
        ]

    return find


class WordFinder:
    """Finds the words of a list in a text: the longest at each place, none within another, Latin ones as whole words."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._occurrences = occurrences(self.words)
        self._latin = frozenset(
            number
            for number, word in enumerate(self.words)
            if len(word) > 1 and (is_latin(word[0]) or is_latin(word[-1]))
        )

    def __call__(self, text: str) -> list[tuple[int, int]]:
        """The number of each word and where it begins, in the order of the text."""
        latin = self._latin
        longest: dict[int, tuple[int, int]] = {}
        for number, start, end in self._occurrences(text):
            if number not in latin or stands_alone(text, start, end):
                longest[start] = (end, number)  # the longest comes last
        found: list[tuple[int, int]] = []
        reached = 0
        for start in sorted(longest):
            end, number = longest[start]
            if end > reached:
                reached = end
                found.append((number, start))
        return found


def is_latin(character: str) -> bool:
    """Whether it is a Latin letter or a digit."""
    return character.isascii() and character.isalnum()


def stands_alone(text: str, start: int, end: int) -> bool:
    """Is a Latin word a whole one? A figure may follow a name (iphone17), nothing else may touch it."""
    if start and is_latin(text[start]) and is_latin(text[start - 1]):
        return False
    if end == len(text) or not is_latin(text[end - 1]) or not is_latin(text[end]):
        return True
    return text[end].isdigit() and text[end - 1].isalpha() and end - start > 2
