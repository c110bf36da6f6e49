"""/help, /privacy and the command menu."""

from collections.abc import Collection

from bot.locales import Locale
from bot.messages.html import Markup, bold, lines, paragraphs, say
from bot.messages.model import Message
from bot.messages.view import View

GROUPS = (
    ("help.follow_heading", ("topics", "follow", "unfollow", "alert", "mute", "share", "saved")),
    ("help.read_heading", ("today", "topic", "search", "hot", "trends", "report")),
    ("help.settings_heading", ("start", "settings", "bind", "help", "privacy", "export", "stop")),
    (
        "help.owner_heading",
        ("sources", "stats", "status", "split", "section", "invite", "console"),
    ),
)
COMMANDS = tuple(command for _, group in GROUPS for command in group)


def command_menu(locale: Locale, commands: Collection[str]) -> tuple[tuple[str, str], ...]:
    """(command, description) for Telegram's setMyCommands, in the order of the help."""
    return tuple((name, locale.text(f"command.{name}")) for name in COMMANDS if name in commands)


def render_help(view: View, commands: Collection[str], suffixes: Collection[str]) -> Message:
    """Each of the `commands` with an example, by what one wants to do; `suffixes` are the files that owners can send."""
    groups = []
    for heading, names in GROUPS:
        entries = [say(view.locale, f"help.command.{name}") for name in names if name in commands]
        if heading == "help.owner_heading" and entries:
            entries.append(say(view.locale, "help.owner_files", suffixes=view.locale.join(suffixes)))
        if entries:
            groups.append(lines(bold(view.locale.text(heading)), *entries))
    return Message(
        paragraphs(bold(view.locale.text("help.title")), *groups, Markup(view.locale.text("help.chinese")))
    )


def render_privacy(view: View, *, search_days: int, edition_days: int) -> Message:
    """What is stored about the chat; searches and editions are forgotten after so many days."""
    return Message(say(view.locale, "privacy.text", days=search_days, edition_days=edition_days))
