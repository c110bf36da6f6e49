"""/search: a query in, ranked articles out.

    query ─parse→ Query ─plan→ needs ─index→ document ids ─rank→ order ─load→ hits

Work is bounded whatever the archive's size. Short queries look at the newest articles that have every word, those
with all of them in the title first in line for ranking. Long ones, and short ones whose words do not all meet,
gather the articles of their rarest words up to a number of postings (more of them for a sentence than for a few words),
and rank the best of those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

import numpy as np

from bot.search import ranking
from bot.search.indexing import index_article, index_is_current, reindex
from bot.search.plan import QueryPlan, make_plan, telling
from bot.search.query import Note, Query, parse_query
from bot.search.suggestions import nearest
from bot.search.synonyms import Synonyms, load_synonyms
from bot.text.normalise import squash
from bot.text.segment import Segmenter
from bot.text.taxonomy import Taxonomy
from storage import articles, sources
from storage.database import Database
from storage.models import SearchHit
from storage.search import index, terms

__all__ = ["Results", "Search", "index_article", "index_is_current", "reindex"]

POOL = 200
"""How many of the newest full answers are looked at; `Results.more` says that there are others."""
WINDOWS = (6_000, 40_000)
"""How many postings a short query's needs may have among the newest articles: the second where the first gives too
little."""
RANKED_SHORT = 30
RANKED_PARTIAL = 20
RANKED_LONG = 100
"""How many candidates are ranked by what they say: full answers of a short query, its partial ones, a long one's."""
POSTINGS_SHORT = 1_200
POSTINGS_LONG = 40_000
"""How many postings of the rarest words are gathered, newest first."""
GATHERED_SHORT = 60
GATHERED_LONG = 400
"""How many of the gathered articles have their length looked at."""
FEW = 20
LONGER = 8
"""A word in fewer texts than `FEW` is also looked for as the beginning of so many longer ones."""
BYTES_SHORT = 4_500
BYTES_LONG = 24_000
BYTES_PHRASE = 1 << 18
"""How much of a candidate's indexed text is ranked; a phrase is looked for in all of it."""
SIZE_SHARE = 0.3
COUNTED = 20_000
"""Documents of a word that are counted for a chart."""
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

    @property
    def notes(self) -> tuple[str, ...]:
        """`problems` as English sentences for operators."""
        return tuple(map(str, self.problems))


@dataclass(frozen=True, slots=True)
class _Scope:
    """The filters as the index understands them."""

    expressions: tuple[str, ...]
    excluded: tuple[str, ...]
    since: datetime | None
    until: datetime | None = None

    def of(self, expression: str) -> str:
        """The expression inside the filters."""
        return index.without(index.every((expression, *self.expressions)), self.excluded)


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
        scope, unknown = _scope(db, query)
        problems = tuple(self._with_near_names(db, note) for note in (*query.notes, *unknown))
        if query.empty or (
            unknown and not query.groups and not scope.expressions and not (query.since or query.until)
        ):
            return Results(query, problems=problems)
        plan = make_plan(query, self._segmenter, self._synonyms)
        if query.groups and not plan.needs:
            return Results(query, problems=problems)
        scope = _Scope(scope.expressions, plan.excluded, query.since, query.until)
        found, more = self._found(db, query, plan, scope, limit + offset, now if decay else None)
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
        )

    def told_of(
        self, db: Database, text: str, *, since: datetime, now: datetime, zone: tzinfo = UTC
    ) -> list[int]:
        """The newest documents, at most `COUNTED`, whose title or first sentences have all that `text` asks (with its
        synonyms); for counts over time. Nothing where it has no words; never raises for any text."""
        query = self.parse(text, now, zone)
        scope, _ = _scope(db, query)
        plan = make_plan(query, self._segmenter, self._synonyms)
        if not plan.needs:
            return []
        scope = _Scope(scope.expressions, plan.excluded, since, query.until)
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
        self, db: Database, query: Query, plan: QueryPlan, scope: _Scope, wanted: int, now: datetime | None
    ) -> tuple[list[_Found], bool]:
        """Documents in order, at least `wanted` where there are so many; and whether others were left unseen."""
        if not plan.needs:
            everything = scope.of(index.facet("any"))
            found = index.newest(db, everything, POOL, scope.since, until=scope.until)
            return [_Found(doc_id, partial=False) for doc_id in found], len(found) >= POOL
        total = index.size(db)
        frequencies = terms.frequencies(db, (*plan.tokens, *plan.related))
        plan = _with_longer_words(db, plan, frequencies)
        words = ranking.weigh(plan.tokens, frequencies, total, telling)
        pools, unseen = _pools(db, plan, scope, frequencies) if plan.short else ([], False)
        if plan.sentence and not any(pools):
            gathered = _gather(db, words, scope, POSTINGS_LONG, GATHERED_LONG)
            ranked = self._rank(db, query, plan, words, gathered[:RANKED_LONG], now, BYTES_LONG)
            return ranked, len(gathered) > RANKED_LONG and not any(item.partial for item in ranked)
        first = _taken_in_turn(pools, RANKED_SHORT)
        alike = [*words, *plan.related_to(words)]
        full = self._rank(db, query, plan, alike, first, now, full=True)
        chosen = set(first)
        rest = [doc_id for pool in pools for doc_id in pool if doc_id not in chosen]
        full += [_Found(doc_id, partial=False) for doc_id in dict.fromkeys(rest)]
        if len(full) < wanted and len(words) + len(plan.related) > 1:
            have = {item.doc_id for item in full}
            related = ranking.weigh(plan.related, frequencies, total, telling)
            every = [*words, *(ranking.Weighed(word.word, word.weight * RELATED) for word in related)]
            gathered = [d for d in _gather(db, every, scope, POSTINGS_SHORT, GATHERED_SHORT) if d not in have]
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
        for candidate, text, score in zip(
            candidates, texts, ranking.scores(words, query.words, texts), strict=True
        ):
            partial = not full and not all(need.meets(text) for need in plan.needs)
            # a short query may be met by synonyms and by letters in a row, a long one has words enough
            share = plan.share(text) if partial and plan.short else score.share
            if partial and share < plan.enough:
                continue
            fresh = (
                0.0
                if now is None
                else ranking.fresh((now - index.day_of(candidate.doc_id)).total_seconds() / 86400)
            )
            scored.append(_Found(candidate.doc_id, partial, score.points + fresh))
        return sorted(scored, key=lambda item: (-item.score, -item.doc_id))


def _inexact(db: Database, query: Query, stories: bool) -> bool:
    """Whether the store must be asked about every document found. The index knows days, and not what has just vanished."""
    return stories or query.since is not None or query.until is not None or index.has_gone(db)


def _pools(
    db: Database, plan: QueryPlan, scope: _Scope, frequencies: Mapping[str, int]
) -> tuple[list[list[int]], bool]:
    """The newest documents that meet every need: in the title, and anywhere; and whether older ones
    were left unseen, because the needs have more postings than may be looked through."""
    meeting = index.every(need.expression for need in plan.needs)
    counts = [need.most(frequencies) for need in plan.needs]
    rarest = plan.needs[counts.index(min(counts))]
    anywhere: list[int] = []
    floor = 0
    for postings in WINDOWS:
        share = postings / max(sum(counts), 1)
        floor = (
            index.nth_newest(db, rarest.expression, max(int(min(counts) * share), 1))
            if share < 1 and scope.until is None
            else 0
        )
        if floor and len(plan.needs) > 1:
            anywhere = index.newest_above(db, scope.of(meeting), POOL, floor, scope.since)
        else:
            anywhere = index.newest(db, scope.of(meeting), POOL, scope.since, floor, scope.until)
        if floor == 0 or len(anywhere) >= RANKED_SHORT:
            break
    unseen = floor > 0 or len(anywhere) >= POOL
    if len(anywhere) <= RANKED_SHORT:
        return [anywhere], unseen
    title = scope.of(index.within(meeting, "title"))
    titled = index.newest(db, title, RANKED_SHORT, scope.since, floor, scope.until) if scope.until else None
    return [titled or index.newest_above(db, title, RANKED_SHORT, floor, scope.since), anywhere], unseen


def _with_longer_words(db: Database, plan: QueryPlan, frequencies: Mapping[str, int]) -> QueryPlan:
    """A word that hardly any text has may stand there as the beginning of longer ones: 晶圆 in 晶圆厂."""
    if not plan.short:
        return plan
    needs = tuple(
        need.also(terms.longer(db, need.ways[0].whole[0], LONGER))
        if need.one_word and need.most(frequencies) < FEW
        else need
        for need in plan.needs
    )
    return replace(plan, needs=needs)


def _taken_in_turn(pools: Sequence[Sequence[int]], limit: int) -> list[int]:
    """The first of each pool, the second of each …: `limit` different documents."""
    taken: dict[int, None] = {}
    for turn in range(max(map(len, pools), default=0)):
        taken.update(dict.fromkeys(pool[turn] for pool in pools if turn < len(pool)))
        if len(taken) >= limit:
            break
    return list(taken)[:limit]


def _gather(
    db: Database, words: Iterable[ranking.Weighed], scope: _Scope, postings: int, most: int
) -> list[int]:
    """Documents by the weight of the rarest words in them, up to `postings` of them, small documents first in line."""
    left = postings
    found: list[list[int]] = []
    weights: list[float] = []
    for word in sorted(words, key=lambda word: -word.weight):
        if left <= 0:
            break
        doc_ids = index.newest(db, scope.of(index.word([word.word])), left, scope.since, until=scope.until)
        left -= len(doc_ids)
        found.append(doc_ids)
        weights += [word.weight] * len(doc_ids)
    if not weights:
        return []
    doc_ids_, positions = np.unique(
        np.concatenate([np.array(part, np.int64) for part in found]), return_inverse=True
    )
    sums = np.bincount(positions, np.array(weights))
    best = np.lexsort((-doc_ids_, -sums))[:most]
    chosen = [int(doc_id) for doc_id in doc_ids_[best]]
    sizes = index.sizes(db, chosen)
    average = sum(sizes.values()) / max(len(sizes), 1) or 1.0
    value = {
        doc_id: float(weight) / (1 + SIZE_SHARE * sizes.get(doc_id, 0) / average)
        for doc_id, weight in zip(chosen, sums[best], strict=True)
    }
    return sorted(chosen, key=lambda doc_id: (-value[doc_id], -doc_id))


def _one_per_story(found: Iterable[_Found], known: dict[int, tuple[int, int | None]]) -> list[_Found]:
    """The first document of each story; articles without a story stand for themselves."""
    kept: dict[tuple[str, int], _Found] = {}
    for item in found:
        article_id, story_id = known[item.doc_id]
        kept.setdefault(("article", article_id) if story_id is None else ("story", story_id), item)
    return list(kept.values())


def _scope(db: Database, query: Query) -> tuple[_Scope, tuple[Note, ...]]:
    """The query's filters as expressions, and the sources that nobody knows."""
    expressions = []
    if query.topics:
        expressions.append(index.either(index.facet(f"topic={topic}") for topic in query.topics))
    if query.sections:
        expressions.append(index.either(index.facet(f"section={section}") for section in query.sections))
    unknown = []
    names: list[str] = []
    for name in query.sources:
        wanted = squash(name)
        ways = [
            index.facet(f"source={source.id}")
            for source in sources.listed(db)
            if wanted in squash(source.title)
        ]
        publisher = index.facet(f"publisher={wanted}", begins=True)
        if index.newest(db, publisher, 1):
            ways.append(publisher)
        names += ways
        if not ways:
            unknown.append(Note("source", name))
    if names:
        expressions.append(index.either(names))
    return _Scope(tuple(expressions), (), query.since), tuple(unknown)
