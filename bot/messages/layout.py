"""Puts blocks onto pages: within Telegram's limits, breaks between blocks only, pages of about equal length."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages.html import COMFORT, Markup, Size, measure, paragraphs

NOTHING = Size()
GAP = Size(2, 0, 2)
"""The blank line between two blocks."""
BALANCE_STEPS = 8


@dataclass(frozen=True, slots=True)
class Block:
    """The size of one block, and what it costs more when it is the first on its page (its heading is repeated)."""

    size: Size
    first: Size = NOTHING


def pack(
    blocks: Sequence[Block], head: Size, limit: Size = COMFORT, most: int | None = None
) -> tuple[range, ...]:
    """The indexes of the blocks on each page, at least one page; `head` is what every page begins with.

    As few pages as the limit and `most` blocks a page allow, then of about equal length. A block that exceeds the limit by itself stands
    alone: blocks are made so that none does.
    """
    most = most or max(len(blocks), 1)
    pages = _greedy(blocks, head, limit, most)
    low, high = 0, limit.units
    for _ in range(BALANCE_STEPS if len(pages) > 1 else 0):
        middle = (low + high) // 2
        balanced = _greedy(blocks, head, replace(limit, units=middle), most)
        if len(balanced) > len(pages):
            low = middle
        else:
            high, pages = middle, balanced
    return pages


def _greedy(blocks: Sequence[Block], head: Size, limit: Size, most: int) -> tuple[range, ...]:
    pages: list[range] = []
    start = 0
    used = head
    for index, block in enumerate(blocks):
        wanted = used + GAP + block.size + (block.first if index == start else Size())
        if index > start and (index - start == most or not wanted.within(limit)):
            pages.append(range(start, index))
            start = index
            wanted = head + GAP + block.size + block.first
        used = wanted
    pages.append(range(start, len(blocks)))
    return tuple(pages)


def fit(head: str, blocks: Sequence[Markup], lean: Sequence[Markup], tail: str = "") -> Markup:
    """Head, blocks and tail as one message; with the `lean` blocks, as many as fit, where the full ones do not."""
    full = paragraphs(head, *blocks, tail)
    if measure(full).within(COMFORT):
        return full
    kept: list[Markup] = []
    used = measure(paragraphs(head, tail)) + GAP
    for block in lean:
        used = used + measure(block) + GAP
        if not used.within(COMFORT):
            break
        kept.append(block)
    return paragraphs(head, *kept, tail)
