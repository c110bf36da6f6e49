"""How rare a Chinese word is and what kind of word it is, read from the tables that ship inside jieba.

Nothing of jieba runs here: its document frequencies (`analyse/idf.txt`) and part-of-speech tags
(`dict.txt`) are read as data, once, so that both segmentation engines weigh words alike.

350,000 words as keys of a dictionary are 45 MB and a second. Kept are their hashes, sorted: 64 bits that differ from
run to run, so that among as many words one in 20 million runs takes a word for another.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

UNKNOWN_IDF = 11.95
"""The median of jieba's table (11.9548): a word that it does not know is as rare as a middling known one."""
SEARCHED = 24
"""Words looked up one by one (3 ms each) by whoever asks for few; then the table is read (0.1 s)."""
_HASH_REST = 48
_PARTS = 1 << 16
"""The bits of a hash behind the first 16, and how many values those 16 have."""
_PORTION = 1 << 18
"""Bytes of a table that are read at once."""


class _Table:
    """Word → the number of its value."""

    def __init__(self, words: "array[int]", values: "array[int]") -> None:
        import numpy as np  # noqa: PLC0415 - who looks up few words needs neither table nor numpy

        unsorted = np.frombuffer(words, dtype=np.int64)
        order = np.argsort(unsorted, kind="stable")
        hashes = unsorted[order]
        self._hashes = array("q", hashes.tobytes())
        begins = np.searchsorted(hashes >> _HASH_REST, np.arange(-_PARTS // 2, _PARTS // 2 + 1))
        self._begins = array("I", begins.astype(np.uint32).tobytes())
        """Where the hashes begin that have the same first bits: some five are left to look through."""
        self._values = array("H", np.frombuffer(values, dtype=np.uint16)[order].tobytes())

    def find(self, word: str) -> int | None:
        """The number of the word's value."""
        wanted = hash(word)
        part = (wanted >> _HASH_REST) + _PARTS // 2
        at = (
            bisect_right(self._hashes, wanted, self._begins[part], self._begins[part + 1]) - 1
        )  # of lines with the same word the last one counts
        return self._values[at] if at >= 0 and self._hashes[at] == wanted else None


class Lexicon:
    """Word weights and kinds; unknown words have `UNKNOWN_IDF` and the empty tag. Each table is read when it is first
    asked: a search weighs words and never needs to know their kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._few: dict[str, float] = {}

    @cached_property
    def _weights(self) -> tuple[_Table, Sequence[float]]:
        words, values, spelled = self._read("analyse/idf.txt", 2)
        return _Table(words, values), array("d", map(float, spelled))

    @cached_property
    def _tags(self) -> tuple[_Table, Sequence[str]]:
        words, values, spelled = self._read("dict.txt", 3)
        return _Table(words, values), tuple(map(sys.intern, spelled))

    def _read(self, name: str, columns: int) -> tuple["array[int]", "array[int]", list[str]]:
        """The hash of each line's first word, the number of its last one, and what the numbers stand for."""
        numbers: dict[str, int] = {}
        words, values = array("q"), array("H")
        for text in self._portions(name):
            cells = text.split()
            words.extend(map(hash, cells[::columns]))
            last = cells[columns - 1 :: columns]
            for value in set(last).difference(numbers):
                numbers[value] = len(numbers)
            values.extend(map(numbers.__getitem__, last))
        return words, values, list(numbers)

    def _portions(self, name: str) -> Iterator[str]:
        """The text of a table, some thousand whole lines at a time."""
        with (self._folder / name).open("rb") as lines:
            while portion := lines.read(_PORTION) + lines.readline():
                yield portion.decode("utf-8")

    def idf(self, word: str) -> float:
        """Inverse document frequency (natural logarithm, about 1 to 14)."""
        table, values = self._weights
        number = table.find(word)
        return UNKNOWN_IDF if number is None else values[number]

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
        table, tags = self._tags
        number = table.find(word)
        return "" if number is None else tags[number]


@cache
def load_lexicon() -> Lexicon:
    """The tables, free until asked, then 0.1 s each. Raises FileNotFoundError without jieba."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("jieba is not installed, and word weights are read from its tables")
    return Lexicon(Path(spec.submodule_search_locations[0]))
