"""Whatever a reader wishes, in whatever order: slots, alerts, mutes, /today, travel, pauses, a bot that is down, over the real
store. No story is told twice, nothing muted is told, each date has each of its editions, no day has more alerts than wished.

A few lives by default; hundreds with `pytest -m soak tests/jobs/test_any_wishes.py`.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot import clock
from bot.briefing.tastes import met_by, with_taste, without_taste
from bot.jobs.alerts import alert_steps
from bot.jobs.collect import ingest
from bot.jobs.editions import due as compose
from bot.jobs.editions import on_demand, reschedule
from bot.jobs.editions.pool import load_pool
from bot.messages.chat_settings import WEEKLY_TIME
from bot.runtime.services import Newsroom
from storage import alerts, chats, editions, sources, subscriptions
from storage.models import Chat, Edition, Entry, Subscription, Taste
from tests.jobs.lives import in_a_newsroom, live
from tests.jobs.test_alerts import NEWS
from tests.jobs.test_any_life import TICK, ZONES
from tests.readers import add_reader

NAMES = ("澜川科技", "江渚汽车", "云岭电信", "暖巢智能", "海州芯片", "岚山软件")
PUBLISHERS = ("甲报", "乙报", "丙报")
TIMES = st.sampled_from(("", "11:30", "12:30", "18:30", "21:30"))
SLOTS = {"noon": "noon_time", "evening": "evening_time"}
LIVES = int(os.environ.get("LIVES", "200"))


class Wishes(RuleBasedStateMachine):
    """One reader with all wishes that there are."""

    room: Newsroom
    number = 0

    @initialize(zone=ZONES, most=st.integers(1, 6), alerts_a_day=st.integers(0, 3))
    def begin(self, zone: str, most: int, alerts_a_day: int) -> None:
        Wishes.number += 1
        self.now = self.changed = datetime(2026, 11, 23, 10, 0, tzinfo=UTC) + timedelta(
            days=40 * Wishes.number
        )
        self.said = 0
        self.told: set[int] = set()
        """Ids of editions that were looked at."""
        self.muted: frozenset[str] = frozenset()
        chat = add_reader(self.room.db, Wishes.number, self.now, zone=zone)
        self.chat_id = chat.id
        chat = replace(chat, max_items=most, alerts_a_day=alerts_a_day)
        reschedule.start_schedule(self.room, chat, self.now)
        subscriptions.add(self.room.db, chat.id, Subscription("keyword", NAMES[0]), self.now)
        alerts.switch(self.room.db, chat.id, Subscription("keyword", NAMES[0]), 1)
        self.alert()

    def teardown(self) -> None:
        if hasattr(self, "chat_id"):
            chats.delete(self.room.db, self.chat_id)

    @property
    def chat(self) -> Chat:
        found = chats.by_id(self.room.db, self.chat_id)
        assert found is not None
        return found

    @rule(name=st.sampled_from(NAMES), matter=st.sampled_from(NEWS), publisher=st.sampled_from(PUBLISHERS))
    def news_comes(self, name: str, matter: tuple[str, str], publisher: str) -> None:
        title, text = f"{name}{matter[0]}", f"{name}今天{matter[0]}。{matter[1]}"
        guid = f"{Wishes.number} {title} {publisher}"
        source, _ = sources.add(
            self.room.db, url=f"https://{publisher}.example.com", title=publisher, kind="feed", now=self.now
        )
        entry = Entry(title=title, text=text, guid=guid, published=self.now)
        ingest.ingest(self.room.db, self.room.reading, source, [entry], self.now)
        self.alert()

    @rule(minutes=st.integers(10, 1500))
    def time_passes(self, minutes: int) -> None:
        """The bot runs: a tick follows each moment closely."""
        end = self.now + timedelta(minutes=minutes)
        while (due := compose.earliest_due(self.room)) is not None and due <= end:
            self.now = max(self.now, due) + TICK
            self.tick()
        self.now = max(self.now, end)
        self.tick()

    @rule(hours=st.integers(1, 30))
    def bot_is_down(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.tick()

    @rule(slot=st.sampled_from(tuple(SLOTS.values())), time=TIMES)
    def a_slot_is_wished(self, slot: str, time: str) -> None:
        self.change(**{slot: time})

    @rule(day=st.integers(0, 7))
    def the_week_is_wished(self, day: int) -> None:
        self.change(weekly_day=day)

    @rule(zone=ZONES)
    def reader_travels(self, zone: str) -> None:
        self.change(zone=zone)

    @rule()
    def reader_pauses_or_goes_on(self) -> None:
        self.change(paused=not self.chat.paused)

    @rule(mix=st.sampled_from(("both", "followed", "top")))
    def contents_are_chosen(self, mix: str) -> None:
        self.change(mix=mix)

    @rule(name=st.sampled_from(NAMES))
    def a_name_is_muted_or_not(self, name: str) -> None:
        held = any(taste.value == name for taste in self.chat.tastes)
        tastes = self.chat.tastes
        self.change(
            tastes=without_taste(tastes, "keyword", name)
            if held
            else with_taste(tastes, Taste("keyword", name))
        )

    @rule()
    def today_is_asked(self) -> None:
        self.said += 1
        pool = load_pool(self.room.db, self.room.reading.taxonomy, self.now)
        on_demand.again_and_newer(self.room.db, pool, self.chat, self.said, self.now)
        self.look()

    def change(self, **given: Any) -> None:
        reschedule.after_change(self.room, self.chat, replace(self.chat, **given), self.now)
        self.changed = self.now
        self.tick()

    def alert(self) -> None:
        for _ in alert_steps(self.room, self.now):
            pass
        self.look()

    def tick(self) -> None:
        compose.compose_due(self.room, self.now)
        self.look()

    def look(self) -> None:
        """What is new among the editions keeps to what was wished when it was made."""
        rows = self.room.db.execute("SELECT id FROM editions WHERE chat_id = ?", (self.chat_id,)).fetchall()
        muted = tuple(taste for taste in self.chat.tastes if taste.muted)
        for edition_id in {row["id"] for row in rows} - self.told:
            self.told.add(edition_id)
            made = self.edition(edition_id)
            fresh = [item for item in made.items if not item.again]
            assert made.slot.startswith("alert:") or len(fresh) <= self.chat.max_items
            for item in made.items:
                assert not met_by(item.story, muted), (item.story.lead.title, muted)

    def edition(self, edition_id: int) -> Edition:
        found = editions.by_id(self.room.db, edition_id)
        assert found is not None
        return found

    @invariant()
    def no_story_is_told_twice(self) -> None:
        if not hasattr(self, "chat_id"):
            return
        found = map(self.edition, self.told)
        times = Counter(
            item.story.id
            for made in found
            if made.slot != "weekly"  # which looks back
            for item in made.items
            if not item.again
        )
        assert not [story for story, number in times.items() if number > 1], times

    @invariant()
    def no_day_has_more_alerts_than_wished(self) -> None:
        if not hasattr(self, "chat_id"):
            return
        made = map(self.edition, self.told)
        days = Counter(each.local_date for each in made if each.slot.startswith("alert:"))
        assert max(days.values(), default=0) <= self.chat.alerts_a_day

    @invariant()
    def each_date_since_the_last_change_has_each_edition_or_a_recorded_skip(self) -> None:
        if not hasattr(self, "chat_id") or self.chat.paused:
            return
        chat = self.chat
        rows = {(each.slot, each.local_date) for each in map(self.edition, self.told)}
        wished = [(slot, getattr(chat, field), chat.weekdays) for slot, field in SLOTS.items()]
        weekly = ("weekly", WEEKLY_TIME, (chat.weekly_day,)) if chat.weekly_day else ("weekly", "", ())
        for slot, time, weekdays in (*wished, weekly):
            for day, at in (
                clock.due_between(chat.zone, time, weekdays, self.changed, self.now) if time else ()
            ):
                assert (slot, day) in rows, (slot, day, at, self.now)


@pytest.fixture
def wishes(tmp_path: Path) -> type[Wishes]:
    return in_a_newsroom(Wishes, tmp_path, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.slow
def test_a_few_lives_with_all_wishes(wishes: type[Wishes]) -> None:
    live(wishes, 12, 25)


@pytest.mark.soak
def test_many_lives_with_all_wishes(wishes: type[Wishes]) -> None:
    live(wishes, LIVES, 50)
