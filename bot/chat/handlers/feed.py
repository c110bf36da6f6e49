"""The private feed of a chat, in /settings: made, made anew, revoked."""

from bot.chat.turn import Turn
from bot.config import pages_at
from bot.jobs import feeds
from bot.messages.callbacks import SetFeed, ShowFeed
from bot.messages.feed import render_feed, render_new_feed


async def panel(turn: Turn, _: ShowFeed | None = None) -> None:
    """Whether the chat has one, and what can be done."""
    if not pages_at(turn.services.config):
        await turn.say("feed.off")
        return
    await turn.show(render_feed(feeds.made_at(turn.services, turn.chat.id), turn.view))


async def choose(turn: Turn, action: SetFeed) -> None:
    """Make one, or a new one in its place; or revoke it."""
    if not action.on:
        feeds.revoke(turn.services, turn.chat.id)
        await turn.pop_up("feed.revoked")
        await panel(turn)
    elif not pages_at(turn.services.config):
        await turn.say("feed.off")
    else:
        addresses = feeds.addresses(turn.services, feeds.make_key(turn.services, turn.chat.id, turn.now))
        await turn.pop_up()
        await turn.show(render_new_feed(addresses, turn.view))
