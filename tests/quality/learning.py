"""Logistic regression over named signs and words, and the tables that come of it (see `tests.quality.training`)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.text.model import BIAS, QUESTIONS, TOPIC_HEAD, words_head
from tests.quality.examples import Example

SEED = 0
SEEN = 3
"""Examples that must bear a sign before anything is learned of it."""
COMMON = 10
"""Articles that must have a word before it says anything of sections."""
DIMENSIONS, ROUNDS = 150, 3
WORD_SCALE = 10.0
"""What these dimensions are multiplied by: as a part of an article each is some hundredths, signs are about one."""
STRENGTHS = {"industry": 0.1, "news": 0.1, "worth": 0.05, "sections": 0.05, "words": 0.3, "topics": 1.0}
"""Inverse of the regularisation (scikit-learn's C), chosen by cross-validation over the days before 2026-07-18."""
TOPIC_BIAS = 0.3
"""Added to a topic's logit: leaving one out is worse than one too many up to here (by the same cross-validation)."""
OUTSIDE = 0.6
"""Weight of an article of no industry where it is learned how news is told: it is told alike, of other things."""
TOLD_ELSEWHERE = 0.4
"""The same of an article of another corpus that is of the industry: of other years, and told by others."""
SECTION_WEIGHTS = {
    "environment": 1.0,
    "operations": 1.6,
    "technology": 1.2,
    "companies": 0.9,
    "overseas": 1.1,
}
"""Of their articles, where signs are learned: without, what is rare would be taken for what is common."""
WORDS_SHARE = 0.8
"""What words say of a section counts so much beside the signs: both were learned as if the other were not there."""
FEW = 8
"""Examples of a topic below which its cues alone decide."""
TITLE, LEAD = "=", "~"
"""Stand before a word of the headline and of the first sentences: no sign begins so."""
TITLE_SHARE = 1.4
"""What a word of the headline counts where it is learned what is news: the headline says more of that than 600 signs do."""
_UNASKED = {
    "industry": ("class ",),
    "news": ("section ", "topic ", "title topic "),
    "worth": (),
    "sections": ("class ",),
}
"""Signs, by their beginnings, of which nothing is learned for a question: what an article is about does not say how it is
told, and of industry and section the classes of a headline's words say nothing that is not known (see README.md)."""

Weights = dict[str, tuple[float, ...]]
Rows = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """All tables, unrounded."""

    sections: tuple[str, ...]
    questions: Mapping[str, Mapping[str, float]]
    """Question → sign, or word of headline or lead → weight."""
    signs: Weights
    """Sign → a weight for each section."""
    words: Weights
    """Word → its rarity, then a weight for each section."""
    topics: Weights


def fit(
    examples: Sequence[Example],
    unlabelled: Sequence[Counter[str]],
    sections: Sequence[str],
    topics: Iterable[str],
) -> Fitted:
    """Learn every table from these examples; `unlabelled` show which words go together."""
    inside = [one for one in examples if one.labels["in_domain"]]
    placed = [one for one in inside if one.labels.get("section") in sections]
    genres = [
        replace(one, weight=one.weight * (TOLD_ELSEWHERE if not one.day else 1.0 if inner else OUTSIDE))
        for one in examples
        if one.labels.get("genre") and ((inner := one.labels["in_domain"]) or one.day)
    ]
    printed = [one for one in examples if one.day and one.looked_at and one.labels["worth"] is not None]
    questions = {
        "industry": _question(
            "industry", [one for one in examples if one.looked_at], lambda one: bool(one.labels["in_domain"])
        ),
        "news": _question("news", genres, lambda one: bool(one.labels["genre"] == "news")),
        "worth": _question("worth", printed, lambda one: bool(one.labels["worth"] >= 2)),
    }
    places = [sections.index(one.labels["section"]) for one in placed]
    weights = [one.weight for one in placed]
    signs = _sections(
        placed, places, [one.weight * SECTION_WEIGHTS.get(one.labels["section"], 1.0) for one in placed]
    )
    return Fitted(
        tuple(sections),
        questions,
        signs,
        _words(placed, places, weights, unlabelled),
        _topics([one for one in inside if "topics" in one.labels], topics),
    )


def _question(
    question: str, examples: Sequence[Example], answer: Callable[[Example], bool]
) -> dict[str, float]:
    names, vectors = _vectors([_shown(question, one) for one in examples])
    model = _regression(question).fit(
        vectors, [answer(one) for one in examples], [one.weight for one in examples]
    )
    share = _of_title(question)
    return {
        BIAS: float(model.intercept_[0]),
        **{
            name: float(weight) * (share if name[0] == TITLE else 1.0)
            for name, weight in zip(names, model.coef_[0], strict=True)
        },
    }


def _shown(question: str, one: Example) -> dict[str, float]:
    found = _asked(question, one.signs if question == "industry" else {**one.signs, **one.voice})
    if question == "news":
        found.update({f"{LEAD}{word}": 0.5 for word in set(one.lead) if not word.isspace()})
    found.update({f"{TITLE}{word}": _of_title(question) for word in set(one.title) if not word.isspace()})
    return found


def _asked(question: str, signs: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in signs.items() if not name.startswith(_UNASKED[question])}


def _of_title(question: str) -> float:
    return TITLE_SHARE if question == "news" else 1.0


def _sections(examples: Sequence[Example], places: Sequence[int], weights: Sequence[float]) -> Weights:
    names, vectors = _vectors([_asked("sections", one.signs) for one in examples])
    model = _regression("sections").fit(vectors, places, weights)
    table = dict(zip(names, map(tuple, model.coef_.T.tolist()), strict=True))
    return {BIAS: tuple(model.intercept_.tolist()), **table}


def _words(
    examples: Sequence[Example],
    places: Sequence[int],
    weights: Sequence[float],
    unlabelled: Sequence[Counter[str]],
) -> Weights:
    """What each word says of the sections, learned in a space in which words that go together lie together (latent
    semantic analysis), so that a word that no labelled article has says something too."""
    documents = [*unlabelled, *(one.words for one in examples)]
    having = Counter(word for document in documents for word in document)
    vocabulary = sorted(word for word, count in having.items() if count >= COMMON)
    index = {word: place for place, word in enumerate(vocabulary)}
    rarity = np.array([log((1 + len(documents)) / (1 + having[word])) + 1 for word in vocabulary])
    space = TruncatedSVD(DIMENSIONS, n_iter=ROUNDS, random_state=SEED).fit(_weighed(documents, index, rarity))
    vectors = space.transform(_weighed([one.words for one in examples], index, rarity)) * WORD_SCALE
    model = _regression("words").fit(vectors, places, weights)
    said = (WORDS_SHARE * WORD_SCALE * model.coef_) @ space.components_
    table = np.column_stack([rarity, said.T])
    return {
        BIAS: (0.0, *(WORDS_SHARE * model.intercept_).tolist()),
        **dict(zip(vocabulary, map(tuple, table.tolist()), strict=True)),
    }


def _weighed(
    documents: Sequence[Counter[str]], index: Mapping[str, int], rarity: np.ndarray
) -> sp.csr_matrix:
    """tf-idf, each document of length one: as `Model.section_scores` weighs them."""
    rows, columns, values = [], [], []
    for row, document in enumerate(documents):
        found = [
            (index[word], (1 + log(times)) * rarity[index[word]])
            for word, times in document.items()
            if word in index
        ]
        length = sum(value * value for _, value in found) ** 0.5 or 1.0
        for column, value in found:
            rows.append(row)
            columns.append(column)
            values.append(value / length)
    return sp.csr_matrix((values, (rows, columns)), shape=(len(documents), len(index)))


def _topics(examples: Sequence[Example], topics: Iterable[str]) -> Weights:
    found: Weights = {}
    for topic in topics:
        told = [one for one in examples if topic not in one.labels.get("also", ())]
        about = [topic in one.labels["topics"] for one in told]
        if sum(about) < FEW:
            continue
        shares = np.array([one.topics.get(topic, (0.0, 0.0, _most(one), _many(one))) for one in told])
        model = _regression("topics").fit(shares, about, [one.weight for one in told])
        found[topic] = (float(model.intercept_[0]) + TOPIC_BIAS, *model.coef_[0].tolist())
    return found


def _most(one: Example) -> float:
    return max((shares[0] for shares in one.topics.values()), default=0.0)


def _many(one: Example) -> float:
    return next((shares[3] for shares in one.topics.values()), 0.0)


def _vectors(found: Rows) -> tuple[list[str], sp.csr_matrix]:
    bearing = Counter(name for row in found for name in row)
    maker = DictVectorizer()
    vectors = maker.fit_transform(
        [{name: value for name, value in row.items() if bearing[name] >= SEEN} for row in found]
    )
    vectors.indices, vectors.indptr = vectors.indices.astype(np.int32), vectors.indptr.astype(np.int32)
    return list(maker.get_feature_names_out()), vectors


def _regression(name: str) -> LogisticRegression:
    if name in QUESTIONS:  # the fast way, which knows of yes and no only
        return LogisticRegression(
            C=STRENGTHS[name], solver="liblinear", intercept_scaling=10.0, tol=1e-3, random_state=SEED
        )
    return LogisticRegression(C=STRENGTHS[name], max_iter=3000, tol=1e-3)


def write(fitted: Fitted, folder: Path) -> None:
    """The tables as files, in hundredths; what rounds to nothing is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    words = dict(fitted.words)
    bias = words.pop(BIAS)[1:]
    asked, parts = len(QUESTIONS), len(fitted.sections)
    signs = {name: [0.0] * asked + list(weights) for name, weights in fitted.signs.items()}
    signs[BIAS][asked:] = [own + others for own, others in zip(fitted.signs[BIAS], bias, strict=True)]
    table = {word: [0.0] * (asked + 1) + list(weights) for word, weights in words.items()}
    for place, question in enumerate(QUESTIONS):
        for name, weight in fitted.questions[question].items():
            if name[0] in (TITLE, LEAD):
                row = table.setdefault(name[1:], [0.0] * (asked + 2 + parts))
                row[place if name[0] == TITLE else asked] = weight
            else:
                signs.setdefault(name, [0.0] * (asked + parts))[place] = weight
    _write(folder / "signs.tsv", ("sign", *QUESTIONS, *fitted.sections), signs)
    _write(folder / "words.tsv", words_head(fitted.sections), table)
    _write(folder / "topics.tsv", TOPIC_HEAD, fitted.topics)


def _write(path: Path, head: Sequence[str], table: Mapping[str, Sequence[float]]) -> None:
    lines = ["\t".join(head)]
    for name, weights in sorted(table.items()):
        cells = [_cell(weight) for weight in weights]
        if any(cells) and not {"\t", "\n", "\r"} & set(name):
            lines.append("\t".join((name, *cells)).rstrip("\t"))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(weight: float) -> str:
    return "" if abs(weight) < 0.005 else f"{weight:.2f}".replace("0.", ".")
