"""The edition as one rich message (Telegram's sendRichMessage): headings, a clickable contents, folded summaries.

https://core.telegram.org/bots/api#rich-message-formatting-options: one HTML string of at most 32,768 characters and
500 blocks, nested ones and list items included. The limits are kept here for the HTML itself, markup and all.
"""

import re
from dataclasses import replace

from bot.messages.digest import _covers, _section_name, _title, grouping, overview_lines, render_quiet
from bot.messages.html import Markup, escape, link
from bot.messages.items import address, headline, source_line, summary_parts
from bot.messages.view import View
from storage.models import Edition, EditionItem

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
BLOCK = re.compile(r"<(?:h[1-6]|p|ul|li|details|summary|hr|footer)[\s/>]")
TOP = "top"


def blocks(html: str) -> int:
    """How many blocks the HTML has; the summary of folded details counts as one of its own."""
    return len(BLOCK.findall(html))


def render_rich(edition: Edition, view: View, *, following: bool = False) -> str:
    """The whole edition; where it is too large, first without folded summaries, then with as many stories as fit.

    `following` says of an edition without stories whether the chat follows something in particular.
    """
    if not edition.items:
        return _tag("p", Markup(render_quiet(edition.local_date, view, following=following).text))
    html = _render(edition, view, folding=True)
    if _fits(html):
        return html
    fewest, most = 1, len(edition.items)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if _fits(_render(_first(edition, middle), view, folding=False)):
            fewest = middle
        else:
            most = middle - 1
    return _render(_first(edition, fewest), view, folding=False)


def _first(edition: Edition, stories: int) -> Edition:
    return replace(edition, items=edition.items[:stories])


def _fits(html: str) -> bool:
    return len(html) <= MAX_CHARACTERS and blocks(html) <= MAX_BLOCKS


def _render(edition: Edition, view: View, *, folding: bool) -> str:
    group_of = grouping(edition)
    sections = list(dict.fromkeys(map(group_of, edition.items)))
    parts = [
        _tag("h1", Markup(f"{_anchor(TOP)}{_title(edition, view)}")),
        _tag("p", _covers(edition, view)),
        *(_tag("p", escape(told)) for told in overview_lines(edition, view)),
        *_contents(edition, sections, view),
    ]
    for number, section in enumerate(sections, 1):
        parts.append(_tag("h2", Markup(f"{_anchor(f's{number}')}{escape(_section_name(section, view))}")))
        parts += [
            _story(item, place, view, folding=folding)
            for place, item in enumerate(edition.items, 1)
            if group_of(item) == section
        ]
    end = escape(f"{view.names.industry} · {view.locale.day(edition.local_date)}")
    parts += ["<hr/>", _tag("footer", Markup(f"{end} · {_jump(TOP, '↑')}"))]
    return "\n".join(parts)


def _contents(edition: Edition, sections: list[str | None], view: View) -> list[str]:
    """`本期栏目`: a line of links to the sections, and the headlines, each a link to its story."""
    if len(edition.items) == 1:
        return []
    group_of = grouping(edition)
    counts = [sum(group_of(item) == section for item in edition.items) for section in sections]
    names = [
        view.locale.text("digest.contents_entry", section=_section_name(section, view), count=count)
        for section, count in zip(sections, counts, strict=True)
    ]
    jumps = " · ".join(_jump(f"s{number}", name) for number, name in enumerate(names, 1))
    headlines = [
        _tag("li", _jump(f"n{place}", view.written(headline(item.story.lead))))
        for place, item in enumerate(edition.items, 1)
    ]
    return [
        _tag("p", Markup(view.locale.text("digest.contents", sections=jumps))),
        _tag("ul", Markup("".join(headlines))),
    ]


def _story(item: EditionItem, place: int, view: View, *, folding: bool) -> str:
    """Headline, what stands open of the summary, and the line of sources, which unfolds the rest."""
    lead = item.story.lead
    mark = view.locale.text("digest.follow_up") if item.follow_up else ""
    mark += view.locale.text("digest.mention") if item.mention else ""
    title = link(view.written(headline(lead)), address(lead, view))
    opened, rest = map(view.written, summary_parts(lead))
    sources = source_line(item.story, view)
    return "\n".join(
        part
        for part in (
            _tag("h3", Markup(f"{_anchor(f'n{place}')}{place}. {escape(mark)}{title}")),
            _tag("p", opened) if opened else "",
            _tag("details", Markup(f"{_tag('summary', sources)}{_tag('p', rest)}"))
            if rest and folding
            else _tag("p", Markup(f"<i>{escape(sources)}</i>")),
        )
        if part
    )


def _tag(name: str, content: str) -> Markup:
    """The content, escaped where it is no markup yet, inside a block."""
    return Markup(f"<{name}>{escape(content)}</{name}>")


def _anchor(name: str) -> str:
    return f'<a name="{name}"></a>'


def _jump(name: str, text: str) -> Markup:
    """A link to an anchor of the same message."""
    return Markup(f'<a href="#{name}">{escape(text)}</a>')
