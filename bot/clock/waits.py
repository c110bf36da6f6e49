"""The wait before something that failed is tried again: twice as long each time, up to a bound."""

from datetime import timedelta
from typing import TypeVar

Span = TypeVar("Span", float, timedelta)
_ENOUGH = 30
"""Doublings after which any bound is reached."""


def doubled(first: Span, times: int, most: Span) -> Span:
    """`first`, doubled so many times (none at or below 0), but never more than `most`; seconds or a timedelta."""
    factor: int = 2 ** min(max(0, times), _ENOUGH)
    return min(most, first * factor)
