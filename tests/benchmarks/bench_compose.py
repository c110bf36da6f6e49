"""Editions for everybody who is due in the same minute: told once per set of wishes, against once per chat.

    python -m tests.benchmarks.bench_compose                          100,000 chats; the per-chat way on 5,000 of them
    python -m tests.benchmarks.bench_compose --chats 10000 --days 3   also when readers have seen what came the days before

Both ways do the whole work, committed: the edition's row and items, its delivery, the next due time. The per-chat way asks
the store for each chat, in one transaction, over the same ranked candidates. Chats follow Zipf-like topics and keywords.
"""

import argparse
import asyncio
import random
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bot import clock
from bot.app import open_newsroom
from bot.config import Config
from bot.jobs import compose, ingest
from bot.jobs.pick import Pool, pick
from bot.services import Newsroom
from storage import articles, chats, deliveries, editions, sources
from storage.database import to_text
from storage.models import Chat
from tests.benchmarks import corpus

PER_DAY = 400
ZONE, AT = "Asia/Shanghai", "08:00"


def add_chats(room: Newsroom, number: int, due: datetime) -> int:
    """So many readers, all due then; returns how many distinct sets of wishes they have."""
    dice = random.Random(7)
    topics = [topic.id for topic in room.reading.taxonomy.topics]
    rows = room.db.execute("SELECT keywords FROM articles ORDER BY id LIMIT 400").fetchall()
    words = list(dict.fromkeys(word for row in rows for word in row[0].strip('[]"').split('", "') if word))[
        :500
    ]
    interests = [("topic", topic) for topic in topics] + [("keyword", word) for word in words]
    weights = [(place + 1) ** -1.2 for place in range(len(interests))]
    distinct: set[tuple[object, ...]] = set()
    with room.db.transaction():
        for chat_id in range(1, number + 1):
            size = dice.choices((0, 1, 2, 3, 4, 5), (15, 35, 25, 15, 7, 3))[0]
            follows = sorted(set(dice.choices(interests, weights, k=size)))
            most = dice.choices((12, 5, 20), (96, 2, 2))[0]
            distinct.add((tuple(follows), most))
            room.db.execute(
                "INSERT INTO chats (id, telegram_chat_id, kind, title, language, zone, briefing_time, weekdays, max_items, "
                "onboarded, created_at, next_due_at) VALUES (?, ?, 'private', '', ?, ?, ?, '[1,2,3,4,5,6,7]', ?, 1, ?, ?)",
                (chat_id, chat_id, dice.choice(("zh-Hans", "zh-Hant", "en")), ZONE, AT, most, to_text(due), to_text(due)),
            )  # fmt: skip
            room.db.executemany(
                "INSERT INTO subscriptions (chat_id, kind, value, created_at) VALUES (?, ?, ?, ?)",
                [(chat_id, kind, value, to_text(due)) for kind, value in follows],
            )
    return len(distinct)


def per_chat(room: Newsroom, due: list[Chat], now: datetime) -> None:
    """What `compose_due` does, one chat after the other."""
    pool = Pool(room, now)
    with room.db.transaction():
        for chat in due:
            today = clock.local_date(chat.zone, now)
            choice = pick(pool, chat)
            edition_id = editions.create(
                room.db,
                chat_id=chat.id,
                local_date=today,
                slot=compose.MORNING,
                state="composed" if choice.items else "quiet",
                items=choice.items,
                considered=choice.considered,
                now=now,
            )
            if edition_id is not None:
                deliveries.add(room.db, edition_id, 0, now)
            chats.schedule(
                room.db, chat.id, clock.next_due(chat.zone, chat.briefing_time, chat.weekdays, now)
            )


def arrive(room: Newsroom, now: datetime) -> None:
    """Everything of today was sent and seen."""
    with room.db.transaction():
        room.db.execute(
            "UPDATE deliveries SET state = 'sent', finished_at = ? WHERE state = 'pending'", (to_text(now),)
        )
        room.db.execute(
            "INSERT OR IGNORE INTO seen_stories (chat_id, story_id, seen_at) SELECT e.chat_id, i.story_id, ? "
            "FROM editions e JOIN edition_items i ON i.edition_id = e.id WHERE e.created_at = ?",
            (to_text(now), to_text(now)),
        )


async def measure(number: int, days: int, sample: int, *, drawn: bool) -> None:
    start = clock.next_due(ZONE, AT, clock.ALL_WEEKDAYS, corpus.START + timedelta(days=2))
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database=Path(folder) / "bench.db")
        async with open_newsroom(config, now=lambda: start) as room:
            name, entries = corpus.load(PER_DAY * (days + 2), room.reading.segmenter, drawn=drawn)
            source, _ = sources.add(room.db, url="https://x.example", title="例报", kind="feed", now=start)
            ingest.ingest(room.db, room.reading, source, entries, start)
            distinct = add_chats(room, number, start)
            print(f"{number} chats, {distinct} distinct sets, {articles.count(room.db)} of {name}")
            for day in range(days):
                now = start + timedelta(days=day)
                report(room, number, day, now, sample)
                if day + 1 < days:
                    arrive(room, now)


def report(room: Newsroom, number: int, day: int, now: datetime, sample: int) -> None:
    """Both ways, in that order: the sample is composed per chat and undone, then everybody is."""
    due = chats.due(room.db, now, 10**9)
    some = random.Random(day).sample(due, min(sample, len(due)))
    del due
    cpu = time.process_time()
    room.db.execute("BEGIN IMMEDIATE")
    per_chat(room, some, now)
    each = time.process_time() - cpu
    room.db.execute("ROLLBACK")
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
    alone, together = len(some) / each, number / spent
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
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.chats, arguments.days, arguments.sample, drawn=arguments.drawn))


if __name__ == "__main__":
    main()
