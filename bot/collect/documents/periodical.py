"""The printed periodical: a title, a table of contents with page numbers, sections, articles.

Read in five steps, each pure: `_split_contents` (front matter, contents, body) → `_match` (which body line is
which listed title, although spacing and wording differ) → `headings.find_starts` (articles that the contents
forgot) → `_join` (paragraphs that a page break cut in two) → entries, in the order of print.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.collect.documents.headings import NUMBERED, RAISED, SENTENCE_END, find_starts, is_heading
from storage.models import Entry

_CONTENTS = {"目录", "目次", "contents", "本期目录", "本期导读", "目錄", "本期目錄", "本期導讀"}
_APART = {
    *("导读", "本期导读", "导语", "索引", "编印说明", "版权页", "導讀", "本期導讀", "編印說明", "版權頁"),
    *("overview", "index", "colophon"),
}
"""Parts of a periodical that hold no articles: an overview before them, an index and a colophon behind."""
_NO_ARTICLES = "-"
"""In place of the id of their section."""
_COUNTS = re.compile(r"^\d{1,4}年\d{1,2}月\d{1,2}日至\d|^\d+ ?(?:家媒体|家媒體|publishers?) · ")
"""Lines under the title that say which days and how much it covers: no part of its name."""
_LISTED = re.compile(
    r"^(?P<title>.*?\S)(?:\t+[\s.…·]*|[\s　]*(?:[.．]{2,}|…+|·{2,})[\s　]*|[ 　]+)(?P<page>\d{1,4})$"
)
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–·\s]*\d{1,3}[-—–·\s]*|第\s*\d{1,3}\s*[页頁](?:\s*共\s*\d{1,3}\s*[页頁])?)$"
)
_NUMBER = re.compile(
    r"^(?:[（(][一二三四五六七八九十]{1,3}[）)][、.．\s]?|[一二三四五六七八九十]{1,3}[、.．\s]|第[一二三四五六七八九十]{1,3}[章节编篇部分]{1,2}[、：:\s]?|\d{1,2}[、.．\s]\s?)"
)
_TITLE_NUMBERS = re.compile(
    r"(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)][、.．]?|[一二三四五六七八九十]{1,3}[、.．](?![一二三四五六七八九十])|第[一二三四五六七八九十\d]{1,3}[章节编篇][、：:\s]?"
    r"|\d{1,2}(?:[.．]\d{1,2}){1,2}[\s、.．]?(?=[\s\u4e00-\u9fff“《])|\d{1,2}[、.．)）](?!\d)|[①-⑳])\s*"
)
"""One of the numbers before a title."""
_MOSTLY = 0.6
"""Of the titles have numbers, where those are the periodical's and no part of what is said."""
_SPACES = re.compile(r"[^\S\t]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "「": "」", "【": "】", "(": ")"}
_SAME_TITLE = 0.6
"""Dice of character pairs from which a body line is the listed title (省信息消费… / 省级信息消费…: 0.92)."""
_SHORTEST_BEGINNING = 6
_FULL_LINE = 34
"""A cut piece fills at least one printed line of about 38 characters; a heading is shorter than one."""
_FRONT_LINES = 60
"""The contents begin within so many lines."""


@dataclass(frozen=True, slots=True)
class Periodical:
    """A printed periodical as read."""

    title: str
    key: str
    """Stable name: the title's letters and digits."""
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    """Listed titles that the body does not have."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One line of the contents."""

    title: str
    page: int
    section: bool


def plain_key(text: str) -> str:
    """Letters and digits only, NFKC, case folded. Guids are made of it: it must never change."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def section_key(text: str) -> str:
    """The key of what may be a section's name: without a number before it (一、产业环境)."""
    return plain_key(_NUMBER.sub("", text))


def document_guid(key: str, title: str) -> str:
    """A guid that stays the same over imports, spacing and punctuation: 32 hex digits."""
    return hashlib.sha256(f"{key}\n{plain_key(title)}".encode()).hexdigest()[:32]


def read_periodical(text: str, sections: Mapping[str, str]) -> Periodical | None:
    """Read `text` as a periodical; None where it has no table of contents.

    `sections` maps names of sections to ids; a section with another name is read too, its articles then
    have no section of their own.
    """
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    names = {plain_key(name): section for name, section in sections.items()}
    names.update(dict.fromkeys(map(plain_key, _APART), _NO_ARTICLES))
    split = _split_contents([line for line in lines if line], names)
    if split is None:
        return None
    title, listed, body = split
    matched = _match(listed, body)
    listed = _recognise_sections(listed, matched)
    key = plain_key(title) or "periodical"
    entries = _entries(key, listed, matched, body, names)
    missing = tuple(item.title for n, item in enumerate(listed) if n not in matched and not item.section)
    return Periodical(title, key, entries, missing)


def _split_contents(
    lines: list[str], names: Mapping[str, str]
) -> tuple[str, list[_Listed], list[str]] | None:
    """Title, contents and body; None where there are not at least two listed lines."""
    start = next((n for n, line in enumerate(lines[:_FRONT_LINES]) if plain_key(line) in _CONTENTS), None)
    if start is None:
        return None
    listed: list[_Listed] = []
    position, pending = start + 1, ""
    while position < len(lines):
        found = _LISTED.match(lines[position])
        if found:
            title = pending + found["title"]
            pending = ""
            listed.append(_Listed(title, int(found["page"]), section_key(title) in names))
        elif section_key(lines[position]) in names and not any(
            section_key(item.title) == section_key(lines[position]) for item in listed
        ):
            listed.append(_Listed(lines[position], 0, section=True))  # a section without a page number
        elif listed and (
            section_key(lines[position]) == section_key(listed[0].title)
            or position + 1 == len(lines)
            or not _LISTED.match(lines[position + 1])
        ):
            break  # the body begins: its first heading, or text without page numbers
        elif listed:
            pending += lines[position]  # a listed title that runs over two lines
        position += 1
    if len(listed) < 2:
        return None
    front = [line for line in lines[:start] if not _COUNTS.match(line)]
    heads = {plain_key(line) for line in lines[:start]} | {plain_key("".join(front))}
    body = [
        line for line in lines[position:] if not _PAGE_NUMBER.match(line) and plain_key(line) not in heads
    ]
    return "".join(front), listed, body


def _bigrams(text: str) -> Counter[str]:
    key = plain_key(text)
    return Counter(key[k : k + 2] for k in range(len(key) - 1)) or Counter([key])


def _likeness(listed: str, line: str, want: Counter[str], have: Counter[str]) -> float:
    """How much a body line looks like a listed title: by its pairs, or one the other's beginning (subtitles)."""
    score = _alike(want, have)
    if score < _SAME_TITLE:
        short, long = sorted((plain_key(listed), plain_key(line)), key=len)
        if len(short) >= _SHORTEST_BEGINNING and long.startswith(short):
            return _SAME_TITLE
    return score


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Dice coefficient of character pairs, 0 … 1."""
    return 2 * (one & other).total() / (one.total() + other.total())


def _match(listed: Sequence[_Listed], body: Sequence[str]) -> dict[int, int]:
    """Listed line → body line, in the same order, with the greatest sum of likeness (dynamic programme)."""
    longest = max(len(item.title) for item in listed) + 12
    candidates = [
        (n, _bigrams(line))
        for n, line in enumerate(body)
        if len(line) <= longest and not line.endswith("。") and not line.startswith(("——", "--"))
    ]
    likeness: list[list[float]] = []
    for item in listed:
        if item.section:
            likeness.append([float(section_key(body[n]) == section_key(item.title)) for n, _ in candidates])
            continue
        want = _bigrams(item.title)
        scores = [_likeness(item.title, body[n], want, have) for n, have in candidates]
        likeness.append([score if score >= _SAME_TITLE else 0.0 for score in scores])
    best = [[0.0] * (len(candidates) + 1) for _ in range(len(listed) + 1)]
    for i in range(len(listed) - 1, -1, -1):
        for j in range(len(candidates) - 1, -1, -1):
            take = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(take, best[i + 1][j], best[i][j + 1])
    matched: dict[int, int] = {}
    i = j = 0
    while i < len(listed) and j < len(candidates):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            matched[i] = candidates[j][0]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return matched


def _recognise_sections(listed: list[_Listed], matched: Mapping[int, int]) -> list[_Listed]:
    """Also take for a section, whatever its name, a listed line with the next one's title right below it."""
    return [
        _Listed(item.title, item.page, True)
        if n in matched and matched.get(n + 1) == matched[n] + 1 and item.page == listed[n + 1].page
        else item
        for n, item in enumerate(listed)
    ]


def _entries(
    key: str,
    listed: Sequence[_Listed],
    matched: Mapping[int, int],
    body: Sequence[str],
    names: Mapping[str, str],
) -> tuple[Entry, ...]:
    """Articles in the order of print."""
    section_at = {line: listed[n].title for n, line in matched.items() if listed[n].section}
    page_at = {line: listed[n].page for n, line in matched.items() if not listed[n].section}
    starts = {*page_at}
    # Below a section's name stands an article's title, listed or not.
    starts |= {n + 1 for n in section_at if n + 1 < len(body) and n + 1 not in section_at}
    edges = sorted({*starts, *section_at, len(body)})
    spans = [(first, end) for first, end in pairwise(edges) if first in starts]
    heading_lines = sorted({*starts, *section_at, *(n for n, line in enumerate(body) if is_heading(line))})
    starts.update(find_starts(body, heading_lines, spans))
    edges = sorted({*starts, *section_at, len(body)})
    titled = [body[first] for first, _ in pairwise(edges) if first not in section_at]
    numbered = sum(_TITLE_NUMBERS.match(title) is not None for title in titled) >= _MOSTLY * len(titled)
    found: list[Entry] = []
    section: str | None = None
    for first, end in pairwise(edges):
        if first in section_at:
            section = names.get(section_key(section_at[first]))
            continue
        if section == _NO_ARTICLES:
            continue
        title, lines = body[first], body[first + 1 : end]
        if first not in page_at and not is_heading(title):  # a section that begins without any title
            title, lines = re.split("[。！？]", title)[0][:_FULL_LINE], body[first:end]
        title = _unnumbered(title) if numbered else title
        found.append(
            Entry(
                title=title,
                guid=document_guid(key, title),
                text="\n".join(_join(lines)),
                section=section,
                page=page_at.get(first) or None,  # 0 stands in contents that were made without pages
            )
        )
    return tuple(found)


def _unnumbered(title: str) -> str:
    """Without the numbers before it; as it is where it has nothing else."""
    rest = title
    while match := _TITLE_NUMBERS.match(rest):
        rest = rest[match.end() :]
    return rest or title


def _join(lines: Sequence[str]) -> list[str]:
    """Paragraphs whole again: a line that a page break cut is joined with what follows it."""
    paragraphs: list[str] = []
    open_end = False
    for line in lines:
        if open_end and line[0] not in RAISED and not NUMBERED.match(line):
            between = (
                " "
                if paragraphs[-1][-1:].isascii() and line[:1].isascii() and _latin(paragraphs[-1], line)
                else ""
            )
            paragraphs[-1] += between + line
        else:
            paragraphs.append(line)
        open_end = line[0] not in RAISED and _is_cut(line, paragraphs[-1])
    return paragraphs


def _latin(before: str, after: str) -> bool:
    """Whether a page break stands between two Latin words, where print had a space."""
    return before[-1].isalpha() and after[0].isalpha()


def _is_cut(line: str, paragraph: str) -> bool:
    """Whether a page break ended `line`, the last piece of `paragraph`, in the middle of a sentence.

    A whole paragraph ends in sentence punctuation; a heading does not either, but is shorter than a printed
    line, has no sentence inside it, no open quotation mark, and no comma at its end.
    """
    if SENTENCE_END.search(line) or (NUMBERED.match(line) and len(line) < _FULL_LINE):
        return False
    if line.endswith(("，", "、", "“", "（", "《")) or "。" in paragraph or "；" in paragraph:
        return True
    if any(paragraph.count(left) > paragraph.count(right) for left, right in _PAIRS.items()):
        return True
    return len(paragraph) >= _FULL_LINE and bool(_HAN.search(paragraph))
