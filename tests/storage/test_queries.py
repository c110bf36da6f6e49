"""The named queries: sources, articles, stories, chats, subscriptions and the small ones."""

from dataclasses import replace
from datetime import timedelta

from storage import (
    articles,
    chats,
    counts,
    inbox,
    invitations,
    refusals,
    saved,
    searches,
    sources,
    stories,
    subscriptions,
    topics,
)
from storage.database import Database
from storage.models import Analysis, Chat, Entry, FetchState, Source, Subscription, Taste
from tests.storage.conftest import NOW, WriteArticle

HOUR = timedelta(hours=1)


def test_a_source_is_due_until_fetched_and_again_after_its_interval(db: Database, source: Source) -> None:
    assert [due.id for due in sources.due(db, NOW)] == [source.id]
    state = FetchState("etag", "yesterday", 30, NOW + HOUR)
    sources.record_success(db, source.id, state, NOW)
    assert sources.due(db, NOW) == []
    assert [due.etag for due in sources.due(db, NOW + HOUR)] == ["etag"]


def test_failures_add_up_and_a_success_clears_them(db: Database, source: Source) -> None:
    for _ in range(2):
        sources.record_failure(db, source.id, "no answer", NOW + HOUR, NOW)
    failing = sources.by_id(db, source.id)
    assert failing is not None
    assert (failing.failures, failing.problem, failing.succeeded_at) == (2, "no answer", None)
    sources.record_success(db, source.id, FetchState(), NOW)
    mended = sources.by_id(db, source.id)
    assert mended is not None
    assert (mended.failures, mended.problem, mended.succeeded_at) == (0, "", NOW)


def test_adding_a_source_twice_changes_nothing_and_after_removal_brings_it_back(
    db: Database, source: Source
) -> None:
    again, new = sources.add(db, url=source.url, title="other", kind="feed", now=NOW)
    assert (again.id, again.title, new) == (source.id, "例报", False)
    sources.remove(db, source.id)
    assert sources.listed(db) == []
    assert sources.due(db, NOW) == []
    back, new = sources.add(db, url=source.url, title="other", kind="feed", now=NOW)
    assert (back.id, back.enabled, new) == (source.id, True, True)


def test_a_moved_source_keeps_its_id_unless_the_address_is_taken(db: Database, source: Source) -> None:
    other, _ = sources.add(db, url="https://taken.example.com", title="b", kind="feed", now=NOW)
    sources.move(db, source.id, other.url)
    assert sources.by_url(db, source.url) is not None
    sources.move(db, source.id, "https://new.example.com")
    moved = sources.by_url(db, "https://new.example.com")
    assert moved is not None
    assert moved.id == source.id
    sources.record_success(db, source.id, FetchState(), NOW, name="新名")
    assert [listed.title for listed in sources.listed(db, "feed")] == ["新名", "b"]
    assert sources.weights(db) == {source.id: 1.0, other.id: 1.0}


def test_articles_are_found_by_link_by_guid_and_by_title(
    db: Database, source: Source, write: WriteArticle
) -> None:
    linked = write("甲", url="https://a.example.com/1", guid="g1")
    by_guid = write("乙", guid="g1")
    by_title = write("乙")
    assert articles.link_taken(db, "https://a.example.com/1")
    assert not articles.link_taken(db, "https://a.example.com/2")
    assert [article.id for article in articles.by_guid(db, source.id, "g1")] == [by_guid, linked]
    assert [article.id for article in articles.by_title(db, source.id, "乙")] == [by_title, by_guid]
    assert not articles.link_taken(db, "")
    links = ["https://a.example.com/1", "https://a.example.com/2", ""]
    assert [one.id for one in articles.by_links(db, links).values()] == [linked]
    assert articles.guids_known(db, source.id, ["g1", "g2", ""]) == {"g1"}
    assert articles.titles_known(db, source.id, ["甲", "丁"]) == {"甲"}
    assert articles.by_guid(db, source.id, "") == []
    assert articles.by_title(db, source.id + 1, "乙") == []


def test_an_article_comes_back_as_it_was_written(db: Database, write: WriteArticle) -> None:
    analysis = Analysis("companies", ("ai", "semiconductor"), ("昇腾",), ("一句。", "两句。"), (1, 2**31))
    article = articles.by_id(db, write("题", url="https://a.example.com/1", analysis=analysis))
    assert article is not None
    assert (article.section, article.topics, article.keywords) == (
        "companies",
        ("ai", "semiconductor"),
        ("昇腾",),
    )
    assert (article.summary, article.fingerprint) == (("一句。", "两句。"), (1, 2**31))
    edited = Entry(title="新题", text="新文。", section="environment", page=3)
    articles.update(
        db, article.id, entry=edited, title_key="新题", analysis=replace(analysis, topics=("ai",))
    )
    after = articles.by_id(db, article.id)
    assert after is not None
    assert (after.title, after.text, after.topics, after.page) == ("新题", "新文。", ("ai",), 3)
    assert (after.url, after.published_at) == (article.url, article.published_at)


def test_an_edited_text_is_told_from_the_one_before(db: Database, write: WriteArticle) -> None:
    text = "澜川科技昨日发布了新的芯片。" * 50
    article_id = write("题", text=text)
    for edited in (f"{text}更正：产能未变。", "短讯。", text):
        articles.update(
            db,
            article_id,
            entry=Entry("题", text=edited),
            title_key="题",
            analysis=Analysis(None, (), (), (), ()),
        )
        known, article = articles.known_by_id(db, article_id), articles.by_id(db, article_id)
        assert known is not None
        assert article is not None
        assert known.text == article.text == edited
        assert known.has_text(edited)
        assert not known.has_text(edited[:-1])
        assert article.text_length == len(edited)


def test_batches_walk_the_whole_archive(db: Database, write: WriteArticle) -> None:
    ids = [write(f"第{number}篇", at=NOW + number * HOUR) for number in range(5)]
    assert [a.id for a in articles.after_id(db, 0, 3)] == ids[:3]
    assert [a.id for a in articles.after_id(db, ids[2], 3)] == ids[3:]
    assert [a.id for a in articles.published_since(db, NOW + 3 * HOUR)] == ids[3:]
    assert sorted(articles.by_ids(db, [*ids, 999])) == ids
    assert articles.count(db) == 5


def test_a_story_is_led_by_the_better_source(db: Database, write: WriteArticle) -> None:
    small, _ = sources.add(db, url="https://b.example.com", title="小报", kind="feed", weight=0.5, now=NOW)
    first = write("甲", source_id=small.id, text="长" * 900)
    lead = articles.by_id(db, first)
    assert lead is not None
    assert lead.story_id is not None
    second = write("乙", text="短。", at=NOW + HOUR, story_id=lead.story_id)
    (story,) = stories.reported_since(db, NOW - HOUR, NOW + HOUR)
    assert [article.id for article in story.articles] == [second, first]
    assert (story.first_at, story.last_at, story.lead.id) == (NOW, NOW + HOUR, second)
    told = write(
        "丙",
        text="短。",
        story_id=lead.story_id,
        source_id=small.id,
        analysis=Analysis(None, (), (), ("一句话的摘要。",), ()),
    )
    assert stories.by_ids(db, [lead.story_id])[lead.story_id].lead.id == told  # the others are headlines only
    assert stories.reported_since(db, NOW + HOUR, NOW + 2 * HOUR) == []


def test_splitting_gives_an_article_its_own_story_once(db: Database, write: WriteArticle) -> None:
    first = articles.by_id(db, write("甲"))
    assert first is not None
    assert first.story_id is not None
    second = write("乙", story_id=first.story_id)
    old_and_new = stories.split(db, second, NOW)
    assert old_and_new is not None
    assert old_and_new[0] == first.story_id
    assert stories.splits(db) == [(second, first.story_id)]
    assert stories.split(db, second, NOW) is None
    assert stories.split(db, 999, NOW) is None


def test_tidying_keeps_what_somebody_saved(db: Database, chat: Chat, write: WriteArticle) -> None:
    kept, gone = write("甲"), write("乙")
    story = articles.by_id(db, kept)
    assert story is not None
    assert story.story_id is not None
    assert saved.toggle(db, chat.id, story.story_id, NOW)
    old = articles.older_than(db, NOW + HOUR, 10)
    assert old == [gone]
    articles.delete(db, old)
    assert [row["id"] for row in db.execute("SELECT id FROM stories")] == [story.story_id]
    assert [s.lead.title for s in saved.listed(db, chat.id)] == ["甲"]
    assert saved.ids(db, chat.id) == {story.story_id}
    assert not saved.toggle(db, chat.id, story.story_id, NOW)
    assert saved.ids(db, chat.id) == frozenset()


def test_a_chat_keeps_its_settings(db: Database, chat: Chat) -> None:
    changed = replace(
        chat,
        zone="Asia/Tokyo",
        weekdays=(1, 5),
        sections=("companies",),
        max_items=5,
        paused=True,
        awaiting="time",
    )
    chats.save_settings(db, changed)
    assert chats.by_id(db, chat.id) == changed
    assert chats.by_address(db, 77, None) == changed
    assert chats.by_address(db, 77, 4) is None
    assert chats.by_id(db, 999) is None


def test_only_active_unpaused_chats_are_due(db: Database, chat: Chat) -> None:
    assert chats.earliest_due(db) is None
    chats.schedule_all(db, [(NOW, chat.id)])
    assert chats.due_ids(db, NOW, 10) == [chat.id] == [due.id for due in chats.due(db, [chat.id, 999], NOW)]
    assert chats.earliest_due(db) == NOW
    chats.deactivate(db, chat.id, "blocked")
    assert not chats.due_ids(db, NOW, 10)
    assert not chats.due(db, [chat.id], NOW)
    chats.revive(db, chat.id)
    scheduled = chats.by_id(db, chat.id)
    assert scheduled is not None
    chats.save_settings(db, replace(scheduled, paused=True))
    assert not chats.due_ids(db, NOW, 10)
    assert not chats.due(db, [chat.id], NOW)


def test_a_migrated_group_keeps_its_subscriptions(db: Database, chat: Chat) -> None:
    subscriptions.add(db, chat.id, Subscription("topic", "ai"), NOW)
    chats.migrate(db, chat.id, -100500)
    moved = chats.by_address(db, -100500, None)
    assert moved is not None
    assert (moved.id, moved.kind) == (chat.id, "supergroup")
    assert subscriptions.of(db, moved.id) == (Subscription("topic", "ai"),)


def test_a_migrated_group_has_the_mutes_of_both(db: Database, chat: Chat) -> None:
    muted, less, more = Taste("keyword", "京东", 0), Taste("topic", "ai", -1), Taste("topic", "ai", 1)
    chats.save_settings(db, replace(chat, tastes=(more,)))
    there = chats.add(
        db,
        telegram_chat_id=-100500,
        telegram_thread_id=None,
        kind="supergroup",
        title="",
        language=chat.language,
        zone=chat.zone,
        briefing_time=chat.briefing_time,
        now=NOW,
    )
    chats.save_settings(db, replace(there, tastes=(muted, less)))
    chats.migrate(db, chat.id, -100500)
    moved = chats.by_address(db, -100500, None)
    assert moved is not None
    assert set(moved.tastes) == {more, muted}


def test_subscriptions_are_kept_once_topics_first(db: Database, chat: Chat) -> None:
    word, topic = Subscription("keyword", "国产替代"), Subscription("topic", "ai")
    assert [subscriptions.add(db, chat.id, s, NOW) for s in (word, topic, word)] == [True, True, False]
    assert subscriptions.of(db, chat.id) == (topic, word)
    assert subscriptions.remove(db, chat.id, word)
    assert not subscriptions.remove(db, chat.id, word)
    subscriptions.clear(db, chat.id)
    assert subscriptions.of(db, chat.id) == ()


def test_deleting_a_chat_takes_everything_about_it(db: Database, chat: Chat) -> None:
    subscriptions.add(db, chat.id, Subscription("topic", "ai"), NOW)
    search_id = searches.add(db, chat.id, "华为", NOW)
    chats.delete(db, chat.id)
    assert chats.by_id(db, chat.id) is None
    assert searches.query_of(db, search_id, chat.id) is None
    assert db.execute("SELECT count(*) FROM subscriptions").fetchone()[0] == 0


def test_searches_belong_to_their_chat_and_are_forgotten(db: Database, chat: Chat) -> None:
    search_id = searches.add(db, chat.id, "华为", NOW)
    assert searches.query_of(db, search_id, chat.id) == "华为"
    assert searches.query_of(db, search_id, chat.id + 1) is None
    assert searches.recent(db, chat.id, NOW - HOUR) == 1
    assert searches.recent(db, chat.id, NOW + HOUR) == 0
    searches.forget(db, NOW + HOUR)
    assert searches.query_of(db, search_id, chat.id) is None


def test_an_update_is_stored_and_handled_once(db: Database) -> None:
    first = inbox.put(db, 5, '{"update_id": 5}', NOW, "a")
    assert first is not None
    assert inbox.put(db, 5, "{}", NOW, "a") is None
    second = inbox.put(db, 4, "{}", NOW, "b")  # ids that began anew
    assert second is not None
    assert inbox.waiting(db) == [(first, '{"update_id": 5}'), (second, "{}")]
    inbox.done(db, first)
    inbox.poison(db, second, "broken")
    assert inbox.waiting(db) == []
    inbox.forget(db, NOW + HOUR)
    assert db.execute("SELECT count(*) FROM inbox").fetchone()[0] == 0


def test_the_line_of_an_answer_goes_with_its_update_at_the_latest(db: Database) -> None:
    handled, waits = inbox.put(db, 5, "{}", NOW, "a"), inbox.put(db, 6, "{}", NOW, "b")
    assert handled is not None
    assert waits is not None
    inbox.keep_line(db, handled, 17)
    inbox.keep_line(db, waits, 18)
    inbox.poison(db, handled, "broken")
    inbox.forget(db, NOW)
    assert (inbox.line(db, handled), inbox.line(db, waits)) == (17, 18)
    inbox.forget(db, NOW + HOUR)
    assert (inbox.line(db, handled), inbox.line(db, waits)) == (None, 18)


def test_an_id_that_comes_again_is_another_update_by_its_content(db: Database) -> None:
    first = inbox.put(db, 5, "{}", NOW, "a")
    assert first is not None
    inbox.done(db, first)
    again = inbox.put(db, 5, "{}", NOW, "b")
    assert again is not None
    assert again > first
    assert inbox.put(db, 5, "{}", NOW, "b") is None


def test_what_an_older_version_stored_is_known_by_its_id(db: Database) -> None:
    assert inbox.put(db, 5, "{}", NOW) is not None
    assert inbox.put(db, 5, "{}", NOW, "a") is None


def test_what_was_shed_does_not_wait(db: Database) -> None:
    numbers = [inbox.put(db, each, "{}", NOW, "a") or 0 for each in range(3)]
    inbox.shed(db, numbers[:2])
    assert [each.number for each in inbox.waiting(db)] == numbers[2:]


def test_a_group_is_told_once_in_a_month_that_it_is_not_admitted(db: Database) -> None:
    told = [refusals.first(db, -1, NOW + days * timedelta(days=1)) for days in (0, 1, 29, 31, 32)]
    assert told == [True, False, False, True, False]
    assert refusals.first(db, -2, NOW)
    refusals.forget(db, -2)
    assert refusals.first(db, -2, NOW)


def test_an_invitation_lets_in_one_person(db: Database) -> None:
    invitations.add(db, "abc", NOW)
    assert not invitations.redeem(db, "xyz", 1, NOW)
    assert invitations.redeem(db, "abc", 1, NOW)
    assert invitations.redeem(db, "abc", 1, NOW)
    assert not invitations.redeem(db, "abc", 2, NOW)
    assert invitations.holds(db, 1)
    assert not invitations.holds(db, 2)


def test_counts_and_the_taxonomy_table(db: Database, chat: Chat, write: WriteArticle) -> None:
    write("甲")
    topics.replace(db, [topics.TopicRow("ai", "topic", "人工智能", "AI")])
    topics.replace(
        db, [topics.TopicRow("ai", "topic", "人工智能", "AI"), topics.TopicRow("x", "section", "栏", "S")]
    )
    figures = counts.of_everything(db)
    assert (figures.sources, figures.articles, figures.stories, figures.chats) == (1, 1, 1, 1)
    assert db.execute("SELECT count(*) FROM topics").fetchone()[0] == 2
