"""Owner commands: statistics, status, splitting a wrong merge, inviting readers."""

import secrets
from importlib.metadata import version

from bot.chat.turn import Turn
from bot.jobs.console.acts import part
from bot.messages.admin import Status, render_split_choice, render_stats, render_status
from storage import articles, chats, counts, invitations, resting, stories
from storage import sources as source_rows

MAX_MERGED = 5
"""Stories that /split offers."""
MAX_NAMED = 5
"""Resting chats that /status names."""


async def stats(turn: Turn) -> None:
    """/stats: the number of rows of each kind."""
    await turn.reply(render_stats(counts.of_everything(turn.services.db), turn.view))


async def status(turn: Turn) -> None:
    """How long it has been running, the last collection, the next edition, the size of the store."""
    db = turn.services.db
    fetched = [source.fetched_at for source in source_rows.listed(db, "feed") if source.fetched_at]
    found = Status(
        version=version("chenbao"),
        running=turn.now - turn.services.started_at,
        collected_at=max(fetched, default=None),
        next_edition_at=chats.earliest_due(db),
        database_bytes=db.size(),
        resting=[found.chat for found in resting.listed(db, MAX_NAMED)],
        resting_count=counts.of_everything(db).chats_resting,
    )
    await turn.reply(render_status(found, turn.view))


async def split(turn: Turn) -> None:
    """/split: separate an article from a story that it does not belong to; the story index keeps them apart."""
    words = turn.text.lstrip("#")
    if not words:
        await turn.reply(render_split_choice(stories.merged(turn.services.db, MAX_MERGED), turn.view))
        return
    await turn.services.reading.remembered.wait()
    article = articles.by_id(turn.services.db, int(words)) if words.isascii() and words.isdigit() else None
    if article is None or not turn.progress.made(lambda: part(turn.services, article) is not None):
        await turn.say("admin.split_unknown", value=words[:40])
        return
    await turn.say("admin.split_done", title=article.title)


async def invite(turn: Turn) -> None:
    """/invite: a link that admits one person."""
    code = secrets.token_urlsafe(12)
    invitations.add(turn.services.db, code, turn.now)
    await turn.say("admin.invite_link", link=f"https://t.me/{turn.services.username}?start={code}")
