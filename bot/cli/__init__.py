"""The `chenbao` command: each group of commands in its own file, loaded when it is asked for."""

import importlib
import sys
from collections.abc import Callable
from typing import Any

import click

from bot.errors import ChenbaoError, ConfigError

COMMANDS: dict[str, str] = {
    "run": "bot.cli.run:run",
    "demo": "bot.cli.demo:demo",
    "collect": "bot.cli.collect:collect",
    "import": "bot.cli.importing:import_files",
    "search": "bot.cli.search:search",
    "preview": "bot.cli.preview:preview",
    "sources": "bot.cli.sources:sources",
    "topics": "bot.cli.topics:topics",
    "stats": "bot.cli.store:stats",
    "backup": "bot.cli.store:backup",
    "restore": "bot.cli.store:restore",
    "doctor": "bot.cli.store:doctor",
    "text": "bot.cli.text:text",
}


class LazyGroup(click.Group):
    """Imports a command's module only when it runs, so that `--help` and small commands start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option("--config", "config_file", type=click.Path(dir_okay=False), help="A TOML file with settings.")
@click.version_option(package_name="chenbao", prog_name="chenbao")
@click.pass_context
def chenbao(ctx: click.Context, config_file: str | None) -> None:
    """晨报: watches an industry's Chinese news and briefs people on it in Telegram.

    Try it without a token: chenbao demo
    """
    ctx.obj = config_file


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every expected error is one sentence on stderr with exit code 1 or 2."""
    sys.exit(_run(lambda: chenbao.main(args=arguments, prog_name="chenbao", standalone_mode=False)))


def _run(command: Callable[[], Any]) -> int:
    try:
        result = command()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code)
    except ChenbaoError as error:
        return _complain(str(error), 2 if isinstance(error, ConfigError) else 1)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # `chenbao … | head`: the reader has seen enough
        sys.stderr.close()
        return 1
    return result if isinstance(result, int) else 0


def _complain(sentence: str, code: int) -> int:
    click.echo(f"chenbao: {sentence}", err=True)
    return code
