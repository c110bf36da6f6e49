"""/search: ranked, paged results in the chat, and following what one searched for."""

from dataclasses import replace
from datetime import timedelta

from bot.chat.turn import Turn
from bot.messages.callbacks import FollowSearch, SearchPage
from bot.messages.html import cut
from bot.messages.items import NAME_UNITS
from bot.messages.search import Remark, ResultPage, SearchResult, Suggestion, render_search
from bot.search.query import Query
from bot.search.search import Results
from bot.search.snippets import snippet
from storage import searches
from storage.models import Subscription
from storage.subscriptions import MAX_KEYWORD_LENGTH, MAX_KEYWORDS

PER_PAGE = 6
MAX_PAGES = 20
MAX_QUERY_LENGTH = 200
MAX_PER_HOUR = 200


async def search(turn: Turn) -> None:
    """Answer the words behind the command, or a plain text."""
    words = " ".join(turn.text.split())
    if not words:
        await turn.say("search.ask")
        return
    if len(words) > MAX_QUERY_LENGTH:
        await turn.say("search.too_long", limit=MAX_QUERY_LENGTH)
        return
    if searches.recent(turn.services.db, turn.chat.id, turn.now - timedelta(hours=1)) >= MAX_PER_HOUR:
        await turn.say("search.limited", limit=MAX_PER_HOUR)
        return
    search_id = searches.add(turn.services.db, turn.chat.id, words, turn.now)
    found = _find(turn, words, 1)
    near = tuple(
        Suggestion(each, searches.add(turn.services.db, turn.chat.id, each, turn.now))
        for each in dict.fromkeys(_in_own_language(turn, name) for name in found.near)
    )
    shown = replace(_shown(turn, words, search_id, 1, found), near=near)
    await turn.reply_to_one(render_search(shown, turn.view))


def _in_own_language(turn: Turn, name: str) -> str:
    """A topic's name as this reader knows it, whatever language it was found by."""
    topic = turn.services.reading.taxonomy.find_topic(name)
    return turn.view.names.topic(topic.id) if topic is not None and name in topic.name.values() else name


async def search_if_found(turn: Turn) -> None:
    """Answer the words where there is something to answer."""
    words = " ".join(turn.text.split())
    if 0 < len(words) <= MAX_QUERY_LENGTH and _find(turn, words, 1).full:
        await search(turn)


async def page(turn: Turn, action: SearchPage) -> None:
    """Turn to a page of results."""
    words = searches.query_of(turn.services.db, action.search_id, turn.chat.id)
    if words is None:
        await turn.pop_up("search.old")
        return
    await turn.show(render_search(_page(turn, words, action.search_id, action.page), turn.view))


async def follow(turn: Turn, action: FollowSearch) -> None:
    """Follow the words of the search like any keyword."""
    words = searches.query_of(turn.services.db, action.search_id, turn.chat.id)
    if words is None:
        await turn.pop_up("search.old")
        return
    wanted = _followable(turn, words)
    if len(wanted) > MAX_KEYWORD_LENGTH:
        await turn.pop_up("follow.too_long", name=cut(wanted, NAME_UNITS), limit=MAX_KEYWORD_LENGTH)
        return
    item = Subscription("keyword", wanted)
    full = sum(each.kind == "keyword" for each in turn.following) >= MAX_KEYWORDS
    if full and item not in turn.following:
        await turn.pop_up("follow.limit", name=wanted, limit=MAX_KEYWORDS)
        return
    added = turn.follow(item)
    await turn.pop_up_promise("follow.added_keyword" if added else "follow.already", name=wanted)
    await turn.show(render_search(_page(turn, words, action.search_id, 1), turn.view))


def _followable(turn: Turn, words: str) -> str:
    """What of a search can be followed: its words, without filters and quotes; all of it where it has none."""
    query = _parsed(turn, words)
    plain = query.filtered or query.excluded or any(term.phrase for group in query.groups for term in group)
    return query.words if plain and query.words else words


def _parsed(turn: Turn, words: str) -> Query:
    return turn.services.reading.search.parse(words, turn.now, turn.view.zone)


def _find(turn: Turn, words: str, number: int) -> Results:
    with turn.services.counters.searching():
        return turn.services.reading.search.find(
            turn.services.db,
            words,
            limit=PER_PAGE,
            offset=(number - 1) * PER_PAGE,
            now=turn.now,
            decay=True,
            stories=True,
            zone=turn.view.zone,
        )


def _page(turn: Turn, words: str, search_id: int, number: int) -> ResultPage:
    number = min(max(number, 1), MAX_PAGES)
    return _shown(turn, words, search_id, number, _find(turn, words, number))


def _shown(turn: Turn, words: str, search_id: int, number: int, found: Results) -> ResultPage:
    pages = min(max(1, -(-found.total // PER_PAGE)), MAX_PAGES)
    return ResultPage(
        query=words,
        search_id=search_id,
        results=tuple(
            SearchResult(
                hit.article,
                snippet(hit.article.text, found.terms, parts=found.parts, headline=hit.article.title),
                hit.partial,
            )
            for hit in found.hits
        ),
        total=found.total,
        page=number,
        pages=pages,
        first=(number - 1) * PER_PAGE + 1,
        followed=Subscription("keyword", _followable(turn, words)) in turn.following,
        remarks=tuple(Remark(note.kind, note.value, note.near) for note in found.problems),
        full=found.full,
        more=found.more,
        translated=found.translated,
        date=found.date,
        has_words=bool(_parsed(turn, words).words),
    )
