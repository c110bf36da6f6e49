"""A summary as readers see it: which of its sentences are told, and how each of them is.

What is stored is the source's own and whole, for it says in which voice an article speaks; this is for the eye.
"""

import re
from collections.abc import Sequence

from bot.text.boilerplate import load_boilerplate
from bot.text.cleaning import cleaned
from bot.text.headline import without_furniture
from bot.text.normalise import normalise
from bot.text.sentences import read
from bot.text.typeset import typeset
from bot.text.whole_word import WholeWord

_QUOTED = re.compile(r"“[^”]*”?|「[^」]*」?|『[^』]*』?|《[^》]*》|(?<=[^：]{3})：.*")
"""What others say: in quotes, or behind a colon."""
_ASIDE = re.compile(
    r"(?<![自忘真])我(?![国省市县区军方校院部党])|咱|笔者|小编|(?<!迷)[你您]|本文(?!件|化)|文章(?:开头|最后|结尾)"
    r"|^(?:话不多说|今天(?:这篇|的话题|我们)|(?:下面|接下来)[，]?(?:就|来|先|一起))"
)
"""Somebody speaks of himself, to the reader or of the very text: a periodical has no place for that."""
_ANNOUNCES = re.compile(r"(?:以下(?!.?.?称)|如下|下列)[^，。：]{0,12}[。：]$")
"""A list that is not there."""
_SHORT_NAME = re.compile(
    r"[ \u3000]*[（(](?:以下|下文|后文|下)(?:均|统|合|并)?(?:简称|称)(?:为|作)?[：:]?\s*([^（）()，。；！？：]{1,24})[）)]"
)
"""（以下简称“滨江云”）: how what stands before it is called from then on."""
_NAMES = re.compile(r"《[^》]+》|(?<=[“「\"‘])[^”」\"’]+(?=[”」\"’])")
_WHOLE = frozenset("。！？!?…”」』")
_CLAUSE_END = re.compile("[，；：。]")


def as_told(sentence: str) -> str:
    """A sentence without the wire's dateline and what a list on a web page hung around it, its marks made even."""
    return typeset(load_boilerplate().datelines.sub("", without_furniture(sentence)))


def retold(summary: Sequence[str]) -> list[str]:
    """The sentences as told, without asides and what leans on one; all of them where nothing else could begin."""
    leans_back = load_boilerplate().leans_back
    kept: list[str] = []
    passed = False
    for sentence in summary:
        passed = _is_aside(sentence) or (passed and leans_back(sentence))
        if not passed:
            kept.append(sentence)
    told = list(map(as_told, kept or summary))
    if not any("称" in sentence for sentence in told):
        return told
    return [without_short_names(one, "".join(told[at + 1 :])) for at, one in enumerate(told)]


def without_short_names(sentence: str, later: str) -> str:
    """A sentence without （以下简称“滨江云”） where neither its rest nor what is told later has that name."""

    def unless_needed(found: re.Match[str]) -> str:
        rest = sentence[found.end() :] + later
        return found[0] if any(name in rest for name in _NAMES.findall(found[1]) or [found[1]]) else ""

    return _SHORT_NAME.sub(unless_needed, sentence)


def _is_aside(sentence: str) -> bool:
    said = _ASIDE.search(_QUOTED.sub("", sentence)) or _ANNOUNCES.search(sentence)
    return said is not None


def names(text: str, word: str) -> bool:
    """Does the text have the word, as following it finds it: in either script and any case, Latin letters as a whole word?"""
    wanted = normalise(word)
    return bool(wanted) and WholeWord(wanted).stands_in(normalise(text))


def sentence_with(text: str, word: str, most: int) -> str:
    """The first sentence of an article that has the word and can stand alone, as told; else the first that has it; empty
    where none has. A longer one than `most` characters is begun with the clause of the word."""
    if not names(text, word):
        return ""
    plain, found = load_boilerplate(), ""
    for sentence in read(cleaned(text).text):
        if sentence[-1] in _WHOLE and names(sentence, word) and not plain.is_credit(sentence):
            found = found or sentence
            if not plain.leans_back(sentence) and not _is_aside(sentence):
                found = sentence
                break
    return _from_clause(as_told(found), word, most)


def _from_clause(sentence: str, word: str, most: int) -> str:
    if names(sentence[:most], word):
        return sentence
    start = 0
    for mark in _CLAUSE_END.finditer(sentence):
        if names(sentence[: mark.end()], word):
            break
        start = mark.end()
    return f"…{sentence[start:]}" if start else sentence
