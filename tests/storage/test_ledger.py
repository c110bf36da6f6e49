"""Editions and deliveries: one a date and slot, one sender a part, nothing forgotten."""

from datetime import date, timedelta

import pytest

from storage import articles, chats, compositions, counts, deliveries, editions, stories
from storage.database import Database, to_text
from storage.models import Chat, EditionItem, Story
from tests.readers import add_reader
from tests.storage.conftest import NOW, WriteArticle

DAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)


@pytest.fixture
def story(db: Database, write: WriteArticle) -> Story:
    write("甲")
    (found,) = stories.reported_since(db, NOW - HOUR, NOW)
    return found


def compose(db: Database, chat: Chat, *items: Story, slot: str = "morning") -> int | None:
    return editions.create(
        db,
        chat_id=chat.id,
        local_date=DAY,
        slot=slot,
        state="composed",
        items=[EditionItem(item, "companies", "ai", follow_up=True) for item in items],
        considered=9,
        now=NOW,
    )


def test_there_is_one_edition_a_chat_date_and_slot(db: Database, chat: Chat, story: Story) -> None:
    first = compose(db, chat, story)
    assert first is not None
    assert compose(db, chat, story) is None
    assert compose(db, chat, slot="demand:1") is not None
    assert editions.exists(db, chat.id, DAY, "morning")
    assert not editions.exists(db, chat.id, DAY, "evening")
    assert editions.last_at(db, chat.id) == NOW


def test_an_edition_comes_back_with_its_items(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    edition = editions.by_id(db, edition_id)
    assert edition is not None
    assert edition == editions.latest(db, chat.id, DAY)
    (item,) = edition.items
    assert (item.story.id, item.section, item.reason, item.follow_up) == (story.id, "companies", "ai", True)
    assert (edition.considered, edition.local_date, edition.slot) == (9, DAY, "morning")
    assert [item.story.id for item in editions.told_on(db, chat.id, DAY)] == [story.id]
    assert editions.by_id(db, 999) is None
    assert editions.latest(db, chat.id, DAY + timedelta(days=1)) is None


def test_an_edition_remembers_that_its_reason_is_a_word(db: Database, chat: Chat, story: Story) -> None:
    item = EditionItem(story, "companies", "甲报", is_word=True)
    edition_id = editions.create(
        db,
        chat_id=chat.id,
        local_date=DAY,
        slot="morning",
        state="composed",
        items=[item],
        considered=1,
        now=NOW,
    )
    assert edition_id is not None
    edition = editions.by_id(db, edition_id)
    assert edition is not None
    assert edition.items == editions.told_on(db, chat.id, DAY)
    assert edition.items[0].is_word


def test_an_edition_keeps_its_lead_when_a_better_report_comes(
    db: Database, chat: Chat, story: Story, write: WriteArticle
) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    write("乙", text="长" * 900, story_id=story.id)
    edition = editions.by_id(db, edition_id)
    assert edition is not None
    assert edition.items[0].story.lead.title == "甲"
    assert len(edition.items[0].story.articles) == 2


def test_items_of_articles_that_were_tidied_away_are_left_out(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    articles.delete(db, [story.lead.id])
    edition = editions.by_id(db, edition_id)
    assert edition is not None
    assert edition.items == ()


def test_a_part_is_claimed_once_and_finished(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    part = deliveries.add(db, edition_id, 0, NOW)
    assert deliveries.pending(db, NOW - HOUR, 10) == []
    assert [d.id for d in deliveries.pending(db, NOW, 10)] == [part]
    assert deliveries.claim(db, part, NOW)
    assert not deliveries.claim(db, part, NOW)
    assert deliveries.pending(db, NOW, 10) == []
    deliveries.finish(db, part, "sent", NOW, message_id=55)
    done = deliveries.by_id(db, part)
    assert done is not None
    assert (done.state, done.telegram_message_id, done.attempts, done.chat_id) == ("sent", 55, 1, chat.id)
    assert [d.id for d in deliveries.of_edition(db, edition_id)] == [part]
    assert counts.of_everything(db).deliveries == {"sent": 1}
    assert deliveries.by_id(db, 999) is None


def test_a_postponed_part_waits_and_can_be_claimed_again(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    part = deliveries.add(db, edition_id, 0, NOW)
    deliveries.claim(db, part, NOW)
    deliveries.postpone(db, part, NOW + HOUR, "flood")
    assert deliveries.pending(db, NOW, 10) == []
    assert deliveries.pending(db, NOW + HOUR, 10)[0].problem == "flood"
    assert deliveries.claim(db, part, NOW + HOUR)


def test_what_a_killed_process_was_sending_becomes_uncertain_and_is_not_sent_again(
    db: Database, chat: Chat, story: Story
) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    part = deliveries.add(db, edition_id, 0, NOW)
    deliveries.claim(db, part, NOW)
    assert [d.id for d in deliveries.interrupted(db, NOW)] == [part]
    assert deliveries.interrupted(db, NOW) == []
    assert deliveries.pending(db, NOW, 10) == []
    found = deliveries.uncertain_of(db, chat.id)
    assert found is not None
    assert found.id == part
    deliveries.offered(db, chat.id, NOW)
    assert deliveries.uncertain_of(db, chat.id) is None
    assert deliveries.known_stories(db, chat.id) == {story.id}
    assert deliveries.resend(db, part, NOW)
    assert not deliveries.resend(db, part, NOW)
    assert [d.id for d in deliveries.pending(db, NOW, 10)] == [part]


def test_stories_of_a_failed_edition_may_be_picked_again(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    part = deliveries.add(db, edition_id, 0, NOW)
    assert deliveries.known_stories(db, chat.id) == {story.id}
    deliveries.claim(db, part, NOW)
    deliveries.finish(db, part, "failed", NOW, problem="blocked")
    assert deliveries.known_stories(db, chat.id) == frozenset()


def edition(
    chat: Chat, local_date: str, composition_id: int | None, *, delivers: bool = True
) -> editions.NewEdition:
    return editions.NewEdition(chat.id, local_date, "composed", 1, composition_id, delivers)


def test_a_history_is_what_the_next_edition_needs(db: Database, chat: Chat, story: Story) -> None:
    stranger = add_reader(db, 78, NOW)
    told = compositions.add_all(db, [(EditionItem(story, "companies", "ai"),)] * 6)
    yesterday, today = NOW - timedelta(days=1), NOW
    for composition, slot, local_date, at in (
        (told[0], "morning", "2026-11-20", NOW - timedelta(days=4)),  # from before the first date
        (told[1], "morning", "2026-11-23", yesterday),
        (told[2], "evening", "2026-11-23", yesterday + HOUR),
        (told[3], "noon", "2026-11-23", yesterday + HOUR),  # fails
        (told[4], "alert:7", "2026-11-24", today),
        (None, "printed", "2026-11-24", today),
    ):
        editions.add_all(db, [edition(chat, local_date, composition)], slot, at)
    editions.add_all(db, [edition(chat, "2026-11-23", told[5], delivers=False)], "weekly", yesterday)
    late = editions.NewEdition(chat.id, "2026-11-24", "skipped", 0, None, delivers=False)
    editions.add_all(db, [late], "morning", today)
    (failed,) = db.execute(
        "SELECT d.id FROM deliveries d JOIN editions e ON e.id = d.edition_id WHERE e.slot = 'noon'"
    ).fetchone()
    deliveries.claim(db, failed, NOW)
    deliveries.finish(db, failed, "failed", NOW, problem="blocked")

    found = editions.histories(db, [chat.id, stranger.id], "morning", date(2026, 11, 22))
    assert list(found) == [chat.id]
    history = found[chat.id]
    assert sorted(history.dates.split(",")) == ["2026-11-23", "2026-11-24"]
    assert sorted(map(int, history.known.split(","))) == sorted((told[1], told[2], told[4]))
    assert history.last_at == to_text(yesterday + HOUR)

    only_alerts = editions.histories(db, [chat.id], "noon", date(2026, 11, 24))[chat.id]
    assert only_alerts == (chat.id, "", str(told[4]), "")


def test_each_of_many_editions_has_its_own_deliveries(db: Database, story: Story) -> None:
    (told,) = compositions.add_all(db, [(EditionItem(story, "companies", "ai"),)])
    readers = [add_reader(db, 1000 + number, NOW) for number in range(2 * editions.ROWS + 1)]
    editions.add_all(db, [edition(readers[0], "2026-11-23", None)], "weekly", NOW)
    db.execute("DELETE FROM editions")  # ids are not given again, so the next do not begin at 1
    wanted = [
        editions.NewEdition(
            reader.id,
            "2026-11-24",
            "composed",
            number,
            told,
            delivers=number % 3 > 0,
            parts=1 + (number % 3 > 1),
        )
        for number, reader in enumerate(readers)
    ]
    editions.add_all(db, wanted, "weekly", NOW, urgent=True)
    stored = db.execute(
        "SELECT e.chat_id, e.slot, e.considered, e.created_at, "
        "(SELECT count(*) FROM deliveries d WHERE d.edition_id = e.id AND d.urgent AND d.not_before = e.created_at) "
        "FROM editions e ORDER BY e.id"
    ).fetchall()
    assert list(map(tuple, stored)) == [
        (reader.id, "weekly", number, to_text(NOW), number % 3) for number, reader in enumerate(readers)
    ]


def test_deleting_a_chat_deletes_its_ledger(db: Database, chat: Chat, story: Story) -> None:
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    deliveries.add(db, edition_id, 0, NOW)
    chats.delete(db, chat.id)
    assert editions.by_id(db, edition_id) is None
    assert counts.of_everything(db).deliveries == {}


def test_two_groups_that_become_one_know_what_both_were_told(
    db: Database, chat: Chat, write: WriteArticle
) -> None:
    other = chats.add(
        db,
        telegram_chat_id=-100500,
        telegram_thread_id=None,
        kind="supergroup",
        title="群",
        language="zh-Hans",
        zone="Asia/Shanghai",
        briefing_time="08:00",
        now=NOW,
    )
    write("甲")
    write("乙")
    first, second = stories.reported_since(db, NOW - HOUR, NOW)
    for where, story, state in ((chat, first, "sent"), (other, second, "sent")):
        edition_id = compose(db, where, story)
        assert edition_id is not None
        deliveries.finish(db, deliveries.add(db, edition_id, 0, NOW), state, NOW)
    waiting = compose(db, other, second, slot="demand:1")
    assert waiting is not None
    deliveries.add(db, waiting, 0, NOW)
    chats.migrate(db, chat.id, -100500)
    assert deliveries.known_stories(db, chat.id) == {first.id, second.id}
    assert len(editions.told_on(db, chat.id, DAY)) == 2
    assert [d.edition_id for d in deliveries.pending(db, NOW, 10)] == [waiting]


def test_what_came_too_late_changes_no_part_that_somebody_else_has(
    db: Database, chat: Chat, story: Story
) -> None:
    """A failure before the claim, or giving up, is told of a part that another sender has claimed meanwhile."""
    edition_id = compose(db, chat, story)
    assert edition_id is not None
    part = deliveries.add(db, edition_id, 0, NOW)
    assert deliveries.claim(db, part, NOW)
    deliveries.put_off(db, part, NOW + HOUR, "no connection")
    deliveries.give_up(db, part, NOW, "nothing to say")
    (known,) = deliveries.of_edition(db, edition_id)
    assert (known.state, known.attempts, known.problem) == ("sending", 1, "")
    deliveries.finish(db, part, "sent", NOW, message_id=7)
    assert not deliveries.resend(db, part, NOW)
    deliveries.postpone(db, part, NOW, "flood")
    (known,) = deliveries.of_edition(db, edition_id)
    assert known.state == "sent"
