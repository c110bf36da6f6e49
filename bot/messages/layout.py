"""Puts blocks onto pages: within Telegram's limits, breaks between blocks only, pages of about equal length."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages.html import COMFORT, Size

GAP = Size(2, 0, 2)
"""The blank line between two blocks."""
BALANCE_STEPS = 8


@dataclass(frozen=True, slots=True)
class Block:
    """The size of one block, and what it costs more when it is the first on its page (its heading is repeated)."""

    size: Size
    first: Size = Size()


def pack(blocks: Sequence[Block], head: Size, limit: Size = COMFORT) -> tuple[range, ...]:
    """The indexes of the blocks on each page, at least one page; `head` is what every page begins with.

    As few pages as the limit allows, then of about equal length. A block that exceeds the limit by itself stands
    alone: blocks are made so that none does.
    """
    pages = _greedy(blocks, head, limit)
    low, high = 0, limit.units
    for _ in range(BALANCE_STEPS if len(pages) > 1 else 0):
        middle = (low + high) // 2
        balanced = _greedy(blocks, head, replace(limit, units=middle))
        if len(balanced) > len(pages):
            low = middle
        else:
            high, pages = middle, balanced
    return pages


def _greedy(blocks: Sequence[Block], head: Size, limit: Size) -> tuple[range, ...]:
    pages: list[range] = []
    start = 0
    used = head
    for index, block in enumerate(blocks):
        wanted = used + GAP + block.size + (block.first if index == start else Size())
        if index > start and not wanted.within(limit):
            pages.append(range(start, index))
            start = index
            wanted = head + GAP + block.size + block.first
        used = wanted
    pages.append(range(start, len(blocks)))
    return tuple(pages)
