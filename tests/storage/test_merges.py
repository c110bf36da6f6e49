"""Two stories that turned out to be one: ids keep their meaning, nobody is told anything twice, and it can be undone."""

from datetime import date, timedelta

import pytest

from storage import compositions, deliveries, editions, merges, saved, stories
from storage.database import Database
from storage.models import Chat, EditionItem
from tests.storage.conftest import NOW, WriteArticle

HOUR = timedelta(hours=1)


def story_of(db: Database, article_id: int) -> int:
    return int(db.execute("SELECT story_id FROM articles WHERE id = ?", (article_id,)).fetchone()[0])


@pytest.fixture
def pair(db: Database, write: WriteArticle) -> tuple[int, int, int, int]:
    """Two stories, and an article of each."""
    first = write("青梧发布大模型", url="https://a.example.com/1")
    second = write("青梧开源大模型", url="https://b.example.com/1", at=NOW + HOUR)
    write("青梧开源", url="https://b.example.com/2", at=NOW + 2 * HOUR, story_id=story_of(db, second))
    return story_of(db, first), story_of(db, second), first, second


Pair = tuple[int, int, int, int]


def tell(db: Database, chat: Chat, story_ids: list[int], slot: str = "morning") -> int:
    """An edition of these stories that was sent."""
    found = stories.by_ids(db, story_ids)
    items = [EditionItem(found[story_id], None, "") for story_id in story_ids]
    edition = editions.create(
        db,
        chat_id=chat.id,
        local_date=date(2026, 11, 24),
        slot=slot,
        state="composed",
        items=items,
        considered=len(items),
        now=NOW,
    )
    assert edition is not None
    deliveries.add(db, edition, 0, NOW)
    return edition


def test_the_articles_are_one_story(db: Database, pair: Pair) -> None:
    first, second, *_ = pair
    merges.merge(db, second, first)
    assert list(stories.by_ids(db, [first, second])) == [first]
    story = stories.by_ids(db, [first])[first]
    assert len(story.articles) == 3
    assert (story.first_at, story.last_at) == (NOW, NOW + 2 * HOUR)
    assert merges.current(db, second) == first
    assert merges.current(db, first) == first
    assert stories.reported_since(db, NOW - HOUR, NOW + 9 * HOUR) == [story]


def test_who_was_told_the_one_knows_the_other(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, *_ = pair
    edition = tell(db, chat, [second])
    merges.merge(db, second, first)
    assert deliveries.known_stories(db, chat.id) == {first, second}
    composition = db.execute("SELECT composition_id FROM editions WHERE id = ?", (edition,)).fetchone()[0]
    assert compositions.story_ids(db, [composition]) == {composition: {first, second}}


def test_an_edition_still_shows_what_it_told(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, _, article = pair
    edition = tell(db, chat, [second])
    lead = stories.by_ids(db, [second])[second].lead.id
    merges.merge(db, second, first)
    found = editions.by_id(db, edition)
    assert found is not None
    assert [(item.story.id, item.story.lead.id) for item in found.items] == [(first, lead)]
    assert article in {one.id for one in found.items[0].story.articles}


def test_a_day_shows_what_became_one_story_once(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, *_ = pair
    tell(db, chat, [first])
    tell(db, chat, [second], slot="demand:1")
    merges.merge(db, second, first)
    assert [item.story.id for item in editions.told_on(db, chat.id, date(2026, 11, 24))] == [first]


def test_what_a_reader_saved_stays_saved(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, *_ = pair
    saved.toggle(db, chat.id, second, NOW)
    merges.merge(db, second, first)
    assert saved.ids(db, chat.id) == {first}
    assert [story.id for story in saved.listed(db, chat.id)] == [first]


def test_both_saved_is_saved_once(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, *_ = pair
    for story_id in (first, second):
        saved.toggle(db, chat.id, story_id, NOW)
    merges.merge(db, second, first)
    assert saved.ids(db, chat.id) == {first}


def test_what_an_owner_set_apart_stays_apart(db: Database, write: WriteArticle, pair: Pair) -> None:
    first, second, _, article = pair
    parted = stories.split(db, article, NOW)
    assert parted is not None
    merges.merge(db, second, first)
    assert set(stories.splits(db)) == {(article, first)}


def test_whoever_followed_the_one_follows_the_other(db: Database, pair: Pair) -> None:
    first, second, *_ = pair
    earlier, later = stories.create(db, NOW), 0
    db.execute("UPDATE stories SET follows = ? WHERE id = ?", (earlier, second))
    later = stories.create(db, NOW, second)
    merges.merge(db, second, first)
    assert stories.followed(db, [later]) == {later: {first, earlier}}
    assert stories.affairs(db, [later, first]) == {later: earlier, first: earlier}


def test_a_story_never_follows_itself(db: Database, pair: Pair) -> None:
    first, second, *_ = pair
    between = stories.create(db, NOW, first)
    db.execute("UPDATE stories SET follows = ? WHERE id = ?", (between, second))
    merges.merge(db, second, first)
    assert stories.followed(db, [first]) == {}
    assert stories.affairs(db, [between]) == {between: first}


def test_one_after_the_other(db: Database, chat: Chat, write: WriteArticle, pair: Pair) -> None:
    first, second, *_ = pair
    third = story_of(db, write("青梧大模型开源", at=NOW + 3 * HOUR))
    tell(db, chat, [third])
    before = merges.newest(db)
    merges.merge(db, third, second)
    merges.merge(db, second, first)
    assert deliveries.known_stories(db, chat.id) == {first, third}
    assert merges.current_of(db, [third, second, first]) == {third: first, second: first}
    assert [(one.gone_id, one.story_id) for one in merges.after(db, before)] == [
        (third, first),
        (second, first),
    ]


def test_an_owner_parts_them_again(db: Database, chat: Chat, pair: Pair) -> None:
    first, second, _, article = pair
    edition = tell(db, chat, [second])
    merges.merge(db, second, first)
    parted = merges.undo(db, article)
    assert parted is not None
    assert (parted.old, parted.new) == (first, second)
    assert article in parted.article_ids
    assert len(parted.article_ids) == 2
    assert set(stories.splits(db)) == {(one, first) for one in parted.article_ids}
    assert merges.current(db, second) == second
    assert deliveries.known_stories(db, chat.id) == {second}
    found = editions.by_id(db, edition)
    assert found is not None
    assert [item.story.id for item in found.items] == [second]
    again = stories.by_ids(db, [first, second])
    assert (again[first].last_at, again[second].first_at) == (NOW, NOW + HOUR)


def test_what_had_gone_into_it_before_goes_with_it(db: Database, write: WriteArticle, pair: Pair) -> None:
    first, second, _, article = pair
    third = story_of(db, write("青梧大模型开源", at=NOW + 3 * HOUR))
    merges.merge(db, third, second)
    merges.merge(db, second, first)
    assert merges.undo(db, article) is not None
    assert merges.current(db, third) == second


def test_only_what_came_with_a_story_goes_back_with_it(db: Database, pair: Pair) -> None:
    first, second, own, article = pair
    assert merges.undo(db, article) is None
    merges.merge(db, second, first)
    assert merges.undo(db, own) is None
    assert merges.undo(db, 999) is None


def test_editions_of_a_story_that_has_gone_live_as_long(db: Database, pair: Pair) -> None:
    first, second, *_ = pair
    merges.merge(db, second, first)
    assert set(stories.old_and_living(db, NOW + HOUR, NOW)) == {first, second}


def test_a_later_story_follows_an_earlier_one(db: Database) -> None:
    first, second, third, fourth = (stories.create(db, NOW) for _ in range(4))
    stories.relate(db, first, second)
    assert stories.affairs(db, [first, second]) == {first: first, second: first}
    stories.relate(db, second, first)  # they are of one affair
    stories.relate(db, third, second)
    stories.relate(db, third, first)
    assert stories.followed(db, [third]) == {third: {second, first}}
    stories.relate(db, third, 99)  # has gone
    stories.relate(db, fourth, fourth)
    assert stories.affairs(db, [third, fourth]) == {third: first, fourth: fourth}


def test_where_the_later_follows_another_the_earlier_follows_it(db: Database) -> None:
    first, second = stories.create(db, NOW), stories.create(db, NOW)
    third = stories.create(db, NOW, first)
    stories.relate(db, third, second)
    assert stories.affairs(db, [second]) == {second: first}
    fourth = stories.create(db, NOW)
    fifth = stories.create(db, NOW, fourth)
    stories.relate(db, fifth, third)  # both follow others: two affairs become one
    assert stories.affairs(db, [fifth, third]) == {fifth: first, third: first}


def test_what_is_earlier_in_an_affair_is_earlier_by_the_clock(db: Database) -> None:
    """Whoever was told any of it is told a follow-up, also where the report that relates them came last."""
    first = stories.create(db, NOW)
    branch, other = stories.create(db, NOW + HOUR, first), stories.create(db, NOW + 2 * HOUR, first)
    late = stories.create(db, NOW - HOUR, other)  # it was heard of last
    assert stories.followed(db, [first, branch, other, late]) == {
        first: {late},
        branch: {first, late},
        other: {first, branch, late},
    }
    assert stories.followed(db, [stories.create(db, NOW)]) == {}


def test_a_story_that_would_follow_itself_is_known(db: Database) -> None:
    first = stories.create(db, NOW)
    second = stories.create(db, NOW, first)
    assert not stories.follows_itself(db, second)
    db.execute("UPDATE stories SET follows = ? WHERE id = ?", (second, first))
    assert stories.follows_itself(db, first)


def test_a_story_says_what_affair_it_is_of_and_whether_it_repeats(db: Database, write: WriteArticle) -> None:
    first = story_of(db, write("青梧起诉白鹭"))
    again = stories.create(db, NOW, first, repeats=True)
    write("青梧起诉白鹭航天", story_id=again)
    found = stories.by_ids(db, [first, again])
    assert [(story.affair, story.repeats) for story in found.values()] == [(first, False), (first, True)]
