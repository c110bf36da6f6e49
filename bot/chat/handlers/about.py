"""/help, /privacy, /export and /stop: what the bot does, what it knows, and how to leave."""

import json
from dataclasses import asdict

from bot.chat.turn import Turn
from bot.collect.documents.formats import TOLD_SUFFIXES
from bot.jobs.tidy import EDITIONS_KEPT, SEARCHES_KEPT
from bot.messages.callbacks import Stop
from bot.messages.help import render_help, render_privacy
from bot.messages.model import Message
from bot.messages.notice import notice
from bot.messages.settings import render_stop
from storage import chats, exports


async def show_help(turn: Turn) -> None:
    """Each command with an example, by what one wants to do."""
    await turn.reply(render_help(turn.view, turn.commands, TOLD_SUFFIXES))


async def privacy(turn: Turn) -> None:
    """What is stored about the chat."""
    await turn.reply(
        render_privacy(turn.view, search_days=SEARCHES_KEPT.days, edition_days=EDITIONS_KEPT.days)
    )


async def export(turn: Turn) -> None:
    """Everything that is stored about the chat, as a JSON file."""
    claim = turn.progress.next_answer()
    if claim is None:
        return
    known = {**asdict(turn.chat), **exports.of_chat(turn.services.db, turn.chat.id)}
    data = json.dumps(known, ensure_ascii=False, indent=2, default=str).encode()
    outcome = await turn.services.sender.send_document(
        turn.home.telegram_chat_id,
        turn.home.telegram_thread_id,
        name=turn.locale.text("export.file_name"),
        data=data,
        caption=turn.locale.text("export.caption"),
        claim=claim,
    )
    turn.progress.check(outcome, new=True)


async def stop(turn: Turn) -> None:
    """Ask what shall become of the data."""
    await turn.reply(render_stop(turn.view))


async def stop_chosen(turn: Turn, action: Stop) -> None:
    """Stop and keep, stop and delete, or go on."""
    match action.choice:
        case "keep":
            chats.deactivate(turn.services.db, turn.chat.id, chats.STOPPED)
            await turn.show(_sentence(turn, "stop.kept"))
        case "delete":
            message = _sentence(turn, "stop.deleted")
            chats.delete(turn.services.db, turn.chat.id)
            await turn.show(message)
        case _:
            await turn.show(_sentence(turn, "stop.cancelled"))


def _sentence(turn: Turn, key: str) -> Message:
    return notice(turn.view, key)
