"""A bot for invited readers: what a stranger hears, what a link opens, and for how many."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Config
from bot.demo.telegram import BOT_ID
from tests.chat.conftest import OWNER, READER, Talk

ANOTHER = READER + 1


@pytest.fixture
def config(tmp_path: Path) -> Config:
    plain = Config(token=f"{BOT_ID}:test", database=tmp_path / "chenbao.db", full_text="never")
    return replace(plain, owners=frozenset({OWNER}), access="invite")


async def test_an_invitation_opens_the_bot_for_one_reader(talk: Talk) -> None:
    found = re.search(r"start=([\w-]+)", await talk.say("/invite", user=OWNER))
    assert found
    assert "只对受邀的读者开放" in await talk.say("/start")
    assert "只对受邀的读者开放" in await talk.say("芯片")
    assert "你好" in await talk.say(f"/start {found[1]}")
    assert "我能做什么" in await talk.say("/help")
    assert "已失效" in await talk.say(f"/start {found[1]}", user=ANOTHER)
    assert "已失效" in await talk.say("/start never-was-one", user=ANOTHER)
    assert "只对受邀的读者开放" in await talk.say("/help", user=ANOTHER)
