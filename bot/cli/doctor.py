"""`chenbao doctor`: everything that trips operators up."""

import asyncio
from dataclasses import asdict

import click

from bot.cli.output import print_json, print_table
from bot.cli.settings import config_from
from bot.jobs.doctor.gathering import examine
from bot.runtime.opening import utc_now


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--offline", is_flag=True, help="Ask neither Telegram nor any feed.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool, offline: bool) -> None:
    """Check settings, Telegram, store, disk, sources and clock, and say what to do; exit code 1 on a problem.

    Nothing is changed, also while the bot runs. Telegram and three feeds are asked, for eight seconds at most.
    """
    findings = asyncio.run(examine(config_from(ctx), utc_now(), network=not offline))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_table(
            ("check", "", "finding"),
            [(finding.check, "ok" if finding.ok else "!!", finding.finding) for finding in findings],
        )
    if not all(finding.ok for finding in findings):
        ctx.exit(1)
