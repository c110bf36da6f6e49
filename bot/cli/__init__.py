"""The `chenbao` command: each group of commands in its own file, loaded when it is asked for."""

import importlib
import io
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, NamedTuple

import click

from bot.errors import ChenbaoError, ConfigError
from bot.runtime.zonedata import use_newest


class CommandEntry(NamedTuple):
    """Where a command is, and what `chenbao --help` says of it."""

    where: str
    help: str


COMMANDS: dict[str, CommandEntry] = {
    "run": CommandEntry("bot.cli.run:run", "Run the bot: poll Telegram, collect, compose and deliver."),
    "demo": CommandEntry("bot.cli.demo:demo", "Talk to the bot here, on a sample archive, without a token."),
    "collect": CommandEntry(
        "bot.cli.collect:collect", "Fetch the sources that are due, once or until stopped."
    ),
    "import": CommandEntry(
        "bot.cli.importing:import_files", "Import a printed periodical, articles or JSON Lines."
    ),
    "search": CommandEntry("bot.cli.search:search", "Search the archive with the grammar of /search."),
    "hot": CommandEntry("bot.cli.hot:hot", "Words that rise, each with its story."),
    "trends": CommandEntry(
        "bot.cli.trends:trends", "Stories a day of topics and words, as a chart or in words."
    ),
    "preview": CommandEntry("bot.cli.preview:preview", "Show the edition that a new reader would get now."),
    "report": CommandEntry(
        "bot.cli.report:report", "Print the periodical of a span of days (PDF, Word, EPUB, HTML)."
    ),
    "sources": CommandEntry(
        "bot.cli.sources:sources", "The places articles come from: list, add, remove, check."
    ),
    "topics": CommandEntry("bot.cli.topics:topics", "The sections and topics that articles are sorted into."),
    "stats": CommandEntry("bot.cli.store:stats", "How many sources, articles, stories, chats there are."),
    "backup": CommandEntry("bot.cli.store:backup", "Copy the store to a file, also while the bot runs."),
    "restore": CommandEntry("bot.cli.store:restore", "Put a backup in place of the store."),
    "doctor": CommandEntry(
        "bot.cli.doctor:doctor", "Check everything that trips operators up, and say what to do."
    ),
    "mcp": CommandEntry("bot.cli.mcp:mcp", "Let an assistant read the archive (MCP)."),
    "text": CommandEntry("bot.cli.text:text", "Read Chinese text: JSON Lines in, JSON Lines out."),
}


class LazyGroup(click.Group):
    """Imports a command's module only when it runs, so that `--help` and small commands start at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command. Raises UsageError, with the nearest name, where there is none of that name."""
        if cmd_name not in COMMANDS:
            near = get_close_matches(cmd_name, COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "see: chenbao --help"
            ctx.fail(f"there is no command {cmd_name!r}; {hint}")
        module, _, attribute = COMMANDS[cmd_name].where.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table above, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, known.help) for name, known in COMMANDS.items()])


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
    use_newest()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that knows fewer characters shows a ? for them
        sys.stdout.reconfigure(errors="replace")
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
        from bot.messages.problems import error_sentence  # noqa: PLC0415 - loaded where something went wrong

        return _complain(error_sentence(error), 2 if isinstance(error, ConfigError) else 1)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # `chenbao … | head`: the reader has seen enough
        sys.stderr.close()
        return 1
    return result if isinstance(result, int) else 0


def _complain(sentence: str, code: int) -> int:
    click.echo(f"chenbao: {sentence}", err=True)
    return code
