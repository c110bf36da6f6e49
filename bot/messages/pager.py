"""◀ 2/3 ▶ under anything that has pages."""

from collections.abc import Callable

from bot.messages.action import Action
from bot.messages.model import Button, Row
from bot.messages.view import View


def pager(view: View, page: int, pages: int, action: Callable[[int], Action]) -> Row:
    """The buttons to the page before, this one (draws it anew) and the next; empty where there is one page only."""
    if pages <= 1:
        return ()
    text = view.locale.text
    row = [Button(text("button.page", page=page, pages=pages), action(page))]
    if page > 1:
        row.insert(0, Button(text("button.previous"), action(page - 1)))
    if page < pages:
        row.append(Button(text("button.next"), action(page + 1)))
    return tuple(row)
