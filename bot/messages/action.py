"""What a button asks for, typed. Telegram carries at most 64 bytes per button, so ids and short words only.

Packed form: `version:code:field:…`, or `version@chat:code:field:…` for a button in a private chat that is about a group
or channel. Data of another version, of an unknown code or with malformed fields unpacks to None, and the handler
answers that the menu is old. A change of a class's fields takes a new code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Self, get_args

VERSION = "1"
MAX_BYTES = 64
MAX_ID = 2**63 - 1
WORD = re.compile(r"[^\s:]+")
ABOUT = re.compile(rf"{VERSION}@([1-9][0-9]{{0,17}})")


@dataclass(frozen=True, slots=True)
class Action:
    """Base of all button actions. Fields are int, bool or short str without spaces and colons."""

    code: ClassVar[str] = ""

    def pack(self, about: int | None = None) -> str:
        """The callback data, at most 64 bytes; raises ValueError for a field that does not fit.

        `about` is our id of the chat that the button is about, where that is not the chat which shows it.
        """
        values = (
            getattr(self, field.name) for field in fields(self)
        )  # `astuple` copies each, in ten times the time
        parts = [str(int(value)) if isinstance(value, bool) else str(value) for value in values]
        data = ":".join((VERSION if about is None else f"{VERSION}@{about}", self.code, *parts))
        if len(data.encode()) > MAX_BYTES or not all(WORD.fullmatch(part) for part in parts):
            raise ValueError(f"{data!r} does not fit into a button")
        return data

    @classmethod
    def parse(cls, parts: list[str]) -> Self | None:
        """The action from its packed fields, None where they are not its fields."""
        if len(parts) != len(fields(cls)):
            return None
        values: list[int | bool | str] = []
        for field, part in zip(fields(cls), parts, strict=True):
            value = _value(field.type, part)
            if value is None:
                return None
            values.append(value)
        return cls(*values)


def unpack(data: str, by_code: Mapping[str, type[Action]]) -> Action | None:
    """The action, one of these, that a button carries; None for old, unknown or malformed data."""
    head, _, rest = data.partition(":")
    code, *parts = rest.split(":")
    kind = by_code.get(code)
    known = head == VERSION or ABOUT.fullmatch(head) is not None
    return kind.parse(parts) if known and kind is not None else None


def about(data: str) -> int | None:
    """Our id of the group or channel that a button in a private chat is about; None: the chat itself."""
    match = ABOUT.fullmatch(data.partition(":")[0])
    return int(match[1]) if match else None


def _value(kind: object, part: str) -> int | bool | str | None:
    if kind is int:
        digits = part.isascii() and part.isdigit() and len(part) < 20
        return int(part) if digits and int(part) <= MAX_ID else None
    if kind is bool:
        return {"0": False, "1": True}.get(part)
    if choices := get_args(kind):
        return part if part in choices else None
    return part if WORD.fullmatch(part) else None
