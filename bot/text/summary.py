"""Extractive summaries: whole sentences of the article, exactly as they stand but for a list's numbers, in reading order.

What is fit to be one is told here, how good each is in weighing.py; the best that do not repeat each other are chosen.
"""

import re
from collections.abc import Sequence
from operator import add

from bot.text.boilerplate import load_boilerplate
from bot.text.headline import take_apart
from bot.text.normalise import squash
from bot.text.sentences import read
from bot.text.weighing import LEAST, Sentence, headline_form, load_model, score
from bot.text.wording import Wording

SHORT = 120
"""Characters of a text without sentence marks that may stand as its own summary."""
WHOLE = 16
"""Characters of the shortest sentence that may stand alone below a title."""
_CURT = 10
"""Characters of the shortest that others may follow: one without a figure (最近有点热闹) only where no longer one can begin."""
_AGAIN = 0.6
"""The share of a sentence's pairs of letters that a chosen one has already, from which it is not told."""
_LONG_TITLE = 36
"""A longer one may have the beginning of the text in it."""
_SHORT_TITLE = 4
_OPENING_QUOTES = "“「『"
_OPENERS = {"”": "“", "’": "‘", "」": "「", "』": "『"}
_READ = 10
"""Sentences that are weighed: the news is said by then."""
_ENDS = frozenset("。！？!?….")
_CLOSERS = '”’」』）)"'
_ASKS = re.compile(r"[？?][”’」』）)\"]*$")
_QUOTED = re.compile(r"[“「『][^”」』]*(?:[”」』][。！!…]?)?$")
"""All of a sentence, and nobody who says it."""
_PERSON = re.compile(r"[你您咱]|我(?![国省市县区军方校院部党])|笔者|小编|[“「『].*")
"""Somebody speaks to somebody: who, stands elsewhere. Looked for before the first quote."""
_TURN = re.compile(r"[^\s，。：:“”]{1,8}[：:]")
_NUMBERING = re.compile(
    r"(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)][、.．]?|[一二三四五六七八九十]{1,3}\s?[、.．](?![一二三四五六七八九十]|\d(?!\d?[、.．)）](?!\d)))"
    r"|\d{1,2}\s?(?:[、.．](?!\d)|[）)])|\d{1,2}(?:[.．]\d{1,2}){1,3}\s+(?![万亿千百个%％元倍米点版A-Za-z\d])|(?:[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})[.．)）]\s+(?=[“《一-鿿])|[①-⑳❶-❿]|[●■◆▲▶•·※]|[-–](?!\s*[\d–-])|第[一二三四五六七八九十]{1,3}[章节][、：:\s])\s*"
)
"""The numbers of headings and items before a sentence, several in a row (一、1.); no piece of a figure: 5、6月份, 一、二线."""
_DIGIT = re.compile(r"\d")
_EVENT = re.compile(r"\d|[A-Za-z]{3}|近日|日前|[今昨][天日晚早]|[上本下]周|[上本]月|周[一二三四五六日]")


def summarise(article: Wording, count: int) -> tuple[str, ...]:
    """At most `count` whole sentences of the text that say what happened; () where nothing fit is found.

    One sentence alone reads like a headline: it may end at its first semicolon, and its full stop is left out.
    """
    if count < 1:
        return ()
    found = _candidates(article)
    if not found:
        whole = article.text.strip()
        return (
            (whole,)
            if 0 < len(whole) <= SHORT and "\n" not in whole and _stands_alone(article, whole)
            else ()
        )
    alike = _common_pairs(found)
    few = len(found) <= count  # what is not passed over is all there is to say
    scores = [0.0] * len(found) if few else score(article, found, alike, alone=count == 1)
    if count == 1:
        upright = [at for at, one in enumerate(found) if not one.leans] or range(len(found))
        best = max(upright, key=lambda at: (scores[at], -at))
        return (headline_form(_without_numbers(found[best].text)),)
    chosen = [
        _without_numbers(found[at].text)
        for at in _choose(found, scores, alike, count, titled=bool(article.title))
    ]
    return () if article.title and len(chosen) == 1 and len(chosen[0]) < WHOLE else tuple(chosen)


def _without_numbers(sentence: str) -> str:
    """A sentence without the numbers that a list or a heading gave it."""
    start = 0
    while match := _NUMBERING.match(sentence, start):
        start = match.end()
    return sentence[start:]


def _without_odd_quote(sentence: str) -> str:
    """A sentence without a closing quote at its end of which the opening one stands before it."""
    last = sentence[-1:]
    if last == '"':
        return sentence[:-1] if sentence.count('"') == 1 else sentence
    opener = _OPENERS.get(last)
    return sentence[:-1] if opener and opener not in sentence else sentence


def _stands_alone(article: Wording, whole: str) -> bool:
    """Is a short text without sentences worth showing below its title? What a rubric begins is another headline."""
    plain = load_boilerplate()
    if article.title and (len(whole) < WHOLE or _is_unfit(whole, article.text) or plain.rubrics.match(whole)):
        return False
    return article.letters != article.head_letters and not plain.is_credit(whole)


def _candidates(article: Wording) -> list[Sentence]:
    """The first sentences that are news: no credits, headings, questions, nothing that repeats the title."""
    plain = load_boilerplate()
    text = article.text
    told = _pairs(_headline(article))
    names = frozenset([word for word in article.title_words if len(word) > 1])
    found: list[Sentence] = []
    seen: set[str] = set()
    for raw in read(text):
        opening = plain.openings.match(raw)
        sentence = _without_odd_quote(raw[opening.end() :] if opening else raw)
        if len(sentence) < LEAST or sentence.rstrip(_CLOSERS)[-1:] not in _ENDS or plain.is_credit(sentence):
            continue
        at = text.find(sentence.removesuffix("。"))
        squashed = article.letters_of(sentence, at)
        pairs = _pairs(squashed)
        if squashed in seen or (told and _repeats(pairs, told)) or not _stands(text, at):
            continue
        seen.add(squashed)
        words = article.words_of(sentence, at)
        one = Sentence(sentence, len(found), words, plain.leans_back(sentence), pairs)
        one.opens = not one.leans and _opens(one, names)
        found.append(one)
        if len(found) == _READ:
            break
    asserted = [one for one in found if not _is_unfit(one.text, text)]
    return asserted or ([] if article.title else found)  # a question below a headline tells nothing


def _headline(article: Wording) -> str:
    """The letters of the headline proper: some feeds run the beginning of the text into their titles."""
    title = article.title
    if len(title) <= _LONG_TITLE and "\n" not in article.text:
        return article.head_letters
    first, lines, _ = article.text.partition("\n")
    if lines and len(first) >= _SHORT_TITLE and title.startswith(f"{first.strip()} "):
        return squash(first)
    headline = take_apart(title)
    return squash(headline.core) if headline.rest else article.head_letters


def _opens(one: Sentence, names: frozenset[str]) -> bool:
    """Does a sentence say something of what the title names, or who, when or how much, and nobody speaks in it?

    The others only set a mood.
    """
    person = _PERSON.search(one.text)
    if person is not None and (person[0][0] not in _OPENING_QUOTES or person.start() == 0):
        return False
    if not names or not names.isdisjoint(one.words):
        return len(one.text) >= _CURT
    return len(one.text) >= WHOLE and _EVENT.search(one.text) is not None


def _is_curt(sentence: str) -> bool:
    """Is it so short that it sets a mood rather than telling, where something else can begin?"""
    return len(sentence) < WHOLE and _DIGIT.search(sentence) is None


def _is_unfit(sentence: str, text: str) -> bool:
    """Is it a question, a quotation that nobody says, or a turn of a conversation?"""
    return bool(_ASKS.search(sentence) or _QUOTED.match(sentence)) or _speaks(sentence, text)


def _speaks(sentence: str, text: str) -> bool:
    """Is it a turn of a conversation that the text writes down, speaker by speaker?"""
    turn = _TURN.match(sentence)
    return turn is not None and f"\n{text}".replace("\n ", "\n").count(f"\n{turn[0]}") > 1


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
    found: Sequence[Sentence],
    scores: Sequence[float],
    alike: Sequence[Sequence[int]],
    count: int,
    *,
    titled: bool,
) -> list[int]:
    """The best sentences that do not repeat each other, in reading order; the first says what it is about, and none
    leans on one that is not there."""
    overlap = load_model().overlap
    worth = list(scores)
    again = [0.0] * len(found)
    upright = [at for at, one in enumerate(found) if not one.leans]
    openers = [at for at in upright if found[at].opens]
    if titled:
        openers = [at for at in openers if not _is_curt(found[at].text)] or openers
    whole = [at for at in upright if len(found[at].text) >= WHOLE]
    left = openers or whole or upright or list(range(len(found)))
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=worth.__getitem__)  # the earliest of equals
        chosen.append(best)
        if len(chosen) == 1:  # what is no good beginning may follow one
            left = [at for at in (upright or left) if at > best or at in openers]
        left = [at for at in left if at != best]
        # What leans on a chosen sentence may follow it directly.
        after = best + 1
        if after < len(found) and found[after].leans and found[after].place == found[best].place + 1:
            left = sorted({*left, after} - {*chosen})
        for at, row in enumerate(alike):
            again[at] = max(again[at], row[best] / max(1, min(row[at], alike[best][best])))
            worth[at] = scores[at] - overlap * again[at]
        left = [at for at in left if alike[at][best] < _AGAIN * max(1, alike[at][at])]
    return sorted(chosen)
