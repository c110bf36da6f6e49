"""Storing what is new in one feed, in steps between which every other task has its turn."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.collect.feeds.identity import Feedful
from bot.jobs.collect import ingest
from bot.jobs.collect.pacing import SHORT, Pace
from bot.runtime.heap import freeze_if_grown
from bot.runtime.patience import when_unlocked
from bot.runtime.services import Newsroom
from storage import sources
from storage.models import Source
from storage.search import terms

DECIDED = 50
"""Entries looked up in one step."""


@dataclass(frozen=True, slots=True)
class FeedStoring:
    """Stores the entries of one source's feed at `now` (aware UTC), at the pace that all sources of the round share."""

    room: Newsroom
    source: Source
    now: datetime
    pace: Pace

    async def store_all(self, feed: Feedful) -> list[ingest.Ingested]:
        """Store what is new among the feed's entries, step by step; returns the result for each."""
        self.pace.begin()
        if feed.shared:
            await when_unlocked(partial(self._share_links, feed.shared))
        done: list[ingest.Ingested] = []
        for start in range(0, len(feed.keys), DECIDED):
            await self.pace.pause()
            keys = feed.keys[start : start + DECIDED]
            plans = ingest.decide(self.room.db, self.source, keys, feed.present)
            decided_at = self.room.db.version()
            done += [
                ingest.Ingested(item.entry, "unchanged", item.known.id if item.known else None)
                for item in plans
                if item.status == "unchanged"
            ]
            fresh = [item for item in plans if item.status != "unchanged"]
            while fresh:
                batch, fresh = fresh[: self.pace.batch], fresh[self.pace.batch :]
                found = await self._analyse(batch)
                write = partial(self._write, batch, found, decided_at, feed.present)
                done += await when_unlocked(write)
                self.pace.stored(len(batch))
                await self.pace.pause(SHORT)
                await self._tidy()
        await self.pace.pause()
        return done

    def _share_links(self, links: Collection[str]) -> None:
        with self.room.db.transaction(flush=False):
            sources.share_links(self.room.db, self.source.id, links)

    async def _analyse(self, batch: Sequence[ingest.IngestDecision]) -> list[ingest.Read]:
        """Read one batch, a step at a time.

        A thread would not help every time: it takes the interpreter from the loop for 5 ms at each query of a search.
        """
        found = []
        for item in batch:
            await self.pace.pause()
            if self.pace.warm:
                steps = ingest.read_in_steps(self.room.reading, item.entry)
                found.append(await self.pace.between(steps))
            else:  # the first text of all has the dictionaries read, which takes a second
                found.append(await asyncio.to_thread(ingest.read, self.room.reading, item.entry))
                self.pace.warm = True
        await self.pace.pause(SHORT)
        return found

    def _write(
        self,
        batch: Sequence[ingest.IngestDecision],
        found: Sequence[ingest.Read],
        decided_at: tuple[int, int],
        present: Collection[str],
    ) -> list[ingest.Ingested]:
        """Store one batch that was read; decided anew where the store has changed since `decided_at`: it may have
        another source's article with the same link now."""
        room, plans = self.room, batch
        if room.db.version() != decided_at:
            plans = ingest.decide(room.db, self.source, [item.key for item in batch], present)
        kept = [None if item.status == "unchanged" else one for one, item in zip(found, plans, strict=True)]
        return ingest.store(room.db, room.reading, self.source, plans, kept, self.now)

    async def _tidy(self) -> None:
        """Count the words of earlier batches, and keep the heap in order."""
        if await when_unlocked(partial(terms.count_pending, self.room.db, least=terms.PORTION)):
            await self.pace.end()
        if freeze_if_grown():
            await self.pace.end()
