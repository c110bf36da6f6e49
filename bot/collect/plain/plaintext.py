"""HTML to plain text with a line for each paragraph, in time that no input can stretch.

markup → tags out (`bot.collect.plain.markup`) → entities → what was escaped twice → line breaks of the source → tidy
"""

import html
import re
from collections.abc import Mapping

from bot.collect.plain.markup import CELL, SOFT, STICKS, without_comments, words_of
from bot.collect.plain.spoken import SPOKEN, is_marked_up, without_spoken

_SPACES = re.compile(r"[^\S\n]+")
_UNSEEN = (
    *(*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x00AD, 0x034F, 0x180E),
    *(*range(0x200B, 0x200D), *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF),
    *(0xFFFE, 0xFFFF),
)
_CONTROL: Mapping[int, str | None] = {
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85},
    **dict.fromkeys(_UNSEEN),
    **dict.fromkeys(range(0xD800, 0xE000), "�"),
}
"""Characters that no reader sees and some stores refuse; lone surrogates cannot be written as UTF-8. What
stands at 0x80 to 0x9F was meant for Windows."""
_NO_BLANKS = "\r\x0b\x0c\x1c\x1d\x1e\x1f"
"""White space to Python that is none here."""
_ANY_CONTROL = re.compile(f"[{re.escape(''.join(map(chr, _CONTROL)))}]")
_JOINER = re.compile(r"(?<=\w)\u200d|\u200d(?=\w)|^\u200d|\u200d$")
"""Joins emoji into one; between letters it is nothing."""
_ESCAPED = re.compile(
    r"<(/?(?:p|br|div|span|strong|b|em|a|img|li|h[1-6]|blockquote|section)\b)[^<>]{0,400}>", re.IGNORECASE
)
_HTML = re.compile(r"</(?:p|div|a|li|span|h[1-6])>|<br\s?/?>", re.IGNORECASE)
_CODE = re.compile(r"<(?:pre|code)\b", re.IGNORECASE)
_TWICE = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|nbsp(?!;\s)|amp|quot|[lr]dquo|[lr]squo|hellip|[mn]dash|middot|bull|e[mn]sp|times|deg"
    r"|yen|copy|reg|trade);"
)
"""Entities that are read once more; &lt; and &gt; are spoken of too often."""
_ESCAPED_AGAIN = re.compile(r"&lt;(?:/[a-z]|br)", re.IGNORECASE)
_TIMES_ESCAPED = 3
_CDATA = "<![CDATA["
_CLOSED = re.compile(r"\]\]>\s*\Z")
_MARKS_OF_OURS = (CELL, SOFT, STICKS, SPOKEN)
_OURS = re.compile(f"[{''.join(_MARKS_OF_OURS)}]")
_BACK = re.compile(r"\s?↩[\ufe0e\ufe0f]?")
"""The way back from a note to its mark."""
_STUCK = re.compile(rf"{STICKS}\s*")
_BLANKS = " \t\r\xa0\u3000\u2002\u2003"
_INDENTS = ("\u3000\u3000", "\u2003\u2003", "\xa0\xa0\xa0\xa0", "\u3000 \u3000")
"""What a paragraph begins with where nothing but its source sets it apart."""
_ENDS = frozenset("。！？…”』」")
_LISTED = re.compile(r"[-*•·●■◆▲]\s|\d{1,2}[.、)）]\s?(?!\d)|[（(]?[一二三四五六七八九十]{1,3}[、)）]|[①-⑳]")
_WIDE = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]")
"""Characters between which a line break of the source is nothing (CSS Text, section 4.1.3)."""
_MARKS = re.compile(
    "[\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60“”‘’…—]"
)
"""Full-width marks: no blank stands beside them, whatever the other side is."""
_CUT_SHORT = re.compile(r"(?:\.{3,}|…+) *\n")
_MAX_TEASER_LENGTH = 600
_PIECE = 8
_FEWEST = 4
_MOSTLY = 0.6
"""Of a teaser's pieces of so many characters, at least that share comes again (headings are lost on its way)."""
_BETWEEN = 400
"""Characters of credits that may stand between a teaser and the text."""
_SHORTEST_HEADLINE = 6
_MAX_TITLE = 10_000
_MAX_HTML = 2_000_000
"""Characters of markup read at most: no article is longer, some pages are."""

_BROKEN = re.compile(rf"(?<={_WIDE.pattern})[ \t]*\r?\n[ \t\r\n]*(?=(?!\u3000){_WIDE.pattern})")


def clean(text: str) -> str:
    """Without control characters, zero-width characters and lone surrogates; newlines as \\n."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_CONTROL) if _ANY_CONTROL.search(text) else text
    return _JOINER.sub("", text) if "\u200d" in text else text


def plain_text(markup: str) -> str:
    """Text of an HTML fragment: a line for each paragraph, no empty lines, no markup, entities resolved.

    A line break of the source begins no line: between two Chinese characters and at full-width marks it vanishes, else
    it is a blank. Where nothing else shows paragraphs, empty lines, indents and ends of sentences do.
    """
    markup = _lines_as_read(markup[:_MAX_HTML])
    text = _unescaped(words_of(markup))
    if "<" in text and _is_markup(text, markup):  # escaped twice on its way into the feed
        text = _unescaped(words_of(text.replace("\n", "<br>").replace(SOFT, "\n")))
    return tidy(_with_lines(text).replace(CELL, " "))


def with_lines_joined(markup: str) -> str:
    """Markup in which no line breaks between two Chinese characters, or at a full-width mark: for who reads it as a
    browser for Latin text would, with a blank for each."""
    return _BROKEN.sub("", markup)


def said_plainly(text: str) -> str:
    """Text that says of itself that it is plain: its lines are lines. Some feeds have HTML there all the same."""
    return plain_text(text) if _HTML.search(text) else tidy(html.unescape(text))


def plain_title(markup: str) -> str:
    """One line of text. Tags are taken for markup where they do what markup does: a title may speak of a <b> tag."""
    text = _lines_as_read(markup[:_MAX_TITLE])
    for _ in range(_TIMES_ESCAPED):
        text = _unescaped(words_of(without_spoken(text))).replace(SPOKEN, "<")
        if not _ESCAPED_AGAIN.search(text) and not is_marked_up(text):
            break
    return " ".join(clean(_with_lines(text).replace(CELL, " ")).split())


def _lines_as_read(markup: str) -> str:
    """With `\n` for every line break, and without the characters that stand for something here."""
    if "\r" in markup:
        markup = markup.replace("\r\n", "\n").replace("\r", "\n")
    return _OURS.sub(" ", markup) if any(map(markup.__contains__, _MARKS_OF_OURS)) else markup


def _unescaped(text: str) -> str:
    """With entities resolved, those too that were escaped once more, and without what is left of CDATA and comments."""
    text = html.unescape(text.replace("&nbsp;", "\xa0"))  # the one of nearly every text: ten at once
    if "&" in text and _TWICE.search(text):
        text = _TWICE.sub(lambda match: html.unescape(match[0]), text)
    if "]]>" in text:
        text = text.replace("]]>", "") if _CDATA in text else _CLOSED.sub("", text)
    if "↩" in text:
        text = _BACK.sub("", text)
    if "<!" in text:
        text = without_comments(text.replace(_CDATA, ""))
    return text


def _is_markup(text: str, markup: str) -> bool:
    """Whether tags that an entity was written for are markup that was escaped twice, not what the text speaks of."""
    found = _ESCAPED.findall(text)
    if not found or _CODE.search(markup):
        return False
    closed = any(tag.startswith("/") for tag in found)
    if "<" in markup:
        return (closed and len(found) > 1) or len(found) > 2
    return closed or len(found) > 1 or is_marked_up(text[:_MAX_TITLE])


def _with_lines(text: str) -> str:
    """The text with the line breaks of its source read: those that are none, are gone."""
    if STICKS in text:
        text = _STUCK.sub(" ", text)
    if SOFT not in text:
        return text
    bare = "\n" not in text  # nothing else shows paragraphs
    pieces = text.split(SOFT)
    kept = [pieces[0].rstrip(_BLANKS)]
    last, empty = kept[0][-1:], False
    for piece in pieces[1:]:
        line = piece.strip(_BLANKS)
        if not line:
            empty = True
            continue
        kept += (_between(last, piece, line, bare=bare, empty=empty), line)
        last, empty = line[-1], False
    return "".join(kept)


def _between(last: str, piece: str, line: str, *, bare: bool, empty: bool) -> str:
    """What a line break of the source stands for, between the character before it and the line behind it."""
    if not last or last == "\n" or line[0] == "\n":
        return ""
    if piece.startswith(_INDENTS) or (bare and (empty or last in _ENDS or _LISTED.match(line))):
        return "\n"
    return "" if _joins(last, line[0]) else " "


def _joins(one: str, other: str) -> bool:
    """Whether no blank stands between two characters of adjacent lines."""
    return bool(_WIDE.match(one) and _WIDE.match(other)) or bool(_MARKS.match(one) or _MARKS.match(other))


def tidy(text: str) -> str:
    """Plain text with single spaces, and no empty or padded lines."""
    quick = "\n".join([" ".join(words) for line in text.split("\n") if (words := line.split())])
    if quick.replace("\n", "").isprintable() and not any(map(text.__contains__, _NO_BLANKS)):
        return quick  # there was nothing to clean
    lines = map(str.strip, _SPACES.sub(" ", clean(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def without_teaser(text: str) -> str:
    """The text without a beginning that is cut short (……) and only says what the text itself says again.

    Some feeds set such a teaser in front of the whole article, with a line of credits in between.
    """
    cut = _CUT_SHORT.search(text, 0, _MAX_TEASER_LENGTH)
    if not cut:
        return text
    rest = text[cut.end() :]
    said = "".join(text[: cut.start()].split())
    told = "".join(rest[: 4 * cut.start() + _BETWEEN].split())
    pieces = [said[start : start + _PIECE] for start in range(0, len(said) - _PIECE + 1, _PIECE)]
    again = sum(piece in told for piece in pieces)
    return rest if len(pieces) >= _FEWEST and again >= _MOSTLY * len(pieces) else text


def headline_of(title: str, text: str) -> tuple[str, str]:
    """Title and text, where the feed ran the text's paragraphs into the title: its first one is the headline."""
    first, _, rest = text.partition("\n")
    if (
        rest
        and len(first) >= _SHORTEST_HEADLINE
        and len(title) > len(first)
        and title.startswith(f"{first} ")
    ):
        return first, rest
    return title, text
