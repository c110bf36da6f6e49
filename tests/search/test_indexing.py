"""Making the index anew: in batches, resumable, while searches go on."""

from datetime import timedelta

from bot.search.indexing import ReindexProgress, document_of, index_article, index_is_current, reindex
from bot.text.segment import Segmenter, load_segmenter
from storage.database import Database
from storage.search import index, index_meta, terms
from tests.search.conftest import NOW, Ask, Publish


def test_an_empty_store_is_current_and_the_first_article_sets_the_version(
    db: Database, segmenter: Segmenter, publish: Publish
) -> None:
    assert index_is_current(db, segmenter)
    publish("甲", "芯片。")
    assert index_meta.version(db) == segmenter.version
    assert index_is_current(db, segmenter)
    assert reindex(db, segmenter, 10) == ReindexProgress(0, 0)


def test_another_dictionary_makes_the_index_anew_in_resumable_batches(
    db: Database, segmenter: Segmenter, publish: Publish, ask: Ask
) -> None:
    for number in range(5):
        publish(f"第{number}篇", "绿箩杯大赛开幕。")
    other = load_segmenter(["绿箩杯"])
    assert not index_is_current(db, other)
    assert reindex(db, other, 2) == ReindexProgress(2, 3)
    assert not index_is_current(db, other)
    assert len(ask("大赛")) == 5
    again = load_segmenter(["绿箩杯"])  # a restart
    assert reindex(db, again, 2) == ReindexProgress(2, 1)
    assert reindex(db, again, 2) == ReindexProgress(1, 0)
    assert index_is_current(db, again)
    assert terms.frequencies(db, ["绿箩杯"]) == {"绿箩杯": 5}
    assert index.size(db) == 5


def test_a_second_change_begins_again(db: Database, segmenter: Segmenter, publish: Publish) -> None:
    for number in range(4):
        publish(f"第{number}篇", "绿箩杯大赛。")
    reindex(db, load_segmenter(["绿箩杯"]), 2)
    assert reindex(db, load_segmenter(["箩杯"]), 2) == ReindexProgress(2, 2)


def test_articles_without_an_index_are_not_taken_for_indexed(
    db: Database, segmenter: Segmenter, publish: Publish
) -> None:
    first, second = publish("甲", "芯片。"), publish("乙", "芯片。")
    index.clear(db)
    index_article(db, segmenter, second)
    assert not index_is_current(db, segmenter)
    assert reindex(db, segmenter, 10).left == 0
    assert index.size(db) == 2
    assert first.id != second.id


def test_a_document_has_its_lead_and_facets(publish: Publish, segmenter: Segmenter) -> None:
    article = publish(
        "标题",
        "第一句话。" + "正文的一句话有几个词。" * 40,
        source="例 报！",
        section="companies",
        topics=("ai", "iot"),
    )
    document = document_of(article, segmenter)
    assert list(document.title) == ["标题"]
    assert 60 <= sum(map(len, document.lead)) < 80
    assert len(document.lead) + len(document.body) == 41
    assert set(document.facets) == {
        "any",
        f"source={article.source_id}",
        "topic=ai",
        "topic=iot",
        "section=companies",
        "publisher=例报",
    }


def test_an_article_from_the_future_does_not_lead_forever(publish: Publish, segmenter: Segmenter) -> None:
    article = publish("甲", "芯片。", at=NOW)
    assert document_of(article, segmenter).published == NOW
    later = type(article)(
        **{name: getattr(article, name) for name in article.__dataclass_fields__}
        | {"published_at": NOW + timedelta(days=900)}
    )
    assert document_of(later, segmenter).published == NOW


def test_going_back_to_the_old_dictionary_half_way_begins_again(
    db: Database, segmenter: Segmenter, publish: Publish
) -> None:
    for number in range(4):
        publish(f"第{number}篇", "绿箩杯大赛。")
    reindex(db, load_segmenter(["绿箩杯"]), 2)
    assert not index_is_current(db, segmenter), "half of it is the other dictionary's"
    assert reindex(db, segmenter, 2) == ReindexProgress(2, 2)
    assert reindex(db, segmenter, 3) == ReindexProgress(2, 0)
    assert index_is_current(db, segmenter)
