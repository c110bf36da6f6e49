"""When an article's page says that it was published: what it tells machines first, then what readers see.

    JSON-LD → <meta> → a script's variable → <time> → 发布时间：… → its data → a line with day and clock → a line that is a day

No date guesser is asked: each text is read by `dates`, and what cannot be read, or lies ahead, is passed over.
"""

import html
import re
from collections.abc import Iterator
from datetime import datetime

from bot.collect.dates.feed_places import zone_of
from bot.collect.dates.moments import AHEAD, DateContext, parse_date
from bot.collect.plain.plaintext import plain_text

_HEAD = 4_096
_LANGUAGE = re.compile(r"<html\b[^<>]{0,500}?\blang=[\"']?([A-Za-z-]{2,20})", re.IGNORECASE)
_LINKED_DATA = re.compile(
    r"[\"'](?:datePublished|pubDate|dateCreated)[\"']\s{0,5}:\s{0,5}[\"']([^\"'<>]{4,60})[\"']"
)
_SCRIPTED = re.compile(
    r"\b(?:var|let|const|window\.)\s?(?:ct|create_?time|publish_?(?:time|date)|pub_?(?:time|date)|news_?time)"
    r"\s{0,5}=\s{0,5}[\"']([^\"'<>]{8,40})[\"']",
    re.IGNORECASE,
)
"""A date in a script that fills the page when it is opened, as WeChat's does."""
_STATE = re.compile(
    r"[\"'](?:publish|pub)_?(?:time|date)[\"']\s{0,5}:\s{0,5}[\"']?([^\"'<>{},]{8,40})", re.IGNORECASE
)
"""A date in the page's embedded data (JSON), which may describe other articles too."""
_META = re.compile(r"<meta\b([^<>]{1,600})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-z][\w:-]{0,30})\s{0,5}=\s{0,5}(?:\"([^\"]{0,200})\"|'([^']{0,200})'|([^\s\"'>]{1,200}))",
    re.IGNORECASE,
)
_NAMES = frozenset({
    "bytedance:published_time", "published_time",
    "weibo:article:create_at", "datepublished", "date_published", "publisheddate", "published", "pubdate", "publishdate", "publish_date",
    "publish-date", "publish_time", "publishtime", "publication_date", "parsely-pub-date", "sailthru.date", "apub:time",
    "firstpublishedtime", "dc.date", "dc.date.issued", "dcterms.issued", "dcterms.date", "dcterms.created", "date", "release_date",
})  # fmt: skip
_TIME = re.compile(r"<time\b([^<>]{0,600})>([^<]{0,80})", re.IGNORECASE)
_PROPERTY = re.compile(
    r"<\w{1,10}\b([^<>]{0,300}\b(?:itemprop=[\"']?datePublished|class=[\"']?(?:[\w -]{0,80} )?(?:dt-)?published)\b(?!-)"
    r"[^<>]{0,300})>([^<]{0,80})",
    re.IGNORECASE,
)
_LINES, _LINE = 400, 80
"""Lines of the page looked at, and characters that one with its date has at most."""
_DAY = (
    r"(?:\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号]"
    r"|[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十廿卅]{1,4}日)"
)
_WEEKDAY = r"(?:\s?[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
_CLOCK = r"\s?(?:上午|下午|晚上|凌晨|中午)?\s?\d{1,2}\s?[:：时点]\s?\d{1,2}(?:\s?[:：分]\s?\d{1,2})?[分秒]?"
_LABELLED = re.compile(
    rf"(?:发布|发表|發佈|發布|刊发|刊登|发稿|公布|成文|出版|上传|录入)?(?<!更新)(?<!修改)(?<!截止)(?:时间|日期|時間|于|(?<=[发刊][布表登])(?=\s?[:：]))\s?[:：]?\s?"
    rf"({_DAY}{_WEEKDAY}(?:{_CLOCK})?)|(?:published|posted)(?:\s+on)?\s?:?\s?([^|·]{{6,40}})"
    r"|(?:发布|发表|發佈|發布)(?:时间|時間|于|於)?\s?[:：]?\s?((?:今天|今日|昨天|昨日|前天)\s?\d{1,2}\s?[:：]\s?\d{2}|\d{1,3}\s?(?:分钟|分鐘|小时|小時|天)前)",
    re.IGNORECASE,
)
_WITH_CLOCK = re.compile(f"{_DAY}{_WEEKDAY}{_CLOCK}")
_LETTERS = r"(?:(?:字号|字體|字体|字號)\s?[:：]?\s?(?:[\[【]?\s?[特大中小]\s?[\]】]?\s?[|/]?\s?){1,4})?"
"""The choice of a letter size that stands before the date."""
_ALONE = re.compile(rf"{_LETTERS}[\[(（【]?\s?({_DAY}{_WEEKDAY})\s?[\])）】]?(?:\s{{1,3}}\S{{1,20}}){{0,3}}")
_OTHER = re.compile(r"今天|今日|现在|当前|版权|copyright|©|更新|修改|截止|有效|备案|许可", re.IGNORECASE)
_SENTENCE = tuple("。！？!?；;，,")


def date_of_page(markup: str, url: str, now: datetime | None) -> datetime | None:
    """When the page says that its article was published, as aware UTC; None where it does not say it.

    `url` is its address; `now` (aware) is when it was fetched, if known.
    """
    head = markup[:_HEAD]
    language = _LANGUAGE.search(head)
    context = DateContext(zone_of(language[1] if language else "", (url,), head, ()), now)
    for text in _told(markup):
        moment = parse_date(html.unescape(text), context)
        if moment and (now is None or moment <= now + AHEAD):
            return moment
    return None


def _told(markup: str) -> Iterator[str]:
    """What may be the date, the surest first."""
    yield from (match[1] for match in _LINKED_DATA.finditer(markup))
    for match in _META.finditer(markup):
        said = _attributes(match[1])
        written = said.get("property") or said.get("name") or said.get("itemprop") or ""
        name = written.lower().replace(" ", "")  # many have 'weibo: article:create_at'
        if name.removeprefix("og:").removeprefix("article:") in _NAMES:
            yield said.get("content", "")
    yield from (match[1] for match in _SCRIPTED.finditer(markup))
    for pattern in (_PROPERTY, _TIME):
        for match in pattern.finditer(markup):
            said = _attributes(match[1])
            yield from (said.get("datetime", ""), said.get("content", ""), said.get("title", ""), match[2])
    lines = [
        line
        for line in plain_text(markup).split("\n")[:_LINES]
        if len(line) <= _LINE and not line.endswith(_SENTENCE)
    ]
    labelled = [match for line in lines for match in _LABELLED.finditer(line)]
    yield from (match[1] or match[2] or match[3] for match in sorted(labelled, key=_is_of_the_document))
    yield from (match[1] for match in _STATE.finditer(markup))
    lines = [line for line in lines if not _OTHER.search(line)]
    yield from (found[0] for line in lines if (found := _WITH_CLOCK.search(line)))
    yield from (found[1] for line in lines if (found := _ALONE.fullmatch(line)))


def _is_of_the_document(match: re.Match[str]) -> bool:
    """Whether it is the day on which a document was signed: where the page says both, it was published later."""
    return match[0].startswith("成文")


def _attributes(tag: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(tag)}
