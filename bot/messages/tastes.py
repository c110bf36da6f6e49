"""What a chat has muted and what it wants more or less of: the list, the panel of one story, and each answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages.callbacks import mark
from bot.messages.html import Markup, bold, cut, escape, line, lines, paragraphs, say
from bot.messages.items import headline
from bot.messages.model import Button, Message, Row, paired
from bot.messages.pager import pager
from bot.messages.story_callbacks import OpenStory
from bot.messages.subscriptions import LABEL_UNITS, NAME_UNITS, subscription_name
from bot.messages.taste_callbacks import ChangeTaste, ForgetTaste, ForgetTastes, TastesPage, TuneStory
from bot.messages.view import View
from storage.models import Story, Subscription, Taste

PER_PAGE = 20
MAX_NAMED = 10
TUNABLE = 3
"""Topics, names and sources of a story, each, that have buttons."""


@dataclass(frozen=True, slots=True)
class TasteAnswer:
    """What became of words behind a command about tastes."""

    done: tuple[Taste, ...] = ()
    """As they are now; of what was taken back as they were."""
    followed: tuple[Taste, ...] = ()
    """Those of them that are muted although the chat follows them."""
    too_short: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()
    over_limit: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Of what was to be taken back: no taste."""
    addresses: tuple[str, ...] = ()


def taste_name(taste: Taste, view: View) -> str:
    """The topic's name, or the word or source itself, on one line."""
    return subscription_name(_as_followed(taste), view)


def taste_mark(taste: Taste) -> str:
    """Eight hex digits that stand for it in a button."""
    return mark(_as_followed(taste))


def taste_line(taste: Taste, view: View) -> Markup:
    """`静音：房地产`, `多推：话题 半导体（+2）`."""
    key = "muted" if taste.muted else "more" if taste.lean > 0 else "less"
    name = view.locale.text(f"unfollow.entry_{taste.kind}", name=taste_name(taste, view))
    return say(view.locale, f"taste.entry_{key}", name=name, steps=abs(taste.lean))


def render_taste_answer(verb: str, answer: TasteAnswer, view: View, *, limits: tuple[int, int]) -> Message:
    """The answer to `/mute …` (verb `mute`), 取消静音 (`forget`), 多推 (`more`) and 少推 (`less`); `limits` are the most
    characters of a word and the most tastes."""
    said = []
    if answer.done:
        said += _done(verb, answer.done, view)
    if answer.followed:
        said.append(say(view.locale, "taste.still_followed", names=_names(answer.followed, view)))
    for key, words, limit in (
        ("too_short", answer.too_short, 0),
        ("too_long", answer.too_long, limits[0]),
        ("over_limit", answer.over_limit, limits[1]),
        ("unknown", answer.unknown, 0),
        ("address", answer.addresses, 0),
    ):
        if words:
            shown = view.locale.join_names(cut(line(word), NAME_UNITS) for word in words[:MAX_NAMED])
            said.append(say(view.locale, f"taste.{key}", names=shown, limit=limit))
    see = Button(view.locale.text("button.tastes"), TastesPage(1))
    return Message(lines(*said), ((see,),))


def _done(verb: str, done: Sequence[Taste], view: View) -> list[Markup]:
    """What holds now: of more and less the steps, too, and what is back where it was."""
    if verb not in {"more", "less"}:
        return [say(view.locale, f"taste.{verb}_done", names=_names(done, view))]
    level = [taste for taste in done if not taste.lean]
    said = [taste_line(taste, view) for taste in done[:MAX_NAMED] if taste.lean]
    return [*said, say(view.locale, "taste.level", names=_names(level, view))] if level else said


def render_tastes(tastes: Sequence[Taste], view: View, *, page: int = 1) -> Message:
    """All of them, with a button each to take it back, and one for all."""
    if not tastes:
        return Message(say(view.locale, "taste.empty"))
    ordered = sorted(tastes, key=lambda taste: (not taste.muted, taste.lean < 0))
    pages = -(-len(ordered) // PER_PAGE)
    page = min(max(page, 1), pages)
    shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    remove = [
        Button(
            view.locale.text("button.remove", name=cut(taste_name(taste, view), LABEL_UNITS)),
            ForgetTaste(taste_mark(taste), page),
        )
        for taste in shown
    ]
    return Message(
        paragraphs(
            bold(view.locale.text("taste.title")),
            lines(*(Markup(f"• {taste_line(taste, view)}") for taste in shown)),
            say(view.locale, "taste.hint"),
        ),
        paired(remove),
    ).with_buttons(
        pager(view, page, pages, TastesPage),
        (Button(view.locale.text("button.forget_tastes"), ForgetTastes(sure=False)),),
    )


def render_forget_tastes(count: int, view: View) -> Message:
    """Whether all of them are to be taken back."""
    text = view.locale.text
    return Message(
        say(view.locale, "taste.forget_ask", count=count),
        (
            (Button(text("button.forget_tastes_sure"), ForgetTastes(sure=True), style="danger"),),
            (Button(text("button.back"), TastesPage(1)),),
        ),
    )


def tunable(story: Story) -> tuple[Taste, ...]:
    """What of a story can be muted, or be wanted more or less: its topics, its names and who reports it."""
    topics = dict.fromkeys(topic for article in story.articles for topic in article.topics)
    words = dict.fromkeys(word for word in story.lead.keywords if len(line(word)) > 1)
    return (
        *(Taste("topic", topic) for topic in list(topics)[:TUNABLE]),
        *(Taste("keyword", word) for word in list(words)[:TUNABLE]),
        *(Taste("source", name) for name in story.publishers[:TUNABLE] if line(name)),
    )


def render_tuning(story: Story, tastes: Sequence[Taste], view: View) -> Message:
    """The panel of one story: a row for each of its topics, names and sources, and what holds for them now."""
    held = {(taste.kind, taste.value): taste for taste in tastes}
    things = tunable(story)
    now = [taste_line(found, view) for each in things if (found := held.get((each.kind, each.value)))]
    return Message(
        paragraphs(
            bold(escape(view.written(headline(story.lead)))),
            lines(*now),
            say(view.locale, "taste.tune_hint"),
        ),
        tuple(tuning_row(story, thing, held.get((thing.kind, thing.value)), view) for thing in things),
    ).with_buttons(
        (
            Button(view.locale.text("button.story_page"), OpenStory(story.id)),
            Button(view.locale.text("button.tastes"), TastesPage(1)),
        )
    )


def tuning_row(story: Story, thing: Taste, held: Taste | None, view: View) -> Row:
    """多 半导体 · 少 · 静音; of what is muted, the way back alone."""
    text, code = view.locale.text, taste_mark(thing)
    name = cut(taste_name(thing, view), LABEL_UNITS)
    if held is not None and held.muted:
        return (Button(text("button.unmute", name=name), ChangeTaste(story.id, code, "forget")),)
    return (
        Button(text("button.more_of", name=name), ChangeTaste(story.id, code, "more")),
        Button(text("button.less_of"), ChangeTaste(story.id, code, "less")),
        Button(text("button.mute"), ChangeTaste(story.id, code, "mute")),
    )


def tune_buttons(numbered: Sequence[tuple[int, int]], view: View) -> Row:
    """A button for each story by its number: (number, story id) pairs."""
    return tuple(
        Button(view.locale.text("button.tune_number", number=number), TuneStory(story_id))
        for number, story_id in numbered
    )


def _as_followed(taste: Taste) -> Subscription:
    return Subscription(taste.kind, taste.value)


def _names(tastes: Sequence[Taste], view: View) -> str:
    shown = view.locale.join_names(taste_name(taste, view) for taste in tastes[:MAX_NAMED])
    return f"{shown} …" if len(tastes) > MAX_NAMED else shown
