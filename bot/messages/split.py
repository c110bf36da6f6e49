"""Long plain text in pieces that fit into messages: at paragraphs, else sentences, else characters."""

import re

from bot.messages.html import clean, cut, utf16

PIECE_UNITS = 3_500
"""Room for a title and a byline remains; escaping makes at most six bytes of a unit (&quot;), 21,000 in all."""
SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;]*[”’」』）)]*")


def split_text(text: str, limit: int = PIECE_UNITS) -> tuple[str, ...]:
    """The text in pieces of at most `limit` UTF-16 units, at least one; nothing but white space is lost."""
    pieces: list[str] = []
    current = ""
    for paragraph in re.split(r"\n+", clean(text)):
        glue = "\n\n"
        for part in _parts(paragraph.strip(), limit):
            joined = f"{current}{glue}{part}" if current else part
            if utf16(joined) > limit:
                pieces.append(current)
                joined = part
            current = joined
            glue = ""
    return tuple(piece.rstrip() for piece in (*pieces, current) if piece.strip()) or ("",)


def _parts(paragraph: str, limit: int) -> list[str]:
    """The paragraph whole where it fits, else by sentences, and those by characters where they are monstrous."""
    if not paragraph:
        return []
    if utf16(paragraph) <= limit:
        return [paragraph]
    parts: list[str] = []
    for sentence in SENTENCE.findall(paragraph):
        rest = sentence
        while utf16(rest) > limit:
            head = cut(rest, limit).removesuffix("…")
            taken = len(head) or 1
            parts.append(rest[:taken])
            rest = rest[taken:]
        if rest:
            parts.append(rest)
    return parts
