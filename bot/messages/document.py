"""The result of importing a document that an owner sent."""

from collections.abc import Mapping, Sequence

from bot.messages.html import Markup, bold, cut, lines, paragraphs, say
from bot.messages.html import line as one_line
from bot.messages.model import Message
from bot.messages.view import View

_TITLE_UNITS = 120
_MAX_MISSING = 10


def render_imported(
    title: str, counts: Mapping[str, int], missing: Sequence[str], skipped: Sequence[int], view: View
) -> Message:
    """How many articles are new, updated, unchanged, which listed ones the document does not have, and the numbers of
    lines that could not be read.
    """
    said = say(
        view.locale,
        "document.done",
        total=sum(counts.values()),
        new=counts.get("new", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
    )
    gone = [say(view.locale, "document.missing", title=cut(one_line(name), _TITLE_UNITS)) for name in missing]
    return Message(
        paragraphs(
            lines(bold(cut(one_line(title), _TITLE_UNITS)), said, skipped_lines(skipped, view)),
            lines(*gone[:_MAX_MISSING]),
        )
    )


def skipped_lines(numbers: Sequence[int], view: View) -> Markup:
    """Which lines were left out, the first of them by number; nothing where none was."""
    if not numbers:
        return Markup("")
    named = view.locale.join_names(map(str, numbers[:_MAX_MISSING]))
    if len(numbers) > _MAX_MISSING:
        named += " …"
    return say(view.locale, "document.skipped_lines", count=len(numbers), lines=named)
