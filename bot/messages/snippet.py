"""A passage of an article with the matched words marked: what search makes and the renderers show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` as the source has it; `spans` are (start, end) character offsets into it, in order, not overlapping."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
