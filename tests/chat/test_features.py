"""Every feature of the reader's side over HTTP, under every fault, and killed: one row each.

Each pair of feature and fault has a reader of its own. All ask at once of one bot, or are due in the same minute, and
each one's first message meets its fault; then one row looks at what one reader saw. A second bot is killed while the first
messages of all are under way, and started again.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config
from bot.jobs import alerts as alert_jobs
from bot.jobs.collect import ingest
from bot.runtime.newsroom import open_newsroom
from bot.runtime.services import Newsroom
from storage import chats, editions, slots, sources, subscriptions
from storage.models import Chat, Subscription
from tests.chat.running import running
from tests.doubles.bot_api import BotApi
from tests.doubles.weeks import PUBLISHERS, entries
from tests.jobs.test_alerts import report, watcher
from tests.readers import add_reader

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
WORD = Subscription("keyword", "克莱因瓶")
BEGUN = datetime.now(UTC).replace(second=0, microsecond=0)


def nothing(room: Newsroom, chat: Chat) -> None:
    """The reader is as everybody."""


def follows(room: Newsroom, chat: Chat) -> None:
    subscriptions.add(room.db, chat.id, Subscription("topic", "telecom"), BEGUN)


def rich(room: Newsroom, chat: Chat) -> None:
    chats.save_settings(room.db, replace(chat, layout="rich"))


def due_in(slot: str) -> Callable[[Newsroom, Chat], None]:
    def prepare(room: Newsroom, chat: Chat) -> None:
        slots.put(room.db, chat.id, slot, f"{BEGUN.astimezone(ZONE):%H:%M}", range(1, 8), BEGUN)

    return prepare


def due_now(room: Newsroom, chat: Chat) -> None:
    at = f"{BEGUN.astimezone(ZONE):%H:%M}"
    chats.save_settings(room.db, replace(chat, briefing_time=at, next_due_at=BEGUN))


def third_quiet_day(room: Newsroom, chat: Chat) -> None:
    at = f"{BEGUN.astimezone(ZONE):%H:%M}"
    subscriptions.add(room.db, chat.id, WORD, BEGUN)
    chats.save_settings(room.db, replace(chat, briefing_time=at, next_due_at=BEGUN, mix="followed"))
    for ago in (2, 1):
        when = BEGUN - timedelta(days=ago)
        day = when.astimezone(ZONE).date()
        editions.create(
            room.db,
            chat_id=chat.id,
            local_date=day,
            slot="morning",
            state="quiet",
            items=(),
            considered=0,
            now=when,
        )


@dataclass(frozen=True)
class Feature:
    """One row: what the reader writes (nothing: it comes by the clock), words of the answer, and what is prepared."""

    name: str
    says: str
    shows: str
    prepare: Callable[[Newsroom, Chat], None] = nothing
    otherwise: bool = False
    """Whether what Telegram refuses in one form comes in another at once."""


FEATURES = (
    Feature("today", "/today", "今日简报"),
    Feature("mute", "/mute 数据中心", "静音"),
    Feature("feedback", "多推 人工智能", "多推"),
    Feature("mix", "/settings mix top", "只看要闻"),
    Feature("story page", "/start s_1", "首次报道"),
    Feature("hot", "/hot", "升温的词"),
    Feature("trends", "/trends 5G", "5G", otherwise=True),
    Feature("share", "/share", "打开链接的人看到", follows),
    Feature("rich", "/today", "今日简报", rich, otherwise=True),
    Feature("morning", "", "晨报 · ", due_now),
    Feature("noon", "", "午间简报 · ", due_in("noon")),
    Feature("evening", "", "晚间简报 · ", due_in("evening")),
    Feature("weekly", "", "一周回顾 · ", due_in("weekly")),
    Feature("quiet", "", "连续 3 天", third_quiet_day),
    Feature("alert", "", "即时提醒"),
)
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "429": {
        "status": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    },
    "403": {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    "400": {"status": 400, "description": "Bad Request: SOMETHING_NEW"},
    "network": {"cut": "after"},
}
PAIRS = [(feature, fault) for feature in FEATURES for fault in FAULTS]


def expected(feature: Feature, fault: str) -> int:
    """How many messages with the words of the feature its reader sees."""
    if fault == "403":
        return 0
    return int(fault != "400" or feature.otherwise)


def prepare(database: Path, readers: dict[int, Feature]) -> None:
    """A store with four weeks of reports and these readers, of whom some are due."""

    async def fill() -> None:
        config = Config(database=database, full_text="never")
        async with open_newsroom(config, now=lambda: BEGUN) as room:
            for publisher in PUBLISHERS:
                source, _ = sources.add(
                    room.db, url=f"https://{publisher}", title=publisher, kind="feed", now=BEGUN
                )
                told = [each for each in entries(BEGUN - timedelta(hours=1)) if each.source == publisher]
                ingest.ingest(room.db, room.reading, source, told, BEGUN)
            for number, feature in readers.items():
                if feature.name == "alert":
                    later = BEGUN + timedelta(days=1)
                    chat = watcher(room, number, next_due_at=later)
                else:
                    chat = known(room, number)
                    feature.prepare(room, chat)
            for _ in alert_jobs.alert_steps(room, BEGUN):  # from here on
                pass
            report(room, "甲报")
            for _ in alert_jobs.alert_steps(room, BEGUN):
                pass
            room.db.execute("UPDATE sources SET paused = 1")

    asyncio.run(fill())


def known(room: Newsroom, number: int) -> Chat:
    """A reader who has got started; the next edition comes tomorrow."""
    chat = add_reader(room.db, number, BEGUN - timedelta(days=9), zone=ZONE.key)
    chat = replace(chat, onboarded=True, next_due_at=BEGUN + timedelta(days=1))
    chats.save_settings(room.db, chat)
    return chat


@dataclass
class Played:
    """What readers saw of a bot, and the store that it left."""

    api: BotApi
    database: Path
    readers: dict[int, Feature]
    seen: dict[int, list[str]] = field(default_factory=dict)

    def times(self, number: int) -> int:
        """How many messages this reader has that show the feature."""
        shows = self.readers[number].shows
        return sum(
            shows in message.text or shows in str(message.entities) for message in self.api.messages(number)
        )

    def ask(self) -> None:
        for number, feature in self.readers.items():
            if feature.says:
                self.api.say(number, feature.says)


def number_of(feature: Feature, fault: str) -> int:
    return 5_000 + 100 * FEATURES.index(feature) + list(FAULTS).index(fault)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """All pairs, played by one bot."""
    database = tmp_path_factory.mktemp("features") / "chenbao.db"
    readers = {number_of(feature, fault): feature for feature, fault in PAIRS}
    prepare(database, readers)
    with BotApi() as api:
        story = Played(api, database, readers)
        for feature, fault in PAIRS:
            number = number_of(feature, fault)
            api.open_chat(number)
            if FAULTS[fault]:
                api.fail("*", chat_id=number, **FAULTS[fault])
        config = Config(token=api.token, api_url=api.url, database=database, full_text="never")
        with running(config, api):
            story.ask()
            wanted = [number_of(*pair) for pair in PAIRS if expected(*pair)]
            met = [number_of(*pair) for pair in PAIRS if pair[1] in {"403", "400"}]
            try:
                api.wait_for(
                    lambda: all(map(story.times, wanted)) and not any(f.times for f in api.faults), 90
                )
            except AssertionError:
                missing = [number for number in wanted if not story.times(number)]
                raise AssertionError(f"nothing was shown to {missing}; {len(met)} had faults") from None
            time.sleep(1.5)  # what came twice would be there by now
        yield story


@pytest.mark.parametrize(("feature", "fault"), PAIRS, ids=[f"{a.name}-{b}" for a, b in PAIRS])
def test_each_is_told_once_whatever_goes_wrong(played: Played, feature: Feature, fault: str) -> None:
    number = number_of(feature, fault)
    assert played.times(number) == expected(feature, fault)
    with closing(sqlite3.connect(played.database)) as db:
        (active,) = db.execute("SELECT active FROM chats WHERE telegram_chat_id = ?", (number,)).fetchone()
        states = db.execute(
            "SELECT d.state FROM deliveries d JOIN editions e ON e.id = d.edition_id JOIN chats c ON c.id = e.chat_id "
            "WHERE c.telegram_chat_id = ? AND d.part = 0",
            (number,),
        ).fetchall()
    assert active == (fault != "403"), "blocked is lost, anything else is not"
    if states:
        refused = "sent" if feature.otherwise else "failed"
        wanted = {"none": "sent", "429": "sent", "403": "failed", "400": refused, "network": "uncertain"}
        assert states[0] == (wanted[fault],)


def test_a_quiet_day_makes_no_sound_and_others_do(played: Played) -> None:
    for feature in FEATURES:
        if not feature.says and feature.name != "alert":
            first = played.api.messages(number_of(feature, "none"))[0]
            assert (str(first.params.get("disable_notification")).casefold() == "true") == (
                feature.name == "quiet"
            )


def test_the_week_ends_with_a_second_message_and_one_who_asks_for_it_gets_a_rich_one(played: Played) -> None:
    by_name = {feature.name: feature for feature in FEATURES}
    _, review = played.api.messages(number_of(by_name["weekly"], "none"))
    assert "热词" in review.text
    assert played.api.messages(number_of(by_name["rich"], "none"))[0].rich
    assert not played.api.messages(number_of(by_name["rich"], "400"))[0].rich


@pytest.mark.parametrize("fault", FAULTS)
def test_an_inline_query_is_answered_at_most_once(tmp_path: Path, fault: str) -> None:
    prepare(tmp_path / "chenbao.db", {1: FEATURES[0]})
    with BotApi() as api:
        if FAULTS[fault]:
            api.fail("answerInlineQuery", **FAULTS[fault])
        config = Config(token=api.token, api_url=api.url, database=tmp_path / "chenbao.db", full_text="never")
        person = {"id": 1, "is_bot": False, "first_name": "读者", "language_code": "zh-hans"}
        with running(config, api):
            api.update(inline_query={"id": "7", "from": person, "query": "数据中心", "offset": ""})
            api.wait_for(lambda: api.calls("answerInlineQuery"), 20)
            api.say(1, "/help")
            api.wait_for(lambda: api.messages(1), 20)
            taken = [call for call in api.calls("answerInlineQuery") if call.status in {200, 0}]
            assert len(taken) == (fault not in {"403", "400"}), "by Telegram, whatever it said"


def test_a_kill_while_all_are_being_told_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    database = tmp_path / "chenbao.db"
    readers = {700 + place: feature for place, feature in enumerate(FEATURES)}
    prepare(database, readers)
    with BotApi() as api:
        story = Played(api, database, readers)
        for number in readers:
            api.open_chat(number)
            api.fail("*", status=0, delay=2.0, chat_id=number)
        bot = start(api, database)
        try:
            story.ask()
            api.wait_for(lambda: len(api.under_way) >= len(readers) // 2, 60)
        finally:
            bot.send_signal(signal.SIGKILL)
            bot.wait()
        again = start(api, database)
        try:
            api.wait_for(lambda: all(map(story.times, readers)), 60)
            time.sleep(1.5)
        finally:
            again.kill()
            again.wait()
        assert {readers[number].name: story.times(number) for number in readers} == {
            feature.name: 1 for feature in FEATURES
        }


def start(api: BotApi, database: Path) -> "subprocess.Popen[bytes]":
    """`chenbao run` as a process."""
    settings = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "CHENBAO_DB": str(database),
        "CHENBAO_LOG_LEVEL": "ERROR",
        "CHENBAO_FULL_TEXT": "never",
        "PYTHONPATH": str(ROOT),
    }
    polls = api.poll
    bot = subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env={**os.environ, **settings})
    api.wait_for(lambda: api.poll > polls or bot.poll() is not None, 60)
    assert bot.poll() is None
    return bot
