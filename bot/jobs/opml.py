"""Imports and exports OPML feed lists: each line becomes a source, is one already, or is refused with a reason."""

from dataclasses import dataclass
from typing import Literal

from bot.collect.feeds.opml import Outline, folder_path, read_opml, write_opml
from bot.collect.fetch.addresses import feed_address
from bot.collect.fetch.guard import RefusedError, check_url
from bot.errors import FetchError
from bot.messages.problems import error_sentence
from bot.runtime.services import Newsroom
from bot.text.normalise import squash
from bot.text.taxonomy import Taxonomy
from storage import sources
from storage.models import Source

DEFAULT_LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class ListLine:
    """The result for one line of a list; `line` is its number in the file."""

    line: int
    url: str
    title: str
    status: Literal["added", "known", "refused"]
    problem: str = ""
    section: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListResult:
    """The result of importing a list, line by line."""

    title: str
    lines: tuple[ListLine, ...]

    def count(self, status: Literal["added", "known", "refused"]) -> int:
        """How many lines have this status."""
        return sum(line.status == status for line in self.lines)


def import_opml(room: Newsroom, data: bytes) -> ListResult:
    """Add the feeds of an OPML file, all of them in one transaction; nothing is fetched.

    Raises InputError, one sentence, where the file is no feed list or must not be read.
    """
    found = read_opml(data)
    with room.db.transaction():
        lines = [_take_in(room, outline) for outline in found.outlines]
    lines += [ListLine(fault.line, "", fault.what, "refused", fault.problem) for fault in found.faults]
    return ListResult(found.title, tuple(sorted(lines, key=lambda line: line.line)))


async def import_from(room: Newsroom, url: str) -> ListResult:
    """Fetch an OPML file through the address guard and add its feeds. Raises InputError and FetchError."""
    fetched = await room.fetcher.fetch(url, "", "")
    if fetched.cut:
        raise FetchError("cut_off")
    return import_opml(room, fetched.body)


def export_opml(room: Newsroom) -> str:
    """The feeds in use as OPML; importing it elsewhere gives the same sources."""
    return write_opml("晨报", [_outline(source) for source in sources.listed(room.db, "feed")])


def _take_in(room: Newsroom, outline: Outline) -> ListLine:
    url = feed_address(outline.url)
    title = outline.title or url
    try:
        check_url(url)
    except RefusedError as error:
        return ListLine(outline.line, url, title, "refused", error_sentence(error))
    section = _section(room.reading.taxonomy, outline)
    source, new = sources.add(
        room.db,
        url=url,
        title=title,
        kind="feed",
        language=outline.language or DEFAULT_LANGUAGE,
        section=section,
        weight=1.0 if outline.weight is None else outline.weight,
        folder=folder_path(outline.folders),
        topics=_topics(room.reading.taxonomy, outline),
        now=room.now(),
    )
    return ListLine(
        outline.line,
        url,
        source.title,
        "added" if new else "known",
        section=source.section,
        topics=source.topics,
    )


def _section(taxonomy: Taxonomy, outline: Outline) -> str | None:
    """The section that a category names, else the innermost folder that names one, by id or in any language."""
    for words in (*outline.categories, *reversed(outline.folders)):
        wanted = squash(words)
        for section in taxonomy.sections:
            if wanted in map(squash, (section.id, *section.name.values())):
                return section.id
    return None


def _topics(taxonomy: Taxonomy, outline: Outline) -> tuple[str, ...]:
    """The topics that its categories and folders name, by id, in any language or by another name of theirs."""
    named = {squash(words) for words in (*outline.categories, *outline.folders)}
    return tuple(
        topic.id
        for topic in taxonomy.topics
        if not named.isdisjoint(map(squash, (topic.id, *topic.name.values(), *topic.aliases)))
    )


def _outline(source: Source) -> Outline:
    return Outline(
        url=source.url,
        title=source.title,
        folders=tuple(source.folder.split("/")) if source.folder else (),
        categories=(*filter(None, (source.section,)), *source.topics),
        language=source.language,
        weight=source.weight,
    )
