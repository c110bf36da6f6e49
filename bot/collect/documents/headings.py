"""Where one article of a printed periodical ends and another, which its contents forgot, begins.

Between two listed titles there are short lines that are headings. Most are sub-headings; one may be the
title of an article that the contents page left out. Evidence that a reader would use, added up:

* cohesion: what follows a sub-heading keeps speaking of the same names and things, what follows a new title
  does not. Measured as the cosine of inverse-document-frequency weighted character pairs (names, products and
  places come out heavy, 发展 and 企业 light) between the text before and the text after the line.
* the line's own words: a title announces words that its first paragraph takes up and that stood nowhere before.
* the line's shape: titles are longer, and put a space or a colon between two halves.
* news begins anew: the paragraph after it opens with a date or 近日.
* restart: when a sub-heading such as 2021年工作思路 stands a second time, an article began in between.

A numbered heading, a subtitle (——…) and a heading that follows a title without a paragraph between never
begin an article. The weights were set on a printed issue of 20 articles by leaving out every title in turn.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

SENTENCE_END = re.compile(
    r"[。！？…；：!?;:.][”’\"」』）)》】]*$|[。！？”’][（(][^（）()]{1,30}[）)]$"  # …增长。（记者 林远）
)
NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十百\d]+[)）]|[一二三四五六七八九十]+[、是要]|第[一二三四五六七八九十\d]+[章节条部]"
    r"|\d{1,2}[.、)）](?!\d)|[①-⑳●■◆▲•·]|[—-]{2})"
)
"""Beginnings of numbered headings, list items and subtitles."""
NOTE = re.compile(
    r"[¹²³⁴-⁹①-⑳❶-❿*†‡§]|[\[〔【]\d{1,3}[\]〕】]|\d{1,2}\s{0,2}(?=[\u4e00-\u9fffA-Z《“])(?![年月日天周小分秒个家项亿万千百条次])|注\s?\d{0,2}[：:.]"
)
"""Beginnings of notes at the foot of a page."""

_TITLE_SHAPE = re.compile(r"[\u4e00-\u9fff”」》] +[\u4e00-\u9fff“「《]|：(?=.)")
_NO_TITLE = re.compile(
    r"^[（(].*[）)]$|[{};=]|^(?:记者|作者|编辑|责任编辑|责编|来源|图片?|图源|资料|注|附|本文|参考价|受访专家|题图|（)|(?:图片|供图|/图|摄)$|图为|^[^\u4e00-\u9fff]*$"
)
"""Credits, captions, notes and leftovers of scripts."""
_COMMA_END = ("，", "、", ",", "——")
_OPENING = re.compile(
    r"^(?:本报|.{0,12}记者|.{2,12}(?:讯|电)|近日|日前|昨日|今日|最近|(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年[，,])"
)
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z][a-z0-9-]+")
RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
"""How notes begin."""
_MAX_HEADING = 36
_LONG_HEADING = 28
_CONVINCED = 0.6
"""Sum of evidence from which a line is a title. On that issue: true titles 1.02 … 4.55, others -3.96 … -0.19."""
_SHORTEST_TITLE = 6
_MIN_TEXT = 80
"""Characters on either side of a line before it may divide two articles."""


def is_heading(line: str) -> bool:
    """A short line that is no sentence and no cut piece of one (36 characters, one printed line, at most)."""
    if len(line) > _MAX_HEADING or line.endswith(_COMMA_END) or "。" in line or line[0] in RAISED:
        return False
    if len(line) >= _LONG_HEADING and "，" in line and not _TITLE_SHAPE.search(line):
        return (
            False  # a piece of a sentence: titles of this length put a space or a colon between their halves
        )
    if line.endswith(("？", "?", "！", "!")):  # 谁来买单？ is a heading, 然而，谁来买单呢？ a sentence
        return "，" not in line
    return not SENTENCE_END.search(line)


def find_starts(lines: Sequence[str], headings: Sequence[int], spans: Iterable[tuple[int, int]]) -> list[int]:
    """Indices of `lines` where a forgotten article begins, ascending.

    Each span is (index of the title of an article known to begin there, index after its last line);
    `headings` are the indices of all heading lines of the document, listed titles and sections among them.
    """
    weights = _Weights(lines, headings)
    return [
        start
        for first, end in spans
        for start in _split(lines, [i for i in headings if first < i < end], first, end, weights)
    ]


class _Weights:
    """Inverse document frequency of character pairs, a document being the text under one heading."""

    def __init__(self, lines: Sequence[str], headings: Sequence[int]) -> None:
        edges = [0, *headings, len(lines)]
        blocks = [set(_pairs(" ".join(lines[start:stop]))) for start, stop in pairwise(edges) if stop > start]
        self._frequency = Counter(pair for block in blocks for pair in block)
        self._blocks = len(blocks)

    def of(self, pair: str) -> float:
        """Weight ≥ 0; pairs in half of all blocks say nothing."""
        count = self._frequency[pair]
        return 0.0 if count * 2 >= self._blocks + 1 else math.log((self._blocks + 1) / (count + 0.5))

    def total(self, pairs: set[str]) -> float:
        """Sum of weights."""
        return sum(map(self.of, pairs))

    def vector(self, lines: Sequence[str]) -> dict[str, float]:
        """Text as weighted pairs."""
        counts = Counter(_pairs(" ".join(lines)))
        return {pair: (1 + math.log(count)) * self.of(pair) for pair, count in counts.items()}


def _pairs(text: str) -> list[str]:
    """Chinese character pairs and Latin words."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).casefold()):
        found += [run] if run[0] < "\u4e00" else [run[k : k + 2] for k in range(len(run) - 1)]
    return found


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    size = math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
    return sum(value * other.get(pair, 0.0) for pair, value in one.items()) / size if size else 0.0


def _split(lines: Sequence[str], headings: list[int], first: int, end: int, weights: _Weights) -> list[int]:
    """The most convincing start, then both sides of it again."""
    judged = [
        (_evidence(lines[first:index], lines[index], lines[index + 1 : end], weights), index)
        for index in headings
    ]
    if not judged or max(judged)[0] <= _CONVINCED:
        return []
    best = max(judged)[1]
    before = _split(lines, [index for index in headings if index < best], first, best, weights)
    after = _split(lines, [index for index in headings if index > best], best, end, weights)
    return [*before, best, *after]


def _evidence(before: Sequence[str], line: str, after: Sequence[str], weights: _Weights) -> float:
    """How much speaks for `line` being a title. `before` begins with the title of the article so far."""
    if NUMBERED.match(line) or _NO_TITLE.search(line) or len(line) < _SHORTEST_TITLE:
        return -math.inf
    if min(_length(before[1:]), _length(after)) < _MIN_TEXT:
        return -math.inf
    lead = next((text for text in after if not is_heading(text)), "")
    own = set(_pairs(line))
    fresh = (own & set(_pairs(lead))) - set(_pairs(" ".join(before)))
    cohesion = _cosine(weights.vector(before), weights.vector(after))
    score = 30 * (0.075 - max(0.0, min(0.175, cohesion)))
    score += 2.0 * weights.total(fresh) / (weights.total(own) or 1.0)
    score += 0.12 * max(-8, min(8, len(line) - 15))
    score += 0.6 if _TITLE_SHAPE.search(line) else 0.0
    score += 0.4 if _OPENING.match(lead) else 0.0
    score += 2.5 if _restarts(before[1:], after) else 0.0
    return score


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) for line in lines if not is_heading(line))


def _restarts(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a heading from before stands again afterwards."""
    return not {line for line in before if is_heading(line)}.isdisjoint(after)
