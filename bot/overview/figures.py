"""Numbers with their units, as a Chinese text writes them, so that 6.4亿元 and 64000万元 are the same. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "半": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "千": 1000,
    "百": 100,
}
_UNIT_WORDS = (
    "美元 港元 欧元 日元 英镑 人民币 元 千瓦时 千瓦 兆瓦 瓦 公里 千米 厘米 毫米 纳米 微米 米 毫秒 秒 分钟 小时 个百分点 个月 季度 平方米 平方公里 天 日 周 月底 月 年 人次 人 名 位 家 个 座 架次 架 台 "
    "套 颗 款 条 辆 艘 件 项 次 倍 期 批 国 吨 公斤 克 版本 级 代 股 户 所 亩 岁 字 篇 分 太比特 比特 机柜 枚 张 部 门 只 口 处 起 场 届 种 成 号 层 轮 档 版 篇 例 省 市 县 村 公顷 度 折"
)
_UNITS = sorted(_UNIT_WORDS.split(), key=len, reverse=True)
_COUNTED = "年月日天周成倍期季级代家名位台颗款条辆座个人次项批国届轮岁"
"""Behind a single Chinese numeral these make it a number: 三家 is one, 一致 is none."""
_NUMBER = re.compile(
    r"(?P<pre>百分之|第)?(?:(?<![A-Za-z\d.])(?P<arabic>\d[\d,]*(?:\.\d+)?)|(?P<han>[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?))"
    r"(?P<scale>万亿|千亿|百亿|千万(?!瓦)|百万|亿|万|千(?![瓦米克])|百)?"
    rf"(?P<unit>个百分点|[%％‰]|[A-Za-z]+(?:/[A-Za-z]+)?|{'|'.join(_UNITS)})?"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a text."""

    value: Decimal
    unit: str
    """As it is written, % for percent and 成; empty where what follows is no unit that we know."""
    start: int
    end: int

    @property
    def key(self) -> tuple[Decimal, str]:
        """What makes two figures the same."""
        return self.value, self.unit


def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text, from left to right. A single 一 counts only where it tells time, order or shares."""
    found = []
    for match in _NUMBER.finditer(text):
        figure = _figure(match)
        if figure is not None:
            found.append(figure)
    return tuple(found)


def _figure(match: re.Match[str]) -> Figure | None:
    unit, scale = match["unit"] or "", match["scale"] or ""
    if match["arabic"]:
        value = Decimal(match["arabic"].replace(",", "").rstrip("."))
    else:
        han = match["han"]
        if not (unit or scale or match["pre"] or "十" in han or "点" in han):
            return None
        if len(han) == 1 and not match["pre"] and not scale and unit[:1] not in _COUNTED:
            return None
        if han == "一" and not match["pre"] and unit[:1] not in "年月日天周成期季级代届倍":
            return None
        value = _chinese(han)
    value *= _SCALES.get(scale, 1)
    if match["pre"] == "百分之" or unit in {"%", "％"}:
        unit = "%"
    elif unit == "成":
        value, unit = value * 10, "%"
    elif match["pre"] == "第":
        unit = f"第{unit}"
    return Figure(value.normalize(), unit.casefold(), match.start(), match.end())


def _chinese(text: str) -> Decimal:
    whole, _, rest = text.partition("点")
    total, digit = 0, 0
    if not any(ten in whole for ten in _TENS):
        total = int("".join(str(_DIGITS[char]) for char in whole) or "0")
    else:
        for char in whole:
            if char in _TENS:
                total += (digit or 1) * _TENS[char]
                digit = 0
            else:
                digit = _DIGITS[char]
        total += digit
    decimals = "".join(str(_DIGITS[char]) for char in rest)
    return Decimal(f"{total}.{decimals}" if decimals else total)
