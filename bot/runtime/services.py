"""The frozen bundle that jobs and handlers receive: everything the program is made of, wired once by `app`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Config
from bot.runtime.awaited import Awaited
from bot.runtime.counters import Counters
from bot.runtime.kept import Kept, KeptEach
from bot.runtime.overview_desk import OverviewDesk
from bot.runtime.printing import Printing
from bot.runtime.together import Together
from storage.database import Database

if TYPE_CHECKING:  # a command loads what it uses: who only collects no Telegram, who only searches no HTTP
    import httpx

    from bot.briefing.edition import StoryPool
    from bot.collect.fetch.client import Fetcher
    from bot.collect.sandbox.worker import Worker
    from bot.delivery.sender import Sender
    from bot.report.hot import HotWord
    from bot.report.week import WeekFacts
    from bot.search.search import Search
    from bot.stories import ExternalWrites, StoryIndex
    from bot.text.analyse import Analyser
    from bot.text.segment import Segmenter
    from bot.text.taxonomy import Taxonomy
    from storage.models import Article


RISING_KEPT = timedelta(minutes=20)


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(frozen=True, slots=True)
class Reading:
    """The text pipeline: it turns words into sections, topics, summaries, stories and search results."""

    taxonomy: "Taxonomy"
    segmenter: "Segmenter"
    analyser: "Analyser"
    stories: "StoryIndex"
    external_writes: "ExternalWrites"
    """Adds to the story index the articles that other processes store."""
    search: "Search"
    remembered: asyncio.Event = field(default_factory=_set)
    """Set while the stories of the last days are in memory: who finds an article's story waits for it."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What works without Telegram: collecting, reading, composing, searching. `now()` is aware UTC, and movable."""

    config: Config
    db: Database
    now: Callable[[], datetime]
    reading: Reading
    fetcher: "Fetcher"
    http: "httpx.AsyncClient"
    worker: "Worker"
    """Where hostile bytes are read: a process that can be killed."""
    pages: Awaited = field(default_factory=Awaited, kw_only=True)
    """What is in the store and gets its text soon."""
    counters: Counters = field(default_factory=Counters, kw_only=True)
    """What happened since the start."""
    overviews: OverviewDesk = field(default_factory=OverviewDesk, kw_only=True)
    """导读 that a model writes, where one is set."""


@dataclass(frozen=True, slots=True)
class Services(Newsroom):
    """The newsroom with a line to Telegram: what handlers and delivery use."""

    sender: "Sender"
    username: str
    """The bot's own name in Telegram, for links that open an article in the chat."""
    started_at: datetime
    """Aware UTC."""
    on_demand: Together["StoryPool"] = field(default_factory=Together)
    """The stories of the last days, for readers who ask at the same moment."""
    rising: "Kept[tuple[HotWord, ...] | None]" = field(default_factory=lambda: Kept(RISING_KEPT))
    """The words that rise: counting them takes a second."""
    weeks: "Kept[WeekFacts]" = field(default_factory=lambda: Kept(RISING_KEPT))
    """What the look back at a week tells everybody."""
    week_peaks: "KeptEach[tuple[str, tuple[str, ...]], tuple[Article, ...]]" = field(
        default_factory=lambda: KeptEach(RISING_KEPT)
    )
    """The articles that its chart of these words names, by zone."""
    week_charts: "KeptEach[tuple[str, str, tuple[str, ...], frozenset[int]], bytes | None]" = field(
        default_factory=lambda: KeptEach(RISING_KEPT)
    )
    """Its chart by language, zone, words and the articles that it does not name; None where none can be drawn."""
    drawing: Together[bytes] = field(default_factory=Together)
    """Charts are drawn one after the other."""
    printing: Printing = field(default_factory=Printing)
    """Whose report is being made."""
