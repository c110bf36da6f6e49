"""Readers of traditional Chinese see headlines in it, unless they want them as published; nothing is stored so."""

import pytest

from bot.locales.script import traditional
from bot.messages.taste_callbacks import TuneStory
from bot.messages.tastes import tunable
from storage import stories
from tests.chat.conftest import READER, Talk


async def test_headlines_summaries_and_snippets_are_traditional_for_who_reads_that(stocked: Talk) -> None:
    await stocked.say("/start", code="zh-hant")
    for said in ("/today", "/search 数据中心", "/topic 人工智能"):
        told = await stocked.say(said, code="zh-hant")
        assert as_published(stocked, told) == [], said
        assert [title for title in titles(stocked) if traditional(title) in told], said


def titles(talk: Talk) -> list[str]:
    """What the archive has in simplified characters: nothing is stored otherwise."""
    stored = [row["title"] for row in talk.services.db.execute("SELECT title FROM articles")]
    return [title for title in stored if traditional(title) != title]


def as_published(talk: Talk, told: str) -> list[str]:
    return [title for title in titles(talk) if title in told]


async def test_who_wants_them_as_published_says_so(stocked: Talk) -> None:
    await stocked.say("/start", code="zh-hant")
    assert "保持原文" in await stocked.say("/settings script off", code="zh-hant")
    assert as_published(stocked, await stocked.say("/search 数据中心", code="zh-hant"))
    await stocked.say("/settings script on", code="zh-hant")
    assert not as_published(stocked, await stocked.say("/search 數據中心", code="zh-hant"))


@pytest.mark.parametrize("code", ["zh-hans", "en"])
async def test_others_see_what_was_published(stocked: Talk, code: str) -> None:
    await stocked.say("/start", code=code)
    assert as_published(stocked, await stocked.say("/search 数据中心", code=code))
    assert stocked.services.db.execute(
        "SELECT own_script FROM chats WHERE telegram_chat_id = ?", (READER,)
    ).fetchone()[0]


async def test_words_of_a_story_are_traditional_too_and_the_setting_is_shown_to_whom_it_concerns(
    stocked: Talk,
) -> None:
    await stocked.say("/start", code="zh-hant")
    all_stories = stories.by_ids(stocked.services.db, range(1, 30)).values()
    story, word = next(
        (story, taste.value)
        for story in all_stories
        for taste in tunable(story)
        if taste.kind == "keyword" and traditional(taste.value) != taste.value
    )
    await stocked.press_data(TuneStory(story.id).pack())
    labels = [button["text"] for button in stocked.last.buttons]
    assert f"多推 {traditional(word)}" in labels
    assert f"多推 {word}" not in labels
    assert "繁體讀者" in await stocked.say("/settings", code="zh-hant")
    await stocked.say("/settings language 简体", code="zh-hant")
    assert "繁体读者" not in await stocked.say("/settings")
