"""/follow and /unfollow: any topic, section, source or word."""

from bot.chat.turn import Turn
from bot.messages.callbacks import SubscriptionsPage, Unfollow, mark
from bot.messages.subscriptions import render_subscriptions, subscription_name
from bot.text.normalise import normalise, squash
from storage import sources, subscriptions
from storage.models import Subscription

MOST_KEYWORDS = 50
LONGEST_KEYWORD = 40


async def follow(turn: Turn) -> None:
    """Follow what stands behind the command; a topic's name means the topic."""
    words = " ".join(turn.text.split())
    if not words:
        await turn.say("follow.ask")
        return
    wanted = meant(turn, words)
    if wanted.kind == "keyword":
        if len(words) > LONGEST_KEYWORD:
            await turn.say("follow.too_long", limit=LONGEST_KEYWORD)
            return
        if len(squash(words)) < 2:  # one character stands in almost every article
            await turn.say("follow.too_short", name=words)
            return
        if sum(item.kind == "keyword" for item in turn.following) >= MOST_KEYWORDS:
            await turn.say("follow.limit", limit=MOST_KEYWORDS)
            return
    name = subscription_name(wanted, turn.view)
    if turn.progress.made(lambda: subscriptions.add(turn.services.db, turn.chat.id, wanted, turn.now)):
        await turn.say(f"follow.added_{wanted.kind}", name=name)
    else:
        await turn.say("follow.already", name=name)


async def unfollow(turn: Turn) -> None:
    """Drop what stands behind the command; without words, show what there is to drop."""
    words = " ".join(turn.text.split())
    if not words:
        await turn.reply(render_subscriptions(turn.following, turn.view))
        return
    same = [item for item in turn.following if normalise(item.value) == normalise(words)]
    wanted = same[0] if same else meant(turn, words)
    if turn.progress.made(lambda: subscriptions.remove(turn.services.db, turn.chat.id, wanted)):
        await turn.say("unfollow.done", name=subscription_name(wanted, turn.view))
    else:
        await turn.reply(render_subscriptions(turn.following, turn.view, unknown=words))


async def page(turn: Turn, action: SubscriptionsPage) -> None:
    """Turn to a page of the list."""
    await turn.show(render_subscriptions(turn.following, turn.view, page=action.page))


async def drop(turn: Turn, action: Unfollow) -> None:
    """Drop the subscription that the button stands for."""
    for item in turn.following:
        if mark(item) == action.mark:
            subscriptions.remove(turn.services.db, turn.chat.id, item)
            await turn.pop_up("unfollow.done", name=subscription_name(item, turn.view))
    await turn.show(render_subscriptions(turn.following, turn.view, page=action.page))


def meant(turn: Turn, words: str) -> Subscription:
    """What the words name: a topic, a section, a source by its title, else the words themselves."""
    taxonomy = turn.services.reading.taxonomy
    if topic := taxonomy.find_topic(words):
        return Subscription("topic", topic.id)
    if section := taxonomy.find_section(words):
        return Subscription("section", section.id)
    wanted = normalise(words)
    for source in sources.listed(turn.services.db):
        if normalise(source.title) == wanted:
            return Subscription("source", source.title)
    known = [item for item in turn.following if item.kind == "keyword" and normalise(item.value) == wanted]
    return known[0] if known else Subscription("keyword", words)
