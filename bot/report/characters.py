"""Text and addresses as they may be printed."""

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Control, format (direction, zero width), private use, lone surrogates, unassigned: nothing that a reader sees."""
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Says how the character before it is drawn: no font of print knows."""
_SPACES = re.compile(r"\s+")
_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE | re.ASCII)
_MAX_URL_LENGTH = 2000
_MAX_WORD = 30
_HELD = re.compile(r"(?<=[“‘（《【「『〔([{]) | (?=[，。、；：？！”’）》】」』〕…%,.;:?!)\]}])")
_LONG_WORD = re.compile(rf"[!-~]{{{_MAX_WORD},}}")


def printable(text: str) -> str:
    """One line of text without characters that nobody sees: some turn the direction of writing around, some print as
    another glyph, some end the making of a PDF."""
    kept = (
        text
        if text.isprintable() and not _VARIANT.search(text)
        else "".join(map(_seen, _VARIANT.sub("", text)))
    )
    return _SPACES.sub(" ", kept).strip()


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNSEEN else character


def web_address(url: str) -> str:
    """The address where it is one of the web, in ASCII and of a sane length; else nothing."""
    url = url.strip()
    quoted = url if url.isascii() else "".join(c if c.isascii() else _percent(c) for c in url)
    return quoted if len(quoted) <= _MAX_URL_LENGTH and _URL.fullmatch(quoted) else ""


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "ignore"))


def breakable(text: str) -> str:
    """Very long Latin words and addresses with places (U+200B) where a line may end in them, and none beside a blank that
    divides a mark from what it belongs to."""
    held = _HELD.sub("\u00a0", text)
    return _LONG_WORD.sub(lambda word: re.sub(r"(.{3}[^(\[{<])(?=[0-9A-Za-z])", "\\1\u200b", word[0]), held)
