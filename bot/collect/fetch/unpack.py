"""A body as it was before it was packed for the way.

What it is packed with shows in its first bytes; what the header says is often wrong, or names what is no packing at
all (`none`, `utf-8`), and is asked only where the bytes do not tell: for a bare deflate stream, and for what this
program cannot unpack. A body may be packed twice, which is as often not said. Stores that do not know the frames in
which a file was sent to them (`aws-chunked`) keep them, and servers send a body that is chunked already in chunks.
"""

import re
import zlib
from collections.abc import Collection, Iterator

from bot.errors import FetchError

STEP = 65_536
_MAX_MEMBERS = 1_000
"""Of one gzip body; packers that work in blocks make one for each 64 KB or so."""
_MAX_LAYERS = 3
_HEAD = 64
"""Bytes that are looked at: so many without a control character are text, whatever is said of them."""
_GZIP = b"\x1f\x8b"
_ZLIB = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""Its usual first bytes; the fourth pair is `x^`, which may be text."""
_OTHERS = (b"\x28\xb5\x2f\xfd", b"\x1f\x9d", b"\xfd7zXZ\0", b"BZh")
"""zstd, compress, xz, bzip2."""
_UNKNOWN = {"br", "zstd", "compress", "x-compress", "dcb", "dcz", "xz", "lzma", "bzip2", "x-bzip2"}
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<\0", b"\0<", b"\0\0\0<", b"{\0", b"\0{")
_MARKUP = re.compile(rb"\s{0,60}<[?!A-Za-z]\w")
_FRAME = re.compile(rb"([0-9a-fA-F]{1,8})(?:;[^\r\n]{0,300})?\r\n")
_FRAMED = re.compile(
    rb"[0-9a-fA-F]{1,8}(?:;chunk-signature=|(?:;[^\r\n]{0,40})?\r\n(?:\xef\xbb\xbf)?(?:<[?!A-Za-z]|\{\s{0,20}[\"/]|\x1f\x8b))"
)
"""The size of a frame (RFC 9112, section 7.1), and what can only be the beginning of a feed in it."""
_MAX_FRAME_HEAD = 330
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")


class Unpacker:
    """gzip and deflate in steps of at most 64 KB, so that a small bomb never becomes a large one."""

    def __init__(self, encoding: str, most: int) -> None:
        """`encoding` is the header; `most` bounds the bytes of each layer."""
        self._layer = _Layer([name.strip() for name in encoding.lower().split(",")], most, _MAX_LAYERS)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decoded pieces of the next chunk, some of them empty: between two, others may have their turn.

        Raises FetchError.
        """
        return self._layer.feed(chunk)

    def end(self) -> Iterator[bytes]:
        """Decoded pieces that are left when no chunk follows. Raises FetchError."""
        return self._layer.end()

    @property
    def cut(self) -> bool:
        """After the end: whether a packed body stops in the middle. What was there is right as far as it goes."""
        return self._layer.cut


class _Layer:
    """One packing, or none, with what may be inside it."""

    def __init__(self, said: Collection[str], most: int, deeper: int) -> None:
        self._said = set(said)
        self._most, self._unpacked = most, 0
        self._deeper = deeper
        self._head: bytes | None = b""
        """What came until there is enough to tell; None when it is decided."""
        self._stream: _Stream | _Frames | None = None
        self._inside: _Layer | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if self._head is not None:
            chunk = self._head = self._head + chunk
            if len(chunk) < _HEAD:
                return
            self._decide(chunk)
        yield from self._decoded(chunk)

    def end(self) -> Iterator[bytes]:
        if self._head is not None:
            chunk = self._head
            self._decide(chunk)
            yield from self._decoded(chunk)
        if self._inside is not None:
            yield from self._inside.end()

    @property
    def cut(self) -> bool:
        if self._stream is None or self._inside is None:
            return False
        return not self._stream.finished or self._inside.cut

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None or self._inside is None:
            yield chunk
            return
        for piece in self._stream.feed(chunk):
            self._unpacked += len(piece)
            if self._unpacked > self._most:
                raise FetchError("large", megabytes=round(self._most / 1e6))
            yield from self._inside.feed(piece)
            if len(piece) == STEP:
                yield b""

    def _decide(self, head: bytes) -> None:
        """Choose the decompressor by the first bytes, else by the header. Raises FetchError if it is unsupported or damaged."""
        self._head = None
        packing = _packing(head, self._said)
        if packing and not self._deeper:
            raise FetchError("packing_damaged")
        if packing:
            self._stream = _Frames() if packing == "frames" else _Stream(packing)
            left = self._said - {packing, f"x-{packing}"}
            self._inside = _Layer(left, self._most, self._deeper - 1)


def _packing(head: bytes, said: Collection[str]) -> str:
    if head.startswith(_GZIP):
        return "gzip"
    if _FRAMED.match(head):
        return "frames"
    if head.startswith(_OTHERS):
        raise FetchError("packing")
    if head.startswith(_ZLIB):
        return "deflate"
    if head.startswith(_WIDE) or _MARKUP.match(head) or len(head.translate(None, _CONTROL)) == len(head):
        return ""
    if not _UNKNOWN.isdisjoint(said):
        raise FetchError("packing")
    if "deflate" in said:
        return "deflate"
    if not {"gzip", "x-gzip"}.isdisjoint(said):
        raise FetchError("packing_damaged")
    return ""


class _Frames:
    """What was cut into frames, each with its size in front, the last one of no size."""

    def __init__(self) -> None:
        self._held = b""
        self._left = 0
        """Bytes of the frame that are still to come, and of the line break behind it."""
        self.finished = False
        """Whether the last frame came; trailers may follow."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The frames' bytes in the next chunk. Raises FetchError."""
        held, at = self._held + chunk, 0
        while not self.finished and at < len(held):
            if self._left:
                piece = held[at : at + min(self._left, STEP)]
                at += len(piece)
                yield piece[: max(0, self._left - 2)]
                self._left -= len(piece)
            elif head := _FRAME.match(held, at):
                at = head.end()
                size = int(head[1], 16)
                self.finished = not size
                self._left = size + 2
            elif len(held) - at > _MAX_FRAME_HEAD or b"\n" in held[at:]:
                raise FetchError("packing_damaged")
            else:
                break
        self._held = b"" if self.finished else held[at:]


class _Stream:
    """What was packed by gzip or deflate."""

    def __init__(self, packing: str) -> None:
        self._stream = zlib.decompressobj(wbits=47 if packing == "gzip" else zlib.MAX_WBITS)
        self._untried_deflate = packing == "deflate"
        self._members = 1

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decoded pieces of the next chunk."""
        piece = b"x"
        while chunk or len(piece) == STEP:  # a full piece may have left more in the decompressor
            piece = self._step(chunk)
            yield piece
            if self._stream.eof:
                chunk = self._stream.unused_data
                if not chunk.startswith(_GZIP):  # padding after the end is common, another member is not
                    return
                self._members += 1
                if self._members > _MAX_MEMBERS:
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
        """Whether the stream came to its end."""
        return self._stream.eof
