"""One spelling for text that is to be matched. What people read is never replaced by this."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Protocol

_NOT_WORD = re.compile(r"[\W_]+")
_COMMON = tuple(zip("，：；！？（）％～／＋－．０１２３４５６７８９", ",:;!?()%~/+-.0123456789", strict=True))
"""Full-width forms of Chinese text that nothing combines with: once they are replaced, most text is NFKC already, and
finding that out takes a hundredth of the time that composing takes."""
_LESS_COMMON = (
    ("…", "..."),
    ("\u3000", " "),
    ("\xa0", " "),
    ("℃", "°C"),
    ("｜", "|"),
    ("￥", "¥"),
    ("①", "1"),
    ("②", "2"),
    ("③", "3"),
)
"""Replacements for rare characters; skipped as a whole if a text has none of them."""
_HIGH = "\u00b2\u00b3\u00b9\u2070\u2074-\u207b\u207f"
_CIRCLED = "\u2460-\u249b\u24ea"
_PARTED = f"\u00bc-\u00be\u2150-\u215e{_CIRCLED}"
_OTHER_DIGITS = re.compile(f"[{_HIGH}{_PARTED}]")
_RAISED = re.compile(f"([0-9])(?=[{_HIGH}])")
_ENCLOSED = re.compile(f"([0-9])(?=[{_PARTED}])|([{_CIRCLED}])(?=[0-9])")
"""Digits beside what is a digit of another kind: 10⁹, 3½, ①2026. In one spelling they would be one number."""


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _to_simplified() -> _Converter:
    """OpenCC's traditional → simplified table; loads in about 5 ms and converts over 100 MB/s."""
    from opencc import OpenCC  # noqa: PLC0415  # a native library: loaded when first needed

    converter: _Converter = OpenCC("t2s")
    return converter


@cache
def _to_mainland() -> _Converter:
    from opencc import OpenCC  # noqa: PLC0415  # as above

    converter: _Converter = OpenCC("tw2sp")
    return converter


def simplified(text: str) -> str:
    """Traditional characters simplified, words left as they are."""
    return _to_simplified().convert(text.encode("utf-8", "ignore").decode("utf-8"))


def mainland(text: str) -> str:
    """Traditional text in simplified characters and the mainland's words (軟體 → 软件): what a name typed in Taiwan is
    called here. Simplified text stays."""
    return _to_mainland().convert(text.encode("utf-8", "ignore").decode("utf-8"))


def normalise(text: str) -> str:
    """Text in, the same text out in one spelling: NFKC (full-width letters become half-width), traditional
    characters simplified, case folded, each run of white space one blank. Lone surrogates are dropped. Digits of two
    kinds stay two numbers: 10⁹ is 10^9, ①2026 is 1 2026."""
    return " ".join(spelled(text).split())


def normalise_all(words: Iterable[str]) -> list[str]:
    """`normalise` applied to each of many short texts without line breaks: a fortieth of its time, in which it starts to
    convert."""
    words = list(words)
    spelled_once = spelled("\n".join(words)).split("\n")
    if len(spelled_once) != len(words):  # a character that is a line break in the one spelling
        return list(map(normalise, words))
    return [" ".join(one.split()) for one in spelled_once]


def lines(text: str) -> str:
    """Its lines, each run of white space in them one blank; empty ones are left out."""
    joined = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join([line for line in joined if line])


def spelled(text: str) -> str:
    """In one spelling, white space as it is."""
    if text.isascii():
        return text.casefold()
    for wide, narrow in _COMMON:
        text = text.replace(wide, narrow)
    if not unicodedata.is_normalized("NFKC", text):
        if _OTHER_DIGITS.search(text):
            text = _ENCLOSED.sub(r"\1\2 ", _RAISED.sub(r"\1^", text))
        for wide, narrow in _LESS_COMMON:
            text = text.replace(wide, narrow)
    composed = unicodedata.normalize("NFKC", text)
    try:
        simplified = _to_simplified().convert(composed)
    except UnicodeEncodeError:
        simplified = _to_simplified().convert(composed.encode("utf-8", "ignore").decode("utf-8"))
    return simplified.casefold()


def letters(text: str) -> str:
    """The text without blanks and punctuation."""
    return _NOT_WORD.sub("", text)


def squash(text: str) -> str:
    """The letters of the normalised text: two titles that squash alike are one title."""
    return letters(normalise(text))
