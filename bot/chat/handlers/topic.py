"""/topic 半导体: the newest stories of one topic."""

from datetime import timedelta

from bot.chat.turn import Turn
from bot.messages.callbacks import FollowTopic, TopicPage
from bot.messages.stories import render_topic
from bot.messages.topics import render_topic_choice
from storage import stories, subscriptions
from storage.models import Subscription

DAYS = 7
MOST = 60


async def topic(turn: Turn) -> None:
    """Show the topic that the words name."""
    if not turn.text:
        await turn.reply(render_topic_choice(turn.view))
        return
    found = turn.services.reading.taxonomy.find_topic(turn.text)
    if found is None:
        await turn.reply(render_topic_choice(turn.view, unknown=turn.text))
        return
    await show(turn, found.id, 1)


async def page(turn: Turn, action: TopicPage) -> None:
    """Turn to a page of a topic."""
    await show(turn, action.topic_id, action.page)


async def follow(turn: Turn, action: FollowTopic) -> None:
    """Follow the topic from here, or drop it."""
    if turn.services.reading.taxonomy.topic(action.topic_id) is None:
        await turn.pop_up("error.old_menu")
        return
    wanted = Subscription("topic", action.topic_id)
    name = turn.view.names.topic(action.topic_id)
    if action.on:
        turn.follow(wanted)
        await turn.pop_up_promise("follow.added_topic", name=name)
    else:
        subscriptions.remove(turn.services.db, turn.chat.id, wanted)
        await turn.pop_up("unfollow.done", name=name)
    await show(turn, action.topic_id, 1)


async def show(turn: Turn, topic_id: str, number: int) -> None:
    """One page (from 1) of the topic's newest stories."""
    found = stories.of_topic(turn.services.db, topic_id, turn.now - timedelta(days=DAYS), turn.now, MOST)
    await turn.show(
        render_topic(topic_id, found, turn.view, days=DAYS, page=number, following=topic_id in turn.topics)
    )
