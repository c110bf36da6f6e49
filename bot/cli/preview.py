"""`chenbao preview`: the edition that a new reader would get now."""

import re
from typing import Any

import click

from bot.briefing.filling import ReaderProfile
from bot.cli.output import print_json
from bot.cli.settings import AT_HELP, config_from, moment_of
from bot.errors import ConfigError
from bot.jobs import views
from bot.jobs.editions.preview import preview as edition_now
from bot.locales import LANGUAGES, load_locale, resolve
from bot.messages.digest import pages, render_edition, render_quiet
from bot.messages.plain import plain
from bot.messages.rich import render_rich
from bot.messages.view import View
from bot.runtime.newsroom import open_reading
from bot.runtime.opening import open_store
from bot.text.taxonomy import Taxonomy
from storage.models import Edition, Mix, Subscription

SEPARATORS = re.compile(r"[,，、;；]+")
MAX_ITEMS = 30


@click.command()
@click.option(
    "--topics", default="", metavar="A,B", help="Topics by id or name; without any: the top stories."
)
@click.option("--follow", "keywords", multiple=True, metavar="WORD", help="A keyword to follow; repeatable.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["classic", "text", "rich"]),
    default="text",
    show_default=True,
    help="Telegram's HTML of a message, plain text, or the HTML of one rich message.",
)
@click.option(
    "--items", type=click.IntRange(1, MAX_ITEMS), default=12, show_default=True, help="Most stories."
)
@click.option(
    "--mix",
    type=click.Choice(["both", "followed", "top"]),
    default="both",
    show_default=True,
    help="Of who follows something: top stories beside it, that alone, or top stories alone.",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Otherwise CHENBAO_LANGUAGE.")
@click.option("--at", "moment", metavar="ISO", help=AT_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead.")
@click.pass_context
def preview(
    ctx: click.Context,
    topics: str,
    keywords: tuple[str, ...],
    form: str,
    items: int,
    mix: Mix,
    language: str | None,
    moment: str | None,
    *,
    as_json: bool,
) -> None:
    """Show the edition that a new reader would get now; nothing is stored or sent.

    \b
    chenbao preview --topics 半导体,ai
    chenbao preview --topics 5g --follow 国产替代 --format classic
    """
    config = config_from(ctx)
    with open_store(config.database, create=False) as db:
        now = moment_of(moment, config.zone)
        reading = open_reading(config, db, now, with_stories=False)
        follows = (*_topics(topics, reading.taxonomy), *_followed(keywords))
        wanted = ReaderProfile(follows, (), items, mix=mix)
        edition = edition_now(db, reading.taxonomy, wanted, config.zone, now)
    if as_json:
        print_json(_as_json(edition))
        return
    locale = load_locale(resolve(language or config.language))
    view = View(locale, views.names(reading.taxonomy, locale), config.zone, now)
    following = bool(wanted.subscriptions)
    if form == "rich":
        click.echo(render_rich(edition, view, following=following))
    else:
        texts = _messages(edition, view, following=following)
        click.echo("\n\n────────\n\n".join(texts if form == "classic" else map(plain, texts)))
    if not edition.items:
        click.echo(
            "chenbao: no article of the last days fits; collect first, or follow something else", err=True
        )


def _topics(words: str, taxonomy: Taxonomy) -> list[Subscription]:
    """The topics that the words name. Raises ConfigError for one that there is not."""
    found = []
    for word in filter(None, map(str.strip, SEPARATORS.split(words))):
        topic = taxonomy.find_topic(word)
        if topic is None:
            raise ConfigError(f"--topics: there is no topic {word!r}; see: chenbao topics list")
        found.append(Subscription("topic", topic.id))
    return list(dict.fromkeys(found))


def _followed(keywords: tuple[str, ...]) -> list[Subscription]:
    return [Subscription("keyword", word.strip()) for word in dict.fromkeys(keywords) if word.strip()]


def _messages(edition: Edition, view: View, *, following: bool) -> list[str]:
    """Every page as a message of its own."""
    if not edition.items:
        return [render_quiet(edition.local_date, view, following=following).text]
    return [render_edition(edition, view, page=page).text for page in range(1, pages(edition, view) + 1)]


def _as_json(edition: Edition) -> dict[str, Any]:
    return {
        "date": edition.local_date.isoformat(),
        "considered": edition.considered,
        "stories": [
            {
                "guid": item.story.lead.guid,
                "articles": [article.guid for article in item.story.articles],
                "title": item.story.lead.title,
                "url": item.story.lead.url,
                "section": item.section,
                "part": item.part,
                "reason": item.reason,
                "summary": list(item.story.lead.summary),
                "sources": list(item.story.publishers),
                "published": item.story.lead.published_at.isoformat(),
            }
            for item in edition.items
        ],
    }
