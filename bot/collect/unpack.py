"""A body as it was before it was packed for the way."""

import zlib
from collections.abc import Iterator

from bot.errors import FetchError

STEP = 65_536
_MOST_MEMBERS = 1_000
"""Of one gzip body; packers that work in blocks make one for each 64 KB or so."""


class Unpacker:
    """gzip and deflate in steps of at most 64 KB, so that a small bomb never becomes a large one."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError("packing")
        self._packed = name not in ("", "identity")
        self._stream = zlib.decompressobj(wbits=47 if "gzip" in name else zlib.MAX_WBITS)
        self._untried_deflate = name == "deflate"
        self._begun = False
        self._members = 1

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decoded pieces of the next chunk."""
        if not self._packed:
            yield chunk
            return
        piece = b"x"
        while chunk or len(piece) == STEP:  # a full piece may have left more in the decompressor
            self._begun = True
            piece = self._step(chunk)
            yield piece
            if self._stream.eof:
                chunk = self._stream.unused_data
                if not chunk.startswith(
                    b"\x1f\x8b"
                ):  # padding after the end is common, another member is not
                    return
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise FetchError("packing_damaged")
                self._stream = zlib.decompressobj(wbits=47)
            else:
                chunk = self._stream.unconsumed_tail

    def _step(self, chunk: bytes) -> bytes:
        try:
            piece = self._stream.decompress(chunk, STEP)
        except zlib.error as problem:
            if not self._untried_deflate:
                raise FetchError("packing_damaged") from problem
            # "deflate" means zlib (RFC 9110, 8.4.1.2), but some servers send the bare stream.
            self._untried_deflate = False
            self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
            return self._step(chunk)
        self._untried_deflate = False
        return piece

    @property
    def finished(self) -> bool:
        """Whether the stream came to its end, or never began."""
        return not self._packed or not self._begun or self._stream.eof
