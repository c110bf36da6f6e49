"""A summary as readers see it: which of its sentences are told, and how each of them is.

What is stored is the source's own and whole, for it says in which voice an article speaks; this is for the eye.
"""

import re
from collections.abc import Sequence

from bot.text.boilerplate import load_boilerplate
from bot.text.headline import without_furniture
from bot.text.typeset import typeset

_QUOTED = re.compile(r"“[^”]*”?|「[^」]*」?|『[^』]*』?|《[^》]*》|(?<=[^：]{3})：.*")
"""What others say: in quotes, or behind a colon."""
_ASIDE = re.compile(
    r"(?<![自忘真])我(?![国省市县区军方校院部党])|咱|笔者|小编|(?<!迷)[你您]|本文(?!件|化)|文章(?:开头|最后|结尾)"
    r"|^(?:话不多说|今天(?:这篇|的话题|我们)|(?:下面|接下来)[，]?(?:就|来|先|一起))"
)
"""Somebody speaks of himself, to the reader or of the very text: a periodical has no place for that."""


def as_told(sentence: str) -> str:
    """A sentence without the wire's dateline and what a list on a web page hung around it, its marks made even."""
    return typeset(load_boilerplate().datelines.sub("", without_furniture(sentence)))


def retold(summary: Sequence[str]) -> list[str]:
    """The sentences as told, without asides and what leans on one; all of them where nothing else could begin."""
    leans_back = load_boilerplate().leans_back
    kept: list[str] = []
    passed = False
    for sentence in summary:
        passed = _ASIDE.search(_QUOTED.sub("", sentence)) is not None or (passed and leans_back(sentence))
        if not passed:
            kept.append(sentence)
    return list(map(as_told, kept or summary))
