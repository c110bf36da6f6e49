"""Words and phrases that say what an article is about.

Candidates are single words and runs of two to four neighbouring words that could be a term; they are scored
by rarity, frequency, place (title, first sentence) and length. Names that the caller knows (topic words) win ties.
"""

import math
import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from importlib import resources

from bot.text.lexicon import load_lexicon
from bot.text.segment import Segmenter

_WORD = re.compile(r"\w")


@cache
def load_stop_words() -> frozenset[str]:
    """The packaged words that are never a keyword by themselves."""
    lines = (resources.files("bot.text") / "data" / "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def extract(
    title: str, text: str, top: int, segmenter: Segmenter, topics_words: Collection[str] = ()
) -> tuple[str, ...]:
    """The best `top` keywords of an article as written in it, best first; () for an empty one."""
    lexicon = load_lexicon()
    stop = load_stop_words()
    counts = Counter(
        word
        for word in [*segmenter.precise(title) * 2, *segmenter.precise(text)]
        if len(word) > 1 and _WORD.search(word) and word.lower() not in stop and not word.isdigit()
    )
    known = frozenset(topics_words)
    scored = sorted(
        counts,
        key=lambda word: (
            -(1 + math.log(counts[word])) * lexicon.idf(word) * (1.5 if word in known else 1.0),
            word,
        ),
    )
    return tuple(scored[:top])
