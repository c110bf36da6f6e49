"""Where the words of a taxonomy stand in a text, and how much each of them counts there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import log2
from typing import NamedTuple

from bot.text.occurrences import WordFinder, stands_alone
from bot.text.taxonomy import Taxonomy

INDUSTRY = "industry"
"""Target of words that speak for or against the industry; others are `section:<id>` and `topic:<id>`."""

_LEAD_LENGTH = 120
"""Characters of the text that count as its first sentences."""
_READ_LENGTH = 2400
"""Characters of the text that are read: news says early what it is about."""
_BODY_LIMIT = 15
"""Times that a word counts further down."""
_OFTEN = tuple(log2(1 + times) for times in range(_BODY_LIMIT + 1))


@dataclass(frozen=True, slots=True)
class Effects:
    """What one word speaks for and how strongly; nothing for a neutral one."""

    targets: tuple[tuple[str, float], ...]
    """All of it; and the same by kind."""
    industry: float
    sections: tuple[tuple[str, float], ...]
    topics: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, targets: tuple[tuple[str, float], ...]) -> "Effects":
        """What these targets and weights come to."""
        parted = [(*target.partition(":"), weight) for target, weight in targets]
        return cls(
            targets,
            sum(weight for target, weight in targets if target == INDUSTRY),
            tuple((name, weight) for kind, _, name, weight in parted if kind == "section"),
            tuple((name, weight) for kind, _, name, weight in parted if kind == "topic"),
        )


class CueMatch(NamedTuple):
    """One word of the taxonomy found in an article."""

    word: str
    in_title: int
    in_lead: int
    in_body: int
    first: int
    """Where in the title it stands first, or -1."""
    effects: Effects

    def in_title_alone(self) -> "CueMatch":
        """This match as if the article had only its headline."""
        return self._replace(in_lead=0, in_body=0)

    def share(self, lead: float, body: float) -> float:
        """How much of its weight counts: 1 for the title, `lead` for the first sentences, `body` further down
        (growing with the logarithm of how often it stands there)."""
        often = _OFTEN[min(self.in_body, _BODY_LIMIT)]
        return bool(self.in_title) + lead * bool(self.in_lead) + body * often


class CueMatcher:
    """Finds all words of one taxonomy in a text, the longest at each place."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        effects = {word: Effects.of(targets) for word, targets in _collect(taxonomy).items()}
        self._words = list(effects.items())
        self._find = WordFinder(list(effects))

    def match(self, title: str, text: str) -> tuple[CueMatch, ...]:
        """The words that stand in a normalised title and text, in the order in which they appear."""
        head, rest = title, text[:_READ_LENGTH]
        if head and rest.startswith(head):  # many feeds repeat the title as the text
            rest = rest[len(head) :]
        counts: dict[int, list[int]] = {}
        for number, at in self._find(head):
            counts.setdefault(number, [0, 0, 0, at])[0] += 1
        for number, at in self._find(rest):
            counts.setdefault(number, [0, 0, 0, -1])[1 if at < _LEAD_LENGTH else 2] += 1
        words = self._words
        return tuple(
            [
                CueMatch(word, in_title, in_lead, in_body, first, effects)
                for number, (in_title, in_lead, in_body, first) in counts.items()
                for word, effects in (words[number],)
                if effects.targets
            ]
        )


def _collect(taxonomy: Taxonomy) -> dict[str, tuple[tuple[str, float], ...]]:
    """Word → all that it speaks for, with what it inherits from the words inside it."""
    own: dict[str, dict[str, float]] = {}
    for word, target, weight in _statements(taxonomy):
        targets = own.setdefault(word, {})
        if target not in targets or (target != INDUSTRY and abs(weight) > abs(targets[target])):
            targets[target] = weight
    complete: dict[str, tuple[tuple[str, float], ...]] = dict.fromkeys(taxonomy.neutral, ())
    speaking = own.keys() - complete.keys()
    for word in speaking:
        targets = dict(own[word])
        for inner in _inside(word, speaking):
            for target, weight in own[inner].items():
                targets.setdefault(target, weight)
        complete[word] = tuple((target, weight) for target, weight in targets.items() if weight)
    return complete


def _statements(taxonomy: Taxonomy) -> Iterator[tuple[str, str, float]]:
    """Word, target, weight. What the file says of a word and the industry comes first: it overrules the rest."""
    for cue in taxonomy.cues:
        yield cue.word, INDUSTRY, cue.weight
    for section in taxonomy.sections:
        for cue in section.cues:
            yield cue.word, f"section:{section.id}", cue.weight
    for topic in taxonomy.topics:
        for cue in topic.cues:
            yield cue.word, f"topic:{topic.id}", cue.weight
    shares = [(cue.word, cue.weight * topic.industry) for topic in taxonomy.topics for cue in topic.cues]
    shares += [(word, lexicon.industry) for lexicon in taxonomy.lexicons for word in lexicon.words]
    for word, share in sorted(shares, key=lambda pair: -pair[1]):
        yield word, INDUSTRY, max(share, 0.0)
    for lexicon in taxonomy.lexicons:
        for word in lexicon.words:
            for name, weight in lexicon.sections.items():
                yield word, f"section:{name}", weight
            for name, weight in lexicon.topics.items():
                yield word, f"topic:{name}", weight


def _inside(word: str, words: Collection[str]) -> list[str]:
    """The shorter words in a word, the longest first."""
    length = len(word)
    spans = (
        (i, j) for size in range(length - 1, 0, -1) for i in range(length - size + 1) for j in (i + size,)
    )
    return [word[i:j] for i, j in spans if word[i:j] in words and stands_alone(word, i, j)]
