"""How the items of a numbered list are numbered: 1, 2 · a, b · A, B · i, ii · I, II. Pure."""

import re
from collections.abc import Mapping
from typing import Final

_TYPE: Final = re.compile(r"""\btype\s*=\s*["']?([1aAiI])(?=["'\s/>])""")
_STYLE: Final = re.compile(r"list-style(?:-type)?\s*:\s*(lower|upper)-(alpha|latin|roman)\b", re.IGNORECASE)
_OF_STYLE: Final[Mapping[str, str]] = {"alpha": "a", "latin": "a", "roman": "i"}
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN: Final = 3_999


def numbering_of(tag: str) -> str:
    """Which of `1aAiI` a list's opening tag asks for: by its style, which counts more in a browser, or its type."""
    if found := _STYLE.search(tag):
        kind = _OF_STYLE[found[2].lower()]
        return kind.upper() if found[1].lower() == "upper" else kind
    found = _TYPE.search(tag)
    return found[1] if found else "1"


def numbered(number: int, kind: str) -> str:
    """The number as this kind of list shows it; as digits where it has no such form, as in a browser."""
    if kind in "aA" and number > 0:
        shown = _letters(number)
    elif kind in "iI" and 0 < number <= _MOST_ROMAN:
        shown = _roman(number)
    else:
        return str(number)
    return shown.upper() if kind.isupper() else shown


def _letters(number: int) -> str:
    """1 → a, 26 → z, 27 → aa."""
    shown = ""
    while number:
        number, place = divmod(number - 1, 26)
        shown = chr(ord("a") + place) + shown
    return shown


def _roman(number: int) -> str:
    shown = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        shown += letters * times
    return shown
