"""What happened since the start, counted as it happens: `/metrics` shows it beside what the store says."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

# Else there is a line per label that says when it was first seen: nobody asks.
disable_created_metrics()  # type: ignore[no-untyped-call]

LAG_SECONDS = 0.5
"""Between two looks at how late the event loop is."""
_SEARCH = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Counters:
    """Counters of one process; each bot has its own, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._fetches = Counter(
            "chenbao_fetches",
            "Fetches of sources: new, unchanged, or the code of what went wrong.",
            ["result"],
            registry=self.registry,
        )
        self._outcomes = Counter(
            "chenbao_delivery_outcomes",
            "Message parts of editions that were sent, by what came of it.",
            ["outcome"],
            registry=self.registry,
        )
        self._model = Counter(
            "chenbao_model_requests",
            "Overviews asked of the model: ok, nothing (no sentence stood), budget, or what went wrong.",
            ["result"],
            registry=self.registry,
        )
        self._sentences = Counter(
            "chenbao_model_sentences",
            "Sentences of the model: kept, or why they were dropped.",
            ["result"],
            registry=self.registry,
        )
        self._search = Histogram(
            "chenbao_search_seconds",
            "Time that a search in a chat took in the event loop.",
            buckets=_SEARCH,
            registry=self.registry,
        )
        self._lag = Histogram(
            "chenbao_loop_lag_seconds",
            "How late the event loop came to what was due.",
            buckets=_LAG,
            registry=self.registry,
        )
        self.polled_at: datetime | None = None
        """When Telegram last answered a poll, aware UTC; None before the first, and with a webhook."""

    def fetched(self, result: str) -> None:
        """A source was fetched: `new`, `unchanged`, or a problem as it is stored."""
        self._fetches.labels(result.partition("?")[0]).inc()

    def delivered(self, outcome: str) -> None:
        """A message part left, with that outcome."""
        self._outcomes.labels(outcome).inc()

    def asked_model(self, result: str) -> None:
        """A model was asked for an overview, or was not because of its budget."""
        self._model.labels(result).inc()

    def model_said(self, result: str, count: int) -> None:
        """So many sentences of its answer were `kept`, or dropped for that reason."""
        self._sentences.labels(result).inc(count)

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Time what is done inside."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._search.observe(time.perf_counter() - begun)

    async def watch_loop(self) -> None:
        """Measure the event loop's lag until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self._lag.observe(max(0.0, loop.time() - due))


def resident_bytes() -> int | None:
    """Memory of this process that is in RAM; None where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None
