"""Inline mode, links into the bot and shared sets, as readers use them."""

import json
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from bot.config import Config
from bot.demo.telegram import DemoTelegram
from bot.messages.links import DeepLink, payload, read_payload
from storage import follow_changes, shared_sets, stories, subscriptions
from storage.models import Subscription
from tests.chat.conftest import OWNER, READER, Talk

FRIEND = 8


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is answered to inline queries."""
    given: list[dict[str, Any]] = []
    real = DemoTelegram._answer

    def remembering(self: DemoTelegram, call: str, parameters: dict[str, Any], data: Any) -> Any:
        if call == "answerInlineQuery":
            results = parameters["results"]
            parameters["results"] = json.loads(results) if isinstance(results, str) else results
            given.append(parameters)
        return real(self, call, parameters, data)

    monkeypatch.setattr(DemoTelegram, "_answer", remembering)
    return given


async def ask(talk: Talk, words: str, user: int = READER, code: str = "zh-hans") -> None:
    person = {"id": user, "is_bot": False, "first_name": "读者", "language_code": code}
    await talk.update(inline_query={"id": "77", "from": person, "query": words, "offset": ""})


async def test_an_inline_query_is_answered_with_story_cards(
    stocked: Talk, answers: list[dict[str, Any]]
) -> None:
    await ask(stocked, "数据中心")
    (given,) = answers
    assert given["is_personal"]
    assert int(given["cache_time"]) <= 60
    assert 0 < len(given["results"]) <= 50
    card = given["results"][0]
    assert card["type"] == "article"
    assert card["title"]
    assert card["input_message_content"]["parse_mode"] == "HTML"
    links = [button["url"] for row in card["reply_markup"]["inline_keyboard"] for button in row]
    assert any("?start=s_" in link for link in links)
    assert stocked.shown == [], "nothing is said in the chat with the bot"


@pytest.mark.parametrize("words", ["", "   ", "qqzzxx"])
async def test_nothing_asked_or_found_is_an_empty_list(
    stocked: Talk, answers: list[dict[str, Any]], words: str
) -> None:
    await ask(stocked, words)
    assert answers[0]["results"] == []


async def test_cards_are_in_the_readers_language_and_script(
    stocked: Talk, answers: list[dict[str, Any]]
) -> None:
    await ask(stocked, "数据中心", user=FRIEND, code="zh-hant")
    await ask(stocked, "数据中心", user=FRIEND, code="en")
    traditional, english = (given["results"][0] for given in answers)
    assert traditional["title"] != english["title"]
    assert english["reply_markup"]["inline_keyboard"][0][0]["text"] == "Original"


async def test_an_old_query_is_no_error(stocked: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refusing(*_: Any, **__: Any) -> tuple[int, bytes]:
        return (
            400,
            b'{"ok":false,"error_code":400,"description":"Bad Request: query is too old and response timeout expired or query ID is invalid"}',
        )

    monkeypatch.setattr(DemoTelegram, "do_request", refusing)
    await ask(stocked, "数据中心")


class TestClosed:
    """Under `list` strangers get nothing."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, access="list")

    async def test_strangers_get_an_empty_list_and_owners_get_cards(
        self, stocked: Talk, answers: list[dict[str, Any]]
    ) -> None:
        await ask(stocked, "数据中心", user=READER)
        await ask(stocked, "数据中心", user=OWNER)
        assert answers[0]["results"] == []
        assert answers[1]["results"]


async def test_links_open_a_topic_a_word_and_a_story(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "话题：半导体" in await stocked.say("/start t_semiconductor")
    word = payload(DeepLink("word", "数据中心"))
    assert "搜索：数据中心" in await stocked.say(f"/start {word}")
    story = stories.by_ids(stocked.services.db, [1])[1]
    assert story.lead.title[:8] in await stocked.say("/start s_1")
    assert await stocked.say("/start s_99999")
    assert "不在了" in stocked.last.text or "已经" in stocked.last.text


async def test_a_set_is_shared_and_adopted_with_one_tap_and_undone(stocked: Talk) -> None:
    await stocked.say("/start")
    assert "还没有关注" in await stocked.say("/share")
    await stocked.say("/follow 半导体、国产替代")
    told = await stocked.say("/share")
    copy, send = stocked.last.buttons
    link = copy["copy_text"]["text"]
    assert link in told
    assert "t.me/share/url" in send["url"]
    token = link.partition("start=")[2]
    shown = await stocked.say(f"/start {token}", user=FRIEND)
    assert "国产替代" in shown
    await stocked.press("全部关注", user=FRIEND)
    assert "已关注 2 项" in stocked.last.text
    db = stocked.services.db
    friend = db.execute("SELECT id FROM chats WHERE telegram_chat_id = ?", (FRIEND,)).fetchone()[0]
    assert set(subscriptions.of(db, friend)) == set(stocked_following(stocked))
    assert follow_changes.by_id(db, 2, friend) is not None
    await stocked.press("撤销", user=FRIEND)
    assert subscriptions.of(db, friend) == ()
    again = await stocked.say("/share")
    assert link in again, "an equal set keeps its link"


def stocked_following(talk: Talk) -> tuple[Subscription, ...]:
    return subscriptions.of(talk.services.db, talk.reader().id)


async def test_who_follows_all_of_it_is_told_so_and_a_link_of_somebody_who_left_is_gone(
    stocked: Talk,
) -> None:
    await stocked.say("/start")
    await stocked.say("/follow 国产替代")
    token = shared_sets.share(
        stocked.services.db, stocked.reader().id, stocked_following(stocked), stocked.clock.at.astimezone(UTC)
    )
    assert "都已经关注" in await stocked.say(f"/start f_{token}")
    assert "失效" in await stocked.say("/start f_nothing-here", user=FRIEND)


async def test_adopting_stops_at_the_limit_on_words(stocked: Talk) -> None:
    await stocked.say("/start")
    db, chat = stocked.services.db, stocked.reader()
    many = tuple(Subscription("keyword", f"词{number}") for number in range(52))
    token = shared_sets.share(db, chat.id, many, stocked.clock.at)
    await stocked.say(f"/start f_{token}", user=FRIEND)
    await stocked.press("全部关注", user=FRIEND)
    assert "已关注 50 项" in stocked.last.text
    assert "2" in stocked.last.text


@pytest.mark.parametrize(
    "text",
    ["", "x_1", "s_", "s_abc", "s_99999999999999999999", "w_", "w_!!", "w_gICA", "w_ICAg", "t_" + "a" * 63],
)
def test_what_is_no_link_of_ours(text: str) -> None:
    assert read_payload(text) is None


@pytest.mark.parametrize("word", ["华为", "国产 替代", "5G-A", "人形机器人产业链条上下游"])
def test_words_come_back_from_their_links(word: str) -> None:
    made = payload(DeepLink("word", word))
    assert made is not None
    assert len(made) <= 64
    assert read_payload(made) == DeepLink("word", word)


def test_a_word_that_is_too_long_has_no_link() -> None:
    assert payload(DeepLink("word", "很" * 30)) is None
