"""The edition as the reader sees it: title, what it covers, sections in order, numbered stories, buttons."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from bot.messages.callbacks import EditionPage, EditionSaving, MoreStories, SendAgain, ToggleSaved, WhySent
from bot.messages.headings import (
    NAME_UNITS,
    covers_line,
    edition_title,
    group_of_item,
    grouping,
    heading_of,
    is_alert,
    is_mixed,
    overview_lines,
    part_of,
    section_counts,
    section_name,
)
from bot.messages.html import Markup, Size, bold, cut, line, lines, measure, paragraphs, say
from bot.messages.items import headline_line, is_source, linked_headline, story_block, told_again, word_of
from bot.messages.layout import Block, fit, pack
from bot.messages.model import Button, Keyboard, Message, Row, rows
from bot.messages.pager import pager
from bot.messages.plain import strip
from bot.messages.taste_callbacks import TunePage
from bot.messages.tastes import taste_line, tune_buttons
from bot.messages.view import View
from bot.messages.when import ago
from storage.models import Edition, EditionItem, Taste

PER_PAGE = 15
ALL_PAGES = 0
"""In place of a page's number, where the edition stands in one message."""
SECTIONS_PER_ROW = 3
NUMBERS_PER_ROW = 8
TUNED_PER_ROW = 4
NO_TASTES: Mapping[int, Sequence[Taste]] = MappingProxyType({})


def pages(edition: Edition, view: View) -> int:
    """How many pages the edition has, at least 1."""
    return len(_pages(edition, view))


def title_of(edition: Edition, view: View) -> str:
    """What the edition is called, as plain text."""
    return strip(edition_title(edition, view))


def render_edition(
    edition: Edition,
    view: View,
    *,
    page: int = 1,
    saved: frozenset[int] = frozenset(),
    saving: bool = False,
    more: bool = False,
) -> Message:
    """One page (from 1; beyond the last: the last) of an edition; one without stories is the quiet line.

    `saved` holds the ids of stories that the chat keeps; `saving` shows a numbered button per story to keep it;
    `more` says whether there are stories that did not fit into this edition.
    """
    if not edition.items:
        return render_quiet(edition.local_date, view)
    every = _pages(edition, view)
    number = min(max(page, 1), len(every))
    keyboard = _Keyboard(edition, every, number, view)
    buttons = keyboard.saving(saved) if saving else keyboard.reading(more=more)
    ages = [ago(item.story.lead.published_at, view) for item in edition.items] if view.kept else ()
    text = view.once(
        edition.items,
        (number, saving, *ages, *_facts(edition)),
        lambda: _page(edition, every, number, view, saving=saving),
    )
    return Message(text, buttons)


def _facts(edition: Edition) -> tuple[Hashable, ...]:
    """What an edition shows beside its stories."""
    told = edition.slot, edition.local_date, edition.created_at, edition.considered
    return *told, edition.overview, edition.newer_than


def _page(
    edition: Edition, every: Sequence[Sequence[int]], number: int, view: View, *, saving: bool
) -> Markup:
    """The words of one page."""
    shown = every[number - 1]
    group_of = grouping(edition)
    parts: list[str] = [_head(edition, view) if number == 1 else edition_title(edition, view)]
    for index in shown:
        item = edition.items[index]
        if item.again:
            continue
        heading = heading_of(edition, index, view, group_of, first=index == shown[0])
        block = _block(item, index + 1, view)
        parts += [heading, block]
    parts += told_again(edition, shown, view)
    if saving:
        parts.append(view.locale.text("digest.saving_hint"))
    return paragraphs(*parts)


def render_quiet(local_date: date, view: View, *, following: bool = False) -> Message:
    """The one line of a day without news; `following` where the chat follows something in particular."""
    key = "digest.quiet" if following else "digest.quiet_balanced"
    return Message(say(view.locale, key, date=view.locale.day(local_date)))


def render_uncertain(edition_id: int, view: View) -> Message:
    """Telegram never answered: the reader can ask for the edition again (补发)."""
    again = Button(view.locale.text("button.again"), SendAgain(edition_id))
    return Message(say(view.locale, "digest.uncertain"), ((again,),))


def render_why(
    edition: Edition, view: View, *, page: int = 1, tastes: Mapping[int, Sequence[Taste]] = NO_TASTES
) -> Message:
    """Why each story of this page (or of `ALL_PAGES`) was chosen; `tastes` are those that moved a story, by its id."""
    every = _pages(edition, view)
    shown = every[min(max(page, 1), len(every)) - 1]
    if page == ALL_PAGES:
        shown = tuple(index for each in every for index in each)
    reasons = [
        lines(_reason(item, view), *(taste_line(taste, view) for taste in tastes.get(item.story.id, ())))
        for item in (edition.items[index] for index in shown)
    ]
    leads = [edition.items[index].story.lead for index in shown]
    full = [
        lines(Markup(f"{index + 1}. {linked_headline(lead, view)}"), reason)
        for index, lead, reason in zip(shown, leads, reasons, strict=True)
    ]
    lean = [Markup(f"{index + 1}. {reason}") for index, reason in zip(shown, reasons, strict=True)]
    title = bold(view.locale.text("why.title"))
    return Message(fit(title, full, lean, say(view.locale, "why.hint")))


def render_tune_page(edition: Edition, view: View, *, page: int = 1) -> Message:
    """Which story of this page is to be muted, or to be wanted more or less."""
    every = _pages(edition, view)
    shown = every[min(max(page, 1), len(every)) - 1]
    numbered = [(index + 1, edition.items[index].story.id) for index in shown]
    return Message(
        say(view.locale, "taste.tune_ask"), rows(list(tune_buttons(numbered, view)), TUNED_PER_ROW)
    )


def _head(edition: Edition, view: View) -> Markup:
    """The title, what the edition covers, and its sections with the number of stories in each; of an alert the title."""
    if is_alert(edition):
        return edition_title(edition, view)
    locale = view.locale
    counts = section_counts(edition)
    entries = [
        locale.text("digest.contents_entry", section=section_name(section, view), count=count)
        for section, count in counts.items()
    ]
    contents = locale.text("digest.contents", sections=" · ".join(entries))
    head = lines(
        edition_title(edition, view), covers_line(edition, view), contents if len(counts) > 1 else ""
    )
    return paragraphs(head, lines(*overview_lines(edition, view)))


def _reason(item: EditionItem, view: View) -> Markup:
    """One line: which topic, keyword, source or section matched, or that many report it."""
    reason = item.reason
    if not reason:
        count = len(item.story.publishers)
        if count == 1:
            return say(view.locale, "why.balanced_one")
        return say(view.locale, "why.balanced", publishers=view.locale.text("count.publishers", count=count))
    if reason in view.names.topics:
        key = "why.topic"
    elif reason in view.names.sections:
        key = "why.section"
    else:
        key = "why.source" if is_source(item) else "why.keyword"
    return say(view.locale, key, name=cut(line(view.names.reason(reason)), NAME_UNITS))


def _pages(edition: Edition, view: View) -> tuple[tuple[int, ...], ...]:
    """Which stories stand on which page, by their index: first what is new, then what was told before.

    Ages are taken as of the edition's making, so that a page does not change under the reader's thumb: what a longer
    age adds later fits into the reserve.
    """
    return view.once(edition.items, _facts(edition), lambda: _paged(edition, view))


def _paged(edition: Edition, view: View) -> tuple[tuple[int, ...], ...]:
    made = replace(view, now=edition.created_at)
    group_of = grouping(edition)
    blocks = []
    order = sorted(range(len(edition.items)), key=lambda index: edition.items[index].again)
    for index in order:
        item = edition.items[index]
        if item.again:
            headline = headline_line(item.story, index + 1, made)
            blocks.append(Block(measure(headline), measure(paragraphs(*told_again(edition, (index,), made)))))
            continue
        block = _block(item, index + 1, made)
        heading = heading_of(edition, index, made, group_of, first=False)
        again = Size()
        if not heading:
            again = measure(f"{heading_of(edition, index, made, group_of, first=True)}\n\n")
        blocks.append(Block(measure(paragraphs(heading, block)), again))
    head = measure(f"{_head(edition, made)}\n\n{view.locale.text('digest.saving_hint')}")
    return tuple(tuple(order[place] for place in page) for page in pack(blocks, head, most=PER_PAGE))


def _block(item: EditionItem, number: int, view: View) -> Markup:
    word = word_of(item, view)
    return story_block(item.story, number, view, follow_up=item.follow_up, mention=item.mention, word=word)


@dataclass(frozen=True, slots=True)
class _Keyboard:
    """The buttons under one page of an edition."""

    edition: Edition
    pages: tuple[tuple[int, ...], ...]
    page: int
    view: View

    def reading(self, *, more: bool) -> Keyboard:
        """Pager, section jumps, and what one can do with the edition."""
        text = self.view.locale.text
        actions = [
            Button(text("button.save"), EditionSaving(self.edition.id, self.page, on=True)),
            Button(text("button.why"), WhySent(self.edition.id, self.page)),
            Button(text("button.tune"), TunePage(self.edition.id, self.page)),
        ]
        if more:
            actions.insert(0, Button(text("button.more"), MoreStories(self.edition.id)))
        return tuple(row for row in (self._pager(), *self._jumps(), tuple(actions)) if row)

    def saving(self, saved: frozenset[int]) -> Keyboard:
        """A numbered button per story of the page, and the way back."""
        text = self.view.locale.text
        numbers = []
        for index in self.pages[self.page - 1]:
            story_id = self.edition.items[index].story.id
            key = "button.saved_number" if story_id in saved else "button.unsaved_number"
            numbers.append(
                Button(text(key, number=index + 1), ToggleSaved(self.edition.id, story_id, self.page))
            )
        done = Button(text("button.save_done"), EditionSaving(self.edition.id, self.page, on=False))
        return (*rows(numbers, NUMBERS_PER_ROW), (done,))

    def _pager(self) -> Row:
        return pager(self.view, self.page, len(self.pages), lambda page: EditionPage(self.edition.id, page))

    def _jumps(self) -> Keyboard:
        """One button per section, leading to the page where it begins."""
        if len(self.pages) == 1:
            return ()
        starts: dict[str | None, int] = {}
        group_of = part_of if is_mixed(self.edition) else group_of_item
        for number, shown in enumerate(self.pages, 1):
            for index in shown:
                if not self.edition.items[index].again:
                    starts.setdefault(group_of(self.edition.items[index]), number)
        if len(starts) < 2:
            return ()
        buttons = [
            Button(section_name(section, self.view), EditionPage(self.edition.id, number))
            for section, number in starts.items()
        ]
        return rows(buttons[: NUMBERS_PER_ROW * SECTIONS_PER_ROW], SECTIONS_PER_ROW)
