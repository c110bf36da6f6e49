"""JSON as programs without a JSON library write it: with comments, commas too many, line breaks inside of strings."""

import json
import re
from typing import Any

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'  # one that does not end is looked at once, too
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*.{{0,500}}?\*/", re.DOTALL)
_NEEDLESS = re.compile(rf"({_STRING})|,(?=\s*[}}\],])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]", re.DOTALL)
"""Commas with nothing behind them, and characters that no text has."""
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


def mended(text: str) -> str:
    """What is nearly JSON with its usual faults mended."""
    return _NEEDLESS.sub(_kept, _COMMENT.sub(_kept, text))


def _kept(match: re.Match[str]) -> str:
    """Strings stay, with the escapes that JSON does not have as what they mean; all else goes."""
    return _ESCAPE.sub(_escape, match[1]) if match[1] else " " if match[0].startswith("/") else ""


def _escape(match: re.Match[str]) -> str:
    r"""\' is ', \x is x."""
    return match[0] if match[1] else match[2]
