"""Where the environment is read: nowhere else."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from bot.config import Config, load_config


def config_from(ctx: click.Context, environ: Mapping[str, str] | None = None) -> Config:
    """The settings in force for this command. Raises ConfigError, naming the setting."""
    file = ctx.find_root().obj
    return load_config(os.environ if environ is None else environ, Path(file) if file else None)
