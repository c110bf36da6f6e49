"""/search: a query in, ranked articles out.

    query ─parse→ Query ─plan→ needs ─index→ document ids ─rank→ order ─load→ hits

Work is bounded whatever the archive's size. Short queries look at the newest articles that have every word, those
with all of them in the title first in line for ranking. Long ones, and short ones whose words do not all meet,
gather the articles of their rarest words up to a number of postings (more of them for a sentence than for a few words),
and rank the best of those.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from bot.search import ranking
from bot.search.dated import dated
from bot.search.english import english_words
from bot.search.gathering import (
    POOL,
    RANKED_SHORT,
    Scope,
    gather,
    pools_of,
    scope_of,
    taken_in_turn,
    with_longer_words,
)
from bot.search.indexing import index_article, index_is_current, reindex
from bot.search.known_names import KnownNames
from bot.search.needs import telling
from bot.search.plan import SHORT, QueryPlan, make_plan
from bot.search.query import Note, Query, parse_query
from bot.search.suggestions import nearest
from bot.search.synonyms import Synonyms, load_synonyms
from bot.text.normalise import normalise
from bot.text.segment import Segmenter
from bot.text.taxonomy import Taxonomy
from storage import articles, sources
from storage.database import Database
from storage.models import SearchHit
from storage.search import index, terms

__all__ = ["Results", "Search", "index_article", "index_is_current", "reindex"]

RANKED_PARTIAL = 20
RANKED_LONG = 100
"""How many candidates are ranked by what they say: partial answers of a short query, and all of a long one."""
POSTINGS_SHORT = 1_200
POSTINGS_LONG = 40_000
"""How many postings of the rarest words are gathered, newest first."""
GATHERED_SHORT = 60
GATHERED_LONG = 400
"""How many of the gathered articles have their length looked at."""
BYTES_SHORT = 4_500
BYTES_LONG = 24_000
BYTES_PHRASE = 1 << 18
"""How much of a candidate's indexed text is ranked; a phrase is looked for in all of it."""
COUNTED = 20_000
"""Documents of a word that are counted for a chart."""
SIGNS = re.compile("[+#]")
"""What makes another name of a word, and is no letter of it for the index."""
RELATED = 0.3
"""What a synonym counts when candidates are gathered, in shares of its rarity."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first."""

    query: Query
    hits: tuple[SearchHit, ...] = ()
    total: int = 0
    """How many articles (or stories) there are to page through, partial answers included."""
    full: int = 0
    """How many of them have everything that was asked."""
    more: bool = False
    """There are more full answers than were looked at."""
    terms: tuple[str, ...] = ()
    """The words to highlight, own first, then synonyms."""
    parts: tuple[str, ...] = ()
    """Parts of them, to highlight where the whole is not there."""
    problems: tuple[Note, ...] = ()
    translated: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """English words, each with the Chinese ones that were looked for beside them."""
    date: str = ""
    """What among the words was taken for the time, as typed."""
    near: tuple[str, ...] = ()
    """What may have been meant, where nothing has everything that was asked."""

    @property
    def notes(self) -> tuple[str, ...]:
        """`problems` as English sentences for operators."""
        return tuple(map(str, self.problems))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which of the answers, and in which order."""

    limit: int
    offset: int
    now: datetime | None
    """Aware UTC, where age counts."""
    stories: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate document during ranking."""

    doc_id: int
    partial: bool
    score: float = 0.0


class Search:
    """Finds articles. Holds no connection: the store is given with each question."""

    def __init__(self, segmenter: Segmenter, taxonomy: Taxonomy, synonyms: Synonyms | None = None) -> None:
        self._segmenter = segmenter
        self._taxonomy = taxonomy
        self._synonyms = load_synonyms() if synonyms is None else synonyms
        self._english = english_words(taxonomy)
        self._names = KnownNames(taxonomy)

    def parse(self, text: str, now: datetime, zone: tzinfo = UTC) -> Query:
        """The parsed query; never raises."""
        return parse_query(text, now=now, find_topic=self._topic, find_section=self._section, zone=zone)

    def find(
        self,
        db: Database,
        text: str,
        *,
        now: datetime,
        limit: int = 10,
        offset: int = 0,
        decay: bool = False,
        stories: bool = False,
        zone: tzinfo = UTC,
    ) -> Results:
        """The articles that answer `text`, `limit` of them from `offset` on; never raises for any text.

        Full answers come before partial ones where the query is short. With `decay` fresh articles gain; with
        `stories` only the best article of each story is given. Dates in the text are in `zone`.
        """
        query = self.parse(text, now, zone)
        asked = _Asked(limit, offset, now if decay else None, stories)
        known = dated(query, now, zone)
        if known is None:
            return self._with_suggestions(db, self._answer(db, query, asked))
        found = self._answer(db, known.query, asked)
        if found.full:
            return replace(found, date=known.date)
        as_words = self._answer(db, query, asked)
        if as_words.full:
            return as_words
        undated = replace(
            known.query, since=None, until=None, notes=(*query.notes, Note("undated", known.date))
        )
        return self._with_suggestions(db, self._answer(db, undated, asked))

    def _answer(self, db: Database, query: Query, asked: "_Asked") -> Results:
        """The articles that answer a query as it was read."""
        limit, offset, stories = asked.limit, asked.offset, asked.stories
        scope, unknown = scope_of(db, query)
        problems = tuple(self._with_near_names(db, note) for note in (*query.notes, *unknown))
        if query.empty or (
            unknown and not query.groups and not scope.expressions and not (query.since or query.until)
        ):
            return Results(query, problems=problems)
        plan = make_plan(query, self._segmenter, self._synonyms, self._english)
        if query.groups and not plan.needs:
            return Results(query, problems=problems)
        scope = Scope(scope.expressions, plan.excluded, query.since, query.until)
        found, more = self._found(db, query, plan, scope, limit + offset, asked.now)
        if plan.short and (signed := _signed(query)):
            found = _reading(db, found, signed)
        known = (
            index.articles(db, [item.doc_id for item in found], query.since, query.until)
            if _inexact(db, query, stories)
            else None
        )
        if known is not None:
            found = [item for item in found if item.doc_id in known]
        if stories and known is not None:
            found = _one_per_story(found, known)
        page = found[offset : offset + limit]
        ids = known or index.articles(db, [item.doc_id for item in page])
        loaded = articles.by_ids(db, [ids[item.doc_id][0] for item in page if item.doc_id in ids])
        hits = tuple(
            SearchHit(loaded[ids[item.doc_id][0]], item.score, item.partial)
            for item in page
            if item.doc_id in ids and ids[item.doc_id][0] in loaded
        )
        full = sum(not item.partial for item in found)
        return Results(
            query,
            hits,
            len(found),
            full,
            more,
            plan.marks,
            plan.parts,
            problems,
            plan.translated,
        )

    def _with_suggestions(self, db: Database, found: Results) -> Results:
        """The results, and where none has all that was asked, what may have been meant."""
        query = found.query
        if found.full or not query.groups:
            return found
        if len(query.groups) > SHORT or any(len(group) > 1 for group in query.groups):
            return found
        return replace(found, near=self._names.near(db, self._segmenter, [g[0].text for g in query.groups]))

    def told_of(
        self, db: Database, text: str, *, since: datetime, now: datetime, zone: tzinfo = UTC
    ) -> list[int]:
        """The newest documents, at most `COUNTED`, whose title or first sentences have all that `text` asks (with its
        synonyms); for counts over time. Nothing where it has no words; never raises for any text."""
        query = self.parse(text, now, zone)
        scope, _ = scope_of(db, query)
        plan = make_plan(query, self._segmenter, self._synonyms, self._english)
        if not plan.needs:
            return []
        scope = Scope(scope.expressions, plan.excluded, since, query.until)
        told = index.within(index.every(need.expression for need in plan.needs), "title lead")
        found = index.newest(db, scope.of(told), COUNTED, since, until=query.until)
        if plan.exact:
            return found
        read = index.candidates(db, found, BYTES_SHORT)
        meeting = {
            each.doc_id
            for each in read
            if all(need.meets(ranking.Text(each.title, each.text)) for need in plan.needs)
        }
        return [doc_id for doc_id in found if doc_id in meeting]

    def _topic(self, words: str) -> str | None:
        topic = self._taxonomy.find_topic(words)
        return topic.id if topic else None

    def _section(self, words: str) -> str | None:
        section = self._taxonomy.find_section(words)
        return section.id if section else None

    def _with_near_names(self, db: Database, note: Note) -> Note:
        """The note, and what may have been meant by the name in it."""
        names: dict[str, tuple[str, ...]] = {}
        if note.kind == "topic":
            names = {topic.id: (*topic.name.values(), *topic.aliases) for topic in self._taxonomy.topics}
        elif note.kind == "section":
            names = {section.id: tuple(section.name.values()) for section in self._taxonomy.sections}
        elif note.kind == "source":
            names = {source.title: (source.title,) for source in sources.listed(db)}
        return replace(note, near=nearest(note.value, names))

    def _found(
        self, db: Database, query: Query, plan: QueryPlan, scope: Scope, wanted: int, now: datetime | None
    ) -> tuple[list[_Found], bool]:
        """Documents in order, at least `wanted` where there are so many; and whether others were left unseen."""
        if not plan.needs:
            everything = scope.of(index.facet("any"))
            found = index.newest(db, everything, POOL, scope.since, until=scope.until)
            return [_Found(doc_id, partial=False) for doc_id in found], len(found) >= POOL
        total = index.size(db)
        frequencies = terms.frequencies(db, (*plan.tokens, *plan.related))
        plan = with_longer_words(db, plan, frequencies)
        words = ranking.weigh(plan.tokens, frequencies, total, telling)
        pools, unseen = pools_of(db, plan, scope, frequencies) if plan.short else ([], False)
        if plan.sentence and not any(pools):
            gathered = gather(db, words, frequencies, scope, POSTINGS_LONG, GATHERED_LONG)
            ranked = self._rank(db, query, plan, words, gathered[:RANKED_LONG], now, BYTES_LONG)
            return ranked, len(gathered) > RANKED_LONG and not any(item.partial for item in ranked)
        first = taken_in_turn(pools, RANKED_SHORT)
        alike = [*words, *plan.related_to(words)]
        full = self._rank(db, query, plan, alike, first, now, full=True)
        chosen = set(first)
        rest = [doc_id for pool in pools for doc_id in pool if doc_id not in chosen]
        full += [_Found(doc_id, partial=False) for doc_id in dict.fromkeys(rest)]
        if len(full) < wanted and len(words) + len(plan.related) > 1:
            have = {item.doc_id for item in full}
            related = ranking.weigh(plan.related, frequencies, total, telling)
            every = [*words, *(ranking.Weighed(word.word, word.weight * RELATED) for word in related)]
            found = gather(db, every, frequencies, scope, POSTINGS_SHORT, GATHERED_SHORT)
            gathered = [doc_id for doc_id in found if doc_id not in have]
            full += self._rank(db, query, plan, alike, gathered[:RANKED_PARTIAL], now)
        return sorted(full, key=lambda item: item.partial), unseen

    def _rank(
        self,
        db: Database,
        query: Query,
        plan: QueryPlan,
        words: Sequence[ranking.Weighed],
        doc_ids: Sequence[int],
        now: datetime | None,
        size: int = BYTES_SHORT,
        *,
        full: bool = False,
    ) -> list[_Found]:
        """These documents, best first; where the scores are equal the newest. Partial answers that have too little of
        the query are left out.

        `full`: the index found in them what every need asks, be it further down than is read here.
        """
        full = full and plan.exact
        if not plan.exact:
            size = BYTES_PHRASE
        candidates = index.candidates(db, doc_ids, size)
        texts = [ranking.Text(candidate.title, candidate.text) for candidate in candidates]
        scored = []
        few = plan.short and len(plan.needs) > 1
        # of a headline, quotes are a part: only who asks for a few words means them to the letter
        quoted = [need for need in plan.needs if need.quoted] if plan.short else []
        for candidate, text, score in zip(
            candidates, texts, ranking.scores(words, query.words, texts, few=few), strict=True
        ):
            partial = not full and not all(need.meets(text) for need in plan.needs)
            # a short query may be met by synonyms and by letters in a row, a long one has words enough
            share = plan.share(text) if partial and plan.short else score.share
            if partial and (share < plan.enough or not all(need.meets(text) for need in quoted)):
                continue
            fresh = (
                0.0
                if now is None
                else ranking.fresh((now - index.day_of(candidate.doc_id)).total_seconds() / 86400)
            )
            scored.append(_Found(candidate.doc_id, partial, score.points + fresh))
        return sorted(scored, key=lambda item: (-item.score, -item.doc_id))


def _signed(query: Query) -> list[str]:
    """Phrases in quotes with a sign that the index does not keep (人工智能+, C++, C#), normalised."""
    alone = [group[0] for group in query.groups if len(group) == 1]
    return [text for term in alone if term.phrase and SIGNS.search(text := normalise(term.text))]


def _reading(db: Database, found: Sequence[_Found], phrases: Sequence[str]) -> list[_Found]:
    """Those found whose title or text reads so, to the sign."""
    ids = index.articles(db, [item.doc_id for item in found])
    loaded = articles.by_ids(db, [article_id for article_id, _ in ids.values()])
    texts = {
        doc_id: normalise(f"{article.title}\n{article.text}")
        for doc_id, (article_id, _) in ids.items()
        if (article := loaded.get(article_id))
    }
    return [item for item in found if all(phrase in texts.get(item.doc_id, "") for phrase in phrases)]


def _inexact(db: Database, query: Query, stories: bool) -> bool:
    """Whether the store must be asked about every document found. The index knows days, and not what has just vanished."""
    return stories or query.since is not None or query.until is not None or index.has_gone(db)


def _one_per_story(found: Iterable[_Found], known: dict[int, tuple[int, int | None]]) -> list[_Found]:
    """The first document of each story; articles without a story stand for themselves."""
    kept: dict[tuple[str, int], _Found] = {}
    for item in found:
        article_id, story_id = known[item.doc_id]
        kept.setdefault(("article", article_id) if story_id is None else ("story", story_id), item)
    return list(kept.values())
