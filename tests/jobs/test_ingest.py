"""From entries to articles: nothing twice, edits kept, one event one story."""

from dataclasses import replace
from datetime import timedelta

from bot.demo.archive import load_archive
from bot.jobs.collect import ingest
from bot.runtime.services import Newsroom
from storage import articles, counts, sources
from storage.models import Entry, Source
from tests.jobs.conftest import EVENING, MORNING, entry, take_in

LINK = "https://news.example.com/a/1"


def take(room: Newsroom, source: Source, *entries: Entry) -> list[str]:
    return [item.status for item in ingest.ingest(room.db, room.reading, source, entries, EVENING)]


def test_the_same_entries_again_change_nothing(room: Newsroom, source: Source) -> None:
    entries = [
        entry("甲公司发布新芯片", url=LINK),
        entry("乙市建成算力中心", guid="g2"),
        entry("丙研究所取得突破"),
    ]
    assert take(room, source, *entries) == ["new", "new", "new"]
    assert take(room, source, *reversed(entries)) == ["unchanged"] * 3
    assert articles.count(room.db) == 3


def test_links_that_differ_in_tracking_alone_are_one_article(room: Newsroom, source: Source) -> None:
    assert take(
        room,
        source,
        entry("甲公司发布新芯片", url=LINK, guid="1"),
        entry("甲公司发布新芯片", url=f"{LINK}?utm_source=rss&spm=1.2", guid="2"),
        entry("甲公司发布新芯片", url=f"{LINK}#comments", guid="3"),
    ) == ["new", "unchanged", "unchanged"]
    assert articles.count(room.db) == 1


def test_a_link_overrules_a_guid(room: Newsroom, source: Source) -> None:
    take(room, source, entry("甲公司发布新芯片", url=LINK, guid="same"))
    assert take(room, source, entry("乙公司发布新手机", url=f"{LINK}2", guid="same")) == ["new"]


def test_an_edit_updates_the_article_and_its_index(room: Newsroom, source: Source) -> None:
    take(room, source, entry("甲公司发布新芯片", url=LINK))
    edited = entry("甲公司发布新芯片 首发量子加密", url=LINK)
    assert take(room, source, edited) == ["updated"]
    found = room.reading.search.find(room.db, "量子加密", limit=5, now=EVENING, decay=False)
    assert [hit.article.title for hit in found.hits] == [edited.title]
    assert articles.count(room.db) == 1


def test_a_teaser_never_replaces_a_text(room: Newsroom, source: Source) -> None:
    take(room, source, entry("甲公司发布新芯片", url=LINK))
    assert take(room, source, Entry(title="甲公司发布新芯片", url=LINK, text="短。")) == ["unchanged"]


def test_another_outlet_with_the_same_link_does_not_fight_over_the_words(
    room: Newsroom, source: Source
) -> None:
    other, _ = sources.add(room.db, url="https://b.example.com", title="别报", kind="feed", now=EVENING)
    take(room, source, entry("甲公司发布新芯片", url=LINK))
    assert take(room, other, entry("甲公司发布了一款新芯片", url=LINK)) == ["unchanged"]


def test_what_a_source_is_known_for_completes_what_a_text_does_not_say(room: Newsroom) -> None:
    known, _ = sources.add(
        room.db,
        url="https://k.example.com/",
        title="刊",
        kind="feed",
        topics=("semiconductor", "ai"),
        now=EVENING,
    )
    silent = entry("信息技术企业营收增长", text="软件和信息技术服务业企业一季度营收增长。", url=f"{LINK}1")
    take(
        room,
        known,
        silent,
        entry("草莓合作社喜获丰收", text="社员们清早下地采摘草莓。", url=f"{LINK}2"),
        entry("运营商开通5G-A基站", text="三大运营商在全市开通5G-A基站。", url=f"{LINK}3"),
    )
    stored = {a.title[:2]: set(a.topics) for a in articles.by_ids(room.db, [1, 2, 3]).values()}
    assert stored == {"信息": {"ai", "semiconductor"}, "草莓": set(), "运营": {"telecom"}}
    take(room, known, replace(silent, text=f"{silent.text}利润总额也回升了。"))
    assert set(articles.by_ids(room.db, [1])[1].topics) == {"ai", "semiconductor"}


def test_a_failed_batch_leaves_nothing_behind(room: Newsroom, source: Source) -> None:
    plans = ingest.plan(
        room.db, source, [entry("甲公司发布新芯片", url=LINK), entry("乙市建成算力中心", url=f"{LINK}2")]
    )
    analyses = ingest.analyse(room.reading, plans)
    try:
        ingest.store(room.db, room.reading, source, plans, [*analyses, None], EVENING)
    except ValueError:
        pass
    else:
        raise AssertionError("a list of another length must be refused")
    assert articles.count(room.db) == 0
    assert take(room, source, entry("甲公司发布新芯片", url=LINK)) == ["new"]


def test_a_time_ahead_of_now_becomes_now_and_none_too(room: Newsroom, source: Source) -> None:
    take(
        room,
        source,
        entry("甲公司发布新芯片", url=LINK, published=EVENING + timedelta(hours=3)),
        entry("乙市建成算力中心", url=f"{LINK}2"),
    )
    assert {a.published_at for a in articles.published_since(room.db, EVENING - timedelta(days=9))} == {
        EVENING
    }


def test_the_archive_becomes_stories_of_several_publishers(room: Newsroom) -> None:
    take_in(room, MORNING + timedelta(days=1))
    figures = counts.of_everything(room.db)
    assert figures.articles == len(load_archive())
    assert figures.stories < figures.articles - 10
