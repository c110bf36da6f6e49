"""Formulas in MathML as a line of text: 10⁻⁹, a/b, √x. What cannot be set in a line is said as its parts in a row."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.collect.plain.raised import lowered, raised

_TOKEN = re.compile(r"<(/?)(?:[a-zA-Z]{1,8}:)?([a-zA-Z]{1,20})\b[^<>]{0,500}?(/?)>|([^<]+)|<")
_SPACE = re.compile(r"\s+")
_SIMPLE = re.compile(r"[\w.√]+")
_LEFT_OUT = frozenset(("annotation", "annotation-xml", "mspace", "mphantom", "none", "mprescripts"))
_DEEPEST = 60


@dataclass(slots=True)
class _Element:
    name: str
    parts: list[str] = field(default_factory=list)
    """What its elements say, each by itself."""


def formula(markup: str) -> str:
    """What the markup of one formula says, as plain text. Damaged markup gives what can be had of it."""
    open_ = [_Element("math")]
    for closing, name, empty, words in _TOKEN.findall(markup):
        if words:
            if said := _SPACE.sub("", html.unescape(words)):
                open_[-1].parts.append(said)
        elif closing:
            if len(open_) > 1:
                _close(open_)
        elif name and not empty and len(open_) < _DEEPEST:
            open_.append(_Element(name.lower()))
    while len(open_) > 1:
        _close(open_)
    return "".join(open_[0].parts)


def _close(open_: list[_Element]) -> None:
    element = open_.pop()
    if element.name not in _LEFT_OUT:
        open_[-1].parts.append(_said(element))


def _said(element: _Element) -> str:
    how = _WAYS.get(element.name)
    parts = element.parts
    return how(parts) if how and parts else "".join(parts)


def _one(part: str) -> str:
    return part if _SIMPLE.fullmatch(part) else f"({part})"


def _sup(parts: list[str]) -> str:
    return parts[0] + "".join(raised(part, parts[0] or "x") for part in parts[1:])


def _sub(parts: list[str]) -> str:
    return parts[0] + "".join(lowered(part, parts[0] or "x") for part in parts[1:])


def _both(parts: list[str]) -> str:
    return _sub(parts[:2]) + "".join(raised(part, parts[0] or "x") for part in parts[2:])


def _fraction(parts: list[str]) -> str:
    return "/".join(map(_one, parts))


def _root(parts: list[str]) -> str:
    degree = raised(parts[1], "x") if len(parts) > 1 else ""
    return f"{degree}√{_one(parts[0])}"


def _square_root(parts: list[str]) -> str:
    return f"√{_one(''.join(parts))}"


_WAYS: Mapping[str, Callable[[list[str]], str]] = {
    "msup": _sup,
    "msub": _sub,
    "msubsup": _both,
    "munder": _sub,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
}
