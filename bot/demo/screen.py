"""How a chat looks in a terminal: bold, links, folded quotes and numbered buttons."""

import re
from dataclasses import dataclass
from html import unescape
from typing import TextIO

from bot.demo.telegram import Shown

TOKEN = re.compile(r"<(/?)([a-z]+)(?:\s+([^>]*))?>|([^<]+)")
HREF = re.compile(r'href="([^"]*)"')
ANSI = {"b": ("\x1b[1m", "\x1b[22m"), "i": ("\x1b[3m", "\x1b[23m"), "code": ("\x1b[36m", "\x1b[39m")}
FILE_LINES = 12


@dataclass(frozen=True, slots=True)
class Screen:
    """Writes to a stream; `colour` uses a terminal's own bold, italics and links."""

    out: TextIO
    colour: bool

    def person(self, line: str) -> None:
        """What the person typed or pressed."""
        self._write(f"\n👤 {line}\n")

    def note(self, line: str) -> None:
        """What the demo itself says."""
        self._write(f"\n── {line}\n")

    def notice(self, text: str) -> None:
        """The short notice that Telegram shows above the chat."""
        self._write(f"   ({unescape(text)})\n")

    def message(self, shown: Shown, *, edited: bool, time: str) -> None:
        """A message of the bot with its buttons numbered."""
        mark = "✎" if edited else "📰"
        self._write(f"\n{mark} {time} 晨报\n")
        for line in self.lines(shown.text):
            self._write(f"   {line}\n" if line else "\n")
        if shown.file_name:
            self._write(f"   📎 {shown.file_name}\n")
            content = shown.file_text.splitlines()
            for line in content[:FILE_LINES]:
                self._write(f"   │ {line}\n")
            if len(content) > FILE_LINES:
                self._write(f"   │ … {len(content) - FILE_LINES} more lines\n")
        number = 0
        for row in shown.keyboard:
            cells = []
            for button in row:
                number += 1
                target = f" → {button['url']}" if button.get("url") else ""
                cells.append(f"[{number}] {button['text']}{target}")
            self._write(f"   {'  '.join(cells)}\n")

    def lines(self, html: str) -> list[str]:
        """Telegram HTML as terminal lines."""
        out: list[str] = []
        link = ""
        quote = False
        for match in TOKEN.finditer(html):
            closing, tag, attributes, text = match.groups()
            if text is not None:
                words = unescape(text)
                out.append(words.replace("\n", "\n▏ ") if quote else words)
            elif tag == "a":
                if not closing:
                    found = HREF.search(attributes or "")
                    link = unescape(found[1]) if found else ""
                    out.append(f"\x1b]8;;{link}\x1b\\\x1b[4m" if self.colour else "")
                else:
                    out.append("\x1b[24m\x1b]8;;\x1b\\" if self.colour else f" <{link}>")
            elif tag == "blockquote":
                quote = not closing
                if quote:
                    start = "" if not out or out[-1].endswith("\n") else "\n"
                    out.append(f"{start}▏ ")
            elif self.colour and tag in ANSI:
                out.append(ANSI[tag][bool(closing)])
        return "".join(out).split("\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
