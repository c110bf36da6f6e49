"""The buttons under a suggestion of wider topics."""

from bot.chat.turn import Turn
from bot.jobs import views
from bot.messages.quiet import FollowWider
from storage import editions, subscriptions
from storage.models import Subscription


async def follow_wider(turn: Turn, action: FollowWider) -> None:
    """Follow the topic, or drop it, and show the suggestion as it stands now."""
    db = turn.services.db
    edition = editions.by_id(db, action.edition_id)
    known = turn.services.reading.taxonomy.topic(action.topic_id) is not None
    if edition is None or edition.chat_id != turn.chat.id or not known:
        await turn.pop_up("error.old_menu")
        return
    wanted = Subscription("topic", action.topic_id)
    name = turn.view.names.topic(action.topic_id)
    if action.on:
        added = turn.follow(wanted)
        await turn.pop_up_promise("follow.added_topic" if added else "follow.already", name=name)
    else:
        subscriptions.remove(db, turn.chat.id, wanted)
        await turn.pop_up("unfollow.done", name=name)
    await turn.show(views.edition(turn.services, turn.chat, edition))
