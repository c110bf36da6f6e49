"""/share: one's own set of subscriptions as a link; and what links into the bot open."""

from bot.chat.handlers import search, topic
from bot.chat.handlers.story import show_story
from bot.chat.turn import Turn
from bot.messages.links import DeepLink, address_of, read_payload
from bot.messages.settings import with_way_out
from bot.messages.share import render_adopted, render_set, render_share
from bot.messages.share_callbacks import AdoptSet
from storage import follow_changes, shared_sets
from storage.subscriptions import MAX_KEYWORDS


async def share(turn: Turn) -> None:
    """The link to what the chat follows."""
    items = turn.following
    if not items:
        await turn.say("share.nothing")
        return
    token = shared_sets.share(turn.services.db, turn.chat.id, items, turn.now)
    await turn.reply(render_share(items, address_of(DeepLink("set", token), turn.view), turn.view))


async def opened(turn: Turn) -> bool:
    """Show what the payload of a /start leads to; False where it is no link of ours."""
    link = read_payload(turn.text)
    if link is None:
        return False
    match link.kind:
        case "topic":
            turn.text = link.value
            await topic.topic(turn)
        case "word":
            turn.text = link.value
            await search.search(turn)
        case "story":
            await show_story(turn, int(link.value))
        case "set":
            items = shared_sets.by_token(turn.services.db, link.value)
            if items is None:
                await turn.say("share.gone")
            else:
                new = [item for item in items if item not in turn.following]
                await turn.reply(render_set(items, link.value if new else "", turn.view))
    return True


async def adopt(turn: Turn, action: AdoptSet) -> None:
    """Follow all of a shared set that is not followed yet, as far as the limit on words allows; with an undo."""
    db = turn.services.db
    items = shared_sets.by_token(db, action.token)
    if items is None:
        await turn.pop_up("share.gone")
        return
    following = turn.following
    room = MAX_KEYWORDS - sum(item.kind == "keyword" for item in following)
    new = [item for item in items if item not in following]
    beyond = [item for item in new if item.kind == "keyword"][max(room, 0) :]
    added = [item for item in new if item not in beyond]
    change_id = 0
    with db.transaction():
        for item in added:
            turn.follow(item)
        if added:
            change_id = follow_changes.add(db, turn.chat.id, added, turn.now, followed=True)
    await turn.pop_up()
    adopted = render_adopted(added, change_id, turn.view, beyond=len(beyond), limit=MAX_KEYWORDS)
    await turn.show(with_way_out(adopted, turn.chat, turn.view))
