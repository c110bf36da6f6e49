"""Blanks and marks as a Chinese printer sets them, for what is shown: the words stay the source's own.

Some sources set blanks between Chinese and Latin letters here and there (成了AI 芯片的赢家), mix marks of both widths and
double a comma; side by side in one edition that looks careless. Who sets all such blanks, or none, has a style, which stays,
and so does a text without Chinese characters.
"""

import re

_HAN = "一-鿿"
_CHINESE = re.compile(f"[{_HAN}]")
_GAPS = re.compile(
    r"(?<=\S)[ \u3000]+(?=[，。：；？！、”’」』》）])|(?<=[，。：；？！、“‘「『《（])[ \u3000]+(?=\S)"
)
"""Full-width marks bring their own space."""
_BESIDE_LATIN = re.compile(rf"(?<=[{_HAN}]) +(?=[A-Za-z\d])|(?<=[A-Za-z\d%+]) +(?=[{_HAN}])")
_IN_A_HEADLINE = re.compile(rf"(?<=[{_HAN}]) +(?=[A-Za-z\d])|(?<=[A-Za-z]) +(?=[{_HAN}])")
"""Behind a figure the blank may be a pause."""
_MEET = re.compile(rf"[{_HAN}][A-Za-z]|[A-Za-z][{_HAN}]")
_NARROW = re.compile(rf"(?<=[{_HAN}”’》）])([,;:?!]) ?(?=[{_HAN}“‘《（])")
_WIDE = str.maketrans(",;:?!", "，；：？！")
_DOUBLED = re.compile(r"([，、；：])\1+|(?<=[，。])([。])")
_STRAIGHT = re.compile(rf'"([^"“”]*[{_HAN}][^"“”]*)"')
_PAUSES = re.compile("[，：；？！]")
_PAUSE = re.compile(f"[{_HAN}] [{_HAN}]")


def typeset(text: str) -> str:
    """One line of running text."""
    return _marks(_evened(text, _BESIDE_LATIN)) if _CHINESE.search(text) else text


def typeset_headline(text: str) -> str:
    """A headline: where it has no mark for a pause, or a blank between Chinese words, its blanks are pauses (产业跃升 AI先行)."""
    if not _CHINESE.search(text):
        return text
    pausing = _PAUSES.search(text) is None or _PAUSE.search(text) is not None
    return _marks(text if pausing else _evened(text, _IN_A_HEADLINE))


def _evened(text: str, blanks: re.Pattern[str]) -> str:
    """Without those blanks, where Chinese and Latin letters meet without one elsewhere in it."""
    return blanks.sub("", text) if _MEET.search(text) else text


def _marks(text: str) -> str:
    if '"' in text and text.count('"') % 2 == 0:
        text = _STRAIGHT.sub(r"“\1”", text)
    text = _NARROW.sub(lambda found: found[1].translate(_WIDE), text)
    return _GAPS.sub("", _DOUBLED.sub(_one, text))


def _one(found: re.Match[str]) -> str:
    return found[1] or ""
