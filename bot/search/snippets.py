"""The passage of an article that answers a query, with the words marked, in the article's own spelling.

FTS5's `snippet()` needs the stored text and knows nothing of traditional characters, full-width letters or words
written with and without a blank; so the words are looked for in the text made comparable letter by letter, each letter
remembering where it came from.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from bot.messages.snippet import Snippet
from bot.text.boilerplate import load_boilerplate
from bot.text.cleaning import cleaned
from bot.text.normalise import normalise

SCANNED = 8_000
"""How many letters of a text are looked through."""
CLOSE = 40
"""A sentence is begun with where its first word stands within so many letters."""
MAX_SPANS = 40

_CLOSING = "”」』）)》〉】"
_FULL_WIDTH = "。！？；，、：…”」』）》〉】"
"""Marks that bring their own space."""
_SENTENCE_START = re.compile(rf"(?<=[。！？!?；;\n])[{_CLOSING}\s]*(?:[，,、：:]\s*)?")
_CLAUSE_START = re.compile(r"(?<=[，,、：:])\s*")
_CREDITS = re.compile(
    r"(?:本文来自|出品|作者|原文标题|撰文)[：:丨|][^。！？!?\n]*(?:题图|头图|封面|配图|图片)(?:来自|来源|源自)[：:]?[^。！？!?，\n]{2,12}\n"
)
_HEADING = re.compile(
    r"(?:\A|(?:[。！？!?…”」』）]|\n[ \u3000]*(?:\d{1,2}|[一二三四五六七八九十]))[ \u3000]*\n)[ \u3000]*"
    r"[^\n。！？]{1,24}[一-鿿](?=\n[ \u3000]*[^\n。！？]{8,}[。！？])"
)
"""A short line without a mark at its end, above a paragraph and below another; the lines of a wrapped text are none."""
_JOINTS = frozenset("-_/·")


def snippet(
    text: str, terms: Sequence[str], width: int = 120, parts: Sequence[str] = (), headline: str = ""
) -> Snippet:
    """At most `width` letters of `text` around the best meeting of `terms` (tokens of the one path), marked; credits and
    the like are passed over, as the index does.

    `parts` of the terms are marked where the text has none of the terms that they are part of.

    The passage begins with a sentence where one begins near, else with a clause or in the middle behind "…"; line
    breaks become blanks, but for those behind full-width marks, or a full stop behind a heading. Without a match it is
    the beginning of the text.
    What the `headline` above it says is not said again: where there is nothing else, the snippet is empty.
    """
    text = _without_headline(cleaned(text).text[:SCANNED], headline)
    spans = find(text, terms, parts)
    found = _start(text, spans, width)
    start = _behind_credits(text, found, width)
    is_behind = start > found
    edge = max(0, start - CLOSE)
    while start > edge and _same_run(text[start - 1], text[start : start + 1]):  # never …penAI
        start -= 1
    end = min(len(text), start + width)
    if end < len(text):
        cut = max((text.rfind(mark, start + width * 2 // 3, end) for mark in "。！？!?；;"), default=-1)
        end = cut + 1 if cut > 0 and all(stop <= cut + 1 or begin >= end for begin, stop in spans) else end
    if headline and _letters(text[start:end]) in _letters(headline):
        return Snippet("", ())
    before = "…" if start > 0 and not is_behind and not _begins_sentence(text, start) else ""
    after = "…" if end < len(text) and text[end - 1] not in "。！？!?；;" else ""
    headings = {found.end() - start for found in _HEADING.finditer(text)}
    shown, places = _on_one_line(text[start:end], headings)
    inside = [
        (places[begin - start] + len(before), places[stop - start] + len(before))
        for begin, stop in spans
        if begin >= start and stop <= end
    ]
    return Snippet(before + shown + after, tuple(inside[:MAX_SPANS]))


def _behind_credits(text: str, start: int, width: int) -> int:
    """Where the passage begins, or where its text does if it would begin with who wrote it, where a picture is from, or an
    agency's dateline."""
    found = _CREDITS.match(text, start, start + width)
    start = found.end() if found else start
    dateline = load_boilerplate().datelines.match(text[start : start + CLOSE])
    return start + dateline.end() if dateline else start


def _without_headline(text: str, headline: str) -> str:
    """The text behind its headline, where it begins with it."""
    wanted = _letters(headline)
    at = place = 0
    while place < len(wanted) and at < len(text):
        letter = text[at].casefold()
        if letter.isalnum():
            if not wanted.startswith(letter, place):
                return text
            place += len(letter)
        at += 1
    return text[at:].lstrip('。！？!?；;…"”』」 \n\t\u3000') if wanted and place >= len(wanted) else text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _on_one_line(passage: str, headings: Collection[int]) -> tuple[str, list[int]]:
    """The passage with white space as one blank, and none behind a full-width mark; where `headings` end stands a full
    stop. And where each letter and the end are now."""
    shown: list[str] = []
    places = []
    for at, letter in enumerate(passage):
        places.append(len(shown))
        if not letter.isspace():
            shown.append(letter)
        elif shown and at in headings:
            shown.append("。")
        elif shown and shown[-1] != " " and shown[-1] not in _FULL_WIDTH:
            shown.append(" ")
    return "".join(shown), [*places, len(shown)]


def find(text: str, terms: Sequence[str], parts: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Where the terms stand in the text: (start, end) in order, meeting ones joined; and the parts of those that do
    not: where there is 人工智能, the 智能 of other words is no answer."""
    comparable = _comparable(text)
    found = {term: _places(text, comparable, term) for term in dict.fromkeys(terms)}
    for part in parts:
        if part not in found and not any(part in term and places for term, places in found.items()):
            found[part] = _places(text, comparable, part)
    joined: list[tuple[int, int]] = []
    for begin, stop in sorted(span for places in found.values() for span in places):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((begin, stop))
    return joined


def _places(text: str, comparable: tuple[str, list[int]], term: str) -> list[tuple[int, int]]:
    """Where one term stands."""
    letters, origins = comparable
    wanted = term.replace(" ", "")
    found = []
    at = letters.find(wanted) if wanted else -1
    while at >= 0:
        begin, stop = origins[at], origins[at + len(wanted) - 1] + 1
        if _stands_alone(text, begin, stop):
            found.append((begin, stop))
        at = letters.find(wanted, at + 1)
    return found


def _comparable(text: str) -> tuple[str, list[int]]:
    """The text's letters as the index compares them, without blanks and joints, and where each came from."""
    letters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(_simplified(text)):
        for letter in _folded(character):
            if not letter.isspace() and letter not in _JOINTS:
                letters.append(letter)
                origins.append(position)
    return "".join(letters), origins


def _simplified(text: str) -> str:
    """The text in simplified characters, letter for letter. White space, and what is several letters when it is
    folded (㎡), keeps out of that: it would move the others."""
    plain = normalise("".join([letter if _is_one(letter) else "," for letter in text]))
    if len(plain) == len(text):
        return "".join([new if _is_one(old) else old for old, new in zip(text, plain, strict=True)])
    pieces = [
        normalise(piece) if len(normalise(piece)) == len(piece) else piece
        for piece in re.split(r"([^一-鿿]+)", text)
    ]
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _is_one(character: str) -> bool:
    return len(_folded(character)) == 1 and not character.isspace()


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return unicodedata.normalize("NFKC", character).casefold()


def _stands_alone(text: str, begin: int, stop: int) -> bool:
    """A Latin word is no match inside a longer one, nor a number inside a longer one."""
    return not (
        (begin > 0 and _same_run(text[begin - 1], text[begin]))
        or (stop < len(text) and _same_run(text[stop - 1], text[stop]))
    )


def _same_run(left: str, right: str) -> bool:
    left, right = _folded(left), _folded(right)
    return (left.isascii() and right.isascii()) and (
        (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())
    )


def _start(text: str, spans: Sequence[tuple[int, int]], width: int) -> int:
    """Where the passage with the most different words begins."""
    if not spans:
        return len(text) - len(text.lstrip())
    best, most = spans[0][0], 0
    for position, (begin, _) in enumerate(spans):
        words = {
            normalise(text[start:stop])
            for start, stop in spans[position : position + MAX_SPANS]
            if stop <= begin + width
        }
        if len(words) > most:
            best, most = begin, len(words)
    last = max((stop for start, stop in spans if best <= start and stop <= best + width), default=best)
    sentence = _last_start(_SENTENCE_START, text, best)
    if last - sentence <= width or best - sentence <= CLOSE:
        return sentence
    clause = _last_start(_CLAUSE_START, text, best)
    return clause if best - clause <= CLOSE else max(0, best - CLOSE // 4)


def _last_start(pattern: re.Pattern[str], text: str, before: int) -> int:
    """The last beginning of a sentence or clause at or before a place; 0 where there is none."""
    first = max(0, before - 400)
    starts = [match.end() for match in pattern.finditer(text, first, before + 1) if match.end() <= before]
    return starts[-1] if starts else (0 if first == 0 else before)


def _begins_sentence(text: str, start: int) -> bool:
    return (
        text[:start].rstrip(f"{_CLOSING} \n\t　")[-1:] in "。！？!?；;"
        or "\n" in text[max(0, start - 2) : start]
    )
