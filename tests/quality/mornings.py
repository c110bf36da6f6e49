"""The editions of whole mornings, item by item against an editor's labels:

    python -m tests.quality.mornings 2026-07-18 2026-07-24 --weights FOLDER [--topics a,b] [--follow WORD] [--items]

A store is filled day by day with the feed items first seen from the first day on, and each morning's edition is composed
as `chenbao preview` does. The tables in FOLDER should not have been fitted to these days (`tests.quality.training
--without`). Needs the texts in ../shared.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from bot.briefing.filling import ReaderProfile
from bot.config import load_config
from bot.jobs.documents import import_document
from bot.jobs.editions.preview import preview
from bot.runtime.newsroom import open_reading
from bot.runtime.opening import open_store
from bot.text.analyse import Analyser
from storage.models import Edition, EditionItem, Subscription
from tests.quality.examples import FEEDS, RUBRIC, Row, own, rows

DAY = timedelta(days=1)
GOOD, MUST = 1, 3
"""Worth of what may be told, and of what has to be."""


def main() -> None:
    """Print the figures of each run of days, or of one, and on request every item with what is wrong with it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("last", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--weights", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--topics", default="", metavar="A,B")
    parser.add_argument("--follow", default="", metavar="A,B", help="keywords")
    parser.add_argument("--items", action="store_true", help="print every item")
    arguments = parser.parse_args()
    wanted = ReaderProfile(
        (
            *(Subscription("topic", one) for one in arguments.topics.split(",") if one),
            *(Subscription("keyword", one) for one in arguments.follow.split(",") if one),
        )
    )
    count = Counts(labels(), {row["id"]: row["first_seen"][:10] for row in rows(FEEDS)})
    for morning, edition in editions(arguments.first, arguments.last, arguments.weights, wanted):
        for item, faults in count.add(morning, edition):
            if arguments.items:
                print(morning, item.part, item.section, ",".join(faults) or "-", item.story.lead.title)
        for missed in count.missed:
            if arguments.items:
                print(morning, "MISSED", missed)
    print(count)


def labels() -> dict[str, Row]:
    """What an editor said of each feed item, by id; genre None where annotators took it in two ways."""
    said = (*own("labels/more.jsonl"), *own("labels/feeds.jsonl"), *rows("labelled_days.jsonl"))
    titles = {row["id"]: row["title"] for row in rows(FEEDS)}
    return {
        row["id"]: {**row, "genre": None if RUBRIC.match(titles[row["id"]]) else row["genre"]} for row in said
    }


def editions(first: date, last: date, weights: Path, wanted: ReaderProfile) -> Iterator[tuple[date, Edition]]:
    """Each morning's edition at 00:00 UTC, the day after `first` to `last`."""
    config = load_config({})
    items = sorted(rows(FEEDS), key=lambda row: (row["first_seen"], row["id"]))
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "mornings.db") as db:
        reading = open_reading(config, db, datetime.now(UTC))
        taxonomy = replace(reading.taxonomy, weights=weights)
        reading = replace(reading, taxonomy=taxonomy, analyser=Analyser(taxonomy, reading.segmenter))
        day = first
        while day < last:
            fresh = [row for row in items if row["first_seen"][:10] == str(day)]
            day += DAY
            now = datetime(day.year, day.month, day.day, tzinfo=UTC)
            lines = "\n".join(map(_line, fresh))
            import_document(db, reading, "day.jsonl", lines.encode(), config.zone, datetime.now(UTC))
            yield day, preview(db, taxonomy, wanted, config.zone, now)


def _line(row: Row) -> str:
    seen = datetime.fromisoformat(row["first_seen"])
    try:
        published = min(parsedate_to_datetime(row["published"]).astimezone(UTC), seen)
    except (TypeError, ValueError):
        published = seen
    return json.dumps(
        {
            "id": row["id"],
            "title": row["title"],
            "text": row["body"],
            "url": row["link"],
            "published": published.isoformat(),
            "source": row["source"],
        },
        ensure_ascii=False,
    )


@dataclass
class Counts:
    """What is counted over mornings."""

    labels: Mapping[str, Row]
    days: Mapping[str, str]
    """When each labelled item was first seen (ISO date)."""
    of: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)
    """Ids of all articles behind what was told so far, as every reader of these mornings got it."""
    missed: list[str] = field(default_factory=list)
    """Events, or ids, that the last morning had to tell and that were not told."""

    def add(self, morning: date, edition: Edition) -> list[tuple[EditionItem, list[str]]]:
        """Count an edition; each item with its faults, `unlabelled` where nobody read it."""
        found, events = [], set[str | None]()
        for item in edition.items:
            self.told |= {article.guid for article in item.story.articles}
            row = self.labels.get(item.story.lead.guid)
            faults = self._faults(item, row, events) if row else ["unlabelled"]
            found.append((item, faults))
            self.of.update(faults)
            self.of["items"] += 1
            self.of["bare"] += not item.story.lead.summary
            self.of["labelled"] += row is not None
            self.of["clean"] += not faults
        self.of["mornings"] += 1
        self._must(morning)
        return found

    def _faults(self, item: EditionItem, row: Row, events: set[str | None]) -> list[str]:
        read = item.part == "reads"
        named = {
            "off": not row["in_domain"],
            "section": row["in_domain"] and item.section != row["section"],
            "essay": row["genre"] == "feature" and not read,
            "misfiled": row["genre"] == "news" and read,
            "other genre": row["genre"] in ("roundup", "promo", "review"),
            "again": row.get("event") is not None and row["event"] in events,
            "worth nothing": row["in_domain"] and row["worth"] < GOOD,
        }
        events.add(row.get("event"))
        return [name for name, true in named.items() if true]

    def _must(self, morning: date) -> None:
        events: dict[str, set[str]] = {}
        for one, row in self.labels.items():
            if row.get("worth") == MUST and self.days.get(one) == str(morning - DAY):
                events.setdefault(row.get("event") or one, set()).add(one)
        for one, row in self.labels.items():
            if row.get("event") in events:
                events[row["event"]].add(one)
        self.missed = [event for event, ids in events.items() if self.told.isdisjoint(ids)]
        self.of["must"] += len(events)
        self.of["must told"] += len(events) - len(self.missed)

    def __str__(self) -> str:
        labelled = max(1, self.of["labelled"])
        faults: Sequence[str] = (
            "essay",
            "section",
            "off",
            "again",
            "other genre",
            "misfiled",
            "worth nothing",
        )
        shares = ", ".join(f"{name} {self.of[name] / labelled:.1%}" for name in ("clean", *faults))
        return (
            f"{self.of['mornings']} mornings, {self.of['items']} items, {self.of['labelled']} labelled: {shares}; "
            f"without summary {self.of['bare'] / max(1, self.of['items']):.1%}; "
            f"must-haves {self.of['must told']} of {self.of['must']}"
        )


if __name__ == "__main__":
    main()
