"""A story's page, opened by its number in a digest (a deep link) or a button."""

from bot.chat.turn import Turn
from bot.messages.story import StoryPage, render_story_page
from bot.messages.story_callbacks import KeepStory, OpenStory
from storage import merges, saved, stories

MAX_AFFAIR = 20


async def show_story(turn: Turn, story_id: int) -> None:
    """The page as a new message; one sentence where the story is no longer there."""
    page = _page(turn, story_id)
    if page is None:
        await turn.say("story.gone")
    else:
        await turn.reply(render_story_page(page, turn.view))


async def open_story(turn: Turn, action: OpenStory) -> None:
    """Another story of the affair, in place of this one."""
    await _again(turn, action.story_id)


async def keep(turn: Turn, action: KeepStory) -> None:
    """Keep the story, or let it go; a second press changes nothing."""
    story_id = merges.current(turn.services.db, action.story_id)
    if stories.by_ids(turn.services.db, [story_id]):
        with turn.progress.once() as first:
            if first and (story_id in saved.ids(turn.services.db, turn.chat.id)) != action.on:
                saved.toggle(turn.services.db, turn.chat.id, story_id, turn.now)
        await turn.pop_up("saved.added" if action.on else "saved.removed")
    await _again(turn, story_id)


async def _again(turn: Turn, story_id: int) -> None:
    page = _page(turn, story_id)
    if page is None:
        await turn.pop_up("error.old_menu_here")
    else:
        await turn.show(render_story_page(page, turn.view))


def _page(turn: Turn, story_id: int) -> StoryPage | None:
    db = turn.services.db
    number = merges.current(db, story_id)
    ids = stories.affair_of(db, number, MAX_AFFAIR)
    found = stories.by_ids(db, list(dict.fromkeys((*ids, number))))
    story = found.get(number)
    if story is None or not story.articles:
        return None
    affair = [found[each] for each in ids if each in found and found[each].articles]
    return StoryPage(story, affair, number in saved.ids(db, turn.chat.id), turn.chat.tastes)
