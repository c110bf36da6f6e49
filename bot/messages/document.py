"""What became of a document that an owner sent."""

from collections.abc import Mapping, Sequence

from bot.messages.html import bold, cut, lines, paragraphs, say
from bot.messages.html import line as one_line
from bot.messages.model import Message
from bot.messages.view import View

_TITLE_UNITS = 120
_MOST_MISSING = 10


def render_imported(title: str, counts: Mapping[str, int], missing: Sequence[str], view: View) -> Message:
    """How many articles are new, updated, unchanged, and which listed ones the document does not have."""
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
        paragraphs(lines(bold(cut(one_line(title), _TITLE_UNITS)), said), lines(*gone[:_MOST_MISSING]))
    )
