"""Several names in one text: 澜川、江渚、暖巢, one per line, in quotes. Pure."""

import re
from collections.abc import Callable, Iterator

ADDRESS = re.compile(r"((?:(?:feed:)?https?://|feed://|www\.)[^\s，、；。“”「」『』《》]+)", re.IGNORECASE)
"""One that is meant as an address; booking.com may be a company."""
PIECE = re.compile(
    r"[“「『《\"‘＂]([^“”「」『』《》\"‘’＂]*)[”」』》\"’＂]|[、,，;；\n|｜]+|[^、,，;；\n|｜“「『《\"‘＂]+|[“「『《\"‘＂]"
)
SEPARATOR = re.compile(r"[、,，;；\n|｜]+")
BLANK = re.compile(r"\s+")
AND = re.compile(r"\s*(?:和|与|與|以及|及|跟|还有|還有)\s*|\s+(?:and|&)\s+|\s*[/／&]\s*", re.IGNORECASE)
LISTED = re.compile(r"\s+(?:和|与|與|以及|及|跟|还有|還有)\s+")
"""Whoever puts blanks around it has two things in mind, known or not."""
SLASH = re.compile(r"\s*[/／]\s*")
ABOUT = re.compile(
    r"(?:关于|關於|有关|有關|所有|全部|news (?:about|on|of)|about)?\s*[#＃]?(?:(?:话题|話題|主题|主題|关键词|關鍵詞|栏目|欄目|来源|來源|topic|keyword|section|source)\s*[:：\s]\s*)?"
    r"(.+?)#?(?:这个|這個|相关|相關|方面)*(?:的|之)?(?:(?<=的)(?:所有|最新|相关|相關)?(?:新闻|新聞|消息|报道|報道|報導|资讯|資訊|动态|動態|内容|內容)|(?<=相关)(?:新闻|消息|报道)|话题|話題)?[。.!！~～?？\s]*",
    re.IGNORECASE | re.DOTALL,
)
LIST_MARK = re.compile(
    r"^[^\S\n]*(?:[-*•·●]\s|\d{1,2}[.．、)）](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,2}、)\s*", re.MULTILINE
)
"""What counts the lines of a list: 1. 澜川."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def split_names(text: str, known: Callable[[str], bool], is_name: Callable[[str], bool]) -> list[str]:
    """The names in the text, each once, in order.

    `known` are topics, sections and sources: as a whole (云计算、算力与大数据) they stay whole, and a blank between two
    parts them. `is_name` are all names: 华为和中兴 are two.
    """
    names: list[str] = []
    text = LIST_MARK.sub("", text) if "\n" in text.strip() else text
    for name in _whole(list(_pieces(text)), known):
        names += [name] if known(name) else _apart(name, known, is_name)
    distinct = {"".join(name.casefold().split()): name for name in reversed(names)}
    return list(reversed(distinct.values()))


def _pieces(text: str) -> Iterator[str]:
    """Between separators and in quotes, without the words around a name; addresses whole."""
    for place, part in enumerate(ADDRESS.split(text)):
        if place % 2:
            yield part.rstrip(",;.")
        else:
            yield from _pieces_of_words(part)


def _pieces_of_words(text: str) -> Iterator[str]:
    for match in PIECE.finditer(text):
        if match[1] is not None:
            name = " ".join(match[1].split())
        elif SEPARATOR.fullmatch(match[0]):
            continue
        else:
            name = " ".join(match[0].split())
            about = ABOUT.fullmatch(name)
            name = (about[1] if about else name).strip(" '")
        if any(character.isalnum() for character in name):
            yield name


def _whole(pieces: list[str], known: Callable[[str], bool]) -> Iterator[str]:
    """The longest runs of pieces that are one known name, and the others by themselves."""
    at = 0
    while at < len(pieces):
        for end in range(min(len(pieces), at + 3), at + 1, -1):
            if known("、".join(pieces[at:end])):
                yield "、".join(pieces[at:end])
                at = end
                break
        else:
            yield pieces[at]
            at += 1


def is_address(name: str) -> bool:
    """Whether it is a web address, which nobody can follow as a word."""
    return ADDRESS.fullmatch(name) is not None


def _apart(name: str, known: Callable[[str], bool], is_name: Callable[[str], bool]) -> list[str]:
    """A row of names without marks between: only where each is known, or a slash stands between Chinese ones."""
    if is_address(name):
        return [name]
    listed = [part for part in LISTED.split(name) if part]
    if len(listed) > 1 and all(map(HAN.search, listed)):
        return listed
    for between, is_one in ((BLANK, known), (AND, is_name)):
        parts = [part for part in between.split(name) if part]
        if len(parts) > 1 and all(map(is_one, parts)):
            return parts
    parts = [part for part in SLASH.split(name) if part]
    return parts if len(parts) > 1 and all(map(HAN.search, parts)) else [name]
