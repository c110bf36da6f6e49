"""The buttons under an edition: pages, section jumps, saving, and why a story was sent."""

from bot.briefing.tastes import met_by
from bot.chat.handlers.today import brief_now
from bot.chat.turn import Turn
from bot.jobs import views
from bot.messages.callbacks import EditionPage, EditionSaving, ToggleSaved, WhySent
from bot.messages.digest import render_tune_page, render_why
from bot.messages.taste_callbacks import TunePage
from storage import editions, merges, saved
from storage.models import Edition


async def page(turn: Turn, action: EditionPage) -> None:
    """Turn to a page."""
    if edition := await _own(turn, action.edition_id):
        await turn.show(views.edition(turn.services, turn.chat, edition, page=action.page))


async def saving(turn: Turn, action: EditionSaving) -> None:
    """Show the numbered save buttons, or put them away."""
    if edition := await _own(turn, action.edition_id):
        await turn.show(views.edition(turn.services, turn.chat, edition, page=action.page, saving=action.on))


async def toggle_saved(turn: Turn, action: ToggleSaved) -> None:
    """Save a story, or remove it."""
    edition = await _own(turn, action.edition_id)
    if edition is None:
        return
    story_id = merges.current(turn.services.db, action.story_id)
    if story_id not in {item.story.id for item in edition.items}:
        await turn.pop_up("error.old_menu")
        return
    with turn.progress.once() as first:
        if first:
            saved.toggle(turn.services.db, turn.chat.id, story_id, turn.now)
    kept = story_id in saved.ids(turn.services.db, turn.chat.id)
    await turn.pop_up("saved.added" if kept else "saved.removed")
    await turn.show(views.edition(turn.services, turn.chat, edition, page=action.page, saving=True))


async def why(turn: Turn, action: WhySent) -> None:
    """为什么推给我, as a message of its own."""
    if edition := await _own(turn, action.edition_id):
        saved.note(turn.services.db, turn.chat.id, None, "why", turn.now)
        leans = tuple(taste for taste in turn.chat.tastes if not taste.muted)
        moved = {item.story.id: met_by(item.story, leans) for item in edition.items} if leans else {}
        told = views.without_muted(edition, turn.chat)
        await turn.reply(render_why(told, turn.view, page=action.page, tastes=moved))


async def tune(turn: Turn, action: TunePage) -> None:
    """多推, 少推 or 静音: of which story, as a message of its own."""
    if edition := await _own(turn, action.edition_id):
        await turn.pop_up()
        await turn.reply(render_tune_page(edition, turn.view, page=action.page))


async def _own(turn: Turn, edition_id: int) -> Edition | None:
    """The edition behind a button, if it is this chat's and still there; else the reader gets today's."""
    edition = editions.by_id(turn.services.db, edition_id)
    if edition is not None and edition.chat_id == turn.chat.id and edition.items:
        return edition
    await turn.pop_up("error.gone_edition")
    await brief_now(turn)
    return None
