"""`chenbao stats|backup|restore|doctor`: the store itself."""

import sqlite3
from dataclasses import asdict
from pathlib import Path

import click

from bot.app import open_reading, open_store, utc_now
from bot.cli.output import print_json, print_table
from bot.cli.settings import config_from
from bot.errors import InputError
from bot.search.search import index_is_current
from storage import counts, sources
from storage.database import open_database
from storage.errors import DatabaseUnusable


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def stats(ctx: click.Context, *, as_json: bool) -> None:
    """How many sources, articles, stories, chats and deliveries there are."""
    config = config_from(ctx)
    with open_store(config.database) as db:
        figures = asdict(counts.of_everything(db))
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
    """Copy the store to FILE, also while the bot runs; the copy is checked before it gets its name."""
    config = config_from(ctx)
    with open_store(config.database) as db:
        try:
            db.backup(file)
        except (sqlite3.Error, OSError) as error:
            raise InputError(f"{file} cannot be written: {error}") from error
    click.echo(f"{file}: {file.stat().st_size / 1024:.0f} KiB")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a store that exists.")
@click.pass_context
def restore(ctx: click.Context, file: Path, *, force: bool) -> None:
    """Put a backup in place of the store. The bot must not be running."""
    config = config_from(ctx)
    if config.database.exists() and not force:
        raise InputError(
            f"{config.database} exists; add --force to replace it (it is kept beside as .before-restore)"
        )
    try:
        copy = open_database(file)
    except DatabaseUnusable as error:
        raise InputError(f"{file} is no backup of Chenbao: {error}") from error
    try:
        if config.database.exists():
            with open_store(config.database) as db:
                db.backup(config.database.with_name(config.database.name + ".before-restore"))
            for name in ("", "-wal", "-shm"):
                config.database.with_name(config.database.name + name).unlink(missing_ok=True)
        copy.backup(config.database)
    finally:
        copy.close()
    click.echo(f"{config.database}: restored from {file}")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Check settings, store, index and sources; exit code 1 when something needs a hand."""
    config = config_from(ctx)
    with open_store(config.database) as db:
        reading = open_reading(config, db, utc_now())
        integrity = db.execute("PRAGMA quick_check").fetchone()[0]
        failing = [source for source in sources.listed(db) if source.failures >= 3]
        checks = [
            ("settings", True, "every value can be used"),
            (
                "token",
                bool(config.token),
                "set" if config.token else "TELEGRAM_BOT_TOKEN is missing (needed by run)",
            ),
            (
                "owners",
                bool(config.owners),
                f"{len(config.owners)}" if config.owners else "CHENBAO_OWNERS is empty: nobody administers",
            ),
            ("store", integrity == "ok", f"{config.database}: {integrity}"),
            (
                "index",
                index_is_current(db, reading.segmenter),
                "made by the segmentation in force"
                if index_is_current(db, reading.segmenter)
                else "made by another segmentation; `run` makes it anew",
            ),
            (
                "sources",
                not failing,
                ", ".join(source.title for source in failing) or "none fails again and again",
            ),
        ]
    if as_json:
        print_json([{"check": name, "ok": good, "finding": finding} for name, good, finding in checks])
    else:
        print_table(
            ("check", "", "finding"),
            [(name, "ok" if good else "!!", finding) for name, good, finding in checks],
        )
    if not all(good for _, good, _ in checks):
        ctx.exit(1)
