"""An article's text from its page, and what is no article."""

from dataclasses import replace

import pytest

from bot.collect.pages.extract import Extracted, Refusal, accept, article_of, is_teaser
from tests.doubles.articles import GOOD, OTHER, PARAGRAPHS, TEASER, TITLE, body, html
from tests.doubles.feeds import Page

ASKED = "https://news.example.com/2026/11/23/1.html"


def read(page: Page, *, answered: str = ASKED, title: str = TITLE, teaser: str = TEASER) -> Extracted:
    """The article, whatever its date."""
    found = article_of(page.body, page.content_type, ASKED, answered, title, teaser)
    return replace(found, published=None)


@pytest.mark.parametrize(
    ("text", "teaser"),
    [
        ("", True),
        ("某市算力中心投运。", True),
        ("甲" * 300 + "。", False),
        ("甲" * 300 + "…", True),
        ("甲" * 300 + "[...]", True),
        ("甲" * 300 + "。阅读全文", True),
        ("甲" * 300 + "。[点击查看全文] »", True),
        ("甲" * 300, True),
        ("甲" * 700, False),
        ("甲" * 900 + "。Continue reading →", True),
    ],
)
def test_a_teaser_is_short_or_breaks_off(text: str, teaser: bool) -> None:
    assert is_teaser(text) is teaser


@pytest.mark.parametrize(
    "page",
    [
        GOOD,
        html(body(), charset="gbk"),
        Page(html(body(), charset="gbk").body, "text/html"),
        Page(html(body(), charset="gbk").body, "text/html; charset=utf-8"),
        html("".join(f"<div><p>{paragraph}</p></div>" for paragraph in PARAGRAPHS)),
        Page(
            f'<!doctype html><html ⚡ lang="zh"><head><meta charset="utf-8"><title>{TITLE}</title></head><body>'
            f"<amp-sidebar><p>栏目导航</p></amp-sidebar>{body()}<amp-ad>广告</amp-ad></body></html>".encode(),
            "text/html",
        ),
        Page(
            b'<?xml version="1.0" encoding="utf-8"?>'
            + f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body()}</body></html>'.encode(),
            "application/xhtml+xml",
        ),
    ],
    ids=["portal", "gbk", "gbk-undeclared", "gbk-said-to-be-utf8", "bare", "amp", "xhtml"],
)
def test_the_articles_paragraphs_and_nothing_else(page: Page) -> None:
    assert read(page) == Extracted("\n".join(PARAGRAPHS))


SHELL = '<html><head><title>临江在线</title></head><body><div id="app"></div><script src="/a.js"></script></body></html>'
TWO = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:4])
LINKS = "".join(f'<p><a href="/{n}">临江市算力枢纽一期投运的第{n}条消息</a></p>' for n in range(60))


@pytest.mark.parametrize(
    ("page", "refusal"),
    [
        (html(f"<article>{TWO}<p>登录后阅读全文</p></article>"), "paywall"),
        (
            html(f"<article>{TWO}</article><div class=pay><p>剩余 72% 内容，订阅后继续阅读</p></div>"),
            "paywall",
        ),
        (
            html(f"<article>{TWO}</article><div><span>本文为付费内容</span><button>购买</button></div>"),
            "paywall",
        ),
        (
            html(
                f'<article>{TWO}</article><script type="application/ld+json">{{"isAccessibleForFree": "False"}}</script>'
            ),
            "paywall",
        ),
        (html("<p>请完成安全验证后继续访问</p><p>拖动下方滑块完成拼图</p>", "安全验证"), "robot"),
        (html("<p>您的访问过于频繁，请稍后再试。</p>"), "robot"),
        (
            Page("<html><body><p>请开启JavaScript后刷新此页面。</p></body></html>".encode(), "text/html"),
            "robot",
        ),
        (Page(b"<title>Just a moment...</title><p>Checking your browser</p>", "text/html"), "robot"),
        (html("<p>您访问的页面不存在，可能已经被移走。</p>", "404"), "missing"),
        (html("<p>该文章已被删除。</p>"), "missing"),
        (html(f"<article>{TWO}</article><p>下载客户端查看完整报道</p>"), "paywall"),
        (Page(SHELL.encode(), "text/html"), "short"),
        (Page(b"", "text/html"), "short"),
        (Page(b"%PDF-1.7", "application/pdf"), "missing"),
        (html(body(OTHER * 2)), "foreign"),
        (html(f"<article>{LINKS}</article>"), "list"),
        (html(f"<article><p>{TEASER}</p></article>"), "short"),
    ],
)
def test_what_is_no_article_is_refused(page: Page, refusal: Refusal) -> None:
    assert read(page) == Extracted(refusal=refusal)


def test_a_redirect_to_the_front_page_is_no_article() -> None:
    assert read(GOOD, answered="https://news.example.com/index.html").refusal == "home"
    assert read(GOOD, answered="https://news.example.com/").refusal == "home"
    assert read(GOOD, answered="https://news.example.com/?id=7").refusal is None


def test_an_article_may_speak_of_paywalls_and_captchas() -> None:
    about = (
        "临江市算力枢纽一期投运后，有媒体在网页上写着“登录后阅读全文”,读者对此颇有微词。",
        "也有读者反映访问时要输入验证码，或者提示页面不存在，平台称这与异常访问增多有关。",
        *PARAGRAPHS,
        *PARAGRAPHS[::-1],
        *PARAGRAPHS,
    )
    assert "登录后阅读全文" in read(html(body(about))).text


def test_a_text_is_taken_when_it_says_more_about_the_same() -> None:
    text = "\n".join(PARAGRAPHS)
    assert accept(TITLE, TEASER, text) is None
    assert accept("毫不相干的标题", TEASER + PARAGRAPHS[0], text) is None  # the teaser stands in it
    assert accept("毫不相干的标题", "", text) == "foreign"
    assert accept(TITLE, text[: len(text) // 2 + 1], text) == "short"
    assert accept(TITLE, TEASER, f"{text}\n查看全文") == "short"
    assert accept("", "", text) == "foreign"


def test_one_sentence_is_a_text_where_the_feed_gave_none() -> None:
    flash = "临江市算力枢纽一期今天投运，首批接入三千个机柜，周边三省的企业可以按小时租用，价格比去年低两成。"
    title = "临江市算力枢纽一期投运"
    assert accept(title, "", flash) is None
    assert accept(title, "临江市算力枢纽一期投运", flash) == "short"
    assert accept(title, "", "临江市算力枢纽一期今天投运。") == "short"


def test_a_page_of_the_same_name_may_say_it_in_other_words() -> None:
    title, text = "算力枢纽投运了，临江为何能让周边三省都来排队？", "\n".join(PARAGRAPHS)
    assert accept(title, "", text) == "foreign"
    assert accept(title, "", text, f"{title} - 临江在线") is None
    assert accept(title, "", "\n".join(OTHER), f"{title} - 临江在线") == "foreign"


@pytest.mark.parametrize(
    "line",
    [
        "登录后查看评论",
        "登录后可继续评论",
        "还有30%的企业没有上云",
        "网文平台付费阅读收入见顶，免费模式走向何方",
        "打开APP查看全文",
    ],
)
def test_what_only_looks_like_a_paywall_is_none(line: str) -> None:
    page = html(body(PARAGRAPHS + PARAGRAPHS[::-1] + PARAGRAPHS) + f"<div><a href='/x'>{line}</a></div>")
    assert read(page).refusal is None


@pytest.mark.parametrize(
    "line",
    [
        "请登录后查看全文",
        "订阅后继续阅读",
        "成为会员，继续阅读",
        "阅读全文请先订阅",
        "剩余约 63% 的内容",
        "付费阅读 ¥6.00",
        "本文为会员专享文章",
        "开通数字会员解锁全文",
        "Subscribe to continue reading",
    ],
)
def test_a_plea_for_money_or_a_login_is_a_paywall(line: str) -> None:
    page = html(f"<article>{TWO}</article><div class='mask'><a href='/x'>{line}</a></div>")
    assert read(page) == Extracted(refusal="paywall")


def test_a_huge_page_is_read_as_far_as_its_bound() -> None:
    filler = "<!-- " + "x" * 3_000_000 + " -->"
    assert read(html(filler + body())).refusal == "short"
    assert len(read(html(body(PARAGRAPHS * 100))).text) == 20_000


def laid_out(article: str) -> Page:
    """An older page of a city government: tables in tables, with the headline and the source above the article."""
    text = (
        f'<html><head><title>{TITLE}</title></head><body><table width="1000"><tr><td><a href="/">首页</a></td>'
        '<td><a href="/zw">政务公开</a></td></tr></table><table width="1000"><tr><td width="200"><table><tr>'
        '<td><a href="/a">通知公告</a></td></tr></table></td><td><table width="98%"><tr><td align="center">'
        f'<font color="#cc0000" size="5"><b>{TITLE}</b></font></td></tr><tr><td align="center"><font size="2">'
        f"来源：市政府办公室　发布时间：2026-11-23 10:00</font></td></tr></table>{article}</td></tr></table>"
        '<table width="1000"><tr><td><font size="2">主办单位：临江市人民政府　临ICP备00000001号</font></td></tr>'
        "</table></body></html>"
    )
    return Page(text.encode("gbk"), "text/html; charset=gb2312")


def wrapped(paragraph: str) -> str:
    """As an editor of old breaks the lines of its source."""
    return f"{paragraph[:8]}\n      {paragraph[8:20]}\r\n{paragraph[20:]}"


@pytest.mark.parametrize(
    "article",
    [
        "<table><tr><td><font size=3>" + "<br><br>".join(f"　　{one}" for one in PARAGRAPHS) + "</font></td></tr></table>",
        "<table><tr><td>" + "<BR>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{one}" for one in PARAGRAPHS) + "</td></tr></table>",
        "".join(f"<P align=justify><FONT face=宋体>　　{wrapped(one)}</FONT></P>\n" for one in PARAGRAPHS),
        "<table>" + "".join(f"<tr><td>　　{one}</td></tr>\n" for one in PARAGRAPHS) + "</table>",
    ],
    ids=["breaks", "one break", "fonts", "rows"],
)  # fmt: skip
def test_a_page_that_tables_lay_out(article: str) -> None:
    assert read(laid_out(article)).text == "\n".join(PARAGRAPHS)


def test_a_short_article_in_rows_is_found() -> None:
    few = PARAGRAPHS[:3]
    rows = "".join(f"<tr><td>{one}</td></tr>" for one in few)
    assert read(laid_out(f"<table><tbody>{rows}</tbody></table>")).text == "\n".join(few)


def test_source_lines_and_meaning_on_a_page() -> None:
    marked = "".join(
        f"<p>{wrapped(one)[:-1]}达10<sup>9</sup>次<del>旧</del><sup>[1]</sup>。</p>" for one in PARAGRAPHS
    )
    assert read(html(f"<article>{marked}</article>")).text == "\n".join(
        f"{one[:-1]}达10⁹次。" for one in PARAGRAPHS
    )
