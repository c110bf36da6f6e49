"""Many small numbers as text that takes little room: 32 bits each, base64.

As JSON an article's fingerprint is a seventh of its row; packed it is half of that. What older versions wrote as JSON is read
as well. Letters, not bytes: the column is TEXT, and STRICT.
"""

import json
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from sys import byteorder

_CODE = next(code for code in "IL" if array(code).itemsize == 4)
_JSON = "["


def pack(values: Sequence[int]) -> str:
    """The text of these numbers; a JSON list where one of them is not 0 to 2³² − 1."""
    if values and not 0 <= min(values) <= max(values) < 1 << 32:
        return json.dumps(list(values))
    return b2a_base64(_little(array(_CODE, values)).tobytes(), newline=False).decode("ascii")


def unpack(text: str) -> tuple[int, ...]:
    """The numbers of a text that `pack` made, or of a JSON list."""
    if text.startswith(_JSON):
        return tuple(json.loads(text))
    values = array(_CODE)
    values.frombytes(a2b_base64(text))
    return tuple(_little(values))


def _little(values: "array[int]") -> "array[int]":
    """In the order of bytes in which a store is written, whatever machine reads it."""
    if byteorder == "big":
        values.byteswap()
    return values
