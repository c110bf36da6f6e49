"""Which tags of a title are markup, and which it only speaks of: <b>重磅</b>消息 against 怎样用 <b> 标签.

Markup comes in pairs with something in between, has attributes, or is left over at one end of the title; what is
spoken of stands by itself, between blanks or in front of the word for a tag.
"""

import re
from collections import defaultdict

SPOKEN = "\x02"
"""Stands for the `<` of a tag that is spoken of."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})((?:\s[^<>]{0,2000})?/?)>|<(?=[!?])")
_BLOCKS = frozenset(("p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "li"))
_VOID = frozenset(("br", "wbr", "hr"))
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "mark", "q", "rp", "rt"),
        *("rtc", "ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "kbd", "bdi"),
        *("math", "mrow", "mi", "mn", "mo", "msup", "msub", "mfrac", "msqrt", "mtext", "semantics", "annotation"),
    )
)  # fmt: skip
_NAMED_SO = re.compile(r"\s?(?:标签|標籤|元素|标记|標記|属性|屬性|tags?\b|elements?\b)", re.IGNORECASE)
_COMPARED = re.compile(r"\s?(?:与|和|跟|及|或|还是|的|、|vs\b|and\b|or\b)", re.IGNORECASE)
_USED = ("与", "和", "跟", "用", "写", "加", "是", "、")
_SHORT = 3
"""Characters between two tags that are spoken of: <b> 与 </b>."""


def without_spoken(title: str) -> str:
    """The title with SPOKEN in the place of each `<` that begins no markup."""
    if "<" not in title:
        return title
    tags = list(_TAG.finditer(title))
    markup = _markup(title, tags)
    pieces: list[str] = []
    position = 0
    for number, tag in enumerate(tags):
        if tag[2] and number not in markup:
            continue
        pieces += (title[position : tag.start()].replace("<", SPOKEN), "<")
        position = tag.start() + 1
    return "".join(pieces) + title[position:].replace("<", SPOKEN)


def is_marked_up(title: str) -> bool:
    """Whether any of its tags is markup."""
    return "<" in without_spoken(title)


def _markup(title: str, tags: list[re.Match[str]]) -> set[int]:
    """Numbers of the tags that are markup."""
    found: set[int] = set()
    open_: defaultdict[str, list[int]] = defaultdict(list)
    paired: set[int] = set()
    for number, tag in enumerate(tags):
        name = (tag[2] or "").lower()
        if not name or name in _VOID:
            continue
        if not tag[1]:
            open_[name].append(number)
        elif open_[name]:
            first = open_[name].pop()
            paired |= {first, number}
            if _is_pair(title, tags[first], tag):
                found |= {first, number}
    alone = (number for number, tag in enumerate(tags) if tag[2] and number not in paired)
    return found.union(number for number in alone if _is_alone(title, tags[number]))


def _is_pair(title: str, first: re.Match[str], last: re.Match[str]) -> bool:
    if "=" in first[3]:
        return True
    if first[2].lower() not in _INLINE | _BLOCKS or _named_so(title, first) or _named_so(title, last):
        return False
    between = title[first.end() : last.start()]
    said = between.strip()
    return bool(said) and not (len(said) <= _SHORT and between[0].isspace() and between[-1].isspace())


def _is_alone(title: str, tag: re.Match[str]) -> bool:
    name = tag[2].lower()
    if "=" in tag[3]:
        return True
    if _named_so(title, tag):
        return False
    after = title[tag.end() : tag.end() + 1]
    apart = not title[: tag.start()][-1:].isalnum() and not after.isalnum()
    if name in _VOID:
        spoken = _COMPARED.match(title, tag.end()) or title[: tag.start()].rstrip().endswith(_USED)
        return not (apart and spoken) or tag[3].endswith("/")
    if name in _BLOCKS:
        return not apart
    ends = not title[tag.end() :].strip() if tag[1] else not title[: tag.start()].strip()
    return name in _INLINE and ends and not title[tag.end() :].startswith(" ")


def _named_so(title: str, tag: re.Match[str]) -> bool:
    return bool(_NAMED_SO.match(title, tag.end()))
