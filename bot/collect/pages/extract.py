"""From an article's web page to its text; what is no article is recognised and refused.

    bytes → decode once → what markup means, in characters → trafilatura, again where tables lay the page out
    → without furniture at its ends → is it this article, all of it, and open?

Pure. `article_of` is for the worker's process: pages are as hostile as feeds are. Without the page's address
trafilatura loads no lists of domains: 19 MB for its import and 2 ms a page, instead of 55 MB and 70 ms.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from bot.collect.pages.page_date import date_of_page
from bot.collect.plain.encoding import decode
from bot.collect.plain.markup import spelled_out
from bot.collect.plain.plaintext import plain_text, tidy, with_lines_joined
from bot.text.normalise import squash

Refusal = Literal["paywall", "robot", "missing", "home", "list", "short", "foreign"]
"""Why a page is not taken: it wants money or a login, it doubts that we are human, it says that there is nothing, it
is the front page, a list of other articles, no longer than what we have, or about something else."""

MAX_PAGE = 2_000_000
"""Bytes of a page read at most; 850 kB of paragraphs take 2.5 s."""
_MAX_TEXT = 20_000
"""Characters kept, as of an entry in a feed."""
_FLASH = 40
"""Characters that a page's text has at least where the feed gave none: a news flash is one sentence."""
_SHORT, _CUT = 120, 600
"""Characters up to which a text is a teaser anyway, and up to which it is one when it breaks off."""
_BARE, _INTERSTITIAL = 300, 800
"""Characters that a page of trouble has at most, the latter where its title says so: articles speak of captchas."""
_ENDS = tuple("。！？!?.；;”’\"'）)】」』》")
_MORE = re.compile(
    r"(?:…+|\.{3,}|\[(?:…|\.{3})\]|(?:阅读|查看|展开|点击)(?:阅读|查看)?(?:全文|原文|更多|详情)|继续阅读|read more|continue reading)"
    r"[\s\]】）)>»›→。]*$",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:登录|登陆|注册|订阅|付费|购买|开通|扫码|会员).{0,12}(?:阅读|查看|浏览|解锁|观看)\s*"
    r"(?:全文|全部|剩余|余下|完整|本文|此文|后续)(?!.{0,2}(?:评论|留言|回复))"
    r"|(?:登录|登陆|订阅|付费|购买|成为.{0,6}会员)(?:[后即以才可能，,]{1,4}(?:阅读|查看)|[后即以才可能，,]{0,4}继续(?:阅读|查看)?)(?!.{0,4}(?:评论|留言|回复|收藏))"
    r"|(?:全文|剩余内容|继续阅读|查看更多)[，,\s]*请.{0,6}(?:登录|登陆|订阅|付费|购买|开通)"
    r"|(?:剩余|余下|还有|还剩)\s*(?:约\s*)?\d{1,3}\s*%.{0,4}(?:内容|未读|全文|文章|文字|可读)"
    r"|(?:本文|此文|以下|该内容|此内容|全文).{0,8}(?:付费|会员|订户|订阅者|VIP).{0,4}(?:内容|文章|专享|专属|可见|可读|阅读)"
    r"|解锁(?:全文|全部|剩余)|^.{0,4}付费阅读.{0,6}$|subscribe to (?:continue|read)|(?:log|sign) in to (?:continue|read)",
    re.IGNORECASE,
)
_IN_APP = re.compile(r"(?:打开|下载|前往).{0,8}(?:APP|客户端).{0,8}(?:阅读|查看|观看|继续)", re.IGNORECASE)
"""Stands on many pages that have all of the text, too."""
_PLEA = 60
"""Characters of a line that asks for money or a login at most; a longer one is a sentence about something."""
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
_ROBOT = re.compile(
    r"安全验证|访问验证|身份验证|人机验证|行为验证|验证码|拖动.{0,6}滑块|滑块验证|访问过于频繁|请求过于频繁|操作过于频繁"
    r"|访问(?:异常|受限|被拒绝|被阻断)|异常(?:访问|流量|请求)|(?:开启|启用|打开|需要|支持|允许).{0,6}java\s?script"
    r"|enable java\s?script|java\s?script is (?:disabled|required)|just a moment|checking your browser|verify (?:that )?you are"
    r"|access denied|403 forbidden|unusual traffic|captcha",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"页面(?:不存在|找不到|未找到|没有找到|已删除|走丢|丢失|飞走)|(?:文章|内容|新闻|稿件|信息|链接)(?:不存在|已(?:被)?(?:删除|下线|下架|撤回)|已失效)"
    r"|(?:找不到|未找到|无法找到|没有找到).{0,8}(?:页面|网页|文章|内容)|您访问的.{0,12}不存在|(?:\b|[^\d])404(?:\b|[^\d])|page not found",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:责任?编[辑審审]|编辑|校对|审核|监制|来源|作者|记者|原标题|版权|声明|免责声明|风险提示|点击|关注|扫一扫|扫码|分享|收藏|打印|"
    r"字号|字体|(?:发布|发表|更新)(?:时间|日期)|(?:主办|承办|协办)(?:单位)?\s?[：:]|技术支持|网站标识码|copyright|©|.{0,2}ICP备|相关(?:阅读|新闻|推荐|文章)|推荐阅读|延伸阅读|热门|上一篇|下一篇|标签|关键词|举报|评论|返回|首页|当前位置|您的位置)"
    r"[^。！？]{0,60}$|[\[（(【]?\s*(?:责任)?编辑.{0,20}$|.{0,4}\d{4}[-年/]\d{1,2}[-月/]\d{1,2}[^。]{0,40}$",
    re.IGNORECASE,
)
_TABLE = re.compile(r"<(/?)(?:table|center)\b[^<>]{0,2000}>", re.IGNORECASE)
_ROW = re.compile(r"</?(?:tbody|thead|tfoot|tr)\b[^<>]{0,2000}>", re.IGNORECASE)
_PLAIN_CELL = re.compile(
    r"<td\b[^<>]{0,2000}>([^<]*+(?:<(?!/?(?:t[dhr]|table|p|div|ul|ol|li|h[1-6]|br)\b)[^<]*+)*+)</td\s*>",
    re.IGNORECASE,
)
"""A cell that holds nothing but words."""
_CELL = re.compile(r"<(/?)t[dh]\b[^<>]{0,2000}>", re.IGNORECASE)
_SECTION = re.compile(r"<(/?)section\b", re.IGNORECASE)
"""Trafilatura 2 makes one paragraph of those that have no others in them, as WeChat's editors write them."""
_FONT = re.compile(r"</?font\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\b[^<>]{0,200}>\s{0,200}){1,20}", re.IGNORECASE)
_PATH_HOME = re.compile(r"/?(?:index|default|home|main)?(?:\.\w{2,5})?/?", re.IGNORECASE)
_TITLE_SAID, _TEASER_SAID = 0.5, 0.6
"""Shares of the title's or the teaser's character pairs that the article has: its own repeat them."""
_NAMED, _NAMED_SAID = 0.8, 0.3
"""A page that calls itself by the title needs fewer of its pairs in the text: headlines tease, too."""
_SENTENCES = 0.5
"""Share of an article's characters that stand in lines ending like a sentence; a list's hardly do."""
_AGAIN = 2
"""Times the teaser's length that a text has at least: `ingest` then never takes the teaser for a later version."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The article's text, or why there is none."""

    text: str = ""
    refusal: Refusal | None = None
    published: datetime | None = None
    """When the page says that it was, aware UTC; where there is a text, and the page says it."""


def is_teaser(text: str) -> bool:
    """Whether a feed's text only says that there is an article: nothing, a line or two, or broken off."""
    text = text.rstrip()
    if len(text) < _SHORT:
        return True
    return bool(_MORE.search(text[-40:])) or (len(text) < _CUT and not text.endswith(_ENDS))


def article_of(
    body: bytes,
    content_type: str,
    asked: str,
    answered: str,
    title: str,
    teaser: str,
    now: datetime | None = None,
) -> Extracted:
    """The text of the article that the feed calls `title`, from the page that `answered` when `asked` was fetched,
    which was `now` (aware), if known."""
    if content_type and not any(kind in content_type.lower() for kind in ("html", "xml", "text/plain")):
        return Extracted(refusal="missing")
    markup = decode(body[:MAX_PAGE], content_type)
    headline = _title_of(markup)
    refusal: Refusal | None = None
    for text in _texts(with_lines_joined(spelled_out(markup))):
        text = _without_furniture(text, title)  # noqa: PLW2901 - the same, mended
        against = _refusal(markup, headline, text, asked, answered) or accept(title, teaser, text, headline)
        if against is None:
            return Extracted(text[:_MAX_TEXT], published=date_of_page(markup, answered, now))
        refusal = refusal or against
    return Extracted(refusal=refusal)


def accept(title: str, teaser: str, text: str, headline: str = "") -> Refusal | None:
    """Why a text is not taken for the article that a feed gave this title and teaser; None: it is taken.

    `headline` is what its page calls itself.
    """
    if len(text) <= max(_SHORT if teaser else _FLASH, _AGAIN * len(teaser)) or _MORE.search(text[-40:]):
        return "short"
    said = sum(len(line) for line in text.split("\n") if line.endswith(_ENDS))
    if said < _SENTENCES * len(text):
        return "list"
    told = _pairs(text)
    wanted = _pairs(title)
    needed = _NAMED_SAID if _share(wanted, _pairs(headline)) >= _NAMED else _TITLE_SAID
    mine = _share(wanted, told) >= needed or (
        len(teaser) >= len(title) and _share(_pairs(teaser), told) >= _TEASER_SAID
    )
    return None if mine else "foreign"


def _texts(markup: str) -> Iterator[str]:
    """What may be the page's article: as it stands, and where tables lay it out, with what is in their cells."""
    markup = _SECTION.sub(r"<\1div", markup)
    yield _main_text(markup)
    if _TABLE.search(markup):
        yield _main_text(_without_tables(markup))


def _without_tables(markup: str) -> str:
    """A page of the days when tables laid it out: their cells as blocks, its line breaks as paragraphs."""
    markup = _ROW.sub("", _PLAIN_CELL.sub(r"<p>\1</p>", markup))
    markup = _CELL.sub(lambda tag: "</p></div>" if tag[1] else "<div><p>", _FONT.sub("", markup))
    return _BREAKS.sub("</p><p>", _TABLE.sub(r"<\1div>", markup))


def _main_text(markup: str) -> str:
    import trafilatura  # noqa: PLC0415 - 19 MB and 0.2 s, only where pages are read

    found = trafilatura.extract(markup, favor_precision=True, include_comments=False, include_tables=False)
    return tidy(found or "")


def _without_furniture(text: str, title: str) -> str:
    """Without the headline once more, credits, dates and buttons, where they stand at the text's ends."""
    lines = text.split("\n")
    headline = squash(title)
    while lines and (squash(lines[0]) == headline or _FURNITURE.match(lines[0])):
        del lines[0]
    while lines and _FURNITURE.match(lines[-1]):
        del lines[-1]
    return "\n".join(lines)


def _refusal(markup: str, headline: str, text: str, asked: str, answered: str) -> Refusal | None:
    """What the page as a whole says against it."""
    if _is_home(answered) and not _is_home(asked):
        return "home"
    seen = plain_text(markup)
    spoken = set(text.split("\n")[:-2])  # an article may speak of paywalls; what ends it, does not
    beside = [line for line in seen.split("\n") if len(line) <= _PLEA and line not in spoken]
    if _NOT_FREE.search(markup) or any(map(_PAYWALL.search, beside)):
        return "paywall"
    head = headline
    if len(text) < _BARE:
        head += f"\n{text or seen[:_INTERSTITIAL]}"
    if len(text) < _INTERSTITIAL:
        if _ROBOT.search(head):
            return "robot"
        if _MISSING.search(head):
            return "missing"
        if any(map(_IN_APP.search, beside)):
            return "paywall"
    return None


def _title_of(markup: str) -> str:
    """What the page calls itself."""
    start = markup[:100_000].lower().find("<title")
    return markup[start : start + 200].partition(">")[2].partition("<")[0] if start >= 0 else ""


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and _PATH_HOME.fullmatch(parts.path) is not None


def _pairs(text: str) -> set[str]:
    bare = squash(text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def _share(wanted: set[str], told: set[str]) -> float:
    return len(wanted & told) / len(wanted) if wanted else 0.0
