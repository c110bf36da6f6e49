"""The real application against a Bot API server over HTTP: a reader's first days, a restart, and bad input.

The bot runs in a thread with an event loop of its own, as `chenbao run` would; its clock is moved by the test. Every
message it sends passes Telegram's own parser in the server's double.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from bot.demo.archive import load_archive
from storage import sources
from storage.database import open_database
from tests.doubles.bot_api import BotApi, Seen
from tests.doubles.feeds import Feeds
from tests.ticking import at_intervals

EVENING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
READER = 7


@dataclass
class Clock:
    """Time as the test sets it; read by the bot's thread."""

    at: datetime = EVENING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def feeds(clock: Clock) -> Iterator[Feeds]:
    with Feeds() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, api: BotApi, feeds: Feeds) -> Config:
    """A bot whose sources are the sample archive's publishers, on loopback."""
    path = tmp_path / "chenbao.db"
    db = open_database(path)
    publish(feeds, EVENING)
    for name in feeds.pages:
        sources.add(db, url=feeds.url(name), title=name.strip("/"), kind="feed", now=EVENING)
    db.close()
    return Config(
        token=api.token,
        api_url=api.url,
        database=path,
        allow_networks=(ip_network("127.0.0.0/8"),),
        full_text="never",
    )


def publish(feeds: Feeds, until: datetime) -> None:
    entries = [entry for entry in load_archive() if entry.published and entry.published <= until]
    for publisher in dict.fromkeys(entry.source for entry in load_archive()):
        feeds.publish(
            f"/{ord(publisher[0])}", publisher, [e for e in reversed(entries) if e.source == publisher]
        )


@contextmanager
def running(config: Config, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The bot at work; what is yielded stops it early."""
    monkeypatch.setattr("bot.ticks.JOBS", at_intervals(compose=0.1, deliver=0.1, collect=0.3))
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    problems: list[BaseException] = []

    def work() -> None:
        try:
            loop.run_until_complete(app.run(config, stop, now=clock))
        except BaseException as error:
            problems.append(error)
        finally:
            loop.close()

    thread = threading.Thread(target=work)
    thread.start()

    def end() -> None:
        if thread.is_alive():
            loop.call_soon_threadsafe(stop.set)
            thread.join(5)
        assert not thread.is_alive(), "the bot did not stop within five seconds"

    try:
        yield end
    finally:
        end()
    assert not problems, problems


def collected(config: Config, articles: int) -> bool:
    db = open_database(config.database)
    try:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0]) >= articles
    finally:
        db.close()


def expect(api: BotApi, *words: str) -> Seen:
    """The bot's last message, once it says all these words."""
    api.wait_for(lambda: api.messages(READER) and all(word in api.last(READER).text for word in words))
    return api.last(READER)


def expect_label(api: BotApi, *words: str) -> str:
    """A button of the bot's last message whose label holds all these words, once there is one."""

    def found() -> str:
        labels = api.last(READER).labels if api.messages(READER) else []
        return next((label for label in labels if all(word in label for word in words)), "")

    return api.wait_for(found)


def digests(api: BotApi) -> list[Seen]:
    return [seen for seen in api.messages(READER) if "晨报 · " in seen.text]


def until_now(at: datetime) -> int:
    return sum(entry.published is not None and entry.published <= at for entry in load_archive())


@pytest.mark.slow
def test_a_readers_first_days(
    api: BotApi, feeds: Feeds, config: Config, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(config, clock, monkeypatch):
        api.wait_for(lambda: collected(config, until_now(EVENING)), 30)
        get_started(api)
        clock.at = MORNING - timedelta(minutes=1)
        publish(feeds, MORNING)
        api.wait_for(lambda: collected(config, until_now(MORNING)), 30)
        assert digests(api) == []
        clock.at = MORNING
        api.wait_for(lambda: digests(api))
        digest = digests(api)[0]
        check_digest(api, digest)
        search_and_follow(api)
        settings_by_text(api)
    assert len(digests(api)) == 1

    # A restart at the same minute repeats nothing; the next morning brings other stories.
    with running(config, clock, monkeypatch):
        api.say(READER, "/saved")
        api.wait_for(lambda: "收藏" in api.last(READER).text)
        assert len(digests(api)) == 1
        publish(feeds, MORNING + timedelta(days=1))
        clock.at = MORNING + timedelta(days=1, minutes=-20)
        api.wait_for(lambda: collected(config, len(load_archive())), 30)
        clock.at = MORNING + timedelta(days=1, minutes=30)  # its time is 08:30 by now
        api.wait_for(lambda: len(digests(api)) == 2)
        second = digests(api)[1]
        assert not set(headlines(second)) & set(headlines(digest))
        leave(api)


def get_started(api: BotApi) -> None:
    api.say(READER, "/start", first_name="小晨")
    greeting = expect(api, "你好，小晨")
    assert len(greeting.labels) > 19
    for topic in ("半导体", "人工智能"):
        api.press(greeting, expect_label(api, topic))
        expect_label(api, "✅", topic)
    api.press(greeting, expect_label(api, "下一步"))
    api.press(greeting, expect_label(api, "08:00"))
    api.press(greeting, expect_label(api, "北京时间"))
    first = expect(api, "今日简报")
    assert len(headlines(first)) >= 3


def check_digest(api: BotApi, digest: Seen) -> None:
    assert "11月24日" in digest.text.splitlines()[0]
    assert len(headlines(digest)) >= 3
    while any(label == "▶" for label in digest.labels):
        api.press(digest, "▶")
        before = digest.edits
        api.wait_for(lambda: digest.edits > before)  # noqa: B023
    api.press(digest, "收藏")
    api.wait_for(lambda: any("☆" in label for label in digest.labels))
    api.press(digest, next(label for label in digest.labels if "☆" in label))
    api.wait_for(lambda: any("⭐" in label for label in digest.labels))
    api.press(digest, "完成")
    api.wait_for(lambda: "为什么推给我" in digest.labels)
    api.press(digest, "为什么推给我")
    api.wait_for(lambda: "你关注了话题" in api.last(READER).text)


def search_and_follow(api: BotApi) -> None:
    api.say(READER, "/search 华为 芯片")
    found = expect(api, "搜索：华为 芯片")
    assert "华为" in found.words("bold")
    api.press(found, expect_label(api, "关注这个搜索"))
    expect_label(api, "已关注")
    api.say(READER, "订阅 国产替代")
    expect(api, "已关注“国产替代”")
    api.say(READER, "/unfollow 国产替代")
    expect(api, "已退订“国产替代”")
    api.say(READER, "今日简报")
    expect(api, "今日简报 · ")
    api.say(READER, "/topic 半导体")
    expect(api, "话题：")


def settings_by_text(api: BotApi) -> None:
    api.say(READER, "/settings time 8:30")
    expect(api, "08:30")
    api.say(READER, "/settings")
    home = expect(api, "时间：08:30")
    api.press(home, expect_label(api, "语言"))
    api.press(home, expect_label(api, "English"))
    expect(api, "08:30", "Settings")
    api.say(READER, "/settings language zh-Hans")
    expect(api, "简体中文")
    api.say(READER, "/export")
    api.wait_for(lambda: api.last(READER).document)
    document = api.last(READER).document
    assert document is not None
    assert b'"briefing_time": "08:30"' in document[1]


def leave(api: BotApi) -> None:
    api.say(READER, "/stop")
    asked = expect(api, "停止推送吗")
    api.press(asked, "停止，删除我的数据")
    expect(api, "删除了你的全部数据")


def headlines(seen: Seen) -> list[str]:
    """What leads somewhere in bold: numbers and outlets do in plain letters."""
    bold = set(seen.words("bold"))
    return [words for words in seen.words("text_link") if words in bold]


BAD_INPUT = [
    ("/nonsense", "没有 /nonsense 这个命令"),
    ("/serach", "你是想用 /search 吗"),
    ("/search", "想找什么"),
    ("搜索", "想找什么"),
    ("/search " + "芯" * 4000, "太长了"),
    ("/search 🦄🦄", "没有找到"),
    ("/search \u202eabc\u202c שלום", "没有找到"),
    ('/search "(" AND NOT *', "没有找到"),
    ("/settings time 25:00", "不是一天里的时间"),
    ("/settings zone Mars/Phobos", "没有找到时区"),
    ("/settings items 0", "1 到 30"),
    ("/settings colour blue", "没有“colour”这项设置"),
    ("/follow", "想关注什么"),
    ("/follow " + "词" * 60, "太长"),
    ("/follow 的", "太短"),
    ("/unfollow 从未关注", "还没有关注"),
    ("/topic 不存在的话题", "没有“不存在的话题”这个话题"),
    ("/start a999999", "已经不在库里"),
    ("/stats", "只有管理员"),
]


def test_bad_input_gets_one_clear_sentence(
    api: BotApi, config: Config, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(config, clock, monkeypatch):
        api.say(READER, "/start")
        greeting = expect(api, "你好")
        for words, answer in BAD_INPUT:
            before = len(api.messages(READER))
            api.say(READER, words)
            api.wait_for(lambda: len(api.messages(READER)) > before)  # noqa: B023
            assert answer in api.last(READER).text, words
        query = api.press_data(greeting, "0:old:menu")
        api.wait_for(lambda: api.answer(query))
        assert "旧" in str(api.answer(query))
        query = api.press_data(greeting, "1:e:999:1")
        api.wait_for(lambda: api.answer(query))
        api.upload(READER, "notes.pdf", b"x")
        api.wait_for(lambda: "只有管理员可以导入文件" in api.last(READER).text)
        # and after all that a plain search still works
        api.say(READER, "5G")
        api.wait_for(lambda: "搜索：5G" in api.last(READER).text)


def test_strangers_get_one_polite_sentence_and_invitations_let_one_in(
    api: BotApi, config: Config, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, stranger, other = 1, 2, 3
    closed = Config(
        token=config.token,
        api_url=config.api_url,
        database=config.database,
        access="invite",
        owners=frozenset({owner}),
        allow_networks=config.allow_networks,
    )
    with running(closed, clock, monkeypatch):
        api.say(stranger, "/start", language_code="en")
        api.wait_for(lambda: api.messages(stranger))
        assert len(api.messages(stranger)) == 1
        assert api.last(stranger).buttons == []
        api.say(owner, "/invite")
        api.wait_for(lambda: api.messages(owner))
        code = api.last(owner).text.rsplit("start=", 1)[1].split()[0]
        api.say(stranger, f"/start {code}", language_code="en")
        api.wait_for(lambda: len(api.last(stranger).labels) > 10)
        api.say(other, f"/start {code}")
        api.wait_for(lambda: api.messages(other))
        assert api.last(other).buttons == []
        for command in ("/sources", "/stats", "/status"):
            api.say(owner, command)
            before = len(api.messages(owner))
            api.wait_for(lambda: len(api.messages(owner)) > before)  # noqa: B023
