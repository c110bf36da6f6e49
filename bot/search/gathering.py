"""Which documents a search looks at: those that meet every need among the newest, and those of the rarest words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.search import ranking
from bot.search.plan import QueryPlan
from bot.search.query import Note, Query
from bot.text.normalise import squash
from storage import sources
from storage.database import Database
from storage.search import index, terms

POOL = 200
"""How many of the newest full answers are looked at; `Results.more` says that there are others."""
WINDOWS = (6_000, 40_000)
"""How many postings a short query's needs may have among the newest articles: the second where the first gives too
little."""
RANKED_SHORT = 30
"""How many full answers of a short query are ranked by what they say."""
FEW = 20
LONGER = 8
"""A word in fewer texts than `FEW` is also looked for as the beginning of so many longer ones."""
SIZE_SHARE = 0.3
LISTED = 10_000
"""Postings of a word of which it takes longer to read all than to ask for those in documents with other words."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters as the index understands them."""

    expressions: tuple[str, ...]
    excluded: tuple[str, ...]
    since: datetime | None
    until: datetime | None = None

    def of(self, expression: str) -> str:
        """The expression inside the filters."""
        return index.without(index.every((expression, *self.expressions)), self.excluded)


def pools_of(
    db: Database, plan: QueryPlan, scope: Scope, frequencies: Mapping[str, int]
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


def with_longer_words(db: Database, plan: QueryPlan, frequencies: Mapping[str, int]) -> QueryPlan:
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


def taken_in_turn(pools: Sequence[Sequence[int]], limit: int) -> list[int]:
    """The first of each pool, the second of each …: `limit` different documents."""
    taken: dict[int, None] = {}
    for turn in range(max(map(len, pools), default=0)):
        taken.update(dict.fromkeys(pool[turn] for pool in pools if turn < len(pool)))
        if len(taken) >= limit:
            break
    return list(taken)[:limit]


def gather(
    db: Database,
    words: Iterable[ranking.Weighed],
    frequencies: Mapping[str, int],
    scope: Scope,
    postings: int,
    most: int,
) -> list[int]:
    """Documents by the weight of the rarest words in them, up to `postings` of them, small documents first in line.

    As soon as `most` documents weigh more than all words to come together, no other can take their places: then of a
    common word no posting is read but those in documents that have a word read before. `frequencies` (in how many
    documents each word stands, or nearly so) decides only how postings are read, not which.
    """
    import numpy as np  # noqa: PLC0415 - few queries come here

    line = sorted(words, key=lambda word: -word.weight)
    found, weights = np.empty(0, np.int64), np.empty(0, np.float64)
    read: list[str] = []
    left, decided = postings, False
    for place, word in enumerate(line):
        if left <= 0:
            break
        to_come = sum(other.weight for other in line[place:])
        decided = decided or int(np.count_nonzero(weights > to_come)) >= most
        asked = index.word([word.word])
        wanted, count, floor = scope.of(asked), 0, 0
        if frequencies.get(word.word, 0) > left:  # only the newest of them are read
            count, floor = index.extent(db, wanted, left, scope.since, scope.until)
        if decided and count > LISTED:
            wanted = scope.of(index.every((asked, index.either(read))))
        listed = index.listed(db, wanted, scope.since, floor, scope.until)
        doc_ids = np.sort(np.fromstring(listed, np.int64, sep=","))[-left:]
        left -= count or len(doc_ids)
        if decided:
            places = np.searchsorted(found, doc_ids)
            known = found.take(places, mode="clip") == doc_ids
            weights[places[known]] += word.weight
        else:
            read.append(asked)
            both = np.concatenate((found, doc_ids))
            order = both.argsort(kind="stable")
            both = both[order]
            added = np.concatenate((weights, np.full(len(doc_ids), word.weight)))[order]
            firsts = np.flatnonzero(np.diff(both, prepend=-1))
            found, weights = both[firsts], np.add.reduceat(added, firsts)
    if len(weights) > most:
        heavy = np.flatnonzero(weights >= np.partition(weights, -most)[-most])
        found, weights = found[heavy], weights[heavy]
    best = np.lexsort((-found, -weights))[:most]
    chosen = [int(doc_id) for doc_id in found[best]]
    sizes = index.sizes(db, chosen)
    average = sum(sizes.values()) / max(len(sizes), 1) or 1.0
    value = {
        doc_id: float(weight) / (1 + SIZE_SHARE * sizes.get(doc_id, 0) / average)
        for doc_id, weight in zip(chosen, weights[best], strict=True)
    }
    return sorted(chosen, key=lambda doc_id: (-value[doc_id], -doc_id))


def scope_of(db: Database, query: Query) -> tuple[Scope, tuple[Note, ...]]:
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
    return Scope(tuple(expressions), (), query.since), tuple(unknown)
