"""How much may still go out in a span of time, counted where it arrives."""

from collections import deque
from dataclasses import dataclass

ASSUME_ARRIVED = 3.0
"""Seconds after which a call without an answer is taken as arrived, so that a hanging Telegram frees its place."""
MARGIN = 0.005
"""Seconds of the fastest round trip that are not relied on: it need not be the fastest that there is."""
TRIPS = 256
"""Round trips of which the fastest is remembered, and as many again while the next are made."""
LEAST_TRIPS = 64
"""Before so many nothing is relied on: the first calls open connections, and are slow."""


class Trips:
    """The fastest round trip of late.

    Calls must lie apart where they arrive, and that is not seen here. What was answered at `t` had arrived by `t` less
    the way back; what is let out now arrives no sooner than after the way there; so of the time between an answer and
    the next call one whole round trip, the fastest, is time between their arrivals, too. With a constant delay this
    is the same as counting from the moment of sending; what delays vary by is waited for, and nothing else.
    `tests/benchmarks/bench_send.py` measures how near to Telegram's limit a morning comes with it.
    """

    __slots__ = ("_before", "_count", "_fastest")

    def __init__(self) -> None:
        self._fastest = self._before = float("inf")
        self._count = 0

    def add(self, seconds: float) -> None:
        """A call was answered after so long."""
        self._count += 1
        if self._count % TRIPS == 0:
            self._before, self._fastest = self._fastest, seconds
        self._fastest = min(self._fastest, seconds)

    @property
    def fastest(self) -> float:
        """What can be relied on."""
        if self._count < LEAST_TRIPS:
            return 0.0
        return max(0.0, min(self._fastest, self._before) - MARGIN)


@dataclass(slots=True)
class Place:
    """One call's place in the windows: taken when granted."""

    granted: float
    trips: Trips
    answered: float = float("inf")

    @property
    def left(self) -> float:
        """From when on its time counts: it surely had arrived, or is taken to have. A refusal may come faster than any answer."""
        return min(max(self.granted, self.answered - self.trips.fastest), self.granted + ASSUME_ARRIVED)


class Window:
    """At most `limit` calls in every `seconds`, counted at the receiver's end."""

    __slots__ = ("_limit", "_places", "_seconds")

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._places: deque[Place] = deque()

    def free_at(self, now: float) -> float:
        """When a place is free: ≤ now means at once; an answer to come may bring it forward."""
        # Always the same sum: rounded another way, a place might be free and yet never be given back.
        while self._places and self._places[0].left + self._seconds <= now:
            self._places.popleft()
        if len(self._places) < self._limit:
            return now
        # Answers come in any order: what is gone may stand behind what is not. All but `limit` less one must be gone.
        return sorted(place.left for place in self._places)[-self._limit] + self._seconds

    def take(self, place: Place) -> None:
        """Let one more in."""
        self._places.append(place)

    def is_empty(self, now: float) -> bool:
        """Whether nobody has a place any more."""
        return all(place.left + self._seconds <= now for place in self._places)
