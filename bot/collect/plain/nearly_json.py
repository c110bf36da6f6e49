"""JSON as programs without a JSON library write it: with comments, commas too many or too few, line breaks and quotation
marks inside of strings, cut off."""

import json
import re
from contextlib import suppress
from typing import Any

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'  # one that does not end is looked at once, too
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.{{0,500}}?\*/", re.DOTALL)
_NEEDLESS = re.compile(rf"({_STRING})|,(?=\s*[}}\],])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]", re.DOTALL)
"""Commas with nothing behind them, and characters that no text has."""
_VALUE_END = re.compile(rf"({_STRING}|[}}\]])(\s*+)(?=(.?))", re.DOTALL)
"""The end of a value, and the character behind it."""
_QUOTING = re.compile(r'"((?:[^"\\]|\\.|"(?!\s{0,40}[,:}\]]))*+)(?:"|\\?\Z)', re.DOTALL)
"""A string with quotation marks in it that are not escaped: what ends it stands before a comma, colon or bracket."""
_TOKEN = re.compile(rf"{_STRING}|[{{}}\[\]]")
_ITEMS_DEPTH = 2
"""Brackets that are open around an item of a feed."""
_OPENED_BY = {"}": "{", "]": "["}
_CLOSED_BY = {"{": "}", "[": "]"}
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))', re.DOTALL)
_BEGINNING = re.compile(r"(?:\s+|//[^\n]*\n|/\*.{0,500}?\*/)*+\{", re.DOTALL)


def is_object(text: str) -> bool:
    """Whether the text begins like a JSON object, comments aside."""
    return _BEGINNING.match(text) is not None


def read_json(text: str, *, mend: bool = True) -> Any:
    """The value of JSON, line breaks inside of strings allowed; what is nearly JSON is mended, unless told not to.

    Raises ValueError or RecursionError.
    """
    try:
        return json.loads(text, strict=False)
    except ValueError:
        if not mend:
            raise
        return json.loads(mended(text), strict=False)


def read_torn_json(text: str) -> Any:
    """As `read_json`; of an object that was cut off, what is whole; without what stands behind one.

    Raises ValueError or RecursionError.
    """
    with suppress(ValueError):
        return json.loads(text, strict=False)
    nearly = mended(text)
    with suppress(ValueError):
        return json.loads(nearly, strict=False)
    with suppress(ValueError):
        return json.loads(_closed(nearly), strict=False)
    return json.loads(_closed(mended(_QUOTING.sub(_quoted, text))), strict=False)


def mended(text: str) -> str:
    """What is nearly JSON with its usual faults mended."""
    return _VALUE_END.sub(_with_comma, _NEEDLESS.sub(_kept, _COMMENT.sub(_kept, text)))


def _with_comma(match: re.Match[str]) -> str:
    """With a comma where the next value begins."""
    return f"{match[1]},{match[2]}" if match[3] in ('"', "{", "[") else match[0]


def _closed(text: str) -> str:
    """The first object; where it does not end, up to the end of its last whole part, with the brackets that it lacks."""
    opened: list[str] = []
    whole, missing = "", ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            opened.append(mark)
        elif mark in "}]":
            if not opened or opened.pop() != _OPENED_BY[mark]:
                break
            if not opened:
                return text[: token.end()]
            if len(opened) <= _ITEMS_DEPTH:
                whole, missing = text[: token.end()], "".join(_CLOSED_BY[one] for one in reversed(opened))
    return whole + missing


def _quoted(match: re.Match[str]) -> str:
    """With its inner quotation marks escaped."""
    return '"' + re.sub(r'(\\.)|"', lambda mark: mark[1] or '\\"', match[1], flags=re.DOTALL) + '"'


def _kept(match: re.Match[str]) -> str:
    """Strings stay, with the escapes that JSON does not have as what they mean; all else goes."""
    return _ESCAPE.sub(_escape, match[1]) if match[1] else " " if match[0].startswith("/") else ""


def _escape(match: re.Match[str]) -> str:
    r"""\' is ', \x is x."""
    return match[0] if match[1] else match[2]
