"""要闻与关注: following adds to the top stories; one of the two alone where the reader wants that."""

import pytest

from storage import chats
from tests.chat.conftest import GROUP, READER, Talk
from tests.chat.test_tastes import KEEPER, latest

WORD = "机器人"


def parts(talk: Talk) -> tuple[bool, bool]:
    """Whether the last edition tells what is followed, and top stories."""
    reasons = [bool(item.reason) for item in latest(talk).items]
    assert reasons == sorted(reasons, reverse=True)
    return True in reasons, False in reasons


async def test_the_first_follow_asks_nothing_and_loses_nothing(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say("/today")
    assert parts(stocked) == (False, True)
    stocked.services.db.execute("DELETE FROM editions")
    assert "要闻照样有" in await stocked.say(f"/follow {WORD}")
    assert "要闻照样有" not in await stocked.say("/follow 半导体")
    text = await stocked.say("/today")
    assert parts(stocked) == (True, True)
    assert "▎关注 · " in text
    assert "本期栏目：关注 " in text
    assert (
        "▎要闻 · " in "".join(shown.text for shown, _ in stocked.shown[-3:]) or len(latest(stocked).items) > 5
    )


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        ("只看关注", "只看关注", (True, False)),
        ("只看要闻", "只看要闻", (False, True)),
        ("/settings mix both", "要闻与关注", (True, True)),
        ("/settings 内容 关注", "只看关注", (True, False)),
    ],
)
async def test_the_reader_chooses_by_words(
    stocked: Talk, words: str, said: str, told: tuple[bool, bool]
) -> None:
    await stocked.say("/start")
    await stocked.say(f"/follow {WORD}")
    assert f"简报内容：{said}" in await stocked.say(words)
    await stocked.say("/today")
    assert parts(stocked) == told


async def test_the_reader_chooses_by_button(stocked: Talk) -> None:
    await stocked.say("/start")
    await stocked.say(f"/follow {WORD}")
    await stocked.say("/settings")
    await stocked.press("🗞 内容")
    assert [button["text"] for button in stocked.last.buttons][:3] == [
        "✅ 要闻与关注",
        "只看关注",
        "只看要闻",
    ]
    await stocked.press("只看要闻")
    assert stocked.reader().mix == "top"
    assert "内容：只看要闻" in stocked.last.text
    assert "看不懂" in await stocked.say("/settings mix 天气")
    assert stocked.reader().mix == "top"


@pytest.mark.parametrize(
    ("code", "heading", "words", "said"),
    [
        ("zh-hant", "▎關注 · ", "只看關注", "只看關注"),
        ("en", "▎What you follow · ", "only what I follow", "only what you follow"),
    ],
)
async def test_in_other_languages(stocked: Talk, code: str, heading: str, words: str, said: str) -> None:
    await stocked.say("/start", code=code)
    await stocked.say(f"/follow {WORD}", code=code)
    assert heading in await stocked.say("/today", code=code)
    assert said in await stocked.say(words, code=code)
    assert stocked.reader().mix == "followed"


async def test_in_a_group_its_administrators_choose(stocked: Talk) -> None:
    stocked.telegram.administrators = frozenset({KEEPER})
    await stocked.say("/start", user=KEEPER, chat=GROUP)
    assert "管理员" in await stocked.say("/settings mix top", user=READER, chat=GROUP)
    assert "只看要闻" in await stocked.say("/settings mix top", user=KEEPER, chat=GROUP)
    group = chats.by_address(stocked.services.db, GROUP, None)
    assert group is not None
    assert group.mix == "top"
