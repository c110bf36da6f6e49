"""What people bring along: addresses behind a verb, commands of other bots, words of Taiwan, lists with blanks."""

from bot.demo.telegram import USERNAME
from storage import subscriptions
from storage.models import Subscription
from tests.chat.conftest import EVENING, GROUP, OWNER, Talk
from tests.chat.test_typing import followed


async def test_blanks_around_and_make_two_of_it(stocked: Talk) -> None:
    await stocked.say("订阅 飞轮储能 和 冷板液冷")
    await stocked.say("订阅 研发和设计")
    assert followed(stocked) == {"飞轮储能", "冷板液冷", "研发和设计"}
    assert "已退订“飞轮储能”" in await stocked.say("不想看飞轮储能了")
    assert followed(stocked) == {"冷板液冷", "研发和设计"}


async def test_an_address_is_followed_as_no_word(stocked: Talk) -> None:
    for text in ("订阅 https://news.example.net/rss", "/follow www.example.net/feed.xml"):
        assert "请告诉管理员" in await stocked.say(text)
        await stocked.say(text, user=OWNER)
        assert "添加为来源" in stocked.last.buttons[0]["text"]
    assert "一次发一个网址" in await stocked.say("/follow https://a.example.net/x https://b.example.net/y")
    answer = await stocked.say("订阅 澜川、https://a.example.net/x?a=1,2&b=3，江渚")
    assert "已关注 2 项" in answer
    assert "网址不能当关键词：https://a.example.net/x?a=1,2&amp;b=3。" in answer
    assert followed(stocked) == {"澜川", "江渚"}
    assert "你没有关注“https://a.example.net/x”" in await stocked.say("退订 https://a.example.net/x")
    assert "已关注“booking.com”" in await stocked.say("/follow booking.com")  # it may be a company


async def test_commands_of_other_bots_are_answered_with_ours(stocked: Talk) -> None:
    for command, guess in (("/sub", "follow"), ("/UNSUB 芯片", "unfollow"), ("/list", "unfollow"), ("/news", "today"),
                           ("/lang", "settings"), ("/serach", "search")):  # fmt: skip
        assert f"/{guess} 吗？" in await stocked.say(command)
    assert "/help 有全部说明" in await stocked.say("/xyzzy")


async def test_an_address_of_mail_names_nobody(stocked: Talk) -> None:
    await stocked.say("/start", user=OWNER, chat=GROUP)
    for text in (f"写信给 me@{USERNAME}.example", f"a-@{USERNAME}", f"x.@{USERNAME} 今日简报"):
        assert await stocked.say(text, chat=GROUP) == ""
    assert "简报" in await stocked.say(f"（@{USERNAME}）今日简报", chat=GROUP)


async def test_words_of_taiwan_find_what_the_mainland_says(stocked: Talk) -> None:
    """伺服器 is 服务器 there: in a search, and in what is followed."""
    assert "服务器" in await stocked.say("搜尋 伺服器")
    answer = await stocked.say("訂閱 伺服器")
    assert "已关注“伺服器”" in answer
    assert "还没有报道" not in answer
    assert "话题：云计算" in await stocked.say("訂閱 雲端運算、伺服器機櫃")


async def test_a_search_is_followed_again_after_a_restart_at_the_limit(stocked: Talk) -> None:
    await stocked.say("/start")
    reader = stocked.reader()
    for number in range(49):
        subscriptions.add(stocked.services.db, reader.id, Subscription("keyword", f"甲{number}"), EVENING)
    await stocked.say("/search 国产替代")
    shown = stocked.last
    data = next(b["callback_data"] for b in shown.buttons if "关注" in b["text"])
    for notice in ("已关注“国产替代”", "你已经关注“国产替代”了"):
        await stocked.press_data(data, shown.message_id)
        assert notice in stocked.notices[-1]
