"""Fonts as pdfminer reads them, where it would lose what they say.

* A font whose character map stands in the file itself (fpdf2 writes them so): its codes are glyphs of two bytes, and
  the map to Unicode beside it says what they mean. Its widths are those of other glyphs, so they are estimated.
* A font that is addressed in Unicode (UniGB-UCS2-H and its like): a character that Adobe's old map leaves out, such as
  the · in 弗朗索瓦·德勒姆, has no glyph there, but its code is what it is.
"""

from collections.abc import Iterator, Mapping

from pdfminer.cmapdb import CMap, CMapBase, IdentityCMap, UnicodeMap
from pdfminer.pdffont import PDFCIDFont, PDFFont
from pdfminer.pdfinterp import PDFResourceManager

_LATIN = 550.0
"""Thousandths of the font's size."""
_OWN = 0x110000
"""Character ids from here on are ours: the code point behind it."""


class Fonts(PDFResourceManager):
    """Gives pdfminer its fonts, mended."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        """A font by the number of its object, or by what the file says of it."""
        font = super().get_font(objid, spec)
        if isinstance(font, PDFCIDFont):
            name = str(font.cmap.attrs.get("CMapName", ""))
            if isinstance(font.cmap, CMap) and not font.cmap.code2cid:
                font.cmap = IdentityCMap()
                font.widths = dict(_widths(font.unicode_map))
            elif name.startswith("Uni") and ("-UCS2-" in name or "-UTF16-" in name):
                font.cmap, font.unicode_map = _Spelt(font.cmap), _Meant(font.unicode_map)
        return font


def _widths(meant: UnicodeMap | None) -> Iterator[tuple[int | str, float]]:
    """About what Latin letters take beside Chinese characters, which have the default."""
    for cid, text in meant.cid2unichr.items() if meant else ():
        if text.isascii():
            yield cid, _LATIN


class _Spelt(CMapBase):
    """Two bytes, or four of a surrogate pair, are a character; one that the font does not have keeps its code."""

    def __init__(self, known: CMapBase) -> None:
        super().__init__(**known.attrs)
        self._known = known
        self._ids: dict[str, tuple[int, ...]] = {}

    def decode(self, code: bytes) -> Iterator[int]:
        """The ids of the characters that the bytes name."""
        for character in code.decode("utf-16-be", "replace"):
            if character not in self._ids:
                ids = tuple(self._known.decode(character.encode("utf-16-be", "replace")))
                self._ids[character] = ids or (_OWN + ord(character),)
            yield from self._ids[character]


class _Meant(UnicodeMap):
    """What ids mean, ours too."""

    def __init__(self, known: UnicodeMap | None) -> None:
        super().__init__()
        self._known = known

    def get_unichr(self, cid: int) -> str:
        """The character of an id. Raises KeyError for an unknown id."""
        if cid >= _OWN:
            return chr(cid - _OWN)
        if self._known is None:
            raise KeyError(cid)
        return self._known.get_unichr(cid)
