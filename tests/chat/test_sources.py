"""Owners look after the sources in the chat; nobody else can, whatever they press."""

import pytest

from bot.config import Config
from bot.messages.source_callbacks import (
    FetchSource,
    PauseSource,
    RemoveSource,
    ShowSource,
    SourcesPage,
)
from storage import sources
from tests.chat.conftest import OWNER, READER, Talk

URL = "https://127.0.0.1:9/feed"


async def test_a_source_is_added_paused_fetched_and_removed(talk: Talk, config: Config) -> None:
    db = talk.services.db
    assert "还没有来源" in await talk.say("/sources", user=OWNER)
    assert "不是网址" in await talk.say("/sources add 没有这个", user=OWNER)
    assert "先在设置 CHENBAO_RSSHUB 里写上" in await talk.say("/sources add 财联社电报", user=OWNER)
    assert "还没有读到过" in await talk.say(f"/sources add {URL}", user=OWNER)
    assert URL in await talk.say(f"/sources {URL}", user=OWNER)
    await talk.say("/sources 添加 36氪", user=OWNER)
    assert "共 2 个" in await talk.say("/sources", user=OWNER)
    assert URL in await talk.press("1", user=OWNER)
    assert "⏸" in await talk.press("暂停", user=OWNER)
    assert [one.paused for one in sources.listed(db)] == [True, False]
    assert [one.title for one in sources.due(db, talk.clock())] == ["36氪"]
    assert "⏳" in await talk.press("恢复", user=OWNER)
    assert "连续失败 1 次" in await talk.press("立即读取", user=OWNER)
    assert "在内网或保留网段" in talk.last.text
    assert "不再收集" in await talk.press("移除", user=OWNER)
    old = talk.last
    assert "共 1 个" in await talk.press("移除", user=OWNER)
    assert [one.title for one in sources.listed(db)] == ["36氪"]
    await talk.press_data(RemoveSource(1, True, 1).pack(), old.message_id, user=OWNER)
    assert talk.notices == ["已暂停", "已恢复", "正在读取…", "已移除", "这个来源已经不在了。"]


async def test_a_source_that_is_gone_for_good_waits_for_a_decision(talk: Talk) -> None:
    db = talk.services.db
    await talk.say(f"/sources add {URL}", user=OWNER)
    sources.record_failure(db, 1, "http_410?status=410", talk.clock(), talk.clock())
    sources.retire(db, 1, talk.clock())
    listed = await talk.say("/sources", user=OWNER)
    assert "共 0 个" in listed
    assert "永久下线 1" in listed
    assert "11月23日起永久下线" in listed
    assert "HTTP 410" in listed
    assert "下次" not in await talk.press("1", user=OWNER)
    menu = talk.last.message_id
    await talk.press_data(FetchSource(1, 1).pack(), menu, user=OWNER)  # of an older menu
    await talk.press_data(PauseSource(1, True, 1).pack(), menu, user=OWNER)
    assert sources.due(db, talk.clock()) == []
    assert "⏳" in await talk.press("恢复", user=OWNER)
    assert [one.id for one in sources.due(db, talk.clock())] == [1]
    sources.retire(db, 1, talk.clock())
    await talk.press("返回", user=OWNER)
    await talk.press("1", user=OWNER)
    await talk.press("移除", user=OWNER)
    assert "还没有来源" in await talk.press("移除", user=OWNER)
    assert sources.gone(db) == []


@pytest.mark.parametrize(
    "action",
    [SourcesPage(1), ShowSource(1, 1), PauseSource(1, True, 1), FetchSource(1, 1), RemoveSource(1, True, 1)],
)
async def test_a_readers_forged_press_is_refused(talk: Talk, action: SourcesPage) -> None:
    await talk.say(f"/sources add {URL}", user=OWNER)
    await talk.say("/start", user=READER)
    before = len(talk.shown)
    await talk.press_data(action.pack(), user=READER)
    assert (len(talk.shown), talk.notices[-1:]) == (before, ["这个命令只有管理员能用。"])
    (source,) = sources.listed(talk.services.db)
    assert (source.paused, source.fetched_at) == (False, None)
