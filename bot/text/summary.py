"""Extractive summaries: whole sentences of the article, exactly as they stand, in reading order."""

from bot.text.boilerplate import load_boilerplate
from bot.text.normalise import squash
from bot.text.segment import Segmenter
from bot.text.sentences import split

SHORT = 120
"""Characters of a text without sentence marks that may stand as its own summary."""


def summarise(title: str, text: str, count: int, segmenter: Segmenter) -> tuple[str, ...]:
    """At most `count` whole sentences of `text` that say what happened; () where nothing fit is found."""
    plain = load_boilerplate()
    found = [
        sentence
        for sentence in split(text)
        if not plain.is_credit(sentence) and squash(sentence) != squash(title)
    ]
    start = next((at for at, sentence in enumerate(found) if not plain.leans_back(sentence)), 0)
    return tuple(found[start : start + count])
