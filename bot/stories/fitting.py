"""Decides how a new article fits a story: one more report, a development, or another matter of the same affair."""

import math
from dataclasses import dataclass
from datetime import timedelta

from bot.stories.memory import SPAN, Memory, RememberedArticle
from bot.text.features import Features
from bot.text.lexicon import load_lexicon
from bot.text.similarity import SAME_HEADLINE, Comparison, load_weights, names_somebody

LARGEST = 60
"""Articles of one story; more would be a topic."""
WITNESSES = 3
"""Members of a story, beside its lead, that are asked."""
_NAME_IDF = 8.0
"""A word this rare can be a matter of its own (芯片 9.0, 公司 3.5)."""
_ELSEWHERE = 8
"""Articles of other stories behind a name from which it is a name of the week (a strait in a crisis)."""
_LEAST = 0.88
"""The score demanded of the lead: more than for a pair that someone picked as alike, because an index meets
thousands of pairs that are not."""
_AT_ALL = 0.8
"""Below it a report disagrees, and it does not matter how much."""
_SURE = 0.94
"""The score demanded where only names of the week are shared."""
_ALONE = 0.97
"""The score demanded where one source has told all of the story: it seldom tells one event twice, but writes more than
one essay on a subject. Read over five weeks of feeds: just below it one in two was such a pair."""
DEVELOPMENT = timedelta(hours=18)
"""After a story's first report: what brings new facts then is a development, a story of its own."""
_RELATED = 0.865
"""The score demanded of a development and some report of the story; where only names of the week are shared `_SURE`
is. Read over a month of feeds: below it half were about the same subject only."""
_NEW_FACTS = 2
"""Figures, in headline and lead, that no report of the story has."""
_TOLD = 0.75
"""Of a headline's weight, the most that a development's shares with what the story's reports say first."""
_HEADLINE_HOLDS = timedelta(days=2)
"""As long one headline tells of one event; later it may be a rubric's."""
_WEEK = timedelta(days=7)
_SHARED = ("title_in_lead", "titles_in_leads", "lead_cosine", "shared_names", "shared_title_names")
"""Evidence of shared words that says whether two articles are of one affair."""
_MEETING_HOLDS = timedelta(days=3)
"""As long a name and a word that meet in two headlines tell of one affair."""
_MEETINGS = 8
"""Headlines that may have both: more is a subject of its own."""
_MET_BEFORE = 1
"""Headlines that may have had both before the days of the affair."""
_SELDOM = frozenset(("results", "sale", "court", "deal", "funding", "breach", "listing", "penalty"))
"""Kinds of action (data/events.toml) that one actor seldom repeats on the next day."""
_HEADLINES_MEET = 0.1
"""Log odds of an affair that only that tells of: enough to be of it, too little to join two affairs."""
_RARE_IN_HEADLINES = 3
_RARE_IN_LEADS = 4
"""Rarest shared words that are looked at."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How an article and a story agree."""

    score: float | None
    """How well it fits (0..1); None where it does not."""
    best: float
    """The highest score with any report that was looked at."""
    develops: bool = False
    """It is related, later, and brings new facts."""


class Fitting:
    """One new article, held against the stories that it may belong to."""

    def __init__(self, memory: Memory, article: RememberedArticle) -> None:
        """`article` has no story yet: its `story_id` does not count."""
        self._memory = memory
        self._article = article
        self._held = Comparison(article.seen)
        self._weights = weights = load_weights().affair
        self._before_words = weights["bias"] - weights["threshold"]
        self._telling = {word: names_somebody(word) for word in article.seen.title if memory.having(word)}
        """The headline's words by which articles are found, and whether each is a name."""
        self._most_of_rarity = weights["rare_in_headlines"] + weights["rare_in_leads"]

    def fit(self, story_id: int, found_by: int) -> Fit:
        """How they agree: with the story's lead, with the report `found_by` which it was found, with the latest."""
        known, held, published = self._memory.articles, self._held, self._article.published
        members = self._memory.members[story_id]
        lead = members[0]
        others = [one for one in dict.fromkeys([found_by, *members[-WITNESSES:]]) if one != lead]
        asked = [known[one].seen for one in others[:WITNESSES]]
        first = held.with_(known[lead].seen, least=_RELATED)
        begun = known[lead].published
        headline = any(self._is_copy(one) for one in (lead, found_by))
        full = len(members) >= LARGEST or (abs(begun - published) > SPAN and not headline)
        late = published - begun >= DEVELOPMENT and self._has_figures(members)
        copied = first.score == 1.0 or headline
        if copied or (first.score < _LEAST and not late):  # else it can only be a reprint
            reprint = copied or (not full and any(map(held.is_reprint, asked)))
            return Fit(1.0 if reprint and not full else None, max(first.score, float(copied)))
        least = _AT_ALL if first.score >= _LEAST else _RELATED
        verdicts = [held.with_(seen, least=least) for seen in asked]
        best = max(verdict.score for verdict in [first, *verdicts])
        if best == 1.0:
            return Fit(None if full else best, best)
        if best < _RELATED:
            return Fit(None, best)
        demanded = self._demand(story_id)
        related = best >= _SURE or demanded < _SURE
        if late and related and best < SAME_HEADLINE and self._is_new(members):
            return Fit(None, best, develops=True)
        agree = sum(verdict.same for verdict in verdicts)
        if self._is_alone(members):
            demanded = max(demanded, _ALONE)
        if full or first.score < demanded or agree * 2 < len(verdicts):
            return Fit(None, best)
        mean = (first.score + sum(verdict.score for verdict in verdicts)) / (1 + len(verdicts))
        return Fit(mean, best)

    def affair(self, number: int) -> float:
        """How surely the article and the remembered one tell of one affair: log odds, less what is demanded."""
        weights, known = self._weights, self._memory.articles[number]
        shared = self._held.shared(known.seen)
        if not shared:
            return -math.inf
        days = abs(self._article.published - known.published) / _WEEK
        if self._headlines_meet(known):
            return _HEADLINES_MEET
        found = self._before_words + weights["days"] * min(days, 1.0)
        found += sum([weights[name] * shared[name] for name in _SHARED])
        if not self._article.seen.actions.isdisjoint(known.seen.actions):
            found += weights["same_action"]
        if found + self._most_of_rarity <= 0.0:
            return found
        common, prominent = self._held.common(known.seen)
        found += weights["rare_in_headlines"] * self._rarest(prominent, _RARE_IN_HEADLINES)
        if found + weights["rare_in_leads"] <= 0.0:
            return found
        found += weights["rare_in_leads"] * self._rarest(common, _RARE_IN_LEADS)
        return -math.inf if found > 0.0 and self._held.are_apart(known.seen) else found

    def _headlines_meet(self, known: RememberedArticle) -> bool:
        """Do both headlines put a name and another word together that were not together before, and are not often?

        Each alone may be of every day: 苹果 and 涨价 are, and together tell of one price rise. What stands side by side in
        both may be one name that was cut in two.
        """
        if abs(self._article.published - known.published) > _MEETING_HOLDS:
            return False
        words = [word for word in known.seen.title if word in self._telling]
        if self._does_the_same(known, words):
            return not self._held.are_apart(known.seen)
        before = min(self._article.published, known.published) - SPAN
        heads = self._article.seen.core, known.seen.core
        for name in filter(self._telling.__getitem__, words):
            for word in words:
                one_name = word == name or any(
                    all(pair in head for head in heads) for pair in (name + word, word + name)
                )
                if one_name:
                    continue
                count, old = self._memory.in_headlines(name, word, before)
                if 0 < count <= _MEETINGS and old <= _MET_BEFORE:
                    return not self._held.are_apart(known.seen)
        return False

    def _does_the_same(self, known: RememberedArticle, words: list[str]) -> bool:
        """Does a name that both headlines have do, within two days, what it does not do every day: report results, sue, buy?"""
        return (
            not _SELDOM.isdisjoint(self._article.seen.actions & known.seen.actions)
            and abs(self._article.published - known.published) <= _HEADLINE_HOLDS
            and any(map(self._telling.__getitem__, words))
        )

    def _rarest(self, words: set[str], count: int) -> float:
        return sum(sorted(map(self._memory.rarity, words), reverse=True)[:count]) / count

    def repeats(self, story_id: int) -> bool:
        """Whether the story already reported the article's headline and all its figures."""
        members = self._memory.members[story_id]
        known = (self._memory.articles[one].seen.facts for one in members)
        return not self._is_new(members) and not self._article.seen.facts.difference(*known)

    def _is_copy(self, number: int) -> bool:
        """Has it the headline of that article, of the same days?"""
        other = self._memory.articles[number]
        return abs(
            other.published - self._article.published
        ) <= _HEADLINE_HOLDS and self._held.has_headline_of(other.seen)

    def _is_alone(self, members: list[int]) -> bool:
        """Whether every report of the story is from the article's own source."""
        mine = self._article.publisher
        return bool(mine) and all(self._memory.articles[one].publisher == mine for one in members)

    def _has_figures(self, members: list[int]) -> bool:
        """Whether headline and lead have figures that no report of the story has."""
        known = (self._memory.articles[one].seen.facts for one in members)
        facts = self._article.seen.facts
        return len(facts) >= _NEW_FACTS and len(facts.difference(*known)) >= _NEW_FACTS

    def _is_new(self, members: list[int]) -> bool:
        """Whether the headline says something that no report of the story says in its opening."""
        told = {word for one in members for word in self._memory.articles[one].seen.lead}
        idf, title = load_lexicon().idf, self._article.seen.title
        weight = math.fsum(idf(word) for word in title)
        return math.fsum(idf(word) for word in title if word in told) <= _TOLD * weight

    def _demand(self, story_id: int) -> float:
        """The score that the lead must reach: more where all that the two share are names of the week."""
        members = self._memory.members[story_id]
        lead: Features = self._memory.articles[members[0]].seen
        idf, size = load_lexicon().idf, len(members)
        for word in set(self._article.seen.lead).intersection(lead.lead):
            if (
                len(word) > 1
                and idf(word) >= _NAME_IDF
                and not word.isdigit()
                and self._memory.having(word) - size <= _ELSEWHERE
            ):
                return _LEAST
        return _SURE
