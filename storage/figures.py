"""Figures of an instance, as they are shown: values alone, like `storage.models`."""

from dataclasses import dataclass, field
from typing import NamedTuple


class DayTally(NamedTuple):
    """How many of something there were on one day."""

    day: str
    """As it is stored: the local date of an edition, the UTC date of anything else."""
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures for /stats and `chenbao stats`."""

    sources: int = 0
    sources_failing: int = 0
    articles: int = 0
    stories: int = 0
    chats: int = 0
    chats_active: int = 0
    chats_resting: int = 0
    subscriptions: int = 0
    editions: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)
