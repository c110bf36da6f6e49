"""Editions for everybody who is due in the same minute: told once per set of wishes, against once per chat.

    python -m tests.benchmarks.bench_compose                          100,000 chats; the per-chat way on 5,000 of them
    python -m tests.benchmarks.bench_compose --chats 10000 --days 3   also when readers have seen what came the days before
    python -m tests.benchmarks.bench_compose --tasting 0.2            a fifth of them mutes, or wants more or less of something
    python -m tests.benchmarks.bench_compose --slots                  all have editions at noon and in the evening as well

Both ways do the whole work, committed: the edition's row and items, its delivery, the next due time. The per-chat way asks
the store for each chat, in one transaction, over the same ranked candidates. Chats follow Zipf-like topics and keywords.
"""

import argparse
import asyncio
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from bot import clock
from bot.app import freeze
from bot.config import Config
from bot.jobs.collect import ingest
from bot.jobs.editions import due as compose
from bot.jobs.editions.on_demand import choice_for
from bot.jobs.editions.pool import load_pool
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import chats, deliveries, editions, sources
from storage.database import to_text
from storage.models import Chat, Taste, TasteKind
from storage.slots import EVENING, MORNING, NOON
from storage.tastes import to_json
from tests.benchmarks import corpus

PER_DAY = 400
ZONE, AT = "Asia/Shanghai", "08:00"
LATER = ((4.5, NOON, "12:30"), (10.5, EVENING, "18:30"))
"""Hours after the morning's edition, slot and local time of the others."""


def add_chats(room: Newsroom, number: int, due: datetime, tasting: float = 0.0) -> int:
    """So many readers, all due then, a share of them with tastes; returns how many distinct sets of wishes they have."""
    dice = random.Random(7)
    topics = [topic.id for topic in room.reading.taxonomy.topics]
    rows = room.db.execute("SELECT keywords FROM articles ORDER BY id LIMIT 400").fetchall()
    words = list(dict.fromkeys(word for row in rows for word in row[0].strip('[]"').split('", "') if word))[
        :500
    ]
    interests = [("topic", topic) for topic in topics] + [("keyword", word) for word in words]
    weights = [(place + 1) ** -1.2 for place in range(len(interests))]
    fancy = random.Random(11)
    distinct: set[tuple[object, ...]] = set()
    with room.db.transaction():
        for chat_id in range(1, number + 1):
            size = dice.choices((0, 1, 2, 3, 4, 5), (15, 35, 25, 15, 7, 3))[0]
            follows = sorted(set(dice.choices(interests, weights, k=size)))
            most = dice.choices((12, 5, 20), (96, 2, 2))[0]
            tastes = some_tastes(fancy, interests, weights) if fancy.random() < tasting else "[]"
            distinct.add((tuple(follows), most, tastes))
            room.db.execute(
                "INSERT INTO chats (id, telegram_chat_id, kind, title, language, zone, briefing_time, weekdays, max_items, "
                "onboarded, created_at, next_due_at, tastes) VALUES (?, ?, 'private', '', ?, ?, ?, '[1,2,3,4,5,6,7]', ?, 1, ?, ?, ?)",
                (chat_id, chat_id, dice.choice(("zh-Hans", "zh-Hant", "en")), ZONE, AT, most, to_text(due), to_text(due), tastes),
            )  # fmt: skip
            room.db.executemany(
                "INSERT INTO subscriptions (chat_id, kind, value, created_at) VALUES (?, ?, ?, ?)",
                [(chat_id, kind, value, to_text(due)) for kind, value in follows],
            )
    return len(distinct)


def some_tastes(dice: random.Random, interests: Sequence[tuple[str, str]], weights: Sequence[float]) -> str:
    """Mostly one or two things that are muted, or wanted more or less."""
    picked = {
        interest: dice.choice((0, 0, 1, -1, 2))
        for interest in dice.choices(interests, weights, k=dice.choice((1, 1, 2)))
    }
    return to_json([Taste(cast("TasteKind", kind), value, lean) for (kind, value), lean in picked.items()])


def add_slots(room: Newsroom, number: int, due: datetime) -> None:
    """Everybody has an edition at noon and one in the evening beside the morning's."""
    with room.db.transaction():
        for hours, slot, at in LATER:
            room.db.execute(
                "INSERT INTO slots (chat_id, slot, time, weekdays, next_due_at) "
                "SELECT id, ?, ?, weekdays, ? FROM chats WHERE id <= ?",
                (slot, at, to_text(due + timedelta(hours=hours)), number),
            )


def per_chat(room: Newsroom, due: list[Chat], now: datetime) -> None:
    """What `compose_due` does, one chat after the other."""
    pool = load_pool(room.db, room.reading.taxonomy, now)
    with room.db.transaction():
        for chat in due:
            today = clock.local_date(chat.zone, now)
            choice = choice_for(room.db, pool, chat)
            edition_id = editions.create(
                room.db,
                chat_id=chat.id,
                local_date=today,
                slot=MORNING,
                state="composed" if choice.items else "quiet",
                items=choice.items,
                considered=choice.considered,
                now=now,
            )
            if edition_id is not None:
                deliveries.add(room.db, edition_id, 0, now)
            upcoming = clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
            chats.schedule_all(room.db, [(upcoming, chat.id)])


def arrive(room: Newsroom, now: datetime) -> None:
    """Everything of today was sent and seen."""
    with room.db.transaction():
        room.db.execute(
            "UPDATE deliveries SET state = 'sent', finished_at = ? WHERE state = 'pending'", (to_text(now),)
        )


def first_due() -> datetime:
    """When everybody is due for the first time."""
    return clock.next_due(ZONE, AT, clock.ALL_WEEKDAYS, corpus.START + timedelta(days=2))


def prepare(path: Path, number: int, day: int, drawn: bool, tasting: float, slots: bool) -> None:
    """What was reported until that day, and the readers, by a process of its own: reading articles is not measured."""

    async def fill() -> None:
        now = first_due() + timedelta(days=day)
        async with open_newsroom(Config(database=path), now=lambda: now) as room:
            name, entries = corpus.load(PER_DAY * (day + 3), room.reading.segmenter, drawn=drawn)
            source, _ = sources.add(room.db, url="https://x.example", title="例报", kind="feed", now=now)
            since = now - timedelta(days=1 if day else 4)
            fresh = [entry for entry in entries if entry.published and since < entry.published <= now]
            ingest.ingest(room.db, room.reading, source, fresh, now)
            if not day:
                distinct = add_chats(room, number, now, tasting)
                if slots:
                    add_slots(room, number, now)
                print(f"{number} chats, {distinct} distinct sets, {PER_DAY} a day of {name}", flush=True)

    asyncio.run(fill())


async def measure(number: int, days: int, sample: int, *, drawn: bool, tasting: float, slots: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        for day in range(days):
            process = multiprocessing.get_context("spawn").Process(
                target=prepare, args=(path, number, day, drawn, tasting, slots)
            )
            process.start()
            process.join()
            now = first_due() + timedelta(days=day)
            async with open_newsroom(Config(database=path), now=first_due) as room:
                freeze()  # as `chenbao run` does
                report(room, number, day, now, sample)
                arrive(room, now)
                for hours, _, _ in LATER if slots else ():
                    later = now + timedelta(hours=hours)
                    report(room, number, day, later, sample)
                    arrive(room, later)


def report(room: Newsroom, number: int, day: int, now: datetime, sample: int) -> None:
    """Both ways, in that order: the sample is composed per chat and undone, then everybody is."""
    due = random.Random(day).sample(range(1, number + 1), min(sample, number))
    some = [found for chat_id in due if (found := chats.by_id(room.db, chat_id))]
    cpu = time.process_time()
    room.db.execute("BEGIN IMMEDIATE")
    per_chat(room, some, now)
    each = time.process_time() - cpu
    room.db.execute("ROLLBACK")
    alone = len(some) / each
    del some
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, cpu, longest = time.perf_counter(), time.process_time(), 0.0
    last, made = begin, 0
    for step in compose.compose_steps(room, now):
        made += step
        longest = max(longest, time.perf_counter() - last)
        last = time.perf_counter()
    wall, spent = time.perf_counter() - begin, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = room.db.execute(
        "SELECT count(DISTINCT composition_id) FROM editions WHERE created_at = ?", (to_text(now),)
    )
    together = number / spent
    print(
        f"day {day + 1}: once per set {spent:.2f} s of CPU ({wall:.2f} s), {together:,.0f} editions/s, "
        f"{told.fetchone()[0]} compositions, longest step {longest * 1000:.0f} ms, peak {peak / 1024:.0f} MB "
        f"({(peak - before) / 1024:.0f} more than before); per chat {alone:,.0f}/s: {together / alone:.1f}x; {made} to send"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--sample", type=int, default=5_000)
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    parser.add_argument(
        "--tasting", type=float, default=0.0, help="the share of chats that mute or lean, 0 to 1"
    )
    parser.add_argument("--slots", action="store_true", help="editions at noon and in the evening as well")
    arguments = parser.parse_args()
    asyncio.run(
        measure(
            arguments.chats,
            arguments.days,
            arguments.sample,
            drawn=arguments.drawn,
            tasting=arguments.tasting,
            slots=arguments.slots,
        )
    )


if __name__ == "__main__":
    main()
