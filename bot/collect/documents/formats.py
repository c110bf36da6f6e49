"""Files that an operator imports: the printed periodical, Word, PDF, JSON Lines, plain text, Markdown and HTML."""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Literal
from zoneinfo import ZoneInfo

from bot.collect.dates.feed_dates import own_date
from bot.collect.dates.moments import DateContext
from bot.collect.documents.docx import docx_text
from bot.collect.documents.periodical import document_guid, read_periodical
from bot.collect.plain.encoding import decode
from bot.collect.plain.nearly_json import read_json
from bot.collect.plain.plaintext import clean, plain_text, plain_title, tidy
from bot.errors import DocumentError
from storage.models import Entry

_BINARY = (
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HTML_HEAD = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_TITLE_TAG = re.compile(r"<title[^<>]{0,200}>([^<]{1,1000})</title", re.IGNORECASE)
_HEADLINE_TAG = re.compile(r"<h1[^<>]{0,500}>(.{1,1000}?)</h1", re.IGNORECASE | re.DOTALL)
_MARKS = (
    (re.compile(r"<a (?:id|name)=\"[\w-]{1,80}\"></a>"), ""),
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|```.*$)", re.MULTILINE), ""),
    (re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"(\*\*|__|`|~~)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""Marks that are meant as they stand (CommonMark, section 2.4)."""
_ASIDE = 0xF0000
"""Where they are kept meanwhile: code points that no text has."""
_MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A kind of file that can be imported: one row here is all there is to it, but for its reader."""

    name: str
    suffixes: tuple[str, ...]
    """Of a file's name, in lower case with the dot; the first is the one that people are told."""
    shape: Literal["plain", "markdown", "html", "lines"] = "plain"
    """What its text is: paragraphs, with marks, with tags, or an article a line."""
    mark: bytes = b""
    """Bytes by which it is known whatever its name is."""
    mark_within: int = 0
    """How far from the start they may begin."""
    text: Callable[[str, bytes], str] | None = None
    """From name and bytes to plain text, where these are no characters; raises DocumentError with one sentence. It is run
    in the process that may be killed."""

    def marks(self, data: bytes) -> bool:
        """Whether these bytes are of this format, whatever the file is called."""
        return bool(self.mark) and self.mark in data[: self.mark_within + len(self.mark)]


def _pdf_text(name: str, data: bytes) -> str:
    """`pdf_text`; loaded where a PDF is read, because pdfminer is 6 MB that the bot itself never uses."""
    from bot.collect.documents.pdf import pdf_text  # noqa: PLC0415 - as said

    return pdf_text(name, data)


FORMATS: tuple[DocumentFormat, ...] = (
    DocumentFormat("text", (".txt", ".text", "")),
    DocumentFormat("Markdown", (".md", ".markdown"), "markdown"),
    DocumentFormat("HTML", (".html", ".htm", ".xhtml"), "html"),
    DocumentFormat("Word", (".docx",), mark=b"PK\x03\x04", text=docx_text),
    # Readers of PDF put up with some bytes before the mark.
    DocumentFormat("PDF", (".pdf",), mark=b"%PDF-", mark_within=1024, text=_pdf_text),
    DocumentFormat("JSON Lines", (".jsonl", ".ndjson"), "lines"),
)
SUFFIXES = frozenset(suffix for each in FORMATS for suffix in each.suffixes if suffix)
"""What a folder is searched for."""
TOLD_SUFFIXES = tuple(each.suffixes[0].removeprefix(".") for each in FORMATS)
"""What people are told that they can send."""
_NAMES = [f"{each.name} ({each.suffixes[0]})" for each in FORMATS]
FORMS = f"{', '.join(_NAMES[:-1])} and {_NAMES[-1]}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: who it is, and its articles."""

    title: str
    key: str
    """The source's address, stable over imports: `document:` and a name."""
    kind: Literal["periodical", "articles", "text"]
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    """Titles that a periodical's contents list and its body does not have."""
    faults: tuple[DocumentError, ...] = ()
    """Lines of a JSON Lines file that cannot be read: they are left out."""


def read_document(name: str, data: bytes, zone: ZoneInfo, sections: Mapping[str, str]) -> Document:
    """Read a file's bytes. Raises DocumentError with one sentence that says what is wrong.

    `name` is the file's name or path, `zone` holds for times without one, `sections` maps the names of
    the periodical's sections (产业环境 …) to their ids.
    """
    path = PurePath(name)
    text = _text_of(path, data)
    shape = next((each.shape for each in FORMATS if path.suffix.lower() in each.suffixes), "plain")
    if shape == "lines":
        entries, faults = _articles(path.name, text, zone)
        return Document(path.stem, f"document:{path.stem}", "articles", entries, faults=faults)
    if shape == "html" or _HTML_HEAD.match(text):
        title, body = _html_article(text)
        periodical = read_periodical(body, sections)
    else:
        text = _unmarked(text) if shape == "markdown" else text
        periodical = read_periodical(text, sections)
        title, body = _text_article(text)
    if periodical and periodical.entries:
        return Document(
            periodical.title or path.stem,
            f"document:{periodical.key}",
            "periodical",
            periodical.entries,
            periodical.missing,
        )
    if not title and not body:
        raise DocumentError(f"{path.name} has no text in it.", reason="empty")
    entry = Entry(
        title=title[:_MAX_TITLE], text=body, guid=document_guid(path.stem, title or body[:_MAX_TITLE])
    )
    return Document(path.stem, f"document:{path.stem}", "text", (entry,))


def is_packed(data: bytes) -> bool:
    """Whether these bytes have a reader of their own (Word, PDF): read them where reading can be ended."""
    return any(each.marks(data) for each in FORMATS)


def _text_of(path: PurePath, data: bytes) -> str:
    """The file's characters; refuses what has none."""
    if not data.strip():
        raise DocumentError(f"{path.name} is empty.", reason="empty")
    for each in FORMATS:
        if each.text is not None and each.marks(data):
            return clean(each.text(path.name, data))
    if data.startswith(_OLD_OFFICE):
        what = "an old or password-protected Office document"
        raise DocumentError(f"{path.name} is {what}; import takes {FORMS}.", reason="office")
    what = next((what for magic, what in _BINARY if data.startswith(magic)), "")
    named = next((each for each in FORMATS if path.suffix.lower() in each.suffixes), None)
    if not what and (named is None or named.text is not None):
        what = f"no {path.suffix} file" if named else f"a {path.suffix} file"
    text = "" if what else decode(data)
    if not what and _unreadable(text[:20_000]):
        what = "no text"
    if what:
        raise DocumentError(f"{path.name} is {what}; import takes {FORMS}.")
    return clean(text)


def _unreadable(text: str) -> bool:
    """Control characters and replacement marks show a binary file or an unknown encoding."""
    strange = sum(c == "�" or (c < " " and c not in "\t\n\r\f") for c in text)
    return strange > max(2, len(text) // 50)


def _text_article(text: str) -> tuple[str, str]:
    """First line the title, the rest the text."""
    title, _, body = tidy(text).partition("\n")
    return title, body


def _unmarked(text: str) -> str:
    """Markdown without its marks."""
    text = _ESCAPED.sub(lambda mark: chr(_ASIDE + ord(mark[1])), text)
    for pattern, kept in _MARKS:
        text = pattern.sub(kept, text)
    return text.translate({_ASIDE + code: chr(code) for code in range(0x80)})


def _html_article(text: str) -> tuple[str, str]:
    """Title (the first h1, else the page's title, else the first line) and plain text of a page."""
    body = plain_text(text)
    found = _HEADLINE_TAG.search(text) or _TITLE_TAG.search(text)
    title = plain_title(found[1]) if found else ""
    if not title:
        return _text_article(body)
    lines = body.split("\n")
    if title in lines[:10]:  # navigation above the headline goes with it
        lines = lines[lines.index(title) + 1 :]
    return title, "\n".join(lines)


def _articles(name: str, text: str, zone: ZoneInfo) -> tuple[tuple[Entry, ...], tuple[DocumentError, ...]]:
    """Entries of a JSON Lines file, one object a line (id, title, text, url, published, source), and what is wrong
    with the lines that are none. Raises DocumentError where no line is one."""
    entries: list[Entry] = []
    faults: list[DocumentError] = []
    for number, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            entries.append(_article(where, read_json(line), zone))
        except (ValueError, RecursionError):
            faults.append(DocumentError(f"{where}: this is no JSON object.", reason="line", line=number))
        except DocumentError as problem:
            faults.append(DocumentError(str(problem), reason="line", line=number))
    if faults and not entries:
        raise faults[0]
    return tuple(entries), tuple(faults)


def _lines(text: str) -> list[str]:
    """Its lines; of an array over the whole, as some programs write it, a line for each of its items."""
    if text.lstrip("\ufeff \t\r\n").startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            rows = read_json(text)
            if len(rows) > 1:
                return [json.dumps(row) for row in rows]
    return text.split("\n")


def _article(where: str, row: object, zone: ZoneInfo) -> Entry:
    if not isinstance(row, dict):
        raise DocumentError(f"{where}: this is no JSON object.")
    fields = {key: _string(where, row, key) for key in ("title", "text", "url", "source")}
    title, text = " ".join(fields["title"].split()), tidy(fields["text"])
    if not title and not text:
        raise DocumentError(f"{where}: there is neither a title nor a text.")
    named = row.get("id", "")
    guid = str(named) if isinstance(named, str | int) and str(named) else ""
    return Entry(
        title=title,
        url=fields["url"].strip(),
        guid=clean(guid) or hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:32],
        text=text,
        published=_published(where, row.get("published"), zone),
        source=fields["source"],
    )


def _string(where: str, row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(f"{where}: “{key}” is not a text.")
    return clean(value)


def _published(where: str, value: object, zone: ZoneInfo) -> datetime | None:
    if value is None or value == "":
        return None
    moment, _ = own_date((value,), DateContext(zone))
    if moment is None:
        raise DocumentError(f"{where}: “published” is no date: {str(value)[:40]}.")
    return moment
