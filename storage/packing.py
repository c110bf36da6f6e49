"""Texts and fingerprints as the store keeps them, in less room and with nothing lost.

A text is packed by zlib, which takes half of it: 0.04 ms to write, 0.01 ms to read, once it is asked for. What is short
stays as it is. No dictionary of ours is in it, so that others read it too; SQLite's own shell does by
`CAST(sqlar_uncompress(text, 10000000) AS TEXT)` where `typeof(text)` is `blob`.
"""

import sys
import zlib
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

PACKED_FROM = 300
"""Bytes of a text below which too little would be saved."""
LEVEL = 1
"""zlib's: a higher one takes a quarter longer for a twenty-fifth of the room."""
MEMORY = 7
"""zlib's `memLevel`: what it sets up for each text takes as long as packing does, and 7 is the least for equal size."""
_NUMBERS = next(code for code in "IL" if array(code).itemsize == 4)


class StoredText(NamedTuple):
    """A text as its row holds it."""

    text: str | bytes
    length: int | None = None
    """Characters, of a packed one."""
    digest: int | None = None
    """What tells a packed one from others."""


def window_of(size: int) -> int:
    """zlib's `wbits` for so many bytes: no window is larger than its data, for most of the time goes into setting it up."""
    return min(max(size.bit_length(), 9), 15)


def pack_text(text: str) -> StoredText:
    """What is stored of a text: packed, or itself."""
    data = text.encode()
    if len(data) < PACKED_FROM:
        return StoredText(text)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, window_of(len(data)), MEMORY)
    packed = packer.compress(data) + packer.flush()
    return StoredText(packed, len(text), _digest(data)) if len(packed) < len(data) else StoredText(text)


def unpack_text(stored: str | bytes) -> str:
    """The text of which that is stored."""
    return stored if isinstance(stored, str) else zlib.decompress(stored).decode()


def digest(text: str) -> int:
    """64 bits, with a sign as SQLite's integers have one: equal for equal texts, and for no others that will be met."""
    return _digest(text.encode(errors="surrogatepass"))  # an entry may have what no stored text can


def _digest(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little", signed=True)


def pack_numbers(values: Sequence[int]) -> bytes:
    """Numbers of 32 bits, four bytes each. Raises OverflowError for others."""
    return _little(array(_NUMBERS, values)).tobytes()


def unpack_numbers(stored: bytes) -> tuple[int, ...]:
    """The numbers of which that is stored."""
    values = array(_NUMBERS)
    values.frombytes(stored)
    return tuple(_little(values))


def _little(values: "array[int]") -> "array[int]":
    """In the order of bytes in which a store is written, whatever machine reads it."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
