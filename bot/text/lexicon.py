"""How rare a Chinese word is and what kind of word it is, read from the tables that ship inside jieba.

Nothing of jieba runs here: its document frequencies (`analyse/idf.txt`) and part-of-speech tags
(`dict.txt`) are read as data, once, so that both segmentation engines weigh words alike.
"""

import sys
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

UNKNOWN_IDF = 11.95
"""The median of jieba's table (11.9548): a word that it does not know is as rare as a middling known one."""
SEARCHED = 24
"""Words looked up one by one (3 ms each) by whoever asks for few; then the table is read (0.2 s)."""


class Lexicon:
    """Word weights and kinds; unknown words have `UNKNOWN_IDF` and the empty tag. Each table is read when it is first
    asked: a search weighs words and never needs to know their kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._few: dict[str, float] = {}

    @cached_property
    def _weights(self) -> dict[str, float]:
        one: dict[str, float] = {}  # thousands of words share a value, which is kept once
        pairs = (line.partition(" ") for line in self._lines("analyse/idf.txt"))
        return {word: one.get(value) or one.setdefault(value, float(value)) for word, _, value in pairs}

    @cached_property
    def _tags(self) -> dict[str, str]:
        one = {word: word for word in self._weights}  # a word that stands in both tables is kept once
        tags: dict[str, str] = {}
        for line in self._lines("dict.txt"):
            word, _, rest = line.partition(" ")
            tags[one.get(word, word)] = sys.intern(rest.rpartition(" ")[2])
        return tags

    def _lines(self, name: str) -> Iterator[str]:
        with (self._folder / name).open(encoding="utf-8") as lines:
            yield from map(str.rstrip, lines)

    def idf(self, word: str) -> float:
        """Inverse document frequency (natural logarithm, about 1 to 14)."""
        return self._weights.get(word, UNKNOWN_IDF)

    def idf_of_few(self, word: str) -> float:
        """`idf` for whoever asks for a handful of words and ends, as `chenbao search` does: the table is searched for
        each of them instead of read."""
        if "_weights" in self.__dict__ or len(self._few) >= SEARCHED:
            return self.idf(word)
        if word not in self._few:
            self._few[word] = self._searched(word)
        return self._few[word]

    @cached_property
    def _table(self) -> bytes:
        return b"\n" + (self._folder / "analyse/idf.txt").read_bytes()

    def _searched(self, word: str) -> float:
        line = f"\n{word} ".encode("utf-8", "ignore")
        at = self._table.find(line)
        return UNKNOWN_IDF if at < 0 else float(self._table[at + len(line) :].partition(b"\n")[0])

    def tag(self, word: str) -> str:
        """jieba's part of speech (`n`, `nr` person, `ns` place, `nt` body, `v`, `vn` …), or an empty string."""
        return self._tags.get(word, "")


@cache
def load_lexicon() -> Lexicon:
    """The tables, free until asked, then 0.2 s (weights) and 0.4 s (kinds). Raises FileNotFoundError without jieba."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("jieba is not installed, and word weights are read from its tables")
    return Lexicon(Path(spec.submodule_search_locations[0]))
