"""The search index: FTS5 over tokens that it is given, and what a ranker needs beside it.

Form. SQLite 3.40's contentless FTS5 can take a row out only when it is handed the row's exact old tokens, so each
document's tokens are kept beside it (compressed: a third of what an FTS5 content table would store). A change or a
removal hands them back, which leaves no ghost posting whatever happened to the article's text or to the
segmentation since. A trigger notes articles that vanish by themselves (a source deleted with everything in it), and
`sweep` takes those out.

Order. `doc_id` numbers documents within their publishing day, so that index order is time order: newest first needs
no sort, `since` is a range, and an archive imported later does not pass for news.

Tokens. The tokenizer is `ascii` with every ASCII sign a token character: it cuts at white space only, so that a token
stays one searchable word whatever signs are in it. Facets (topic=ai, section=companies …) stand in their own column.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from storage import tokens as packed
from storage.database import Database
from storage.search import index_meta, terms
from storage.uncounted import distinct

_CUTTING = re.compile(r"[\s\x00\"']+")
_DAY = 1 << 14
_LAST = 2**62
"""Numbers within a day; a fuller day runs over into the next."""
_LAST_DAY = 1 << 20
MERGED = 4
"""Pages of the index that are joined for each document put or taken out: no more parts than a search bears well, at
any size."""
MARK = "\x1f"
"""Stands between sentences; the tokenizer passes over it."""
_MARKED = f" {MARK} "


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """The indexed form of one article: tokens, sentence by sentence. Facets are `name=value` without blanks."""

    article_id: int
    published: datetime
    """An aware time."""
    title: Sequence[str]
    lead: Sequence[Sequence[str]]
    body: Sequence[Sequence[str]]
    facets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An indexed article as a ranker reads it: its words as they were indexed, with `MARK` between sentences."""

    doc_id: int
    article_id: int
    title: str
    text: str


def put(db: Database, document: IndexDocument) -> None:
    """Index the document in place of what was indexed for its article."""
    put_many(db, (document,))


def put_many(db: Database, documents: Iterable[IndexDocument]) -> None:
    """`put` for each."""
    with db.transaction():
        wanted = tuple(documents)
        known = _known(db, [document.article_id for document in wanted])
        counts: Counter[str] = Counter()
        added = written = 0
        free: dict[int, int] = {}
        for document in wanted:
            columns, words = _columns(document)
            tokens = packed.pack(columns)
            day = min(max(int(document.published.timestamp() // 86400), 0), _LAST_DAY)
            if document.article_id in known:
                doc_id, old = known[document.article_id]
                if old == tokens and doc_id // _DAY == day:
                    continue
                counted = _take_out(db, doc_id, old)
                counts.subtract(counted)
                added -= 1
            else:
                counted = set()
            doc_id = free.pop(day, 0) or _free_number(db, day)
            if doc_id // _DAY != day:
                free.clear()  # a full day runs over: what was free on the next one may be taken now
            elif (doc_id + 1) // _DAY == day:
                free[day] = doc_id + 1
            known[document.article_id] = doc_id, tokens
            db.execute(
                "INSERT INTO index_words (rowid, title, lead, body, facets) VALUES (?, ?, ?, ?, ?)",
                (doc_id, *columns),
            )
            db.execute("INSERT INTO index_documents VALUES (?, ?, ?)", (doc_id, document.article_id, tokens))
            if counted:
                counts.update(words)
            else:
                terms.wait(db, doc_id, words)
            added += 1
            written += 1
        _join(db, MERGED * written)
        terms.change(db, counts)
        terms.limit(db)
        _grow(db, added)


def remove(db: Database, *article_ids: int) -> None:
    """Take these articles out; those that are not in the index are passed over."""
    with db.transaction():
        counts: Counter[str] = Counter()
        known = _known(db, article_ids)
        _join(db, MERGED * len(known))
        for doc_id, tokens in known.values():
            counts.subtract(_take_out(db, doc_id, tokens))
        terms.change(db, counts)
        _grow(db, -len(known))


def sweep(db: Database, limit: int = 1000) -> int:
    """Take out documents whose article vanished from the store; how many it were (at most `limit`)."""
    with db.transaction():
        gone = db.execute(
            "SELECT article_id FROM index_gone JOIN index_documents USING (doc_id) LIMIT ?", (limit,)
        ).fetchall()
        remove(db, *(row["article_id"] for row in gone))
    return len(gone)


def merge(db: Database, pages: int = 200) -> bool:
    """Join some of the parts that many small writes leave in the index (searches read each of them); writes about
    `pages` pages. False when there was nothing to do."""
    before = db.connection.total_changes
    _join(db, pages)
    return db.connection.total_changes - before > 1


def clear(db: Database) -> None:
    """Empty the index, its version included."""
    with db.transaction():
        db.execute("INSERT INTO index_words (index_words) VALUES ('delete-all')")
        for table in ("index_documents", "index_gone", "index_meta"):
            db.execute(f"DELETE FROM {table}")
        terms.clear(db)


def newest(
    db: Database,
    match: str,
    limit: int,
    since: datetime | None = None,
    floor: int = 0,
    until: datetime | None = None,
) -> list[int]:
    """Up to `limit` doc ids that `match` (an expression made by `word` …), newest first, none below `floor`, and none
    of a day that begins at `until` or later."""
    rows = db.execute(
        "SELECT rowid FROM index_words WHERE index_words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        (match, max(_first_number(since), floor), _number_behind(until), limit),
    )
    rows.row_factory = None  # plain tuples: these lists are long
    return [row[0] for row in rows]


def newest_above(
    db: Database, match: str, limit: int, floor: int, since: datetime | None = None
) -> list[int]:
    """Up to `limit` doc ids that `match`, newest first, none below `floor`; for a `match` that few documents meet.

    It reads upwards from the floor, so that no posting below it is touched. `newest` reads downwards, through the
    whole index if too few documents match.
    """
    rows = db.execute(
        "SELECT rowid FROM index_words WHERE index_words MATCH ? AND rowid >= ? ORDER BY rowid",
        (match, max(_first_number(since), floor)),
    )
    rows.row_factory = None
    return [row[0] for row in rows][: -limit - 1 : -1]


def nth_newest(db: Database, match: str, number: int) -> int:
    """The doc id of the `number`th newest document that `match` has; 0 where there are fewer."""
    row = db.execute(
        "SELECT rowid FROM index_words WHERE index_words MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (match, number - 1),
    ).fetchone()
    return int(row[0]) if row else 0


def listed(db: Database, match: str, since: datetime | None, floor: int, until: datetime | None) -> str:
    """All that `newest` finds without a limit, commas between, in no order: of many it takes a third of the time."""
    within, numbers = _numbered(max(_first_number(since), floor), until)
    row = db.execute(
        f"SELECT group_concat(rowid) FROM index_words WHERE index_words MATCH ?{within}", (match, *numbers)
    ).fetchone()
    return row[0] or ""


def extent(
    db: Database, match: str, limit: int, since: datetime | None, until: datetime | None
) -> tuple[int, int]:
    """How many documents `newest` would give, and a doc id below which there is none of them."""
    within, numbers = _numbered(_first_number(since), until)
    where = f"FROM index_words WHERE index_words MATCH ?{within}"
    last = db.execute(
        f"SELECT rowid {where} ORDER BY rowid DESC LIMIT 1 OFFSET ?", (match, *numbers, limit - 1)
    ).fetchone()
    if last:
        return limit, int(last[0])
    return int(db.execute(f"SELECT count(*) {where}", (match, *numbers)).fetchone()[0]), 0


def size(db: Database) -> int:
    """How many documents are indexed."""
    return int(index_meta.read(db, "documents") or 0)


def sizes(db: Database, doc_ids: Sequence[int]) -> dict[int, int]:
    """How large these documents are, by doc id; the unit means nothing by itself."""
    rows = db.execute(
        "SELECT d.doc_id, length(d.tokens) FROM json_each(?) AS wanted JOIN index_documents d ON d.doc_id = wanted.value",
        (json.dumps(sorted(doc_ids)),),  # neighbours share pages
    )
    rows.row_factory = None
    return dict(rows)


def candidates(db: Database, doc_ids: Sequence[int], limit: int = 1 << 16) -> list[IndexedArticle]:
    """What a ranker reads of these documents, each up to `limit` bytes, in no order."""
    rows = db.execute(
        "SELECT d.doc_id, d.article_id, d.tokens FROM json_each(?) AS wanted "
        "JOIN index_documents d ON d.doc_id = wanted.value",
        (json.dumps(sorted(doc_ids)),),
    )
    found = []
    for row in rows:
        title, lead, body, *_ = (*packed.unpack(row[2], limit), "", "")
        found.append(IndexedArticle(row[0], row[1], title, f"{lead} {MARK} {body}"))
    return found


def articles(
    db: Database, doc_ids: Sequence[int], since: datetime | None = None, until: datetime | None = None
) -> dict[int, tuple[int, int | None]]:
    """Article id and story id of these documents, by doc id; without vanished articles, those before `since` and those
    from `until` on."""
    rows = db.execute(
        "SELECT d.doc_id, a.id, a.story_id FROM json_each(?) AS wanted "
        "JOIN index_documents d ON d.doc_id = wanted.value JOIN articles a ON a.id = d.article_id "
        "WHERE a.published_at >= ? AND a.published_at < ? AND d.doc_id NOT IN (SELECT doc_id FROM index_gone)",
        (
            json.dumps(doc_ids),
            "" if since is None else _stored(since),
            "~" if until is None else _stored(until),
        ),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def day_of(doc_id: int) -> datetime:
    """The day (its first moment, UTC) on which a document was published."""
    return datetime.fromtimestamp(doc_id // _DAY * 86400, UTC)


def has_gone(db: Database) -> bool:
    """Are there documents of vanished articles that `sweep` has not taken out yet?"""
    return db.execute("SELECT 1 FROM index_gone LIMIT 1").fetchone() is not None


def word(tokens: Sequence[str]) -> str:
    """The FTS5 expression for these tokens in a row."""
    return '"' + " ".join(tokens).replace('"', '""') + '"'


def facet(value: str, *, begins: bool = False) -> str:
    """The FTS5 expression for a facet, or for one that begins so."""
    return f"facets : {word([value])}{' *' if begins else ''}"


def near(tokens: Sequence[str], distance: int) -> str:
    """The FTS5 expression for these tokens in any order with at most `distance` others between."""
    return f"NEAR({' '.join(word([token]) for token in tokens)}, {distance})"


def within(expression: str, columns: str) -> str:
    """The expression met inside these columns (names between blanks)."""
    return f"{{{columns}}} : ({expression})"


def every(expressions: Iterable[str]) -> str:
    """The FTS5 expression that matches if all of these match."""
    return " AND ".join(f"({expression})" for expression in expressions)


def either(expressions: Iterable[str]) -> str:
    """The FTS5 expression that matches if at least one of these matches."""
    return " OR ".join(f"({expression})" for expression in expressions)


def without(expression: str, excluded: Iterable[str]) -> str:
    """The FTS5 expression that matches if the first matches and none of the others."""
    others = either(excluded)
    return f"({expression}) NOT ({others})" if others else expression


def _join(db: Database, pages: int) -> None:
    if pages:
        db.execute("INSERT INTO index_words (index_words, rank) VALUES ('merge', ?)", (pages,))


def _known(db: Database, article_ids: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    """Doc id and tokens of those of the articles that are indexed, by article id."""
    rows = db.execute(
        "SELECT d.article_id, d.doc_id, d.tokens FROM json_each(?) AS wanted "
        "JOIN index_documents d ON d.article_id = wanted.value",
        (json.dumps(article_ids),),
    )
    return {article_id: (doc_id, tokens) for article_id, doc_id, tokens in rows}


def _first_number(since: datetime | None) -> int:
    return 0 if since is None else max(int(since.astimezone(UTC).timestamp() // 86400), 0) * _DAY


def _number_behind(until: datetime | None) -> int:
    """The first number of a day that is wholly too late."""
    return _LAST if until is None else _first_number(until + timedelta(days=1))


def _numbered(first: int, until: datetime | None) -> tuple[str, tuple[int, ...]]:
    """A condition for doc ids from `first` on, of days before `until`; none where all are, for it takes time."""
    if until is not None:
        return " AND rowid >= ? AND rowid < ?", (first, _number_behind(until))
    return (" AND rowid >= ?", (first,)) if first else ("", ())


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _free_number(db: Database, day: int) -> int:
    """The number after the day's last; a full day's documents run over into the next free day."""
    while True:
        last = db.execute(
            "SELECT max(doc_id) FROM index_documents WHERE doc_id >= ? AND doc_id < ?",
            (day * _DAY, (day + 1) * _DAY),
        ).fetchone()[0]
        number = day * _DAY if last is None else int(last) + 1
        if number < (day + 1) * _DAY:
            return number
        day += 1


def _columns(document: IndexDocument) -> tuple[tuple[str, str, str, str], set[str]]:
    """Title, lead, body and facets as they are indexed, and the distinct words of the first three."""
    facets = _joined(document.facets)
    sentences = (document.title, *document.lead, *document.body)
    if _is_clean(" ".join(map(" ".join, sentences))):  # as nearly always
        lead, body = (_MARKED.join(map(" ".join, part)) for part in (document.lead, document.body))
        return (" ".join(document.title), lead, body, facets), set(chain.from_iterable(sentences))
    columns = _joined(document.title), _sentences(document.lead), _sentences(document.body), facets
    return columns, distinct(columns)


def _is_clean(text: str) -> bool:
    """Are the tokens of this column free of what would cut them: white space and quotation marks?"""
    return text.isprintable() and not ('"' in text or "'" in text or "  " in text)


def _joined(tokens: Sequence[str]) -> str:
    """Tokens as one column; white space and quotation marks inside a token would cut it."""
    text = " ".join(tokens)
    return text if _is_clean(text) else _CUTTING.sub(" ", text)


def _sentences(sentences: Sequence[Sequence[str]]) -> str:
    return _MARKED.join(map(_joined, sentences))  # one by one: the mark is white space to them


def _take_out(db: Database, doc_id: int, tokens: bytes) -> set[str]:
    """Remove one document's postings and row; returns the distinct words that were counted for it."""
    columns = packed.unpack(tokens)
    db.execute(
        "INSERT INTO index_words (index_words, rowid, title, lead, body, facets) VALUES ('delete', ?, ?, ?, ?, ?)",
        (doc_id, *columns),
    )
    db.execute("DELETE FROM index_documents WHERE doc_id = ?", (doc_id,))
    db.execute("DELETE FROM index_gone WHERE doc_id = ?", (doc_id,))
    return set() if terms.waits(db, doc_id) else distinct(columns)


def _grow(db: Database, added: int) -> None:
    if added:
        index_meta.write(db, "documents", str(size(db) + added))
