"""How a chat looks in a terminal: bold, links, folded quotes and numbered buttons."""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TextIO

from bot.demo.telegram import Shown

TOKEN = re.compile(r"<(/?)([a-z][a-z0-9-]*)(?:\s+([^>]*?))?/?>|([^<]+)")
RICH = {"li": "• ", "summary": "▸ ", "p": "", "tr": "", "hr": "────"}
"""Blocks of a rich message that begin a line, and how."""
STORY_PAGE = re.compile(r"\?start=s_\d+$")
HREF = re.compile(r'href="([^"]*)"')
ANSI = {"b": ("\x1b[1m", "\x1b[22m"), "i": ("\x1b[3m", "\x1b[23m"), "code": ("\x1b[36m", "\x1b[39m")}
DIM = ("\x1b[2m", "\x1b[22m")
PIECE = re.compile(r"(?P<unseen>\x1b\[[0-9;]*m|\x1b\]8;;.*?\x1b\\)|[!-~]+|.")
"""What stays on one line: a control sequence, which takes no room, a Latin word, or one other character."""
FILE_LINES = 12
INDENT = "   "
QUOTE = "▏ "
HANGING = frozenset("，。、；：？！）》”」』…,.")
"""Punctuation that begins no line: it may stand in the margin."""
MARGIN = 2
NARROWEST, WIDEST = 40, 110
"""Columns of a terminal that are written in: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Writes to a stream; `colour` says that it is a terminal: with its own bold and links, and lines as wide as it."""

    out: TextIO
    colour: bool

    def person(self, line: str, *, typed: bool = False) -> None:
        """What the person pressed or typed; what was typed stands in a terminal already."""
        if not (typed and self.colour):
            self._write(f"\n👤 {line}\n")

    def note(self, line: str) -> None:
        """What the demo itself says."""
        start, end = DIM if self.colour else ("", "")
        self._write(f"\n{start}── {line}{end}\n")

    def hints(self, table: dict[str, str]) -> None:
        """What one can type, and what it does."""
        width = max(map(len, table))
        self._write("\n" + "".join(f"{INDENT}{typed:<{width}}  {does}\n" for typed, does in table.items()))

    def notice(self, text: str) -> None:
        """The short notice that Telegram shows above the chat."""
        self._write(f"{INDENT}({unescape(text)})\n")

    def message(self, shown: Shown, *, edited: bool, time: str) -> None:
        """A message of the bot with its buttons numbered."""
        mark = "✎" if edited else "📰"
        self._write(f"\n{mark} {time} 晨报\n")
        for line in self.lines(shown.text):
            self._write("".join(f"{INDENT}{part}\n" if part else "\n" for part in self._wrapped(line)))
        if shown.file_name:
            self._write(f"{INDENT}📎 {shown.file_name}\n")
            content = shown.file_text.splitlines()
            for line in content[:FILE_LINES]:
                self._write(f"{INDENT}│ {line}\n")
            if len(content) > FILE_LINES:
                self._write(f"{INDENT}│ … {len(content) - FILE_LINES} more lines\n")
        number = 0
        for row in shown.keyboard:
            cells = []
            for button in row:
                number += 1
                target = f" → {button['url']}" if button.get("url") else ""
                cells.append(f"{self._number(number)} {button['text']}{target}")
            self._write(f"{INDENT}{'  '.join(cells)}\n")

    def lines(self, html: str) -> list[str]:
        """Telegram HTML as terminal lines."""
        out: list[str] = []
        link = ""
        quote = False
        for match in TOKEN.finditer(html):
            closing, tag, attributes, text = match.groups()
            if text is not None:
                words = unescape(text)
                out.append(words.replace("\n", f"\n{QUOTE}") if quote else words)
            elif tag == "a":
                if not closing:
                    found = HREF.search(attributes or "")
                    link = unescape(found[1]) if found else ""
                    out.append(f"\x1b]8;;{link}\x1b\\\x1b[4m" if self.colour else "")
                else:
                    out.append("\x1b[24m\x1b]8;;\x1b\\" if self.colour else _target(link))
            elif tag in RICH and not closing:
                start = "" if not out or out[-1].endswith("\n") else "\n"
                out.append(f"{start}{RICH[tag]}")
            elif tag in {"td", "th"} and closing:
                out.append("  ")
            elif tag == "tg-button":
                out.append("]" if closing else "[")
            elif tag == "blockquote":
                quote = not closing
                if quote:
                    start = "" if not out or out[-1].endswith("\n") else "\n"
                    out.append(f"{start}{QUOTE}")
            elif self.colour and tag in ANSI:
                out.append(ANSI[tag][bool(closing)])
        return "".join(out).split("\n")

    def _number(self, number: int) -> str:
        return f"\x1b[36m[{number}]\x1b[39m" if self.colour else f"[{number}]"

    def _wrapped(self, line: str) -> Iterator[str]:
        """The line in parts no wider than the terminal; whole where the stream is none."""
        columns = self._columns() - len(INDENT) - MARGIN
        if not self.colour:
            yield line
            return
        before = QUOTE if line.startswith(QUOTE) else ""
        part, used = "", 0
        for match in PIECE.finditer(line):
            piece = match[0]
            width = 0 if match["unseen"] else sum(map(_width, piece))
            if used + width > columns + (MARGIN if piece in HANGING else 0) and used > len(before):
                yield part
                part, used = before, len(before)
                piece = piece.lstrip()
                width = width if piece else 0
            part += piece
            used += width
        yield part

    def _columns(self) -> int:
        try:
            columns = os.get_terminal_size(self.out.fileno()).columns
        except (OSError, ValueError):  # a stream without a terminal behind it
            columns = 80
        return min(max(columns, NARROWEST), WIDEST)

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def _target(link: str) -> str:
    """Where a link leads, behind it; one within the message, and a number that opens a story's page, stand alone."""
    return "" if not link or link.startswith("#") or STORY_PAGE.search(link) else f" <{link}>"


def _width(character: str) -> int:
    """Columns that a terminal gives a character (Unicode East Asian Width)."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
