"""HTML to plain text with a line for each paragraph, in one pass that no input can slow down.

A tolerant scanner instead of a parser tree: feeds carry fragments, cut tags and doubly escaped markup, and each
character is looked at a bounded number of times.
"""

import html
import re

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_BLOCKS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    )
)
_HIDDEN = frozenset(
    ("script", "style", "template", "noscript", "iframe", "svg", "head", "select", "object", "textarea")
)
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "big",
        "br",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "i",
        "img",
        "ins",
        "mark",
        "p",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "div",
    )
)
_ORDINARY = re.compile(
    r"""</?([a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>"]*(?:"[^<>"]*"[^<>"]*)*)?/?>"""  # each character has one way to match
)
"""A tag whose end cannot be mistaken."""
_SHOWN = dict.fromkeys(_BLOCKS, "\n") | {"td": " ", "th": " "}
_SPACES = re.compile(r"[^\S\n]+")
_CONTROL = dict.fromkeys(
    [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x00AD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF]
) | dict.fromkeys(range(0xD800, 0xE000), "�")
"""Characters that no reader sees and some stores refuse; lone surrogates cannot be written as UTF-8."""
_NO_BLANKS = "\r\x0b\x0c\x1c\x1d\x1e\x1f"
"""White space to Python that is none here."""
_ANY_CONTROL = re.compile(f"[{re.escape(''.join(map(chr, _CONTROL)))}]")
_ESCAPED = re.compile(r"</?(?:p|br|div|span|strong|a)\b[^<>]{0,200}>", re.IGNORECASE)
_CUT_SHORT = re.compile(r"(?:\.{3,}|…+) *\n")
_LONGEST_TEASER = 600
_PIECE = 8
_FEWEST = 4
_MOSTLY = 0.6
"""Of a teaser's pieces of so many characters, at least that share comes again (headings are lost on its way)."""
_BETWEEN = 400
"""Characters of credits that may stand between a teaser and the text."""
_SHORTEST_HEADLINE = 6
_MAX_HTML = 2_000_000
"""Characters of markup read at most: no article is longer, some pages are."""


def clean(text: str) -> str:
    """Without control characters, zero-width characters and lone surrogates; newlines as \\n."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_CONTROL) if _ANY_CONTROL.search(text) else text


def plain_text(markup: str) -> str:
    """Text of an HTML fragment: a line for each paragraph, no empty lines, no markup, entities resolved."""
    text = html.unescape(_strip(markup[:_MAX_HTML]))
    if _ESCAPED.search(text):  # escaped twice on its way into the feed
        text = html.unescape(_strip(text))
    return tidy(text)


def plain_title(markup: str) -> str:
    """One line of text. Only inline markup is taken for markup: a title may speak of a <template> tag."""
    text = html.unescape(_strip(markup[:10_000], only=_INLINE))
    if _ESCAPED.search(text):
        text = html.unescape(_strip(text, only=_INLINE))
    return " ".join(clean(text).split())


def tidy(text: str) -> str:
    """Plain text with single spaces, and no empty or padded lines."""
    quick = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    if quick.replace("\n", "").isprintable() and not any(sign in text for sign in _NO_BLANKS):
        return quick  # there was nothing to clean
    lines = map(str.strip, _SPACES.sub(" ", clean(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def without_teaser(text: str) -> str:
    """The text without a beginning that is cut short (……) and only says what the text itself says again.

    Some feeds set such a teaser in front of the whole article, with a line of credits in between.
    """
    cut = _CUT_SHORT.search(text, 0, _LONGEST_TEASER)
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


def _strip(markup: str, only: frozenset[str] | None = None) -> str:
    """Tags out, breaks in; with `only`, other tags than these stay as text, unless they carry attributes."""
    if "<" not in markup:
        return markup
    if only is None and (text := _without_ordinary_tags(markup)) is not None:
        return text
    kept: list[str] = []
    unclosed: set[str] = set()
    dropped: set[str] = set()
    lowered = markup.lower()
    position = 0
    while (start := markup.find("<", position)) >= 0:
        kept.append(markup[position:start])
        tag = _TAG.match(markup, start)
        name = tag[1].lower() if tag else ""
        if tag and (
            only is None
            or name in only
            or name in dropped
            or "=" in markup[start : start + 60].partition(">")[0]
        ):
            dropped.add(name)
            position = _tag_end(markup, tag.end())
            if name in _HIDDEN and markup[start + 1] != "/" and name not in unclosed:
                closing = lowered.find(f"</{name}", position)
                if closing < 0:
                    unclosed.add(name)  # looked for once: a page of unclosed tags stays linear
                else:
                    position = _tag_end(markup, closing)
            elif name in _BLOCKS:
                kept.append("\n")
            elif name in ("td", "th"):
                kept.append(" ")
        else:
            kept_text, position = _declaration(markup, start)
            kept.append(kept_text)
    kept.append(markup[position:])
    return "".join(kept)


def _without_ordinary_tags(markup: str) -> str | None:
    """What `_strip` makes of markup in which each `<` begins an ordinary tag and nothing is hidden; else None."""
    pieces = _ORDINARY.split(markup)
    names = [name.lower() for name in pieces[1::2]]
    if len(names) != markup.count("<") or not _HIDDEN.isdisjoint(names):
        return None
    pieces[1::2] = [_SHOWN.get(name, "") for name in names]
    return "".join(pieces)


def _tag_end(markup: str, position: int) -> int:
    """Index after the `>` that ends a tag; one inside a quoted attribute is passed over, within bounds."""
    end = markup.find(">", position)
    for _ in range(3):
        if end < 0:
            return len(markup)
        if markup.count('"', position, min(end, position + 5_000)) % 2 == 0:
            break
        following = markup.find(">", end + 1, end + 5_000)
        if following < 0:
            break
        end = following
    return end + 1


def _declaration(markup: str, start: int) -> tuple[str, int]:
    """What to keep of a `<` that begins no tag, and where to go on: comments, CDATA marks, 3 < 4."""
    if markup.startswith("<!--", start):
        end = markup.find("-->", start)
        return ("", end + 3) if end >= 0 else ("", len(markup))
    if markup.startswith("<![CDATA[", start):
        return "", start + 9
    if markup.startswith(("<!", "<?"), start):
        end = markup.find(">", start)
        return ("", end + 1) if end >= 0 else ("", len(markup))
    return "<", start + 1
