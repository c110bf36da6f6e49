"""Extractive summaries: whole sentences of the article, exactly as they stand, in reading order.

What is fit to be one is told here, how good each is in weighing.py; the best that do not repeat each other are chosen.
"""

from collections.abc import Sequence
from operator import add

from bot.text.boilerplate import load_boilerplate
from bot.text.sentences import read
from bot.text.weighing import LEAST, Sentence, headline_form, load_model, score
from bot.text.wording import Wording

SHORT = 120
"""Characters of a text without sentence marks that may stand as its own summary."""
_READ = 10
"""Sentences that are weighed: the news is said by then."""
_ENDS = frozenset("。！？!?….")
_CLOSERS = '”’」』）)"'


def summarise(article: Wording, count: int) -> tuple[str, ...]:
    """At most `count` whole sentences of the text that say what happened; () where nothing fit is found.

    One sentence alone reads like a headline: it may end at its first semicolon, and its full stop is left out.
    """
    if count < 1:
        return ()
    found = _candidates(article)
    if not found:
        whole = article.text.strip()
        return (whole,) if 0 < len(whole) <= SHORT and _stands_alone(article, whole) else ()
    alike = _common_pairs(found)
    few = len(found) <= count  # what is not passed over is all there is to say
    scores = [0.0] * len(found) if few else score(article, found, alike, alone=count == 1)
    if count == 1:
        upright = [at for at, one in enumerate(found) if not one.leans] or range(len(found))
        best = max(upright, key=lambda at: (scores[at], -at))
        return (headline_form(found[best].text),)
    return tuple([found[at].text for at in _choose(found, scores, alike, count)])


def _stands_alone(article: Wording, whole: str) -> bool:
    """Is a short text without sentences worth showing below its title?"""
    return article.letters != article.head_letters and not load_boilerplate().is_credit(whole)


def _candidates(article: Wording) -> list[Sentence]:
    """The first sentences that are news: no credits, headings, questions, nothing that repeats the title."""
    plain = load_boilerplate()
    text = article.text
    told = _pairs(article.head_letters)
    found: list[Sentence] = []
    seen: set[str] = set()
    for raw in read(text):
        opening = plain.openings.match(raw)
        sentence = raw[opening.end() :] if opening else raw
        if len(sentence) < LEAST or sentence.rstrip(_CLOSERS)[-1:] not in _ENDS or plain.is_credit(sentence):
            continue
        at = text.find(sentence.removesuffix("。"))
        squashed = article.letters_of(sentence, at)
        pairs = _pairs(squashed)
        if squashed in seen or (told and _repeats(pairs, told)) or not _stands(text, at):
            continue
        seen.add(squashed)
        words = article.words_of(sentence, at)
        found.append(Sentence(sentence, len(found), words, plain.leans_back(sentence), pairs))
        if len(found) == _READ:
            break
    asserted = [one for one in found if not one.text.endswith(("？", "?"))]
    return asserted or found


def _stands(text: str, at: int) -> bool:
    """Does a sentence begin there, and not the part of another that has the same words?"""
    before = text[:at].rstrip(" \u3000")
    return not before or before[-1] in "。！？!?；;…\n”」』）)】."


def _repeats(sentence: frozenset[str], title: frozenset[str]) -> bool:
    """Does a sentence with these pairs of letters say no more than the title?"""
    return len(sentence) - len(sentence & title) <= len(sentence) * 0.15


def _common_pairs(found: Sequence[Sentence]) -> list[list[int]]:
    """How many pairs of letters each two sentences share, and (on the diagonal) each has."""
    pairs = [one.pairs for one in found]
    common = [[len(mine)] * len(pairs) for mine in pairs]
    for at, mine in enumerate(pairs):
        for before in range(at):
            common[at][before] = common[before][at] = len(mine & pairs[before])
    return common


def _pairs(letters: str) -> frozenset[str]:
    """Each two letters that stand side by side."""
    return frozenset(map(add, letters, letters[1:]))


def _choose(
    found: Sequence[Sentence], scores: Sequence[float], alike: Sequence[Sequence[int]], count: int
) -> list[int]:
    """The best sentences that do not repeat each other, in reading order, the first leaning on nothing."""
    overlap = load_model().overlap
    worth = list(scores)
    again = [0.0] * len(found)
    left = [at for at, one in enumerate(found) if not one.leans] or list(range(len(found)))
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=worth.__getitem__)  # the earliest of equals
        left.remove(best)
        chosen.append(best)
        # What leans on a chosen sentence may follow it directly.
        after = best + 1
        if after < len(found) and found[after].leans and found[after].place == found[best].place + 1:
            left = sorted({*left, after} - {*chosen})
        for at, row in enumerate(alike):
            again[at] = max(again[at], row[best] / max(1, min(row[at], alike[best][best])))
            worth[at] = scores[at] - overlap * again[at]
    return sorted(chosen)
