"""How the running bot is: what `/health` and `/metrics` answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.sender import Sender
from bot.jobs.watch import StoreWatch
from bot.services import Newsroom
from bot.web import Health
from storage import counts

LATEST_TICK = timedelta(minutes=5)
"""Without a tick for so long the bot counts as unwell."""


@dataclass(slots=True)
class Ticks:
    """When the clock last ticked, aware UTC; whether the store can be written, and whether Telegram takes what we send."""

    at: datetime
    store: StoreWatch
    sender: Sender | None = None
    """None until there is one."""


def health_of(room: Newsroom, ticks: Ticks) -> Health:
    """Well while the store can be written, the token is good and the clock ticks; the figures say how far things are."""
    late = room.now() - ticks.at
    if ticks.store.problem:  # nor is a store in trouble asked for figures
        return Health(healthy=False, details={"store": ticks.store.problem})
    if ticks.sender is not None and ticks.sender.refused:
        return Health(healthy=False, details={"telegram": ticks.sender.refused})
    figures = counts.of_everything(room.db)
    return Health(
        healthy=late < LATEST_TICK,
        details={
            "seconds_since_tick": int(late.total_seconds()),
            "articles": figures.articles,
            "chats_active": figures.chats_active,
            "sources_failing": figures.sources_failing,
        },
    )


def metrics_of(room: Newsroom) -> str:
    """The figures in Prometheus' text format."""
    figures = counts.of_everything(room.db)
    plain = {
        "sources": figures.sources,
        "sources_failing": figures.sources_failing,
        "articles": figures.articles,
        "stories": figures.stories,
        "chats": figures.chats,
        "chats_active": figures.chats_active,
        "editions": figures.editions,
    }
    lines = [f"chenbao_{name} {value}" for name, value in plain.items()]
    lines += [f'chenbao_deliveries{{state="{state}"}} {value}' for state, value in figures.deliveries.items()]
    return "\n".join(lines) + "\n"
