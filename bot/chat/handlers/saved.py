"""/saved: the stories that the reader keeps."""

from bot.chat.turn import Turn
from bot.messages.callbacks import SavedPage, Unsave
from bot.messages.stories import render_saved
from storage import merges
from storage import saved as rows


async def saved(turn: Turn) -> None:
    """Show what is kept."""
    await turn.reply(render_saved(rows.listed(turn.services.db, turn.chat.id), turn.view))


async def page(turn: Turn, action: SavedPage) -> None:
    """Turn to a page."""
    await turn.show(render_saved(rows.listed(turn.services.db, turn.chat.id), turn.view, page=action.page))


async def unsave(turn: Turn, action: Unsave) -> None:
    """Remove a saved story; a second press does not save it again."""
    story_id = merges.current(turn.services.db, action.story_id)
    if story_id in rows.ids(turn.services.db, turn.chat.id):
        rows.toggle(turn.services.db, turn.chat.id, story_id, turn.now)
        await turn.pop_up("saved.removed")
    await turn.show(render_saved(rows.listed(turn.services.db, turn.chat.id), turn.view, page=action.page))
