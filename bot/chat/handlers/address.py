"""A pasted address: the article where we have it, the source where we read it, else what can be done with it."""

import re

from bot.chat.turn import Turn
from bot.collect.feeds.canonical import canonical_url
from bot.jobs import sources as jobs
from bot.messages.model import Button
from bot.messages.source_callbacks import AddSource
from bot.messages.stories import render_story
from storage import articles, searches, stories
from storage.models import Source

LONGEST = 500


async def address(turn: Turn) -> None:
    """Show what we know of it; an owner may add it as a source."""
    url = _complete(turn.text)
    db = turn.services.db
    known = articles.by_links(db, [canonical_url(url)])
    article = next((articles.by_id(db, each.id) for each in known.values()), None)
    if article is not None and article.story_id is not None:
        await turn.reply(render_story(stories.by_ids(db, [article.story_id])[article.story_id], turn.view))
        return
    source = jobs.find(turn.services, url)
    if isinstance(source, Source):
        await turn.say("address.source", name=source.title[:100])
    elif not turn.is_owner:
        await turn.say("address.reader")
    elif len(url) > LONGEST:
        await turn.say("address.too_long")
    else:
        search_id = searches.add(db, turn.chat.id, url, turn.now)
        await turn.say(
            "address.owner", (Button(turn.locale.text("button.add_source"), AddSource(search_id)),)
        )


def _complete(words: str) -> str:
    """An http(s) address, however it was pasted: feed://, www. or a bare host."""
    plain = re.sub(r"^feed:(?://)?(?=https?://)", "", words, flags=re.IGNORECASE)
    plain = re.sub(r"^feed://", "https://", plain, flags=re.IGNORECASE)
    return plain if re.match(r"https?://", plain, re.IGNORECASE) else f"https://{plain}"
