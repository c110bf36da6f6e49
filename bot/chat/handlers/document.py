"""A file that an owner sends is imported as by `chenbao import`, and the result is reported in their language."""

from pathlib import PurePath

from telegram import Document
from telegram.error import TelegramError

from bot.chat.turn import Turn
from bot.collect.documents.formats import TOLD_SUFFIXES
from bot.errors import DocumentError, InputError
from bot.messages.document import render_imported, skipped_lines
from bot.messages.model import Message

LARGEST = 20 * 1024 * 1024
"""Telegram gives a bot no larger file (https://core.telegram.org/bots/api#getfile)."""
_PATIENCE = 60.0


async def received(turn: Turn) -> None:
    """Download the file, import it, and say what was taken in; anybody but an owner is told that this is for owners."""
    document = turn.document
    if document is None or turn.chat.kind != "private":
        return
    name = PurePath(document.file_name or "").name or "document"
    if not turn.is_owner:
        await turn.say("document.owners_only")
        return
    if (document.file_size or 0) > LARGEST:
        await turn.say("document.too_big", name=name)
        return
    await turn.say("document.reading", name=name)
    data = await download(document)
    if data is None:
        await turn.say("document.not_given", name=name)
        return
    if name.lower().endswith(".opml"):
        await _feeds(turn, name, data)
        return
    try:
        from bot.jobs.documents import take_in_file  # noqa: PLC0415 - all kinds of documents: 10 MB

        imported = await take_in_file(turn.services, name, data, turn.now)
    except DocumentError as problem:
        await turn.say(
            f"document.{problem.reason}",
            name=name,
            line=problem.line,
            suffixes=turn.locale.join(TOLD_SUFFIXES),
        )
        return
    skipped = [fault.line for fault in imported.faults]
    await turn.reply(render_imported(imported.title, imported.counts, imported.missing, skipped, turn.view))


async def _feeds(turn: Turn, name: str, data: bytes) -> None:
    """A list of sources."""
    try:
        from bot.jobs.opml import import_opml  # noqa: PLC0415 - as above

        result = import_opml(turn.services, data)
    except InputError:
        await turn.say("document.damaged", name=name)
        return
    added, known, skipped = (result.count(status) for status in ("added", "known", "refused"))
    await turn.say("document.feeds_done", name=name, new=added, known=known, skipped=skipped)
    if refused := [line.line for line in result.lines if line.status == "refused"]:
        await turn.reply(Message(skipped_lines(refused, turn.view)))


async def download(document: Document) -> bytes | None:
    """The file's bytes, or None where Telegram does not give them (its error may hold the file's address: not told)."""
    try:
        file = await document.get_file(read_timeout=_PATIENCE)
        return bytes(await file.download_as_bytearray(read_timeout=_PATIENCE))
    except TelegramError:
        return None
