"""`chenbao trends`: how much is reported of some words, day by day."""

from pathlib import Path
from typing import Any

import click

from bot.cli.output import print_json, width, write_bytes
from bot.cli.settings import AT_HELP, config_from, moment_of
from bot.jobs import views
from bot.jobs.trends import DAYS, FEWEST_DAYS, MOST_DAYS, MOST_WORDS, Trends, chart, picture, trends_of
from bot.locales import LANGUAGES, load_locale, resolve
from bot.messages.items import headline
from bot.messages.view import View
from bot.report.trends import sparkline
from bot.runtime.opening import open_search, open_store
from bot.text.taxonomy import load_taxonomy


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    type=click.IntRange(FEWEST_DAYS, MOST_DAYS),
    help="Days that end today.",
)
@click.option("--at", "moment", metavar="ISO", help=AT_HELP)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the chart; otherwise CHENBAO_LANGUAGE.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A chart: FILE.png or FILE.svg.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def trends(
    ctx: click.Context,
    words: tuple[str, ...],
    days: int,
    moment: str | None,
    language: str | None,
    file: Path | None,
    *,
    as_json: bool,
) -> None:
    """How many stories a day are reported of WORDS (topics, names, or queries of /search), and what the peaks are about.

    \b
    chenbao trends 半导体 人工智能
    chenbao trends 华为 --days 90 -o huawei.png
    """
    if len(words) > MOST_WORDS:
        raise click.UsageError(f"a chart has room for {MOST_WORDS} words")
    if file is not None and file.suffix.lower() not in {".png", ".svg"}:
        raise click.UsageError(f"-o: {file} must end in .png or .svg")
    config = config_from(ctx)
    now = moment_of(moment, config.zone)
    taxonomy = load_taxonomy(config.topics)
    with open_store(config.database, create=False) as db:
        found = trends_of(db, open_search(config, db), taxonomy, words, days, config.zone, now)
    if file is not None:
        locale = load_locale(resolve(language or config.language))
        view = View(locale, views.names(taxonomy, locale), config.zone, now)
        svg = chart(found, view, adapts=file.suffix.lower() == ".svg")
        write_bytes(file, picture(svg) if file.suffix.lower() == ".png" else svg.encode())
    if as_json:
        print_json(_trends_document(found))
    elif file is None:
        _print_trends(found)


def _trends_document(found: Trends) -> dict[str, Any]:
    days = found.days
    return {
        "from": days[0].isoformat(),
        "to": days[days.count - 1].isoformat(),
        "words": [
            {"word": each.word, "stories": each.total, "days": list(each.counts)} for each in found.trends
        ],
        "peaks": [
            {
                "word": found.trends[each.place].word,
                "date": days[each.peak.day].isoformat(),
                "stories": each.peak.stories,
                "title": each.article.title,
                "url": each.article.url,
            }
            for each in found.peaks
        ],
    }


def _print_trends(found: Trends) -> None:
    longest = max(width(each.word) for each in found.trends)
    for each in found.trends:
        space = " " * (longest - width(each.word))
        click.echo(f"{each.word}{space}  {sparkline(each.counts)}  {each.total}")
    for named in found.peaks:
        word = found.trends[named.place].word
        click.echo(f"{found.days[named.peak.day]}  {word} {named.peak.stories}  {headline(named.article)}")
    if found.empty:
        click.echo("chenbao: nothing was reported of these words", err=True)
