"""Whether a model's sentence says only what its cited stories say. Pure; what is in doubt is refused.

form → links → Latin words → numbers, their neighbours and 超过/不足 → words → negation and plans → directions → who does
what → comparisons. `tests/quality/test_overview.py` counts what that lets through and what it drops in vain.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bot.overview.figures import Figure
from bot.overview.reading import (
    LATIN,
    Clause,
    Reader,
    ReadText,
    ToldDeed,
    deeds,
    is_planned,
    mentions,
    negated,
    wording,
)

SHORTEST, LONGEST = 8, 120
"""Characters of a sentence."""
LEAST_HAN = 5
MOST_CITED = 3
_LINK = re.compile(
    r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|net|org|io|ai|me|co|info|top|xyz)\b|@\w|t\.me/", re.IGNORECASE
)
_FORM = re.compile(
    r"[<>\[\]{}|`*#_~\\\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fff]+")
_DATES = frozenset({"年", "月", "日", "季度", "天", "周"})
_COMPARED = ("落后于", "领先于", "高于", "低于", "多于", "少于", "优于", "比")
_BEFORE, _BEHIND = 5, 4
"""Characters around a number that say what it counts."""
_NEAR = 8
_BETWEEN = {"most": 2, "least": 2, "mean": 2}
"""Letters that may stand between such a word and its number (最高可处100万元)."""


class Checker:
    """Holds sentences against the stories that they cite."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, *texts: str) -> ReadText:
        """A story as the checks know it: its headline and what else the model was given of it."""
        return self._reader.read("\n".join(texts))

    def refuse(self, sentence: str, cited: Sequence[ReadText]) -> str | None:
        """Why the sentence is not let through (form, citation, link, name, figure, neighbour, qualifier, word, negation, plan,
        direction, role, comparison), or None."""
        if not 1 <= len(cited) <= MOST_CITED:
            return "citation"
        said = self._reader.read(sentence)
        if not _is_a_sentence(sentence) or len(said.sentences) != 1:
            return "form"
        if _LINK.search(sentence):  # the story's own stands under it
            return "link"
        clauses = said.sentences[0]
        if len(cited) == 1:
            return _against(clauses, cited[0])
        for clause in clauses:  # each clause by one of them alone: what two stories tell is not mixed
            reasons = [_against((clause,), source) for source in cited]
            if None not in reasons:
                return next(filter(None, reasons))
        return None


def _is_a_sentence(text: str) -> bool:
    """Whether it has the length and the letters of one, and no markup."""
    return (
        not _FORM.search(text) and SHORTEST <= len(text) <= LONGEST and len(_HAN.findall(text)) >= LEAST_HAN
    )


def _against(clauses: Sequence[Clause], source: ReadText) -> str | None:
    """Why these clauses are not what the source says, or None."""
    for clause in clauses:
        latin = (word for word in LATIN.findall(clause.text) if not _is_unit(word, clause))
        if any(word not in source.latin for word in latin):
            return "name"
        for reason in (_figures(clause, source), _words(clause, source), _flags(clause, source)):
            if reason:
                return reason
    return _directions(clauses, source) or _roles(clauses, source) or _compared(clauses, source)


def _is_unit(word: str, clause: Clause) -> bool:
    return any(word == number.unit for number in clause.numbers)


def _same(number: Figure, source: ReadText) -> Iterator[tuple[Clause, Figure]]:
    """Where the source has this number with this unit."""
    for clause in source.clauses:
        for other in clause.numbers:
            if other.key == number.key:
                yield clause, other


def _figures(clause: Clause, source: ReadText) -> str | None:
    for number in clause.numbers:
        same = list(_same(number, source))
        if not same:
            return "figure"
        if number.unit in _DATES:
            continue
        kind = _qualifier(clause.text, number)
        theirs = {_qualifier(where.text, other) for where, other in same}
        if kind not in theirs and not (kind is None and "about" in theirs):
            return "qualifier"
        names = set(source.names)
        around = _around(clause, number, names)
        own = max(len(around & _around(where, other, names)) for where, other in same)
        others = [
            len(around & _around(where, other, names))
            for where in source.clauses
            for other in where.numbers
            if other.unit == number.unit and other.value != number.value
        ]
        if others and max(others) > own:
            return "neighbour"
    return None


def _qualifier(text: str, number: Figure) -> str | None:
    """The class of what stands right before (or 以上 right behind) a number."""
    kinds = wording().qualifiers
    before = text[max(0, number.start - 7) : number.start]
    found = [
        (before.rfind(word), len(word), kind)
        for word, kind in kinds.items()
        if word in before and len(before) - before.rfind(word) - len(word) <= _BETWEEN.get(kind, 1)
    ]
    behind = text[number.end : number.end + 2]
    if behind in {"以上", "以下"}:
        return "over" if behind == "以上" else "under"
    if not found:
        return None
    return max(found, key=lambda each: (each[0] + each[1], each[1]))[2]


def _around(clause: Clause, number: Figure, names: set[str]) -> set[str]:
    """Pairs of letters around a number, up to the next one, without names."""
    begin = max((each.end for each in clause.numbers if each.end <= number.start), default=0)
    end = min((each.start for each in clause.numbers if each.start >= number.end), default=len(clause.text))
    parts = [clause.text[begin : number.start], clause.text[number.end : end]]
    for name in names:
        parts = [part.replace(name, "　") for part in parts]
    return _pairs(parts[0][-_BEFORE:]) | _pairs(parts[1][:_BEHIND])


def _pairs(text: str) -> set[str]:
    """The pairs of neighbouring Chinese letters."""
    return {pair for run in _NOT_WORDS.split(text) for pair in map("".join, pairwise(run))}


def _words(clause: Clause, source: ReadText) -> str | None:
    """Each word stands in the source, but for grammar, the verbs of telling, and what stands before numbers."""
    lists = wording()
    text = clause.text
    free = {number.start: number.end for number in clause.numbers}
    for number in clause.numbers:
        before = text[: number.start]
        for word in sorted(lists.qualifiers, key=len, reverse=True):
            if before.endswith(word):
                free[number.start - len(word)] = number.start
                break
    free |= {
        match.start(): match.end() for match in _NOT_WORDS.finditer(text) if not re.search(r"\d", match[0])
    }
    return None if _covered(text, source.text, lists.free, free) else "word"


def _covered(text: str, source: str, words: frozenset[str], free: Mapping[int, int]) -> bool:
    """Whether it is made of pieces of two letters or more of the source, of free words, and of what may be passed over."""
    reached = [True] + [False] * len(text)
    for start in range(len(text)):
        if not reached[start]:
            continue
        if start in free:
            reached[free[start]] = True
        for end in range(start + 1, min(len(text), start + 12) + 1):
            piece = text[start:end]
            if piece in words or (len(piece) > 1 and piece in source):
                reached[end] = True
            elif len(piece) > 4:
                break
    return reached[-1]


def _flags(clause: Clause, source: ReadText) -> str | None:
    """What is denied, and what is only planned, is so in the source too; and what is not, is not."""
    lists = wording()
    for word in clause.words:
        if len(word.text) < 2 or word.text in lists.negators or word.text in lists.plans:
            continue
        found = [(where, at) for where in source.clauses for at in _every(where.text, word.text)]
        if not found:
            continue
        verb = word.is_verb
        denied = negated(clause, word.start, verb=verb)
        if denied not in {negated(where, at, verb=verb) for where, at in found}:
            return "negation"
        shadowed = verb and not denied and all(_shadowed(where.text, at) for where, at in found)
        if shadowed and not any(shadow in clause.text for shadow in lists.shadows):
            return "negation"
        if word.is_verb and (reason := _planned(clause, word.start, found)):
            return reason
    for number in clause.numbers:
        found = [(where, other.start) for where, other in _same(number, source)]
        planned = clause.planned or any(word in clause.text for word in lists.plans)
        if number.unit not in _DATES and not planned and found and all(is_planned(*each) for each in found):
            return "plan"
    return None


def _shadowed(text: str, at: int) -> bool:
    """Whether a word such as 拒绝 stands right before that place."""
    return any(shadow in text[max(0, at - 4) : at] for shadow in wording().shadows)


def _planned(clause: Clause, at: int, found: Sequence[tuple[Clause, int]]) -> str | None:
    lists = wording()
    theirs = {is_planned(where, place) for where, place in found}
    if is_planned(clause, at):
        will = any(0 <= clause.text.find(word) < at for word in ("将", "拟", "计划", "预计"))
        later = any(word in where.text for where, _ in found for word in lists.later)
        return "plan" if will and theirs == {False} and not later else None
    if theirs == {True} and not any(word in clause.text for word in lists.plans):
        return "plan"
    done = any(0 <= clause.text.find(word) < at for word in lists.done)
    if done and not any(word in where.text for where, _ in found for word in lists.done):
        return "plan"
    return None


def _every(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _ways(text: str, number: Figure) -> set[str]:
    """The directions told right beside a number."""
    near = text[max(0, number.start - _NEAR) : number.end + 4]
    found = set()
    for word in sorted(wording().directions, key=len, reverse=True):
        if word in near:
            found.add(wording().directions[word])
            near = near.replace(word, "　")
    return found


def _directions(clauses: Sequence[Clause], source: ReadText) -> str | None:
    """What goes up goes up in the source: told beside the same number there, in the same way."""
    lists = wording()
    for clause in clauses:
        for number in clause.numbers:
            ways = _ways(clause.text, number)
            theirs: set[str] = set()
            for where, other in _same(number, source):
                theirs |= _ways(where.text, other)
            if any(lists.opposites[way] in theirs and way not in theirs for way in ways):
                return "direction"
    return None


def _roles(clauses: Sequence[Clause], source: ReadText) -> str | None:
    """Who does it in the sentence does it in the source."""
    names = source.names
    verbs = {
        word.text
        for clause in clauses
        for word in clause.words
        if word.is_verb and (word.text == "是" or word.text not in wording().free)
    }
    known: dict[str, list[ToldDeed]] = {}
    for sentence in source.sentences:
        for deed in deeds(sentence, names, verbs):
            known.setdefault(deed.verb, []).append(deed)
    for deed in deeds(clauses, names, verbs):
        theirs = known.get(deed.verb, ())
        doers = frozenset().union(*(each.doers for each in theirs))
        if deed.doers and doers and not deed.doers & doers:
            return "role"
        for mark, name in deed.aims:
            aimed = {other for each in theirs for by, other in each.aims if by == mark}
            if aimed and name not in aimed:
                return "role"
        objects = {each.object for each in theirs if each.object}
        if deed.doers and not doers and deed.doers <= objects:
            return "role"
        if deed.object and objects and deed.object not in objects:
            return "role"
    for clause in clauses:
        for number in clause.numbers:
            if number.unit not in _DATES and not _belongs(clause, number, source):
                return "role"
    return None


def _belongs(clause: Clause, number: Figure, source: ReadText) -> bool:
    """Whether the name before a number is one that the source has before it, too."""
    before = [name for _, end, name in mentions(clause.text, source.names) if end <= number.start]
    if not before:
        return True
    for sentence in source.sentences:
        earlier: list[str] = []
        for where in sentence:
            here = mentions(where.text, source.names)
            for other in where.numbers:
                if other.key == number.key:
                    around = [name for _, end, name in here if end <= other.start] or earlier
                    if not around or set(before) & set(around):
                        return True
            earlier = [name for _, _, name in here] or earlier
    return False


def _compared(clauses: Sequence[Clause], source: ReadText) -> str | None:
    """What is compared with what, is so in the source, the same way round."""
    for clause in clauses:
        for word in _COMPARED:
            if word not in clause.text:
                continue
            left, right = map(_pairs, clause.text.split(word, 1))
            for where in source.clauses:
                if word in where.text:
                    begin, end = map(_pairs, where.text.split(word, 1))
                    crossed = len(left & end) + len(right & begin)
                    if crossed and crossed >= len(left & begin) + len(right & end):
                        return "comparison"
    return None
