"""Where a feed is written, by its language, its addresses and its own date: the zone of times that name none."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.collect.dates.moments import CHINA, DateContext, parse_date

_JAPAN, _INDOCHINA = timezone(timedelta(hours=9)), timezone(timedelta(hours=7))
_LANGUAGES = {"zh": CHINA, "ja": _JAPAN, "ko": _JAPAN, "vi": _INDOCHINA, "th": _INDOCHINA, "id": _INDOCHINA}
"""Languages that are written in one zone."""
_COUNTRIES = {
    "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "mo": "Asia/Macau", "sg": "Asia/Singapore",
    "my": "Asia/Kuala_Lumpur", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "vn": "Asia/Ho_Chi_Minh", "id": "Asia/Jakarta", "ph": "Asia/Manila", "th": "Asia/Bangkok",
    "in": "Asia/Kolkata", "il": "Asia/Jerusalem", "uk": "Europe/London", "ie": "Europe/Dublin", "de": "Europe/Berlin",
    "at": "Europe/Vienna", "ch": "Europe/Zurich", "fr": "Europe/Paris", "it": "Europe/Rome", "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw", "se": "Europe/Stockholm", "fi": "Europe/Helsinki", "za": "Africa/Johannesburg",
    "nz": "Pacific/Auckland",
    "xn--fiqs8s": "Asia/Shanghai", "xn--fiqz9s": "Asia/Shanghai",
}  # fmt: skip
"""Countries of one zone, by the last part of a host (the last two are .中国 and .中國)."""
_CHINESE_HOSTS = frozenset({
    "163.com", "36kr.com", "51cto.com", "aliyun.com", "baidu.com", "bilibili.com", "caixin.com", "chinanews.com", "cls.com",
    "cnbeta.com", "cnblogs.com", "csdn.net", "dgtle.com", "donews.com", "douban.com", "eastmoney.com", "geekpark.net",
    "guokr.com", "huanqiu.com", "huxiu.com", "ifanr.com", "ifeng.com", "iresearch.com", "ithome.com", "jianshu.com",
    "jiemian.com", "jiqizhixin.com", "leiphone.com", "mydrivers.com", "oschina.net", "pingwest.com", "qbitai.com", "qq.com",
    "segmentfault.com", "sina.com", "sohu.com", "sspai.com", "stcn.com", "tmtpost.com", "toutiao.com", "weibo.com",
    "xinhuanet.com", "yicai.com", "zhihu.com", "zol.com",
})  # fmt: skip
"""Where much of what is published in China stands, though the address does not say so."""
_DAY_FIRST = frozenset({
    "gb", "uk", "au", "nz", "ie", "in", "za", "de", "at", "ch", "fr", "es", "it", "pt", "nl", "ru", "pl", "da", "nb", "sv",
    "fi", "cs", "tr", "vi", "id",
})  # fmt: skip
"""Languages and countries that write the day before the month."""
_KANA, _HAN = re.compile(r"[\u3041-\u30ff]"), re.compile(r"[\u4e00-\u9fff]")
_WITH_OFFSET = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:GMT|UTC)?([+-]\d{1,2}:?(?:\d\d)?)\b")
_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)


def zone_of(language: str, addresses: Iterable[str], head: str, channel: Iterable[str]) -> tzinfo:
    """Where a feed's clocks stand: as its own date's offset says, its language, its addresses, its writing; else UTC.

    `head` is what comes before its items, `channel` are the dates in it.
    """
    for value in channel:
        if (said := _WITH_OFFSET.search(value)) and (offset := _offset(said[1])):
            return timezone(offset)
    if zone := _LANGUAGES.get(language[:2].lower()):
        return zone
    for host in map(_host, addresses):
        if ".".join(host.split(".")[-2:]) in _CHINESE_HOSTS:
            return CHINA
        if country := _COUNTRIES.get(host.rpartition(".")[2]):
            return ZoneInfo(country)
    if _KANA.search(head):
        return _JAPAN
    return CHINA if _HAN.search(head) else UTC


def writes_day_first(language: str, url: str) -> bool:
    """Whether people write the day before the month there, as far as language and address say."""
    tags = language.lower().replace("_", "-").split("-")
    return not _DAY_FIRST.isdisjoint(
        (tags[-1] if tags[0] == "en" else tags[0], _host(url).rpartition(".")[2])
    )


def _offset(said: str) -> timedelta | None:
    """An offset that says where somebody is; +0000 may only say what a server's clock is set to."""
    moment = parse_date(f"2000-01-01 12:00:00 {said}", DateContext())
    return _NOON - moment if moment else None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""
