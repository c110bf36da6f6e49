"""How rare a Chinese word is and what kind of word it is, read from the tables that ship inside jieba.

Nothing of jieba runs here: its document frequencies (`analyse/idf.txt`) and part-of-speech tags
(`dict.txt`) are read as data, once, so that both segmentation engines weigh words alike.
"""

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

UNKNOWN_IDF = 11.95
"""The median of jieba's table (11.9548): a word that it does not know is as rare as a middling known one."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word weights and kinds; unknown words have `UNKNOWN_IDF` and the empty tag."""

    weights: dict[str, float]
    tags: dict[str, str]

    def idf(self, word: str) -> float:
        """Inverse document frequency (natural logarithm, about 1 to 14)."""
        return self.weights.get(word, UNKNOWN_IDF)

    def tag(self, word: str) -> str:
        """jieba's part of speech (`n`, `nr` person, `ns` place, `nt` body, `v`, `vn` …), or an empty string."""
        return self.tags.get(word, "")


@cache
def load_lexicon() -> Lexicon:
    """Read both tables; about 0.7 s the first time, free afterwards. Raises FileNotFoundError without jieba."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("jieba is not installed, and word weights are read from its tables")
    folder = Path(spec.submodule_search_locations[0])
    weights: dict[str, float] = {}
    tags: dict[str, str] = {}
    one: dict[str, str] = {}  # a word that stands in both tables is kept once
    for line in (folder / "analyse" / "idf.txt").read_text(encoding="utf-8").splitlines():
        word, _, value = line.partition(" ")
        weights[one.setdefault(word, word)] = float(value)
    for line in (folder / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        tags[one.get(word, word)] = sys.intern(rest.rpartition(" ")[2])
    return Lexicon(weights, tags)
