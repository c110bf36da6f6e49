"""The everyday words of an industry's news: thousands of small weights beside the few strong cues.

A cue settles what an article is about; this says whether the rest of it reads like the industry's news or like
somebody else's. The weights are a linear classifier's (support vectors, in steps of a tenth), one word a place in
the packaged list, so that a person can read and change them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log2, sqrt
from operator import mul
from pathlib import Path

from bot.errors import ConfigError
from bot.text.memo import Memo

READ = 1200
"""Characters of the text that are read."""
_IN_TITLE = 1.5
_IN_TEXT = 0.35
"""Times the logarithm of how often a word stands in the text."""
_MOST = READ // 2
"""Times that a word of two letters can stand there."""
_OFTEN = tuple(_IN_TEXT * log2(1 + times) for times in range(_MOST + 1))
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word → what it says for (above 0) or against (below 0) the industry."""

    weights: Mapping[str, float]

    def evidence(self, title: Iterable[str], text: Iterable[str]) -> float:
        """What the words of title and text say together, whatever their number."""
        weights, found = self.weights, _counted(title, text)
        said = sum([share * weights[word] for word, share in found.items() if word in weights])
        return said / _length(found)


def shares(title: Iterable[str], text: Iterable[str]) -> dict[str, float]:
    """Each word's part in an article of length one (Euclidean); of the text no more than `READ` characters."""
    found = _counted(title, text)
    length = _length(found)
    return {word: share / length for word, share in found.items()}


def _counted(title: Iterable[str], text: Iterable[str]) -> dict[str, float]:
    """Each word's part in an article of any length."""
    counts = _load_words()
    found = {word: _OFTEN[times] for word, times in Counter(text).items() if counts[word]}
    for word in dict.fromkeys(title):
        if counts[word]:
            found[word] = found.get(word, 0.0) + _IN_TITLE
    return found


def _length(found: Mapping[str, float]) -> float:
    return sqrt(sum(map(mul, found.values(), found.values()))) or 1.0


@cache
def _load_words() -> Memo[bool]:
    """Is it a word of two letters or more, without figures?"""
    return Memo(lambda word: len(word) > 1 and (word.isalpha() or _WORD.fullmatch(word) is not None))


def read_vocabulary(path: Path) -> Vocabulary:
    """The list at `path`: lines of a weight and the words that have it, `#` comments.

    Raises ConfigError with one sentence that names the file and the line.
    """
    weights: dict[str, float] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read as a word list: {error}.") from error
    for number, line in enumerate(lines, 1):
        first, *words = line.partition("#")[0].split() or [""]
        try:
            if first:
                weights.update(dict.fromkeys(words, float(first)))
        except ValueError:
            raise ConfigError(f"{path.name}, line {number}: a weight and words are wanted.") from None
    return Vocabulary(weights)
