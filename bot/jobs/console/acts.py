"""What an owner may change on the console: each change is described before, written down, and can be taken back.

    pause, resume, fetch a source · split an article from its story · say which section an article belongs to

Owners can do all of it in the chat too (/sources, /split, /section).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.errors import InputError
from bot.jobs.collect.full_text import complete
from bot.jobs.collect.round import collect_source
from bot.runtime.services import Newsroom
from bot.search.search import index_article
from storage import articles, merges, owner_acts, sources, stories
from storage.models import Article, Source
from storage.owner_acts import OwnerAct, OwnerActKind

KINDS: tuple[OwnerActKind, ...] = ("pause", "resume", "fetch", "split", "section")
PAGES_SECONDS = 15.0
"""For the pages of one source's new articles."""
NONE = "none"
"""The section of what is not of the industry."""


@dataclass(frozen=True, slots=True)
class OwnerWish:
    """A change that an owner wants."""

    kind: OwnerActKind
    target_id: int
    value: str = ""
    """The section's id."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a change would do."""

    title: str
    """Of the source or article."""
    was: str
    becomes: str


def prospect(room: Newsroom, wish: OwnerWish) -> Prospect:
    """What the change would do. Raises InputError where there is nothing to be changed."""
    match wish.kind:
        case "pause" | "resume":
            source = _source(room, wish.target_id)
            if source.paused == (wish.kind == "pause"):
                raise InputError("the source is like that already")
            words = ("running", "paused")
            return Prospect(source.title, words[source.paused], words[not source.paused])
        case "fetch":
            source = _source(room, wish.target_id)
            return Prospect(source.title, "", "")
        case "split":
            article = _article(room, wish.target_id)
            mates = stories.by_ids(room.db, [article.story_id] if article.story_id else [])
            if not any(len(story.articles) > 1 for story in mates.values()):
                raise InputError("the article is alone in its story already")
            return Prospect(article.title, str(article.story_id), "")
        case "section":
            article = _article(room, wish.target_id)
            section = None if wish.value == NONE else wish.value
            if section is not None and room.reading.taxonomy.section(section) is None:
                raise InputError("there is no such section")
            if article.section == section:
                raise InputError("the article is there already")
            return Prospect(article.title, article.section or NONE, wish.value)


async def perform(room: Newsroom, person_id: int, wish: OwnerWish, now: datetime) -> int:
    """Do it and write it down; returns the id of what was written. Raises InputError where nothing can be changed."""
    seen = prospect(room, wish)
    write = partial(_write, room, person_id, wish, seen, now)
    match wish.kind:
        case "pause" | "resume":
            return write(lambda: sources.pause(room.db, wish.target_id, on=wish.kind == "pause"))
        case "fetch":
            written = write(lambda: None)
            result = await collect_source(room, _source(room, wish.target_id), now)
            await complete(room, result.pages, now, seconds=PAGES_SECONDS)
            return written
        case "split":
            with room.db.transaction():
                parted = part(room, _article(room, wish.target_id))
                new = str(parted.new) if parted else ""
                return owner_acts.add(
                    room.db, person_id, "split", wish.target_id, seen.title, seen.was, new, now
                )
        case "section":
            section = None if wish.value == NONE else wish.value
            return write(lambda: _place(room, wish.target_id, section, person_id, now))


def undo(room: Newsroom, act_id: int, now: datetime) -> OwnerAct:
    """Take a change back. Raises InputError where that cannot be (any more)."""
    act = owner_acts.by_id(room.db, act_id)
    if act is None or act.kind == "fetch":
        raise InputError("there is nothing to be taken back")
    with room.db.transaction():
        if not owner_acts.undo(room.db, act_id, now):
            raise InputError("it was taken back already")
        match act.kind:
            case "pause" | "resume":
                source = _source(room, act.target_id)
                if source.paused != (act.kind == "pause"):
                    raise InputError("the source was changed since")
                sources.pause(room.db, source.id, on=act.kind == "resume")
            case "split":
                _rejoin(room, act)
            case "section":
                _put_back(room, act, now)
    return act


def part(room: Newsroom, article: Article) -> stories.Parted | None:
    """A story that the article came with is there again, else the article is one. None where it is one already."""
    parted = merges.undo(room.db, article.id) or stories.split(room.db, article.id, article.published_at)
    if parted is None:
        return None
    for one in articles.by_ids(room.db, parted.article_ids).values():
        room.reading.stories.keep_apart(one.id, parted.old)
        room.reading.stories.add(one)
    return parted


def _write(
    room: Newsroom, person_id: int, wish: OwnerWish, seen: Prospect, now: datetime, change: Callable[[], None]
) -> int:
    with room.db.transaction():
        change()
        return owner_acts.add(
            room.db, person_id, wish.kind, wish.target_id, seen.title, seen.was, seen.becomes, now
        )


def _place(room: Newsroom, article_id: int, section: str | None, person_id: int, now: datetime) -> None:
    owner_acts.correct_section(room.db, article_id, section, person_id, now)
    index_article(room.db, room.reading.segmenter, _article(room, article_id))


def _put_back(room: Newsroom, act: OwnerAct, now: datetime) -> None:
    article = _article(room, act.target_id)
    if (article.section or NONE) != act.becomes:
        raise InputError("the article was put elsewhere since")
    was = None if act.was == NONE else act.was
    owner_acts.uncorrect_section(room.db, article.id)
    if _article(room, article.id).section != was:  # there was a correction before this one
        owner_acts.correct_section(room.db, article.id, was, act.person_id, now)
    index_article(room.db, room.reading.segmenter, _article(room, article.id))


def _rejoin(room: Newsroom, act: OwnerAct) -> None:
    old, new = int(act.was), int(act.becomes or 0)
    found = stories.by_ids(room.db, [old, new])
    if len(found) < 2 or act.target_id not in {article.id for article in found[new].articles}:
        raise InputError("the stories were changed since")
    for article in found[new].articles:
        stories.unsplit(room.db, article.id, old)
        room.reading.stories.let_together(article.id, old)
    merges.merge(room.db, new, old)
    room.reading.stories.merge(new, old)


def _source(room: Newsroom, source_id: int) -> Source:
    source = sources.by_id(room.db, source_id)
    if source is None or source.kind != "feed" or not source.enabled:
        raise InputError("there is no such source")
    return source


def _article(room: Newsroom, article_id: int) -> Article:
    article = articles.by_id(room.db, article_id)
    if article is None:
        raise InputError("there is no such article")
    return article
