"""Bytes to text, decided once: BOM, UTF-8 that proves itself, the declarations, then detection.

Wrong declarations are common in Chinese feeds: GBK characters under gb2312, UTF-8 declared as gb2312, GBK
declared as UTF-8 or not at all. Bytes that are valid UTF-8 beyond chance are UTF-8 whatever was declared;
every GB charset is read as GB18030, their common superset (WHATWG Encoding, section 4.2). An element that is in
another encoding than the rest is read by itself (`bot.collect.plain.mojibake`).
"""

import codecs
import re
from collections.abc import Callable, Iterable

from bot.collect.plain.mojibake import (
    has_utf8,
    keeps_ascii,
    lone_punctuation,
    mend_text,
    nearly_utf8,
    read_in_parts,
    torn,
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = {
    b"\0\0\0\1": "utf-32-be",
    b"\1\0\0\0": "utf-32-le",
    b"\0\1\0\1": "utf-16-be",
    b"\1\0\1\0": "utf-16-le",
}
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_SEVEN_BIT = {"utf-7", "hz", "iso2022_jp", "iso2022_kr", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3"}
_NOT_TEXT = {
    "base64",
    "bz2",
    "hex",
    "quopri",
    "rot-13",
    "uu",
    "zlib",
    "idna",
    "punycode",
    "undefined",
    "unicode-escape",
    "raw-unicode-escape",
}
"""Python's codecs that no document is written in, by the names that `codecs.lookup` gives."""
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_ASCII = bytes(range(128))
_SAMPLE = 65_536
"""Bytes that detection looks at."""
_CHANCE = 8
"""Up to so many non-ASCII bytes may be valid UTF-8 by chance (联通 in GBK is): a declaration then wins."""
_TORN = 0.02
"""Share of broken characters up to which a declared encoding is a torn one rather than another."""
_COMMON = 0.75
"""Share of GB2312's everyday characters (lead bytes B0–D7) among the non-ASCII ones that proves Chinese."""
_FEW = 64
"""Non-ASCII bytes below which detection by frequencies guesses at random."""
_CLEARLY = 0.1
"""So much more of its characters are everyday ones where another encoding than the declared one is believed."""
_EVERYDAY = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6)}
"""Lead bytes of the characters that are in use every day (GB2312's and Big5's first levels)."""
_MARKUP = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<!--", b"<html", b"<!DOC")
"""In ASCII behind a mark or under a declaration of UTF-16 or UTF-32: it is wrong."""


def decode(data: bytes, content_type: str = "", *, guess: Callable[[bytes], str] | None = None) -> str:
    """Text of a feed, page or file, without its BOM; never raises, broken bytes become U+FFFD.

    `guess` is asked for the encoding where nothing tells it, instead of a detection that may take 100 ms.
    """
    return mend_text(_decoded(data, content_type, guess or _detected))


def _decoded(data: bytes, content_type: str, guess: Callable[[bytes], str]) -> str:
    marked = []
    for bom, name in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            if name == "utf-8":
                marked = [name]
            elif not data.startswith(_MARKUP):
                return data.decode(name, "replace")
            break
    wide = _wide(data[:4])
    if wide:
        return data.decode(wide, "replace")
    declared = [*marked, *_declared(data, content_type)]
    return _seven_bit(data, declared) or _utf8(data, declared) or _other(data, declared, guess)


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32 without a BOM shows in the zero bytes around the first character."""
    return _WIDE.get(bytes(min(byte, 1) for byte in head), "")


def _declared(data: bytes, content_type: str) -> Iterable[str]:
    """Codec names declared by HTTP, the XML declaration or HTML, in this order, as far as they are possible."""
    head = data[:2048]
    in_ascii = data.startswith(_MARKUP)
    found = [match[1] for match in (_CHARSET.search(content_type),) if match]
    found += [match[1].decode("ascii") for match in (_DECLARATION.search(head), _META.search(head)) if match]
    for label in found:
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if name not in _NOT_TEXT and (keeps_ascii(name) or not in_ascii):
            yield _SUPERSETS.get(name, name)


def _seven_bit(data: bytes, declared: list[str]) -> str:
    """Declared encodings that hide other characters in ASCII bytes."""
    for name in declared:
        if name in _SEVEN_BIT and data.isascii():
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                continue
    return ""


def _utf8(data: bytes, declared: list[str]) -> str:
    """The text when the bytes are UTF-8 beyond chance, else nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    others = [name for name in declared if name in ("gb18030", "big5hkscs", "cp932", "cp949")]
    by_chance = len(data[:_SAMPLE].translate(None, _ASCII)) in range(1, _CHANCE + 1)
    if by_chance and others and "utf-8" not in declared:
        try:
            return data.decode(others[0])
        except UnicodeDecodeError:
            return text
    return text


def _other(data: bytes, declared: list[str], guess: Callable[[bytes], str]) -> str:
    """Not valid UTF-8: another encoding, a torn UTF-8, or parts of each."""
    if has_utf8(data):
        return read_in_parts(data, lambda others: _name(others, declared, _big5_or_torn))
    name = _name(data, declared, guess)
    return torn(data) if name == "utf-8" else data.decode(name, "replace")


def _name(data: bytes, declared: list[str], guess: Callable[[bytes], str]) -> str:
    """The declarations as far as they convince, then what the bytes look like, then detection."""
    chinese = _common_share(data) >= _COMMON
    if not chinese and nearly_utf8(data):
        return "utf-8"
    for name in declared:
        if name == "utf-8":
            if lone_punctuation(data):
                return "cp1252"
            continue
        if chinese and _is_single_byte(name):
            continue  # says Latin, is Chinese
        try:
            text = data.decode(name, "replace")
        except LookupError:
            continue
        # A declared Chinese encoding with a few broken bytes stays what it says.
        if text.count("\ufffd") <= max(1, int(_TORN * len(text))):
            return _rival(data, name)
    return "gb18030" if chinese else guess(data)


def _big5_or_torn(data: bytes) -> str:
    """The encoding of undeclared parts beside others in UTF-8."""
    return "big5hkscs" if _common_share(data, "big5hkscs") >= _COMMON else "utf-8"


def _rival(data: bytes, name: str) -> str:
    """The other Chinese encoding where that one, and not the declared one, gives everyday characters."""
    other = {"gb18030": "big5hkscs", "big5hkscs": "gb18030"}.get(name)
    if other and _common_share(data, other) >= max(_COMMON, _common_share(data, name) + _CLEARLY):
        return other
    return name


def _is_single_byte(name: str) -> bool:
    """Whether every byte is a character of its own in this encoding: such a one never fails to decode."""
    return name.startswith(("cp125", "iso8859", "koi8", "mac", "cp437", "cp85", "cp86", "cp874", "latin"))


def _is_latin(name: str) -> bool:
    """Whether it is a one-byte encoding of Latin letters. They are guessed apart badly; the web's default is cp1252."""
    return _is_single_byte(name) and "é" in bytes(range(128, 256)).decode(name, "replace")


def _common_share(data: bytes, name: str = "gb18030") -> float:
    """Share of everyday characters among what this encoding makes of the bytes; 0 where it is surely another."""
    text = codecs.getincrementaldecoder(name)("replace").decode(data[:_SAMPLE], final=False)
    wide = [c for c in text if ord(c) > 127 and c != "\ufffd"]
    if len(wide) < 2 or text.count("\ufffd") > max(1, int(_TORN * len(wide))):
        return 0.0
    first, last = _EVERYDAY[name]
    pairs = [c.encode(name) for c in wide if "\u4e00" <= c <= "\u9fff" or c > "\u2000"]
    common = sum(
        len(pair) == 2
        and (0xA1 <= pair[0] <= 0xA3 or first <= pair[0] <= last)
        and (pair[1] >= 0xA1 or name != "gb18030")
        for pair in pairs
    )
    return common / len(wide)


def _detected(data: bytes) -> str:
    """The most plausible encoding of undeclared bytes that are not UTF-8."""
    if len(data.translate(None, _ASCII)) < _FEW and _common_share(data, "big5hkscs") >= _COMMON:
        return "big5hkscs"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - for the few feeds of which nothing else is known

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None and best.encoding != "ascii" and not best.encoding.startswith("utf_"):
        name = codecs.lookup(best.encoding).name
        return "cp1252" if _is_latin(name) else _SUPERSETS.get(name, best.encoding)
    return "gb18030" if _common_share(data) else "utf-8"
