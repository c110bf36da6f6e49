"""The patterns of data/boilerplate.toml, compiled: credits, datelines, dangling openings, title furniture."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_CLEANING = (
    "lines",
    "tails",
    "teasers",
    "references",
    "reference",
    "roles",
    "loose",
    "sentences",
    "publishers",
)
"""The lists by which texts are cleaned before their words are indexed."""
_NAMED, _NAMED_BEHIND = 4, 10
"""Characters before what a rubric is called: in front of a headline more of them may be a subject, 某公司召回调查."""


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Compiled lists; each expression stands for the whole list, but for those that are searched in every sentence:
    alone, each is looked for by the characters it begins with."""

    sentence_starts: re.Pattern[str]
    sentences: tuple[re.Pattern[str], ...]
    openings: re.Pattern[str]
    datelines: re.Pattern[str]
    dangling: re.Pattern[str]
    lines: re.Pattern[str]
    tails: re.Pattern[str]
    teasers: re.Pattern[str]
    references: re.Pattern[str]
    reference: re.Pattern[str]
    labels: frozenset[str]
    publishers: frozenset[str]
    title_tails: re.Pattern[str]
    title_heads: re.Pattern[str]
    rubrics: re.Pattern[str]
    list_tails: re.Pattern[str]
    list_heads: re.Pattern[str]
    called: tuple[re.Pattern[str], re.Pattern[str]]
    """What a rubric is called in front of a headline, and behind one."""

    def is_rubric(self, name: str, *, behind: bool = False) -> bool:
        """Is it the name of a column or an outlet, not who or what the headline tells of?"""
        known = name in self.labels or name in self.publishers
        return known or self.called[behind].fullmatch(name) is not None

    def is_credit(self, sentence: str) -> bool:
        """Is the sentence a credit, a call to action or another line that is never news?"""
        if self.sentence_starts.match(sentence):
            return True
        for pattern in self.sentences:  # noqa: SIM110  # called for every sentence: a generator costs as much again
            if pattern.search(sentence):
                return True
        return False

    def leans_back(self, sentence: str) -> bool:
        """Does the sentence need the one before it to be understood?"""
        return bool(self.dangling.match(sentence))


@cache
def load_boilerplate() -> Boilerplate:
    """The packaged lists."""
    lists = {name: list(one) for name, one in _lists().items()}
    names = sorted(lists.pop("publishers"), key=len, reverse=True)
    labels = frozenset(lists.pop("labels"))
    known = {"NAME": "|".join(names), "ROLES": lists.pop("roles")[0], "LOOSE": lists.pop("loose")[0]}
    for name in ("datelines", "lines"):
        lists[name] = [_filled(one, known) for one in lists[name]]
    lists["title_tails"].insert(0, rf"(?:{'|'.join(names)})\s*-?\s*(?:\d+\s*(?:秒|分钟|小时|天)前|刚刚)$")
    before = rf"(?:\s*(?:{'|'.join(names)})|\s+(?:{'|'.join(lists.pop('channels'))}))?"
    lists["list_tails"] = [before + tail for tail in lists["list_tails"]]
    anywhere = tuple(re.compile(one) for one in lists["sentences"] if not one.startswith("^"))
    lists["sentence_starts"] = [one for one in lists.pop("sentences") if one.startswith("^")]
    ends = "|".join(lists.pop("rubric_ends"))
    issue = r"(?:\s?(?:第?\d{1,4}期?|[①-⑳]|[（(][^（）()]{1,6}[）)])){0,2}"
    in_front, behind = (
        re.compile(rf"[^，。！？：；]{{0,{most}}}(?:{ends}){issue}") for most in (_NAMED, _NAMED_BEHIND)
    )
    joined = {name: re.compile("|".join(f"(?:{one})" for one in ones)) for name, ones in lists.items()}
    return Boilerplate(
        sentences=anywhere, labels=labels, publishers=frozenset(names), called=(in_front, behind), **joined
    )


@cache
def cleaning_version() -> str:
    """Changes with the lists by which texts are cleaned: an index of their words is to be made anew then."""
    told = "\n".join(one for name in _CLEANING for one in _lists()[name])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


@cache
def _lists() -> dict[str, list[str]]:
    path = resources.files("bot.text") / "data" / "boilerplate.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _filled(pattern: str, known: dict[str, str]) -> str:
    """A pattern with the lists that stand in it by name."""
    for name, alternatives in known.items():
        pattern = pattern.replace(name, alternatives)
    return pattern
