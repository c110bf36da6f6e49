"""What people reported of articles that come twice or never, as feeds of our own over several fetches into a real store."""

from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

import pytest

from bot.jobs.collect.round import collect_due
from bot.runtime.services import Newsroom
from storage import articles, sources
from tests.doubles.feeds import Feeds, Page
from tests.jobs.conftest import Clock

NAMES = ("云岭半导体扩建晶圆厂", "海州市公布算力券细则", "远帆通信完成五轮融资")
TEXTS = (
    "云岭半导体昨日宣布，将在城南扩建一座晶圆厂，计划投资十四亿元，预计后年投产，产品主要供应汽车行业。",
    "海州市数据局公布了算力券的实施细则，中小企业每年最多可以申领二十万元，由财政与运营商共同承担。",
    "远帆通信表示第五轮融资已经完成，所得将用于海上基站的研制，并在三个港口开展试点，明年扩大范围。",
)


@dataclass(frozen=True)
class Item:
    """An item of a feed as one fetch has it; None leaves the element out."""

    title: str
    link: str | None
    guid: str | None
    text: str
    date: str | None = "Mon, 23 Nov 2026 08:00:00 +0000"
    permalink: bool = False

    def xml(self) -> str:
        link = "" if self.link is None else f"<link>{escape(self.link)}</link>"
        guid = (
            ""
            if self.guid is None
            else f'<guid isPermaLink="{str(self.permalink).lower()}">{escape(self.guid)}</guid>'
        )
        date = "" if self.date is None else f"<pubDate>{self.date}</pubDate>"
        return f"<item><title>{self.title}</title>{link}{guid}<description>{self.text}</description>{date}</item>"


SITE = "https://news.example.cn"


def items(fetch: int, **changes: Any) -> list[Item]:
    """Three good items; a change is a function of (number, fetch), or a value."""
    return [
        replace(
            Item(title, f"{SITE}/a/{9000 + number}", f"post-{number}", text, f"Mon, 23 Nov 2026 0{8 - number}:00:00 +0000"),
            **{name: change(number, fetch) if callable(change) else change for name, change in changes.items()},
        )
        for number, (title, text) in enumerate(zip(NAMES, TEXTS, strict=True))
    ]  # fmt: skip


def one(
    title: str = NAMES[0],
    link: str | None = f"{SITE}/a/1",
    guid: str | None = "1",
    text: str = TEXTS[0],
    date: str | None = "Mon, 23 Nov 2026 08:00:00 +0000",
    *,
    permalink: bool = False,
) -> list[Item]:
    return [Item(title, link, guid, text, date, permalink)]


DAYS = (
    "Mon, 23 Nov 2026 08:00:00 +0000",
    "Tue, 24 Nov 2026 08:00:00 +0000",
    "Wed, 25 Nov 2026 08:00:00 +0000",
)
OLD, NEW = f"{SITE}/2026/build-yuor-own/", f"{SITE}/2026/build-your-own/"
CASES = {
    # what was reported: (the fetches, a day apart or as `hours` has it, the articles there are in the end)
    "a guid that is random": ([items(f, guid=lambda n, f: f"uuid:{f}{n}b2-9c{f}") for f in range(3)], 3),
    "http becomes https": ([items(f, link=lambda n, f: f"{'https' if f else 'http'}://news.example.cn/a/{n}") for f in range(2)], 3),
    "http becomes https in a guid that is the link": (
        [items(f, link=None, permalink=True, guid=lambda n, f: f"{'https' if f else 'http'}://news.example.cn/?p={n + 90}") for f in range(2)], 3,
    ),
    "a subdomain comes and goes": ([items(f, link=lambda n, f: f"https://{'asb.' if f % 2 else ''}library.example.org/doi/abs/10.1002/jb.{n}?af=R") for f in range(4)], 3),
    "two domains of one site": ([items(f, link=lambda n, f: f"https://site.{('xyz', 'com')[f % 2]}/item{n}") for f in range(3)], 3),
    "the title is sharpened": ([one(), one(title="十四亿元！云岭半导体扩建晶圆厂")], 1),
    "the title alone is another": ([one(), one(title="汽车芯片新厂落户城南")], 1),
    "a slip in the slug is mended": ([one(link=OLD, guid=OLD), one(link=NEW, guid=NEW)], 1),
    "a slug that follows the title, a guid that stays": ([one(link=f"{SITE}/fab-a", guid="77"), one(link=f"{SITE}/fab-b-1", guid="77", title="云岭半导体扩建晶圆厂引关注")], 1),
    "a short link becomes a permanent one": ([one(link=f"{SITE}/?p=123", guid=f"{SITE}/?p=123"), one(link=f"{SITE}/2026/11/fab/", guid=f"{SITE}/?p=123")], 1),
    "the guid takes another form": ([one(guid=f"{SITE}/?p=1"), one(guid=f"{SITE}/archives/1")], 1),
    "numbers for guids that move along": ([items(0, guid=lambda n, f: str(n)), list(reversed(items(1, guid=lambda n, f: str(2 - n))))], 3),
    "one page for all, guids apart": ([items(f, link=f"{SITE}/podcast") for f in range(2)], 3),
    "one page for all, no guids": ([items(f, link=f"{SITE}/", guid=None) for f in range(3)], 3),
    "an empty guid in each": ([items(f, guid="") for f in range(2)], 3),
    "the same item twice in a feed": ([items(f) + items(f) for f in range(2)], 3),
    "the date is that of the fetch": ([items(f, date=lambda n, f: DAYS[f]) for f in range(3)], 3),
    "an item comes back after days": ([items(0), items(1)[:1], items(2)], 3),
    "an item is deleted": ([items(0), items(1)[1:]], 3),
    "tracking that changes": ([items(f, link=lambda n, f: f"{SITE}/a/{n}?utm_source=rss&utm_term={f}&from=timeline{f}") for f in range(3)], 3),
    "a page index and a slash": ([items(f, link=lambda n, f: f"{SITE}/a/{n}/{('', 'index.html', '#top')[f]}") for f in range(3)], 3),
    "a weekly column": ([one(title="每周市场观察", link=f"{SITE}/w/{n}", guid=f"w{n}", text=TEXTS[n], date=DAYS[n]) for n in range(3)], 3),
    "a word a day under one link and guid": ([one(title=NAMES[n], link=f"{SITE}/today", guid="today", text=TEXTS[n], date=DAYS[n]) for n in range(3)], 3),
    "the link is lost for a while": ([one(), one(link=None), one()], 1),
    "first a line, then the whole": ([one(text=TEXTS[0][:20] + "……"), one(text=TEXTS[0] * 3)], 1),
    "a live report under one link": ([one(title=f"直播：发布会（更新至{10 + n}时）", text=TEXTS[0] + TEXTS[n]) for n in range(3)], 1),
    "the editor's mark in the title": ([one(), one(title=f"【独家】{NAMES[0]}"), one(title=f"{NAMES[0]}（更新）")], 1),
    "notices of one office with one title": ([one(title="关于拟认定企业名单的公示", link=f"{SITE}/gs/{n}", guid=f"g{n}", text=f"第{n}批名单：" + TEXTS[n], date=DAYS[0]) for n in range(3)], 3),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
async def test_articles_are_known_again(kind: str, room: Newsroom, clock: Clock) -> None:
    fetches, expected = CASES[kind]
    with Feeds() as server:
        source, _ = sources.add(room.db, url=server.url("/f"), title="例报", kind="feed", now=clock.at)
        for number, fetch in enumerate(fetches):
            found = "".join(item.xml() for item in fetch)
            server.pages["/f"] = Page(
                f'<rss version="2.0"><channel><title>例报</title><language>zh-cn</language>{found}</channel></rss>'.encode()
            )
            room.db.execute("UPDATE sources SET next_fetch_at = NULL WHERE id = ?", (source.id,))
            (result,) = await collect_due(room, clock.move(days=1) if number else clock.at)
            assert result.problem == ""
    assert len(articles.after_id(room.db, 0, 100)) == expected
