"""The health of the running bot, as `/health` reports it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.collect.fetch.standstill import stands_still_since
from bot.delivery.reach import Reach
from bot.delivery.sender import Sender
from bot.runtime.services import Newsroom
from bot.runtime.store_watch import StoreWatch
from storage import counts, sources

LATEST_TICK = timedelta(minutes=5)
"""The time without a tick after which the bot counts as unhealthy."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot does its work, and what the answer tells about it."""

    healthy: bool
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(slots=True)
class Ticks:
    """When the clock last ticked, aware UTC; whether the store can be written, and whether Telegram takes what we send."""

    at: datetime
    store: StoreWatch
    sender: Sender | None = None
    """None until there is one."""
    reach: Reach | None = None
    """None where nobody listens to the line."""
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.at


def health_of(room: Newsroom, ticks: Ticks) -> Health:
    """Well while the store can be written, Telegram is there and takes the token, something is collected, and the clock
    ticks; the figures say how far things are."""
    if ticks.store.problem:  # nor is a store in trouble asked for figures
        return Health(healthy=False, details={"store": ticks.store.problem})
    if ticks.sender is not None and ticks.sender.refused:
        return Health(healthy=False, details={"telegram": ticks.sender.refused})
    now = room.now()
    late = now - ticks.at
    problems = {}
    if ticks.reach is not None and (lost := ticks.reach.lost_for) is not None:
        problems["telegram"] = f"cannot be reached for {_seconds(lost)} s"
    if still := stands_still_since(sources.listed(room.db, "feed"), ticks.started, now):
        problems["collecting"] = f"nothing was collected for {_seconds(now - still)} s"
    if late >= LATEST_TICK:
        problems["clock"] = f"no tick for {_seconds(late)} s"
    figures = counts.of_everything(room.db)
    return Health(
        healthy=not problems,
        details={
            **problems,
            "seconds_since_tick": _seconds(late),
            "articles": figures.articles,
            "chats_active": figures.chats_active,
            "sources_failing": figures.sources_failing,
        },
    )


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())
