"""A story's page: opened by its number, with every outlet, what they add, its affair, and what one can do with it."""

import re
from datetime import timedelta

from bot.jobs.collect import ingest
from storage import saved, stories
from storage.models import Entry
from tests.chat.conftest import READER, Talk

LAUNCH = "青梧实验室发布青梧大模型，推理成本降低一半"
ADDED = "青梧实验室还说，明年春天开放三款更小的模型。"


def take(talk: Talk, publisher: str, title: str, text: str = "", hours: int = 0) -> int:
    """Store one report; its story's id."""
    services = talk.services
    at = services.now() - timedelta(hours=3 - hours)
    news = Entry(
        title=title,
        text=f"{title}。{text}",
        guid=title,
        url=f"https://{publisher}.example.com/{abs(hash(title)) % 1000}",
        published=at,
    )
    (done,) = ingest.take_in(services, publisher, [news], services.now())
    row = services.db.execute("SELECT story_id FROM articles WHERE id = ?", (done.article_id,)).fetchone()
    return int(row[0])


def reported(talk: Talk) -> int:
    first = take(talk, "jiabao", LAUNCH, "记者从公司得知，新模型的接口今天起向所有开发者开放。")
    assert take(talk, "yibao", "青梧实验室发布青梧大模型，推理成本降一半", ADDED, 1) == first
    return first


async def test_the_number_of_a_digest_opens_the_page(talk: Talk) -> None:
    story_id = reported(talk)
    await talk.say("/start")
    digest = await talk.say("/today")
    links = re.findall(r'<a href="https://t\.me/\w+\?start=(s_\d+)">\d+\.</a>', digest)
    assert f"s_{story_id}" in links
    assert digest.count("example.com/") >= 3  # the headline's, and each outlet's
    page = await talk.say(f"/start s_{story_id}")
    assert "首次报道：11月23日 星期一 15:00 · 2 家媒体" in page
    assert "各家报道（2）" in page
    assert page.index("jiabao") < page.index("yibao")
    assert "另有说法</b>\n• <a" in page
    assert ADDED in page
    assert "来龙去脉" not in page


async def test_of_each_outlet_the_sentence_that_adds_most_is_told(talk: Talk) -> None:
    first = reported(talk)
    again = "青梧实验室今天发布了青梧大模型，推理成本降低一半。"
    figures = "模型有2300亿参数，许可证允许商用。"
    assert take(talk, "bingbao", "青梧实验室发布青梧大模型，推理成本降低一半", again + figures, 2) == first
    await talk.say("/start")
    page = await talk.say(f"/start s_{first}")
    assert figures in page
    assert again not in page.partition("另有说法")[2]


async def test_the_page_has_its_affair(talk: Talk) -> None:
    first = reported(talk)
    second = take(talk, "jiabao", "青梧实验室开源权重，下载量当天破十万", "开发者可以商用。", 2)
    third = take(talk, "bingbao", "青梧实验室与三家车企签约，车机明年用上大模型", "合同三年。", 3)
    stories.relate(talk.services.db, second, first)
    stories.relate(talk.services.db, third, second)
    await talk.say("/start")
    page = await talk.say(f"/start s_{second}")
    assert page.index(LAUNCH) < page.index("签约")
    assert "来龙去脉" in page
    assert [
        button["text"] for button in talk.last.buttons if "→" in button["text"] or "←" in button["text"]
    ] == [
        "← 前情",
        "后续 →",
    ]
    await talk.press("后续 →")
    assert "首次报道" in talk.last.text
    assert "合同三年" in talk.last.text
    await talk.press("← 前情")
    await talk.press("← 前情")
    assert "另有说法" in talk.last.text


async def test_it_is_kept_shared_and_tuned(talk: Talk) -> None:
    story_id = reported(talk)
    await talk.say("/start")
    await talk.say(f"/start s_{story_id}")
    share, original = (button["url"] for button in talk.last.buttons if button.get("url"))
    assert share.startswith("https://t.me/share/url?url=https%3A%2F%2Fjiabao.example.com%2F")
    assert original.startswith("https://jiabao.example.com/")
    again = next(button["callback_data"] for button in talk.last.buttons if "收藏" in button["text"])
    await talk.press("☆ 收藏")
    assert saved.ids(talk.services.db, talk.reader().id) == {story_id}
    await talk.press_data(again)  # the same button, pressed twice
    assert saved.ids(talk.services.db, talk.reader().id) == {story_id}
    await talk.press("★ 已收藏")
    assert saved.ids(talk.services.db, talk.reader().id) == frozenset()
    await talk.press("静音")  # the first of its topics, names and sources: two taps from the digest
    (taste,) = talk.reader().tastes
    assert taste.muted
    await talk.press("← 这条新闻")
    assert "首次报道" in talk.last.text
    await talk.press("更多可调的…")
    assert "多推" in talk.last.text


async def test_what_is_gone_says_so(talk: Talk) -> None:
    story_id = reported(talk)
    await talk.say("/start")
    await talk.say(f"/start s_{story_id}")
    keep = next(button["callback_data"] for button in talk.last.buttons if "收藏" in button["text"])
    talk.services.db.execute("DELETE FROM articles WHERE story_id = ?", (story_id,))
    talk.services.db.execute("DELETE FROM stories WHERE id = ?", (story_id,))
    await talk.press_data(keep)
    assert talk.notices[-1]
    assert "不在了" in await talk.say(f"/start s_{story_id}")
    assert "no longer here" in await talk.say("/start s_999", user=READER + 1, code="en")
