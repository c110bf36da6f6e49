"""The fonts of print, and which characters they have (OpenType's `cmap`, https://learn.microsoft.com/typography/opentype/spec/cmap)."""

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GETA = "〓"
"""What printers set in place of a character that they do not have."""
_FULL, _BASIC = 12, 4


@dataclass(frozen=True, slots=True)
class PrintFonts:
    """Where the fonts are and which code points all of them have, without the marks that combine with the character before:
    on a letter that no font has with its mark, a PDF says that letter twice to whoever copies or searches it."""

    folder: Path
    characters: frozenset[int]


@cache
def load_fonts() -> PrintFonts:
    """Serif and sans of the package `pylopdf-fonts-zh-cn`: Noto Serif SC and Noto Sans SC, Regular (OFL)."""
    import pylopdf_fonts_zh_cn as fonts  # noqa: PLC0415 - of the extra `report`

    serif, sans = fonts.serif_path(), fonts.sans_path()
    both = coverage(serif.read_bytes()) & coverage(sans.read_bytes())
    return PrintFonts(serif.parent, frozenset(code for code in both if not unicodedata.combining(chr(code))))


def coverage(font: bytes) -> frozenset[int]:
    """The code points that an OpenType font has glyphs for. Raises ValueError for one without a Unicode table."""
    tables = struct.unpack_from(">H", font, 4)[0]
    start = next(
        offset
        for tag, _, offset, _ in (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
        if tag == b"cmap"
    )
    found: dict[int, int] = {}
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if platform in {0, 3}:
            found[struct.unpack_from(">H", font, start + offset)[0]] = start + offset
    if _FULL in found:
        return _full(font, found[_FULL])
    if _BASIC in found:
        return _basic(font, found[_BASIC])
    raise ValueError("the font has no table of Unicode characters")


def _full(font: bytes, at: int) -> frozenset[int]:
    (groups,) = struct.unpack_from(">L", font, at + 12)
    codes: set[int] = set()
    for n in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
        codes.update(range(first + (glyph == 0), last + 1))
    return frozenset(codes)


def _basic(font: bytes, at: int) -> frozenset[int]:
    (twice,) = struct.unpack_from(">H", font, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + twice)
    return frozenset(
        code for first, last in zip(starts, ends, strict=True) for code in range(first, min(last, 0xFFFE) + 1)
    )


def typeset(text: str, characters: frozenset[int], missing: set[str]) -> str:
    """The text with 〓 for what the fonts do not have, letters and their marks as one character; `missing` is told of it."""
    if characters.issuperset(map(ord, set(text))):
        return text
    text = unicodedata.normalize("NFC", text)
    lacks = {c for c in set(text) if ord(c) not in characters}
    missing |= lacks
    return "".join(GETA if c in lacks else c for c in text)
