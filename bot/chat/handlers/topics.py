"""/topics: the multi-select menu of topics."""

from bot.chat.handlers import onboarding
from bot.chat.turn import Turn
from bot.messages.callbacks import Menu, ToggleTopic, TopicsDone, TopicsPage
from bot.messages.topics import render_topics, render_topics_done
from storage import subscriptions
from storage.models import Subscription


async def topics(turn: Turn) -> None:
    """Show the menu."""
    await turn.reply(render_topics(turn.view, turn.topics))


async def page(turn: Turn, action: TopicsPage) -> None:
    """Turn to a page of the menu."""
    await turn.show(render_topics(turn.view, turn.topics, menu=_menu(action.menu), page=action.page))


async def toggle(turn: Turn, action: ToggleTopic) -> None:
    """Follow or unfollow one topic."""
    if turn.services.reading.taxonomy.topic(action.topic_id) is None:
        await turn.pop_up("error.old_menu")
    else:
        topic = Subscription("topic", action.topic_id)
        with turn.progress.once() as first:
            if first and not subscriptions.remove(turn.services.db, turn.chat.id, topic):
                turn.follow(topic)
    await turn.show(render_topics(turn.view, turn.topics, menu=_menu(action.menu), page=action.page))


async def done(turn: Turn, action: TopicsDone) -> None:
    """The reader has chosen: go to the next onboarding step, or confirm what is followed now."""
    if action.menu == "start":
        await onboarding.topics_chosen(turn)
    else:
        await turn.show(render_topics_done(turn.view, turn.topics))


def _menu(menu: str) -> Menu:
    return "start" if menu == "start" else "topics"
