"""An update that a kill interrupted is handled again: nothing is changed or said twice."""

import pytest
from telegram import Update

from bot.messages.callbacks import ChooseSetting, SendAgain, ToggleSaved, ToggleTopic, Unsave
from storage import articles, deliveries, editions, inbox, merges, saved, stories, subscriptions
from tests.chat.conftest import OWNER, READER, Talk

UPDATE = 900
"""Telegram's id."""


def number_of(talk: Talk) -> int:
    """Our number for the update, which is in the inbox from now on."""
    inbox.put(talk.services.db, UPDATE, "{}", talk.clock.at)
    row = talk.services.db.execute("SELECT number FROM inbox WHERE update_id = ?", (UPDATE,)).fetchone()
    return int(row["number"])


async def handle(talk: Talk, **content: object) -> list[str]:
    """The update comes from the inbox, now or once more; what it shows anew."""
    before = len(talk.shown)
    update = Update.de_json({"update_id": number_of(talk), **content}, talk.application.bot)
    await talk.application.process_update(update)
    return [shown.text for shown, edited in talk.shown[before:] if not edited]


def wrote(talk: Talk, text: str) -> dict[str, object]:
    message = talk._message(READER, None, "zh-hans") | {"text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"message": message}


def pressed(talk: Talk, data: str) -> dict[str, object]:
    message = talk._message(READER, None, "zh-hans")
    query = {"id": "1", "from": message["from"], "chat_instance": "1", "message": message, "data": data}
    return {"callback_query": query}


@pytest.mark.parametrize("text", ["/follow 国产替代", "/help", "芯片", "/export"])
async def test_an_answer_that_was_begun_is_not_sent_again_but_its_reader_is_told(
    stocked: Talk, text: str
) -> None:
    await stocked.say("/start")
    first = await handle(stocked, **wrote(stocked, text))
    assert len(first) == 1
    for _ in range(2):  # each restart says so
        assert await handle(stocked, **wrote(stocked, text)) == [
            "刚才我重启了一下，上一条回复可能没有送到。没收到的话，请再发一次。"
        ]


async def test_a_toggle_is_not_undone(stocked: Talk) -> None:
    await stocked.say("/start")
    chat = stocked.reader()
    for data in (
        ToggleTopic("ai", "topics", 1),
        ChooseSetting("weekdays", "7"),
        ChooseSetting("sections", "companies"),
    ):
        number_of(stocked)
        stocked.services.db.execute("UPDATE inbox SET applied = 0, answers = 0")
        for _ in range(3):
            await handle(stocked, **pressed(stocked, data.pack()))
    assert [item.value for item in subscriptions.of(stocked.services.db, chat.id)] == ["ai"]
    assert stocked.reader().weekdays == (1, 2, 3, 4, 5, 6)
    assert stocked.reader().sections == ("companies",)


async def test_a_saved_story_stays_saved(stocked: Talk) -> None:
    await stocked.say("/today")
    chat = stocked.reader()
    edition = editions.latest(stocked.services.db, chat.id, stocked.clock.at.date())
    assert edition is not None
    story = edition.items[0].story.id
    for _ in range(2):
        await handle(stocked, **pressed(stocked, ToggleSaved(edition.id, story, 1).pack()))
    assert saved.ids(stocked.services.db, chat.id) == {story}


async def test_a_story_that_has_gone_into_another_is_saved_under_its_old_button(stocked: Talk) -> None:
    await stocked.say("/today")
    db, chat = stocked.services.db, stocked.reader()
    edition = editions.latest(db, chat.id, stocked.clock.at.date())
    assert edition is not None
    kept, gone = (item.story.id for item in edition.items[:2])
    merges.merge(db, gone, kept)
    await handle(stocked, **pressed(stocked, ToggleSaved(edition.id, gone, 1).pack()))
    assert saved.ids(db, chat.id) == {kept}
    number_of(stocked)
    db.execute("UPDATE inbox SET applied = 0, answers = 0")
    await handle(stocked, **pressed(stocked, Unsave(gone, 1).pack()))
    assert saved.ids(db, chat.id) == frozenset()


async def test_an_edition_is_sent_again_once(stocked: Talk) -> None:
    await stocked.say("/today")
    db = stocked.services.db
    edition = editions.latest(db, stocked.reader().id, stocked.clock.at.date())
    assert edition is not None
    (part,) = deliveries.of_edition(db, edition.id)
    deliveries.finish(db, part.id, "uncertain", stocked.clock.at)
    again = pressed(stocked, SendAgain(edition.id).pack())
    assert len(await handle(stocked, **again)) == 1
    deliveries.finish(db, part.id, "uncertain", stocked.clock.at)  # cut off while it was sent once more
    assert await handle(stocked, **again) == []
    deliveries.finish(db, part.id, "sent", stocked.clock.at)
    assert await handle(stocked, **again) == []
    copy = await stocked.press_data(SendAgain(edition.id).pack())  # another press of the same button
    assert copy.startswith("<b>今日简报")


async def again_unanswered(talk: Talk, **content: object) -> tuple[list[str], list[str]]:
    """What the update shows, and what it shows again when a kill fell between its change and its answer."""
    first = await handle(talk, **content)
    talk.services.db.execute("UPDATE inbox SET answers = 0")
    return first, await handle(talk, **content)


@pytest.mark.parametrize("text", ["/start", "/follow 国产替代", "/unfollow 国产替代"])
async def test_a_change_that_was_made_is_told_as_made(stocked: Talk, text: str) -> None:
    if text != "/start":
        await stocked.say("/start")
    if text.startswith("/unfollow"):
        await stocked.say("/follow 国产替代")
    first, again = await again_unanswered(stocked, **wrote(stocked, text))
    assert again == first
    assert len(first) == 1


async def test_a_split_that_was_made_is_told_as_made(stocked: Talk) -> None:
    db = stocked.services.db
    row = db.execute("SELECT max(id) AS id FROM articles GROUP BY story_id HAVING count(*) > 1").fetchone()
    command = wrote(stocked, f"/split {row['id']}") | {}
    command["message"]["from"]["id"] = command["message"]["chat"]["id"] = OWNER  # type: ignore[index]
    first, again = await again_unanswered(stocked, **command)
    assert again == first
    assert len(first) == 1


async def test_a_split_gives_back_a_story_that_went_into_another(stocked: Talk) -> None:
    db, index = stocked.services.db, stocked.services.reading.stories
    rows = db.execute("SELECT story_id, max(id) AS id FROM articles GROUP BY story_id LIMIT 2").fetchall()
    (kept, _), (gone, article) = rows
    merges.merge(db, gone, kept)
    index.merge(gone, kept)
    await stocked.say(f"/split {article}", user=OWNER)
    assert [row[0] for row in db.execute("SELECT story_id FROM articles WHERE id = ?", (article,))] == [gone]
    assert (article, kept) in stories.splits(db)
    before = articles.by_id(db, article)
    assert before is not None
    assert index.place(before) != kept


async def test_an_empty_today_says_so_again(talk: Talk) -> None:
    await talk.say("/start")
    first, again = await again_unanswered(talk, **wrote(talk, "/today"))
    assert again == first
    assert len(first) == 1
