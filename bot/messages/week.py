"""The second message of the week's edition: hot words, what began, what ended; under its chart, or by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages.html import Markup, bold, cut, escape, line, lines, link, measure, paragraphs, say
from bot.messages.items import NAME_UNITS, address, headline
from bot.messages.links import story_link
from bot.messages.view import View
from storage.models import Story

MAX_CAPTION_UNITS = 1_000
"""Telegram takes 1,024."""
_TITLE_UNITS = 40


@dataclass(frozen=True, slots=True)
class WeekWord:
    """A word of the week, and how many articles had it."""

    word: str
    reports: int


@dataclass(frozen=True, slots=True)
class WeekAffair:
    """An affair: the story that stands for it, and how many stories it had."""

    story: Story
    stories: int


@dataclass(frozen=True, slots=True)
class WeekReview:
    """What one reader is told of the week beside its stories."""

    words: Sequence[WeekWord]
    began: Sequence[WeekAffair]
    ended: Sequence[WeekAffair]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.words or self.began or self.ended)


def render_week(review: WeekReview, view: View) -> Markup:
    """The review within a picture's caption; where it is too long, without the last affairs."""
    for most in range(max(len(review.began), len(review.ended), 1), 0, -1):
        told = _render(review, view, most)
        if measure(told).units <= MAX_CAPTION_UNITS:
            break
    return told


def _render(review: WeekReview, view: View, most: int) -> Markup:
    text = view.locale.text
    words = [
        Markup(
            f"{bold(cut(line(view.written(each.word)), NAME_UNITS))} "
            f"{escape(text('week.reports', count=each.reports))}"
        )
        for each in review.words
    ]
    parts = [
        bold(text("week.title")),
        say(view.locale, "week.words", words=Markup(view.locale.join(words))) if words else "",
    ]
    for key, affairs in (("week.began", review.began), ("week.ended", review.ended)):
        if affairs:
            parts.append(lines(bold(f"▎{text(key)}"), *(_affair(each, view) for each in affairs[:most])))
    return paragraphs(*parts)


def _affair(affair: WeekAffair, view: View) -> Markup:
    lead = affair.story.lead
    title = cut(view.written(headline(lead)), _TITLE_UNITS)
    target = story_link(affair.story.id, view) or address(lead, view)
    counted = view.locale.text("week.stories", count=affair.stories)
    return Markup(f"• {link(title, target)} · {escape(counted)}")
