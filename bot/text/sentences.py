"""Splitting Chinese news text into whole sentences, each an exact piece of the text.

A sentence ends at 。！？ or a line break. What stands inside a pair of quotes or brackets is not cut;
a full stop of Latin script counts only in text that has no Chinese one, and never inside a number,
an address or an abbreviation.
"""

import re
from collections.abc import Iterator

ENDS = "。！？!?"
_CLOSERS = '”’」』）)】》"'
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "《": "》"}
_NOTABLE = re.compile(r"[。！？!?….“‘「『（(【《]")
_MAX_QUOTE_LENGTH = 240
"""A pair that stays open for longer is taken for a slip of the pen and may be cut."""
_NEAR = 40
"""Characters around a point that tell what it ends."""
_SPOKEN = re.compile(
    r"(?:[^，。！？!?；：“”\n]{0,14})(?:说道?|称|表示|坦言|指出|认为|强调|告诉|回应|解释|透露|写道|直言)"
)
"""Who said it, after the quote: 「“……。”他说」 is one sentence."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(（])(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|Inc|Co|Ltd|Corp|No|vs|Mr|Mrs|Ms|Dr|St|Jr|Sr|et al|e\.g|i\.e|etc|Fig|U\.S)$",
    re.IGNORECASE,
)


def split(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order, without the white space around them; () for a blank text."""
    return tuple(read(text))


def read(text: str) -> Iterator[str]:
    """The sentences of `text`, lazily: for callers that need only the first few of a long text."""
    latin = not any(mark in text for mark in "。！？")
    for line in text.splitlines():
        yield from _split_line(line, latin)


def clauses(sentence: str) -> tuple[str, ...]:
    """The pieces of one sentence between semicolons, each with its mark; quotes are kept whole."""
    pieces, start, skip = [], 0, 0
    for at, char in enumerate(sentence):
        if at < skip:
            continue
        if char in _PAIRS:
            skip = _closing(sentence, at)
        elif char in "；;":
            pieces.append(sentence[start : at + 1].strip())
            start = at + 1
    pieces.append(sentence[start:].strip())
    return tuple(piece for piece in pieces if piece)


def _split_line(line: str, latin: bool) -> list[str]:
    found: list[str] = []
    start = at = 0
    while (mark := _NOTABLE.search(line, at)) is not None:
        at = mark.start()
        char = line[at]
        if char in _PAIRS:
            close = _closing(line, at)
            if close == at:
                at += 1
                continue
            at = close
            # 「“……。”」 ends with its quote unless someone's 「他说」 follows.
            if char in "“「『" and line[close - 2] in ENDS and not _SPOKEN.match(line, close):
                start, at = _cut(line, start, close, found), close
            continue
        if char in ENDS or (char == "." and latin and _full_stop(line, at)) or line.startswith("……", at):
            end = at + 1
            while end < len(line) and line[end] in ENDS + _CLOSERS + "…":
                end += 1
            if char == "…" and end < len(line) and line[end] not in " \u3000":
                at = end  # an ellipsis in mid-sentence
                continue
            start, at = _cut(line, start, end, found), end
            continue
        at += 1
    _cut(line, start, len(line), found)
    return found


def _cut(line: str, start: int, end: int, found: list[str]) -> int:
    """Append line[start:end] if anything is in it; the new start."""
    piece = line[start:end].strip()
    if piece:
        found.append(piece)
    return end


def _closing(line: str, at: int) -> int:
    """Index after the mark that closes the pair opened at `at`, or `at` itself where none does in time."""
    opener, closer, depth = line[at], _PAIRS[line[at]], 0
    if line.find(closer, at, at + _MAX_QUOTE_LENGTH) < 0:
        return at
    for position in range(at, min(len(line), at + _MAX_QUOTE_LENGTH)):
        if line[position] == opener:
            depth += 1
        elif line[position] == closer:
            depth -= 1
            if depth == 0:
                return position + 1
    return at


def _full_stop(line: str, at: int) -> bool:
    """Is the point at `at` the end of a Latin-style sentence?"""
    after = line[at + 1 : at + 2]
    before = line[max(0, at - _NEAR) : at]
    if after and not after.isspace() and after.isascii():
        return False
    if before[-1:].isascii() and _ABBREVIATION.search(before):
        return False
    following = line[at + 1 : at + _NEAR].lstrip()[:1]
    return not following or not (following.isascii() and following.islower())
