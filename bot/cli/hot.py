"""`chenbao hot`: what is spoken of more than before."""

from typing import Any

import click

from bot.cli.output import print_json, width
from bot.cli.settings import AT_HELP, config_from, moment_of
from bot.jobs.hot import HotStory, read_spans, with_stories, words_of
from bot.messages.items import headline
from bot.report.hot import SHOWN, HotFinder
from bot.runtime.opening import open_store, open_words


@click.command()
@click.option("--limit", default=SHOWN, show_default=True, type=click.IntRange(1, 50), help="Most words.")
@click.option("--at", "moment", metavar="ISO", help=AT_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def hot(ctx: click.Context, limit: int, moment: str | None, *, as_json: bool) -> None:
    """Words that rise: the last 7 days against the 21 before, each with its story."""
    config = config_from(ctx)
    with open_store(config.database, create=False) as db:
        taxonomy, segmenter = open_words(config, db)
        words = words_of(
            read_spans(db, moment_of(moment, config.zone)), HotFinder(taxonomy, segmenter), limit
        )
        found = with_stories(db, words or ())
    if as_json:
        print_json([_hot_row(each) for each in found])
    elif words is None:
        click.echo("chenbao: there are too few reports of the weeks before to compare with", err=True)
    elif not found:
        click.echo("chenbao: no word has clearly risen", err=True)
    else:
        longest = max(width(each.word.word) for each in found)
        for each in found:
            word = each.word
            space = " " * (longest - width(word.word))
            click.echo(
                f"{word.word}{space}  {word.reports:>3} reports, {word.publishers} publishers (expected {word.expected})  "
                f"{headline(each.story.lead)}"
            )


def _hot_row(found: HotStory) -> dict[str, Any]:
    word, lead = found.word, found.story.lead
    return {
        "word": word.word,
        "kind": word.kind,
        "reports": word.reports,
        "publishers": word.publishers,
        "expected": word.expected,
        "g2": round(word.surprise, 2),
        "story": {
            "guid": lead.guid,
            "title": lead.title,
            "url": lead.url,
            "publishers": list(found.story.publishers),
        },
    }
