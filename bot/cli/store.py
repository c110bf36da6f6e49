"""`chenbao stats|backup|restore`: the store itself."""

from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.output import print_json, print_table
from bot.cli.settings import config_from
from bot.jobs import store_admin
from bot.runtime.opening import open_store, utc_now


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def stats(ctx: click.Context, *, as_json: bool) -> None:
    """How many sources, articles, stories, chats and deliveries there are."""
    with open_store(config_from(ctx).database, create=False) as db:
        figures = asdict(store_admin.figures(db))
    if as_json:
        print_json(figures)
        return
    parts = figures.pop("deliveries")
    rows = [(name.replace("_", " "), str(number)) for name, number in figures.items()]
    rows += [(f"deliveries {state}", str(number)) for state, number in parts.items()]
    print_table(("what", "how many"), rows)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Copy the store to FILE, also while the bot runs.

    The copy is checked before it gets its name; a backup of that name is replaced.
    """
    config = config_from(ctx)
    with open_store(config.database, create=False) as db:
        size = store_admin.back_up(db, file)
    click.echo(f"{file}: {size / 1024:.0f} KiB")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--force", is_flag=True, help="Replace a store that exists; it is kept as .before-restore-TIME."
)
@click.pass_context
def restore(ctx: click.Context, file: Path, *, force: bool) -> None:
    """Put a backup in place of the store, while the bot is stopped."""
    config = config_from(ctx)
    kept = store_admin.restore(file, config.database, utc_now(), force=force)
    click.echo(f"{config.database}: restored from {file}")
    if kept:
        click.echo(f"what was there before is now {kept}")
