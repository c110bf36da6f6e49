"""Where the environment is read: nowhere else."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.config import Config, load_config
from bot.errors import ConfigError

AT_HELP = "As of that moment, e.g. 2026-11-24T08:00; without a zone: CHENBAO_TIMEZONE."


def config_from(ctx: click.Context, environ: Mapping[str, str] | None = None) -> Config:
    """The settings in force for this command. Raises ConfigError, naming the setting."""
    file = ctx.find_root().obj
    return load_config(os.environ if environ is None else environ, Path(file) if file else None)


def moment_of(text: str | None, zone: ZoneInfo) -> datetime:
    """The moment (UTC) that --at says, now where it was not given. Raises ConfigError where it says none."""
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--at: {text!r} is no time such as 2026-11-24T08:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
