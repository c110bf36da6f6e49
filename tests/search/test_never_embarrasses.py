"""What a search must not get wrong: lone characters, companies and their goods, English, dates, misspelt names."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.search.query import Note
from bot.search.search import Search
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from storage.database import Database
from storage.search import terms
from tests.search.conftest import NOW, Publish

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def finder() -> Search:
    """As the program has it: its segmentation knows the names of the taxonomy."""
    taxonomy = load_taxonomy()
    return Search(load_segmenter(taxonomy.words()), taxonomy)


def full(search: Search, db: Database, query: str) -> list[str]:
    return [hit.article.title for hit in search.find(db, query, now=NOW).hits if not hit.partial]


def test_a_lone_character_belongs_to_its_neighbour(publish: Publish, search: Search, db: Database) -> None:
    publish("民进党中常会", "民进党中常会上谈到中国与法国的关系。")
    publish("国常会部署", "国常会审议通过了一项条例。")
    publish("会议", "国务院总理主持召开国务院常务会议。")
    assert sorted(full(search, db, "国常会")) == ["会议", "国常会部署"]


@pytest.mark.parametrize("query", ["华为手机", "華爲手機", "华为 手机", "华为手機"])
def test_a_company_with_its_goods_is_two_words(
    publish: Publish, finder: Search, db: Database, query: str
) -> None:
    publish("新机", "华为今天发布了三款新手机。")
    publish("华为手机销量", "华为手机销量增长。")
    publish("平板", "华为今天发布了平板。")
    assert sorted(full(finder, db, query)) == ["华为手机销量", "新机"]


def test_a_word_of_several_is_still_one_word(publish: Publish, search: Search, db: Database) -> None:
    publish("人工与智能", "人工成本上升，智能设备减少。")
    publish("人工智能", "人工智能产业发展。")
    assert full(search, db, "人工智能") == ["人工智能"]


def test_words_close_together_come_before_scattered_ones(
    publish: Publish, search: Search, db: Database
) -> None:
    filler = "这是一段与主题无关的文字，说明其他的事情。" * 12
    publish("长文", f"芯片的历史很长。{filler}菜市场里的蔬菜涨价了。")
    publish("短讯", f"{filler}存储芯片再度涨价，厂商开始备货。{filler}")
    assert full(search, db, "芯片 涨价") == ["短讯", "长文"]


@pytest.mark.parametrize(
    ("query", "chinese"), [("chip", "芯片"), ("Quantum Computer", "量子计算机"), ("semiconductors", "半导体")]
)
def test_english_words_find_chinese_articles_and_it_is_said(
    publish: Publish, search: Search, db: Database, query: str, chinese: str
) -> None:
    publish("中文", f"{chinese}产业的新进展。")
    found = search.find(db, query, now=NOW)
    assert [hit.article.title for hit in found.hits] == ["中文"]
    assert found.translated[0][0] == query
    assert chinese in found.translated[0][1]
    assert search.find(db, f'"{query}"', now=NOW).hits == (), "a phrase in quotes is exact"


def test_a_topics_english_name_finds_its_chinese_names(
    publish: Publish, search: Search, db: Database
) -> None:
    publish("中文", "商业航天公司完成发射。")
    assert [hit.article.title for hit in search.find(db, "space", now=NOW).hits] == ["中文"]


def test_a_month_in_the_words_is_the_time(publish: Publish, search: Search, db: Database) -> None:
    publish("八月", "腾讯公布业绩。", at=datetime(2026, 8, 13, tzinfo=UTC))
    publish("五月", "腾讯发布财报。", at=datetime(2026, 5, 13, tzinfo=UTC))
    found = search.find(db, "2026年8月腾讯财报", now=NOW, zone=ZONE)
    assert [hit.article.title for hit in found.hits] == ["八月"]
    assert (found.date, found.full) == ("2026年8月", 1)
    other = search.find(db, "2026年9月腾讯财报", now=NOW, zone=ZONE)
    assert Note("undated", "2026年9月") in other.problems
    assert sorted(hit.article.title for hit in other.hits) == ["五月", "八月"]
    assert "all times" in other.notes[0]


def test_a_date_that_is_told_in_the_text_stays_words(publish: Publish, search: Search, db: Database) -> None:
    publish("回顾", "2018年世界杯在另一个大洲举行。", at=datetime(2026, 11, 1, tzinfo=UTC))
    found = search.find(db, "2018年世界杯", now=NOW, zone=ZONE)
    assert [hit.article.title for hit in found.hits] == ["回顾"]
    assert (found.date, found.problems) == ("", ())


def test_a_report_of_figures_is_found_by_its_other_names(
    publish: Publish, search: Search, db: Database
) -> None:
    publish("营收", "澜川科技第三季度营收增长。")
    publish("业绩", "澜川科技公布业绩。")
    publish("新品", "澜川科技发布新品。")
    assert sorted(full(search, db, "澜川科技 财报")) == ["业绩", "营收"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("yushu", "宇树"), ("Huwei", "华为"), ("宇数", "宇树"), ("yushu 机器人", "宇树 机器人")],
)
def test_what_may_have_been_meant(
    publish: Publish, finder: Search, db: Database, typed: str, meant: str
) -> None:
    publish("新品", "宇树发布新款机器人，华为参展。")
    terms.count_pending(db)
    found = finder.find(db, typed, now=NOW)
    assert found.full == 0
    assert meant in found.near


def test_nothing_is_suggested_that_nobody_told(publish: Publish, finder: Search, db: Database) -> None:
    assert finder.find(db, "yushu", now=NOW).near == ()
    publish("别的", "今天的天气很好。")
    assert finder.find(db, "yushu", now=NOW).near == ()
    assert finder.find(db, "天气", now=NOW).near == ()
    assert finder.find(db, "天气 OR 雨树", now=NOW).near == ()
