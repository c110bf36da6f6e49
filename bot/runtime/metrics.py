"""What `/metrics` answers: gauges in Prometheus' text format, read from the store at each scrape.

A registry of its own for each answer: the library's global one would add figures of the process that nobody chose, and
keep what a test registered.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.runtime.counters import resident_bytes
from bot.runtime.health import Ticks, health_of
from bot.runtime.services import Newsroom
from storage import counts, queues, sources

HELP = {
    "sources": "Sources in use.",
    "sources_failing": "Sources in use whose last fetch failed.",
    "articles": "Articles in the archive.",
    "stories": "Stories in the archive: events that one or more articles report.",
    "chats": "Chats that the bot knows.",
    "chats_active": "Chats that get editions: reachable and not paused.",
    "subscriptions": "Topics, keywords, sections and sources that chats follow.",
    "editions": "Editions that were composed.",
}
"""One gauge for each figure of `storage.models.Counts` that is a number."""


class _Figures(Collector):
    def __init__(self, room: Newsroom, ticks: Ticks) -> None:
        self._room = room
        self._ticks = ticks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; of a store in trouble only that it is."""
        room, ticks, now = self._room, self._ticks, self._room.now()
        healthy = health_of(room, ticks).healthy
        yield _gauge("healthy", "1 while /health answers 200, 0 while it answers 503.", healthy)
        yield _gauge("seconds_since_tick", "Since the clock last ticked.", (now - ticks.at).total_seconds())
        lost_at = ticks.reach.lost_at if ticks.reach else None
        lost = (now - lost_at).total_seconds() if lost_at else 0
        yield _gauge(
            "telegram_unreachable_seconds", "Since Telegram stopped answering; 0 while it does.", lost
        )
        if (polled := room.counters.polled_at) is not None:
            yield _gauge(
                "seconds_since_poll", "Since Telegram last answered a poll.", (now - polled).total_seconds()
            )
        if (memory := resident_bytes()) is not None:
            yield _gauge("resident_bytes", "Memory of the bot's process that is in RAM.", memory)
        if ticks.store.problem:
            return
        figures = counts.of_everything(room.db)
        for name, words in HELP.items():
            yield _gauge(name, words, getattr(figures, name))
        if (last := sources.last_succeeded_at(room.db)) is not None:
            since = (now - last).total_seconds()
            yield _gauge("seconds_since_collection", "Since any source was fetched well.", since)
        yield _gauge("database_bytes", "Size of the store, without its write-ahead log.", room.db.size())
        parts = GaugeMetricFamily(
            "chenbao_deliveries", "Message parts of editions, by what became of them.", labels=["state"]
        )
        for state, number in figures.deliveries.items():
            parts.add_metric([state], number)
        yield parts
        yield from self._queues()

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        now = self._room.now()
        lengths = GaugeMetricFamily("chenbao_queue_length", "Work that is due, by kind.", labels=["queue"])
        ages = GaugeMetricFamily(
            "chenbao_queue_age_seconds",
            "Since the first of that work was due; 0 where nothing waits.",
            labels=["queue"],
        )
        for queue in queues.waiting(self._room.db, now):
            lengths.add_metric([queue.name], queue.length)
            ages.add_metric([queue.name], (now - queue.oldest).total_seconds() if queue.oldest else 0)
        yield lengths
        yield ages


def metrics_of(room: Newsroom, ticks: Ticks) -> str:
    """The figures in Prometheus' text format 0.0.4."""
    registry = CollectorRegistry()
    registry.register(_Figures(room, ticks))
    return (generate_latest(registry) + generate_latest(room.counters.registry)).decode()


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"chenbao_{name}", words, value=value)
