"""One event that two stories tell, and an affair that goes on, from the feed to what a reader is sent."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from bot.jobs.collect import ingest
from bot.jobs.editions import due
from bot.jobs.editions.on_demand import choice_for
from bot.jobs.editions.pool import load_pool
from bot.runtime.newsroom import open_reading
from bot.runtime.services import Newsroom
from storage import articles, deliveries, merges, sources, stories, subscriptions
from storage.database import open_database
from storage.models import Article, Chat, Subscription
from storage.search import index
from tests.jobs.conftest import EVENING, MORNING, Clock, entry, reader

HOUR = timedelta(hours=1)
LAUNCH = "青梧实验室发布青梧大模型，推理成本降低一半"
SHARE = "青梧实验室开源青梧大模型，权重当天被下载十万次"
BOTH = "青梧大模型发布并开源，推理成本降低一半，权重当天被下载十万次"
MORE = "青梧实验室发布并开源青梧大模型，推理成本降低一半，权重当天被下载十万次。"


def take(room: Newsroom, publisher: str, title: str, text: str, at: datetime = EVENING) -> Article:
    """Store one report of this publisher; how it stands in the store."""
    source, _ = sources.add(
        room.db, url=f"https://{publisher}.example.com", title=publisher, kind="feed", now=EVENING
    )
    news = entry(title, text=text, published=at, guid=title)
    (done,) = ingest.ingest(room.db, room.reading, source, [news], at)
    assert done.article_id is not None
    stored = articles.by_id(room.db, done.article_id)
    assert stored is not None
    return stored


def two_stories(room: Newsroom) -> tuple[Article, Article]:
    """One event that two outlets tell in words that do not meet; stored apart, and remembered so."""
    first = take(room, "甲报", LAUNCH, f"{LAUNCH}。")
    second = take(room, "乙报", SHARE, f"{SHARE}。", EVENING + HOUR)
    assert first.story_id != second.story_id
    return first, second


def test_a_later_article_joins_two_stories(room: Newsroom) -> None:
    first, second = two_stories(room)
    assert first.story_id is not None
    third = take(room, "丙报", BOTH, MORE, EVENING + 2 * HOUR)
    assert third.story_id == first.story_id
    (story,) = stories.by_ids(room.db, [first.story_id]).values()
    assert {one.id for one in story.articles} == {first.id, second.id, third.id}
    fourth = take(room, "丁报", SHARE, f"{SHARE}。", EVENING + 3 * HOUR)
    assert fourth.story_id == first.story_id


def follower(room: Newsroom, number: int, word: str) -> Chat:
    chat = reader(room, number)
    subscriptions.add(room.db, chat.id, Subscription("keyword", word), room.now())
    return chat


def test_a_reader_who_was_told_the_one_is_not_told_the_other(room: Newsroom, clock: Clock) -> None:
    """Each half was told to somebody; the whole is told to neither of them again."""
    everybody = [follower(room, 1, "推理成本"), follower(room, 2, "权重")]
    halves = two_stories(room)
    clock.at = MORNING
    due.compose_due(room, clock.at)
    assert [deliveries.known_stories(room.db, chat.id) for chat in everybody] == [
        {half.story_id} for half in halves
    ]
    third = take(room, "丙报", BOTH, MORE, EVENING + 2 * HOUR)
    clock.at = MORNING + timedelta(days=1)
    for chat in everybody:
        assert third.story_id in deliveries.known_stories(room.db, chat.id)
        assert choice_for(room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat).items == ()
    due.compose_due(room, clock.at)
    morning = "SELECT state FROM editions ORDER BY id DESC LIMIT 2"
    assert [row[0] for row in room.db.execute(morning)] == ["quiet", "quiet"]


def test_what_is_undone_in_the_store_is_undone_in_memory(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_stories(room)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(index, "put_many", full)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            take(room, "丙报", BOTH, MORE, EVENING + 2 * HOUR)
    assert merges.newest(room.db) == 0
    fourth = take(room, "丁报", SHARE, f"{SHARE}。", EVENING + 3 * HOUR)
    assert fourth.story_id == second.story_id != first.story_id


def test_a_merge_of_another_process_is_learnt(room: Newsroom) -> None:
    first, second = two_stories(room)
    db = open_database(room.config.database)
    theirs, _ = sources.add(db, url="https://other.example.com", title="别处", kind="feed", now=EVENING)
    news = [entry(BOTH, text=MORE, published=EVENING + 2 * HOUR)]
    ingest.ingest(db, open_reading(room.config, db, EVENING), theirs, news, EVENING + 2 * HOUR)
    db.close()
    fourth = take(room, "丁报", SHARE, f"{SHARE}。", EVENING + 3 * HOUR)
    assert fourth.story_id == first.story_id != second.story_id


def follows(room: Newsroom, article: Article) -> frozenset[int]:
    assert article.story_id is not None
    return stories.followed(room.db, [article.story_id]).get(article.story_id, frozenset())


CATS = ("猫粮事件：上千只猫后肢瘫痪，伯牙猫粮回应", "上千只猫吃了伯牙猫粮后瘫痪，品牌回应正在检测。")
AGAIN = ("吃了伯牙猫粮的上千只猫瘫痪了", "养猫的人说法不一，宠物医院挤满了人，谁也不知道原因在哪里。")


@pytest.mark.parametrize(("addition", "told"), [("", False), ("，品牌召回34批产品", True)])
def test_what_says_nothing_new_is_not_sent_to_who_knows_the_affair(
    room: Newsroom, clock: Clock, addition: str, told: bool
) -> None:
    everybody = [follower(room, number, "猫粮") for number in (1, 2)]
    first = take(room, "甲刊", *CATS)
    clock.at = MORNING
    due.compose_due(room, clock.at)
    later = take(room, "甲刊", AGAIN[0] + addition, AGAIN[1], EVENING + 30 * HOUR)
    assert follows(room, later) == {first.story_id}
    clock.at = MORNING + timedelta(days=1)
    newcomer = follower(room, 3, "猫粮")
    for chat in everybody:
        found = choice_for(room.db, load_pool(room.db, room.reading.taxonomy, clock.at), chat).items
        assert [(item.story.id, item.follow_up) for item in found] == (
            [(later.story_id, True)] if told else []
        )
    assert later.story_id in {
        item.story.id
        for item in choice_for(room.db, load_pool(room.db, room.reading.taxonomy, clock.at), newcomer).items
    }
    due.compose_due(room, clock.at)
    shared = [deliveries.known_stories(room.db, chat.id) for chat in everybody]
    assert all((later.story_id in known) is told for known in shared)


def test_a_report_relates_two_stories(room: Newsroom) -> None:
    suit = take(room, "甲报", "青梧起诉白鹭窃取商业机密", "青梧实验室向法院起诉白鹭航天窃取商业机密。")
    at = EVENING + 20 * HOUR
    fall = take(room, "乙报", "白鹭航天股价下跌一成", "白鹭航天今天股价下跌一成。", at)
    assert follows(room, fall) == frozenset()
    text = "白鹭航天今天股价下跌一成，青梧实验室起诉它窃取商业机密。"
    take(room, "丙报", "白鹭航天股价下跌一成，此前被青梧起诉", text, at + HOUR)
    assert follows(room, fall) == {suit.story_id}
