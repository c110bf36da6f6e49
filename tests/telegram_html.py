"""Telegram's own text parser as a judge (TDLib's, offline, from PyPI `tdjson`), and the limits that servers add."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tdjson

from bot.messages.model import Message

MAX_UNITS = 4096
MAX_ENTITIES = 100
MAX_BYTES = 32_768
MAX_BUTTONS = 100
MAX_DATA = 64
MAX_LABEL_UNITS = 64
"""Telegram cuts longer labels on a phone; ours should not get there."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted stretch; offset and length are in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader would get."""

    text: str
    entities: tuple[Entity, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses that links lead to, in order."""
        return tuple(entity.url for entity in self.entities if entity.url)

    def words(self, kind: str) -> tuple[str, ...]:
        """The stretches of one kind (`Bold`, `TextUrl`, `Code`, `BlockQuote`, `ExpandableBlockQuote` …)."""
        units = self.text.encode("utf-16-le")
        return tuple(
            units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
            for entity in self.entities
            if entity.kind == kind
        )


@functools.cache
def _execute() -> Callable[[bytes], bytes | None]:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    return tdjson.td_execute


def parse(html: str) -> Parsed:
    """What Telegram's parser makes of it; AssertionError with its own message where it refuses."""
    answer = _ask({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    assert answer.get("@type") == "formattedText", f"{answer.get('message')}: {html[:500]!r}"
    entities = tuple(
        Entity(
            entity["type"]["@type"].removeprefix("textEntityType"),
            entity["offset"],
            entity["length"],
            entity["type"].get("url", ""),
        )
        for entity in answer["entities"]
    )
    return Parsed(answer["text"], entities)


def found_links(text: str) -> list[str]:
    """The stretches of a plain text that Telegram makes links of by itself."""
    units = text.encode("utf-16-le")
    return [
        units[2 * found["offset"] : 2 * (found["offset"] + found["length"])].decode("utf-16-le")
        for found in _ask({"@type": "getTextEntities", "text": text})["entities"]
        if found["type"]["@type"] == "textEntityTypeUrl"
    ]


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_execute()(json.dumps(request).encode()) or b"{}")
    return answer


def check(html: str) -> Parsed:
    """Parse a message's text and assert that a server would take it."""
    parsed = parse(html)
    units = len(parsed.text.encode("utf-16-le")) // 2
    assert parsed.text.strip(), "the message is empty"
    assert units <= MAX_UNITS, f"{units} UTF-16 units are more than {MAX_UNITS}"
    assert len(parsed.entities) <= MAX_ENTITIES, (
        f"{len(parsed.entities)} entities are more than {MAX_ENTITIES}"
    )
    size = len(html.encode())
    assert size <= MAX_BYTES, f"{size} bytes are more than {MAX_BYTES}"
    return parsed


def check_message(message: Message) -> Parsed:
    """`check` for the text, and Telegram's limits for the keyboard."""
    buttons = [button for row in message.buttons for button in row]
    assert len(buttons) <= MAX_BUTTONS, f"{len(buttons)} buttons"
    for row in message.buttons:
        assert 1 <= len(row) <= 8, f"{len(row)} buttons in a row"
    for button in buttons:
        assert button.label.strip(), "a button without label"
        assert len(button.label.encode("utf-16-le")) // 2 <= MAX_LABEL_UNITS, button.label
        assert (button.data is None) != (button.url is None), f"{button} must do exactly one thing"
        assert button.data is None or len(button.data.encode()) <= MAX_DATA, button.data
    return check(message.text)
