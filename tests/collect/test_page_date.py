"""When a page says that its article was published."""

from datetime import UTC, datetime, timedelta

import htmldate
import pytest

from bot.collect.pages.extract import article_of
from bot.collect.pages.page_date import date_of_page
from tests.doubles.articles import GOOD, OTHER, TEASER, TITLE, body, html

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
URL = "https://news.example.cn/a/1.html"
SECOND = datetime(2026, 11, 28, 12, 39, 33, tzinfo=UTC)
MINUTE = SECOND.replace(second=0)
DAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def page(content: str, head: str = "") -> str:
    """A page with a date in its own header, as many governments' have, and one in the sentences."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><title>标题</title>{head}</head><body>'
        f"<div>今天是2026年11月29日 星期日</div><h1>标题</h1>{content}"
        "<p>2026年1月1日，新规施行，各地陆续公布细则。</p><p>版权所有 2026年11月29日</p></body></html>"
    )


@pytest.mark.parametrize(
    ("head", "content", "moment"),
    [
        ('<meta property="article:published_time" content="2026-11-28T20:39:33+08:00">', "", SECOND),
        ("<meta content='2026-11-28 20:39:33' name='PubDate'/>", "", SECOND),
        ("<META NAME=publishdate CONTENT=2026-11-28>", "", DAY),
        ('<meta name="weibo: article:create_at" content="2026-11-28 20:39:33">', "", SECOND),
        ('<meta name="weibo:article:create_at" content="2026-11-28 20:39:33">', "", SECOND),
        ('<meta itemprop="datePublished" content="2026年11月28日 20:39:33">', "", SECOND),
        ('<meta property="og:updated_time" content="2026-11-28T20:39:33+08:00">', "", None),
        (
            '<script>{"dateModified":"2026-11-29T01:00:00Z","datePublished" : "2026-11-28T12:39:33Z"}</script>',
            "",
            SECOND,
        ),
        ('<script type="application/ld+json">{"pubDate":"2026-11-28T20:39:33"}</script>', "", SECOND),
        ("", '<time datetime="2026-11-28T20:39:33+08:00">昨晚</time>', SECOND),
        ("", "<time>2026-11-28 20:39</time>", MINUTE),
        ("", '<span itemprop="datePublished" content="2026-11-28T20:39:33+0800">x</span>', SECOND),
        ("", '<span class="t" itemprop="datePublished">2026年11月28日 20:39</span>', MINUTE),
        ('<meta property="og:release_date" content="2026-11-28 20:39:33">', "", SECOND),
        ('<meta property="og:article:published_time" content="2026-11-28 20:39:33">', "", SECOND),
        ("", "<p>成文日期：2026年11月20日</p><p>发布日期：2026年11月28日</p>", DAY),
        ("", "<p>成文日期：2026年11月28日</p>", DAY),
        ("", "<p>发布时间：昨天 20:39　来源：某报</p>", MINUTE),
        ("", "<p>字号：大 中 小 2026年11月28日</p>", DAY),
        ("", "<p>字体：[大] [中] [小] 2026-11-28 星期六</p>", DAY),
        ("", "<p>发布于 3小时前</p>", NOW - timedelta(hours=3)),
        ("", "<p>3小时前</p>", None),
        ("", "<p>发布时间：2026年11月28日</p>", DAY),
        ("", "<p>发布时间：2026-11-28 20:39:33 来源：某报</p>", SECOND),
        ("", "<p>来源：某报　发布日期：2026年11月28日　浏览次数：312</p>", DAY),
        ("", "<p>更新时间：2026-11-29 08:00</p><p>发布时间：2026-11-28 20:39</p>", MINUTE),
        ("", "<p>时间：２０２６－１１－２８　２０：３９</p>", None),
        ("", "<p>某报 记者林远 2026年11月28日20:39</p>", MINUTE),
        ("", "<p>2026年11月28日（星期六）20:39 某报</p>", MINUTE),
        ("", "<p>2026-11-28 20:39</p>", MINUTE),
        ("", "<p>2026年11月28日</p>", DAY),
        ("", "<p>二〇二六年十一月二十八日</p>", DAY),
        ("", "<p>2026/11/28　某报</p>", DAY),
        ("", "<p>Published on Nov 28, 2026</p>", DAY),
        ("", "<p>更新于 2026-11-28 20:39</p>", None),
        ("", "<p>截止时间：2026-11-28 20:39</p>", None),
        ("", "<p>发布时间：2027-11-28</p><p>2026-11-28 20:39</p>", MINUTE),
        ("", "<p>发布时间：2026年13月40日</p>", None),
        ("", "", None),
        ('<meta name="date" content="soon">', "<p>2026-11-28 20:39</p>", MINUTE),
    ],
)
def test_the_date_of_a_page(head: str, content: str, moment: datetime | None) -> None:
    assert date_of_page(page(content, head), URL, NOW) == moment


def test_a_date_ahead_passes_only_where_nobody_knows_the_time() -> None:
    ahead = page("<p>发布时间：2027-11-28</p>")
    assert date_of_page(ahead, URL, NOW) is None
    assert date_of_page(ahead, URL, None) == datetime(2027, 11, 27, 16, 0, tzinfo=UTC)


def test_the_zone_is_the_pages() -> None:
    bare = "<html><head></head><body><p>Posted: 2026-11-28 20:39</p></body></html>"
    assert date_of_page(bare, "https://news.example.com/1", NOW) == datetime(2026, 11, 28, 20, 39, tzinfo=UTC)
    assert date_of_page(bare, "https://news.example.jp/1", NOW) == datetime(2026, 11, 28, 11, 39, tzinfo=UTC)


def test_an_article_comes_with_its_date_and_no_guesser_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def guess(*_: object, **__: object) -> None:
        pytest.fail("htmldate was asked")

    monkeypatch.setattr(htmldate, "find_date", guess)
    monkeypatch.setattr("trafilatura.metadata.find_date", guess)
    found = article_of(GOOD.body, GOOD.content_type, URL, URL, TITLE, TEASER, NOW)
    assert found.published == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert found.text
    foreign = html(body(OTHER))
    refused = article_of(foreign.body, foreign.content_type, URL, URL, "别的标题", TEASER, NOW)
    assert (refused.refusal, refused.published) == ("foreign", None)


def test_a_large_page_takes_no_time() -> None:
    hostile = (
        "<meta " * 50_000,
        '<time datetime="' * 50_000,
        "<p>发布时间：" * 50_000,
        '"datePublished"' + " " * 500_000,
    )
    for markup in hostile:
        started = datetime.now(UTC)
        date_of_page(markup, URL, NOW)
        assert datetime.now(UTC) - started < timedelta(seconds=5)
