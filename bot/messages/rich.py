"""The edition as one rich message (Telegram's sendRichMessage): headings, a clickable contents, the day's figures in a
table, folded details, buttons in the text.

https://core.telegram.org/bots/api#rich-message-formatting-options: one HTML string of at most 32,768 characters of text
and 500 blocks, nested ones, list items and rows of tables included. One bad link refuses the whole message.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import urlsplit

from bot.messages.callbacks import MoreStories, ToggleSaved, WhySent
from bot.messages.digest import ALL_PAGES, render_quiet
from bot.messages.headings import (
    covers_line,
    edition_title,
    grouping,
    newly_told,
    overview_lines,
    section_name,
)
from bot.messages.html import Markup, escape, link
from bot.messages.items import address, headline, naming_line, source_line, summary_parts, word_of
from bot.messages.links import story_link
from bot.messages.model import Button, RichForm
from bot.messages.plain import strip
from bot.messages.taste_callbacks import TuneStory
from bot.messages.view import View
from storage.models import Edition, EditionItem

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_MARKUP = 65_536
"""Of the HTML with its addresses: our own caution, no limit of Telegram's that is written anywhere."""
BLOCK = re.compile(r"<(?:h[1-6]|p|ul|li|details|summary|hr|footer|table|tr|blockquote)[\s/>]")
TOP = "top"
FEWEST_ROWS = 2
"""Of a table: with fewer, its links are lost."""
_LINK = re.compile(r'<a href="(?!#)([^"]*)">(.*?)</a>', re.DOTALL)
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+|[0-9]{1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What of an edition goes into the message."""

    edition: Edition
    view: View
    folding: bool = True
    """Whether the rest of the summaries stands there, folded."""
    saved: Collection[int] | None = None
    """Ids of the stories that the chat keeps; None: no buttons in the text."""


def blocks(html: str) -> int:
    """How many blocks the HTML has; the summary of folded details counts as one of its own."""
    return len(BLOCK.findall(html))


def rich_form(edition: Edition, view: View, *, saved: Collection[int] | None, more: bool) -> RichForm:
    """The whole edition with its buttons; `saved` holds the ids of stories that the chat keeps, None where nobody there
    presses for himself; `more` says whether there are stories that did not fit into this edition."""
    text = view.locale.text
    row = [Button(text("button.more"), MoreStories(edition.id))] if more else []
    if saved is not None:
        row.append(Button(text("button.why"), WhySent(edition.id, ALL_PAGES)))
    return RichForm(render_rich(edition, view, saved=saved), (tuple(row),) if row else ())


def render_rich(
    edition: Edition, view: View, *, following: bool = False, saved: Collection[int] | None = None
) -> str:
    """The whole edition; where it is too large, first without folded summaries, then with as many stories as fit.

    `following` says of an edition without stories whether the chat follows something in particular; `saved` as in `rich_form`.
    """
    if not edition.items:
        return _tag("p", Markup(render_quiet(edition.local_date, view, following=following).text))
    telling = _Telling(edition, view, saved=saved)
    html = _render(telling)
    if _fits(html):
        return html
    telling = replace(telling, folding=False)
    fewest, most = 1, len(edition.items)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if _fits(_render(_first(telling, middle))):
            fewest = middle
        else:
            most = middle - 1
    return _render(_first(telling, fewest))


def _first(telling: _Telling, stories: int) -> _Telling:
    return replace(telling, edition=replace(telling.edition, items=telling.edition.items[:stories]))


def _fits(html: str) -> bool:
    return len(strip(html)) <= MAX_CHARACTERS and len(html) <= MAX_MARKUP and blocks(html) <= MAX_BLOCKS


def _render(telling: _Telling) -> str:
    edition, view = telling.edition, telling.view
    group_of = grouping(edition)
    fresh = [(place, item) for place, item in enumerate(edition.items, 1) if not item.again]
    sections = list(dict.fromkeys(group_of(item) for _, item in fresh))
    parts = [
        _tag("h1", Markup(f"{_anchor(TOP)}{edition_title(edition, view)}")),
        _tag("p", covers_line(edition, view)),
        *(_tag("p", escape(told)) for told in overview_lines(edition, view)),
        *_contents(edition, sections, view),
        *_figures(edition, sections, view),
    ]
    for number, section in enumerate(sections, 1):
        parts.append(_tag("h2", Markup(f"{_anchor(f's{number}')}{escape(section_name(section, view))}")))
        parts += [_story(item, place, telling) for place, item in fresh if group_of(item) == section]
    parts += _again(edition, view)
    end = escape(f"{view.names.industry} · {view.locale.day(edition.local_date)}")
    parts += ["<hr/>", _tag("footer", Markup(f"{end} · {_jump(TOP, '↑')}"))]
    return _LINK.sub(_checked, "\n".join(parts))


def _checked(found: re.Match[str]) -> str:
    """The link, or its words alone where Telegram could refuse the message for it."""
    try:
        parts = urlsplit(unescape(found[1]))
        good = parts.scheme.lower() in {"http", "https"} and _HOST.fullmatch(parts.hostname or "")
        return found[0] if good and "@" not in parts.netloc and parts.port != 0 else found[2]
    except ValueError:  # no address: a port of letters, half of an IPv6 address
        return found[2]


def _contents(edition: Edition, sections: Sequence[str | None], view: View) -> list[str]:
    """`本期栏目`: a line of links to the sections, and the headlines, each a link to its story."""
    told = newly_told(edition)
    if len(told) < 2:
        return []
    group_of = grouping(edition)
    counts = [sum(group_of(item) == section for item in told) for section in sections]
    names = [
        view.locale.text("digest.contents_entry", section=section_name(section, view), count=count)
        for section, count in zip(sections, counts, strict=True)
    ]
    jumps = view.locale.join([_jump(f"s{number}", name) for number, name in enumerate(names, 1)])
    headlines = [
        _tag("li", _jump(f"n{place}", view.written(headline(item.story.lead))))
        for place, item in enumerate(edition.items, 1)
        if not item.again
    ]
    return [
        _tag("p", Markup(view.locale.text("digest.contents", sections=jumps))),
        _tag("ul", Markup("".join(headlines))),
    ]


def _figures(edition: Edition, sections: Sequence[str | None], view: View) -> list[str]:
    """A small table: of each section how many stories, reports and outlets there are."""
    if len(sections) < FEWEST_ROWS:
        return []
    group_of, text = grouping(edition), view.locale.text
    rows = [
        "".join(
            _tag("th", text(f"digest.figures_{key}")) for key in ("section", "stories", "reports", "outlets")
        )
    ]
    for number, section in enumerate(sections, 1):
        told = [item.story for item in newly_told(edition) if group_of(item) == section]
        reports = sum(len(story.articles) for story in told)
        outlets = len({name for story in told for name in story.publishers})
        name = _tag("td", _jump(f"s{number}", section_name(section, view)))
        rows.append(f"{name}{''.join(_tag('td', str(count)) for count in (len(told), reports, outlets))}")
    return [f"<table compact>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"]


def _story(item: EditionItem, place: int, telling: _Telling) -> str:
    """Headline, what stands open of the summary, and the line of sources, which unfolds the rest; then its buttons."""
    lead, view = item.story.lead, telling.view
    mark = view.locale.text("digest.follow_up") if item.follow_up else ""
    mark += view.locale.text("digest.mention") if item.mention else ""
    title = link(view.written(headline(lead)), address(lead, view))
    number = link(f"{place}.", story_link(item.story.id, view))
    opened, rest = map(view.written, summary_parts(lead))
    named = naming_line(item.story, word_of(item, view), view)
    sources = source_line(item.story, view)
    return "\n".join(
        part
        for part in (
            _tag("h3", Markup(f"{_anchor(f'n{place}')}{number} {escape(mark)}{title}")),
            _tag("p", opened) if opened else "",
            _tag("p", named) if named else "",
            _tag("details", Markup(f"{_tag('summary', sources)}{_tag('p', rest)}"))
            if rest and telling.folding
            else _tag("p", Markup(f"<i>{escape(sources)}</i>")),
            _buttons(item, telling),
        )
        if part
    )


def _buttons(item: EditionItem, telling: _Telling) -> str:
    if telling.saved is None:
        return ""
    text, story_id = telling.view.locale.text, item.story.id
    kept = text("button.saved_here" if story_id in telling.saved else "button.save_here")
    shown = (
        Button(kept, ToggleSaved(telling.edition.id, story_id, 1)),
        Button(text("button.tune"), TuneStory(story_id)),
    )
    return _tag("p", Markup(" ".join(map(_button, shown))))


def _button(button: Button) -> str:
    data = escape(button.data or "")
    return f'<tg-button type="callback_data" style="link" data="{data}">{escape(button.label)}</tg-button>'


def _again(edition: Edition, view: View) -> list[str]:
    """What the reader was told before, folded: its heading and the headlines with their numbers."""
    headlines = [
        _tag(
            "li",
            Markup(
                f"{link(f'{place}.', story_link(item.story.id, view))} "
                f"{link(view.written(headline(item.story.lead)), address(item.story.lead, view))}"
            ),
        )
        for place, item in enumerate(edition.items, 1)
        if item.again
    ]
    if not headlines:
        return []
    summary = _tag("summary", view.locale.text("digest.again"))
    return [_tag("details", Markup(f"{summary}{_tag('ul', Markup(''.join(headlines)))}"))]


def _tag(name: str, content: str) -> Markup:
    """The content, escaped where it is no markup yet, inside a block."""
    return Markup(f"<{name}>{escape(content)}</{name}>")


def _anchor(name: str) -> str:
    return f'<a name="{name}"></a>'


def _jump(name: str, text: str) -> Markup:
    """A link to an anchor of the same message."""
    return Markup(f'<a href="#{name}">{escape(text)}</a>')
