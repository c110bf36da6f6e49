"""Search results: highlighted snippets, sources and dates, pages, and what to try when nothing was found."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.messages.callbacks import FollowSearch, SearchPage
from bot.messages.html import UNWANTED, Markup, bold, code, cut, escape, line, lines, paragraphs, say, utf16
from bot.messages.items import NAME_UNITS, headline, linked_headline
from bot.messages.layout import fit
from bot.messages.model import Button, Message
from bot.messages.pager import pager
from bot.messages.snippet import Snippet
from bot.messages.view import View
from bot.messages.when import date_of
from storage.models import Article

QUERY_UNITS = 80
SNIPPET_UNITS = 180
HIGHLIGHTS = 6
QUOTES = '“”"「」'
"""Not shown once more around a query that has them."""
REMARKS = 4
AFTER_STOP = re.compile(r"(?<=[。！？；：，…”’」』）》】])\s*\n\s*")
"""A paragraph's end behind full-width punctuation, which needs no blank."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One article that answers a query, and the passage to show; `partial` where not every word meets."""

    article: Article
    snippet: Snippet
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What of the query was not used: the kind of filter (`shortened` where the query was too long) and its value."""

    kind: str
    value: str = ""
    near: tuple[str, ...] = ()
    """What may have been meant: ids of topics or sections, titles of sources."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may have been meant, and the id of the search for it that its button makes."""

    query: str
    search_id: int


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page (from 1) of a search; `total` articles on `pages` pages, `first` is the number of the first shown."""

    query: str
    search_id: int
    results: tuple[SearchResult, ...]
    total: int
    page: int = 1
    pages: int = 1
    first: int = 1
    followed: bool = False
    remarks: tuple[Remark, ...] = ()
    full: int | None = None
    """How many of them have all that was asked; None where all have."""
    more: bool = False
    """There are more than were counted."""
    translated: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """English words, each with the Chinese ones that were looked for beside them."""
    date: str = ""
    """What of the query was taken for the time."""
    near: tuple[Suggestion, ...] = ()
    has_words: bool = True
    """There is something in it to look for, and to follow, beside filters and marks."""


def render_search(found: ResultPage, view: View) -> Message:
    """The page with its pager and a button to follow the search; helpful where nothing was found."""
    locale = view.locale
    query = cut(line(found.query), QUERY_UNITS)
    label = "button.following_search" if found.followed else "button.follow_search"
    follow = Button(locale.text(label), FollowSearch(found.search_id))
    remarks = [_remark(remark, view) for remark in found.remarks[:REMARKS]]
    remarks += [
        say(locale, "search.translated", word=cut(line(word), NAME_UNITS), chinese=locale.join(chinese))
        for word, chinese in found.translated
    ]
    if found.date:
        remarks.append(say(locale, "search.dated", date=cut(line(found.date), NAME_UNITS)))
    meant = tuple(
        Button(cut(line(each.query), NAME_UNITS), SearchPage(each.search_id, 1)) for each in found.near
    )
    if meant:
        names = locale.join_names(button.label for button in meant)
        remarks.append(say(locale, "search.did_you_mean", names=names))
    if not found.results:
        empty = say(locale, "search.empty", query=query.strip(QUOTES) or query)
        tips = (empty, *remarks, say(locale, "search.tips"))
        if found.followed or not found.has_words:
            return Message(paragraphs(*tips)).with_buttons(meant)
        return Message(paragraphs(*tips, say(locale, "search.tip_follow"))).with_buttons(meant, (follow,))
    all_partial = all(result.partial for result in found.results)
    none_full = _full(found) == 0
    head = lines(
        bold(locale.text("search.title", query=query)),
        _counted(found, view),
        *remarks,
        locale.text("search.partial_rest") if all_partial and not none_full else "",
    )
    numbered = list(enumerate(found.results, found.first))
    full = [_result(number, result, view, marked=not all_partial) for number, result in numbered]
    lean = [
        lines(f"{number}. {view.written(headline(result.article))}", _source_line(result.article, view))
        for number, result in numbered
    ]
    pages = pager(view, found.page, found.pages, lambda page: SearchPage(found.search_id, page))
    return Message(fit(head, full, lean)).with_buttons(meant, pages, (follow,) if found.has_words else ())


def _full(found: ResultPage) -> int:
    return found.total if found.full is None else found.full


def _counted(found: ResultPage, view: View) -> str:
    """How many articles have everything, how many only some of it, and which page this is."""
    locale, full = view.locale, _full(found)
    if full == found.total:
        counted = locale.text("search.found_more" if found.more else "search.found", count=full)
    elif full:
        counted = locale.text("search.found_both", full=full, count=found.total - full)
    else:
        counted = locale.text("search.partial_note", count=found.total)
    if found.pages == 1:
        return counted
    return locale.text("search.on_page", counted=counted, page=found.page, pages=found.pages)


def _remark(remark: Remark, view: View) -> Markup:
    """What was not used, and what to type instead where something near is known."""
    said = say(view.locale, f"search.unknown.{remark.kind}", name=cut(line(remark.value), NAME_UNITS))
    names = {"topic": view.names.topic, "section": view.names.section}.get(remark.kind, line)
    typed = [code(f"{remark.kind}:{_one_value(cut(names(name), NAME_UNITS))}") for name in remark.near]
    if not typed:
        return said
    return Markup(said + say(view.locale, "search.near", names=Markup(view.locale.join_names(typed))))


def _one_value(name: str) -> str:
    """The name as a filter's value; in quotes where a blank or comma would end it."""
    plain = name.replace('"', "")
    return f'"{plain}"' if any(mark in plain for mark in " ,，") else plain


def highlighted(snippet: Snippet, written: Callable[[str], str] = str) -> Markup:
    """The passage on one line with the matched words in bold, at most 180 UTF-16 units of it, `written` as the reader wants it."""
    pieces: list[str] = []
    room = SNIPPET_UNITS
    for position, (text, marked) in enumerate(_pieces(snippet)):
        shown = UNWANTED.sub("", AFTER_STOP.sub("", text).replace("\n", " ").replace("\t", " "))
        if room <= 1 or position > 2 * HIGHLIGHTS:
            pieces.append("…")
            break
        shown = cut(written(shown), room)
        room -= utf16(shown)
        pieces.append(bold(shown) if marked and shown.strip() else escape(shown))
    return Markup("".join(pieces).strip())


def _pieces(snippet: Snippet) -> list[tuple[str, bool]]:
    """The passage cut at its spans; spans that do not fit into it are left out."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in snippet.spans:
        if not at <= start < end <= len(snippet.text):
            continue
        if start > at:
            pieces.append((snippet.text[at:start], False))
        pieces.append((snippet.text[start:end], True))
        at = end
    if at < len(snippet.text):
        pieces.append((snippet.text[at:], False))
    return pieces


def _result(number: int, result: SearchResult, view: View, *, marked: bool) -> Markup:
    partial = view.locale.text("search.partial") if result.partial and marked else ""
    title = Markup(f"{number}. {linked_headline(result.article, view)}{escape(partial)}")
    return lines(title, highlighted(result.snippet, view.written), _source_line(result.article, view))


def _source_line(article: Article, view: View) -> str:
    publisher = cut(line(article.publisher), NAME_UNITS)
    date = date_of(article.published_at, view)
    if not publisher:
        return date
    return view.locale.text("search.source_line", publisher=publisher, date=date)
