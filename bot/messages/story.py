"""A story's page: who reports it and how, where the reports differ, what came before and after, and what one can do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.messages.html import Markup, bold, cut, escape, line, lines, link, paragraphs, say, utf16
from bot.messages.items import (
    address,
    adds,
    flow,
    headline,
    linked_headline,
    outlet,
    says_again,
    shown_sentences,
    summary_parts,
)
from bot.messages.links import story_link
from bot.messages.model import Button, Message, Row
from bot.messages.story_callbacks import KeepStory, OpenStory
from bot.messages.taste_callbacks import TuneStory
from bot.messages.tastes import tunable, tuning_row
from bot.messages.view import View
from bot.messages.when import date_of, moment, time_of
from bot.text.normalise import squash
from storage.models import Article, Story, Taste

MAX_REPORTS, MAX_DIFFERENCES, MAX_TIMELINE, MAX_TUNED = 12, 4, 8, 3
ALIKE = 0.5
"""Two outlets' sentences with so much in common differ in nothing worth a second line."""
TITLE_UNITS, SENTENCE_UNITS, SHARED_UNITS, NAME_UNITS = 60, 140, 120, 40


@dataclass(frozen=True, slots=True)
class StoryPage:
    """What the page shows: the story, the stories of its affair in the order of their first reports, and whether the chat
    keeps it."""

    story: Story
    affair: Sequence[Story]
    kept: bool
    tastes: Sequence[Taste] = ()
    """What the chat has muted, and what it wants more or less of."""


def render_story_page(page: StoryPage, view: View) -> Message:
    """The page with its buttons; within one message, whatever the reports hold."""
    story, text = page.story, view.locale.text
    opened, rest = summary_parts(story.lead)
    head = lines(linked_headline(story.lead, view), _first_report(story, view))
    parts = [head, view.written(flow([part for part in (opened, rest) if part]))]
    if len(story.articles) > 1:
        parts.append(lines(bold(text("story.reports", count=len(story.articles))), *_reports(story, view)))
    if differences := _differences(story, view):
        parts.append(lines(bold(text("story.differences")), *differences))
    if timeline := _timeline(page, view):
        parts.append(lines(bold(text("story.timeline")), *timeline))
    return Message(paragraphs(*parts), _buttons(page, view))


def _first_report(story: Story, view: View) -> Markup:
    """`首次报道：11月24日 星期二 08:12 · 2 家媒体 · 企业情报 · 半导体`."""
    names = [view.names.section(story.lead.section)] if story.lead.section else []
    topics = dict.fromkeys(topic for article in story.articles for topic in article.topics)
    names += [view.names.topic(topic) for topic in topics]
    about = " · ".join(cut(line(name), NAME_UNITS) for name in names[:4] if line(name))
    count = view.locale.text("count.publishers", count=len(story.publishers))
    said = say(view.locale, "story.first", when=moment(story.first_at, view), publishers=count)
    return Markup(f"{said} · {escape(about)}") if about else said


def _reports(story: Story, view: View) -> list[Markup]:
    """Each outlet with its own headline, or that it has the same as stands above, and when it came; the earliest first."""
    ordered = sorted(story.articles, key=lambda article: (article.published_at, article.id))
    told = [
        say(
            view.locale,
            "story.report",
            outlet=outlet(article, view),
            when=_when(article, view),
            title=link(_headline_below(article, story, view), address(article, view)),
        )
        for article in ordered[:MAX_REPORTS]
    ]
    if len(ordered) > MAX_REPORTS:
        told.append(say(view.locale, "story.more_reports", count=len(ordered) - MAX_REPORTS))
    return told


def _headline_below(article: Article, story: Story, view: View) -> str:
    own = headline(article)
    if article is not story.lead and squash(own) == squash(headline(story.lead)):
        return view.locale.text("story.same_headline")
    return view.written(cut(own, TITLE_UNITS))


def _when(article: Article, view: View) -> str:
    return f"{date_of(article.published_at, view)} {time_of(article.published_at, view)}"


def _differences(story: Story, view: View) -> list[Markup]:
    """What other reports say that neither the lead nor another outlet does: of each the sentence that adds most."""
    told = [*shown_sentences(story.lead), line(headline(story.lead))]
    found: list[Markup] = []
    outlets = {story.lead.publisher}
    for article in story.articles[1:]:
        if article.publisher in outlets:
            continue
        other = [
            sentence
            for sentence in shown_sentences(article)
            if utf16(sentence) <= SENTENCE_UNITS and not any(says_again(sentence, one, ALIKE) for one in told)
        ]
        if not other:
            continue
        sentence = max(other, key=lambda one: adds(one, told))
        outlets.add(article.publisher)
        told.append(sentence)
        words = view.written(sentence)
        found.append(say(view.locale, "story.difference", outlet=outlet(article, view), sentence=words))
        if len(found) == MAX_DIFFERENCES:
            break
    return found


def _timeline(page: StoryPage, view: View) -> list[Markup]:
    """The affair's stories by date, each leading to its page; nothing where there is but this one."""
    if len(page.affair) < 2:
        return []
    told = []
    for story in page.affair[-MAX_TIMELINE:]:
        title = view.written(cut(headline(story.lead), TITLE_UNITS))
        is_this = story.id == page.story.id
        title_shown = bold(title) if is_this else link(title, story_link(story.id, view))
        told.append(Markup(f"• {escape(date_of(story.first_at, view))} {title_shown}"))
    return told


def _buttons(page: StoryPage, view: View) -> tuple[Row, ...]:
    text, lead = view.locale.text, page.story.lead
    keep = Button(
        text("button.unkeep_story" if page.kept else "button.keep_story"),
        KeepStory(page.story.id, on=not page.kept),
    )
    first: list[Button] = [keep]
    if (url := address(lead, view)) and link("x", url) != "x":
        shared = cut(headline(lead), SHARED_UNITS)
        share = f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(shared, safe='')}"
        first.append(Button(text("button.share_story"), url=share))
        first.append(Button(text("button.original"), url=url))
    at = next((at for at, story in enumerate(page.affair) if story.id == page.story.id), 0)
    neighbours = [
        Button(text(key), OpenStory(page.affair[other].id))
        for key, other in (("button.story_before", at - 1), ("button.story_after", at + 1))
        if 0 <= other < len(page.affair)
    ]
    held = {(taste.kind, taste.value): taste for taste in page.tastes}
    things = tunable(page.story)
    tuned = [
        tuning_row(page.story, each, held.get((each.kind, each.value)), view) for each in things[:MAX_TUNED]
    ]
    if len(things) > MAX_TUNED:
        tuned.append((Button(text("button.tune_story"), TuneStory(page.story.id)),))
    return tuple(row for row in (tuple(first), tuple(neighbours), *tuned) if row)
