"""One row makes a setting: text command, panel, line and stored value follow from it."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.locales import load_locale
from bot.messages import chat_settings
from bot.messages.chat_settings import CHAT_SETTINGS, choice
from storage import chats
from storage.database import Database
from storage.models import Chat, Taste
from tests.chat.conftest import GROUP, READER, Talk

SENTENCES = {
    "settings.toy": "玩具：{value}",
    "settings.toy_bear": "小熊",
    "settings.toy_duck": "小鸭",
    "settings.choose_toy": "要哪个玩具？",
    "settings.toy_set": "好的，玩具是{value}。",
    "settings.bad_toy": "没有“{value}”这个玩具。",
    "button.toy": "🧸 玩具",
}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that the program does not have, kept where a private chat has its name."""
    row = choice("toy", "title", ("bear", "duck"), frozenset({"玩具"}), {"小熊": "bear", "小鸭": "duck"})
    monkeypatch.setattr(chat_settings, "CHAT_SETTINGS", (*CHAT_SETTINGS, row))
    sentences = load_locale("zh-Hans").sentences
    assert isinstance(sentences, dict)
    for key, sentence in SENTENCES.items():
        monkeypatch.setitem(sentences, key, sentence)


@pytest.mark.usefixtures("toy")
async def test_a_row_is_a_text_command_a_panel_and_a_stored_value(talk: Talk) -> None:
    await talk.say("/start")
    assert "玩具是小鸭" in await talk.say("/settings 玩具 小鸭")
    assert talk.reader().title == "duck"
    assert "没有“火车”" in await talk.say("/settings toy 火车")
    assert "要哪个玩具" in await talk.say("/settings toy")
    assert [button["text"] for button in talk.last.buttons] == ["小熊", "✅ 小鸭", "返回"]
    await talk.press("小熊")
    assert talk.reader().title == "bear"
    assert talk.notices[-1] == "好的，玩具是小熊。"
    assert "玩具：小熊" in talk.last.text
    await talk.press("🧸 玩具")
    assert "✅ 小熊" in [button["text"] for button in talk.last.buttons]


@pytest.mark.usefixtures("toy")
async def test_in_a_group_only_administrators_set_it(talk: Talk) -> None:
    talk.telegram.administrators = frozenset({8})
    await talk.say("/start", user=8, chat=GROUP)
    assert "玩具是小鸭" in await talk.say("/settings 玩具 小鸭", user=8, chat=GROUP)
    assert "管理员" in await talk.say("/settings 玩具 小熊", user=READER, chat=GROUP)


async def test_a_button_of_a_setting_that_is_gone_is_an_old_menu(talk: Talk) -> None:
    await talk.say("/start")
    for data in (
        "1:oc:toy:bear",
        "1:oc:items:many",
        "1:oc:weekdays:9",
        "1:oc:time:0800",
        "1:o:toy",
        "1:o:silent",
    ):
        assert "设置" in await talk.press_data(data)
        assert "旧" in talk.notices[-1] or "过期" in talk.notices[-1], talk.notices[-1]


def test_names_and_aliases_are_each_one_settings() -> None:
    names = [name for row in CHAT_SETTINGS for name in (row.name, *row.aliases)]
    assert len(names) == len(set(names))
    stored = {field.name for field in fields(Chat)} - chats.FIXED
    assert {row.field for row in CHAT_SETTINGS} <= stored


def test_every_field_of_a_chat_is_stored_for_being_one(db: Database) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    chat = chats.add(
        db,
        telegram_chat_id=1,
        telegram_thread_id=None,
        kind="private",
        title="",
        language="en",
        zone="UTC",
        briefing_time="08:00",
        now=now,
    )
    others: dict[type, Any] = {
        bool: True,
        int: 17,
        str: "anders",
        tuple: (2, 3),
        datetime: now,
        type(None): now,
    }
    for field in fields(Chat):
        if field.name in chats.FIXED:
            continue
        before = getattr(chat, field.name)
        other: Any = (Taste("keyword", "房地产"),) if field.name == "tastes" else others.get(type(before))
        if isinstance(before, bool):
            other = not before
        changed = replace(chat, **{field.name: other})
        assert changed != chat, field.name
        chats.save_settings(db, changed)
        assert chats.by_id(db, chat.id) == changed, field.name
        chats.save_settings(db, chat)
