"""How one story or article looks, wherever it is shown: headline, summary, who reports it and when."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from bot.messages.html import Markup, bold, cut, escape, folded, line, lines, link, say, utf16
from bot.messages.links import story_link
from bot.messages.view import View
from bot.messages.when import ago
from bot.text.headline import proper
from bot.text.telling import names, retold, sentence_with, without_short_names
from bot.text.typeset import typeset_headline
from storage.models import Article, Edition, EditionItem, Story

TITLE_UNITS = 120
LONG_TITLE_UNITS = 60
HEADLINE = re.compile(r".{8,60}?(?:[。？！](?=.)|(?<=[^\x00-\x7f]) (?=[^\x00-\x7f]))")
NAME_UNITS = 24
VISIBLE_UNITS = 120
"""What stands open of a summary; the rest is folded."""
FIRST_SENTENCE_UNITS = 180
"""A first sentence may be longer than the rest would be allowed; beyond this it is folded too."""
FOLDED_UNITS = 480
NAMING_UNITS = 100
"""What is shown of a sentence because it has a followed word."""
NAMED_PUBLISHERS = 2
SAME_WORDS = 0.85
"""So much of a sentence's pairs of characters in one earlier: it says the same, a particle or a particular more or less."""
KEPT = 512
"""Articles whose shown form is kept for the next chat."""
NUMBER = re.compile(r"\d+")
NEGATION = re.compile("[不未没無无非]")
NOT_WORD = re.compile(r"[\W_]+")


def headline(article: Article) -> str:
    """The title on one line, without its rubric, cut where it is monstrous; the beginning of the text where there is none."""
    return _headline(article.title, article.summary, article.text)


@lru_cache(maxsize=KEPT)
def _headline(title: str, summary: tuple[str, ...], text: str) -> str:
    title = line(proper(title)) or line(" ".join(summary)) or line(text)
    if utf16(title) > LONG_TITLE_UNITS:
        # Some feeds put the abstract behind the headline, after a full stop or a blank.
        found = HEADLINE.match(title)
        title = found[0].rstrip() if found else title
    if "称" in title:
        title = without_short_names(title, " ".join(summary))
    return cut(typeset_headline(title), TITLE_UNITS) or "…"


def address(article: Article, view: View) -> str:
    """Where the headline leads: the source's page, or this bot for an imported document; else empty."""
    if article.url:
        return article.url
    return f"https://t.me/{view.bot_username}?start=a{article.id}" if view.bot_username else ""


def linked_headline(article: Article, view: View, mark: str = "") -> Markup:
    """The headline in bold, leading to its article; `mark` stands before it."""
    return bold(Markup(f"{escape(mark)}{link(view.written(headline(article)), address(article, view))}"))


def publishers(story: Story, view: View) -> Markup:
    """`36氪`, `36氪、虎嗅`, `36氪、虎嗅 等 5 家`; each leads to its own report."""
    reports: dict[str, Article] = {}
    for article in story.articles:
        reports.setdefault(article.publisher, article)
    names = [outlet(article, view) for article in reports.values() if _publisher(article)]
    shown = Markup(view.locale.join(names[:NAMED_PUBLISHERS]))
    if len(names) <= NAMED_PUBLISHERS:
        return shown
    return say(
        view.locale,
        "digest.publishers_more",
        names=shown,
        count=len(names),
        rest=len(names) - NAMED_PUBLISHERS,
    )


def outlet(article: Article, view: View) -> Markup:
    """The outlet's name, leading to its report."""
    return link(_publisher(article), address(article, view))


def _publisher(article: Article) -> str:
    return cut(line(article.publisher), NAME_UNITS)


def source_line(story: Story, view: View) -> Markup:
    """Who reports the story, how long ago its lead was published, and whether nobody gives more than a headline."""
    age = ago(story.lead.published_at, view)
    names = publishers(story, view)
    told = say(view.locale, "digest.source_line", publishers=names, ago=age) if names else escape(age)
    return say(view.locale, "digest.only_headline", source_line=told) if _is_bare(story) else told


def numbered(number: int, story: Story, view: View) -> Markup:
    """`3.`, which opens the story's own page."""
    return _numbered(number, story_link(story.id, view))


@lru_cache(maxsize=KEPT)
def _numbered(number: int, address: str) -> Markup:
    return link(f"{number}.", address)


def summary_parts(article: Article) -> tuple[str, str]:
    """The summary's sentences that stand open, and those that are folded; never half a sentence but a monstrous one."""
    return _parts(headline(article), article.summary)


@lru_cache(maxsize=KEPT)
def _parts(told: str, summary: tuple[str, ...]) -> tuple[str, str]:
    """`summary_parts` of an article with this headline: a morning's few stories are shown to thousands of chats."""
    sentences = _without_repeats(told, summary)
    shown = 0
    units = 0
    for sentence in sentences:
        units += utf16(sentence)
        if units > (VISIBLE_UNITS if shown else FIRST_SENTENCE_UNITS):
            break
        shown += 1
    return flow(sentences[:shown]), _fold(sentences[shown:])


def word_of(item: EditionItem, view: View) -> str:
    """The followed word that brought the story; empty where it was something else."""
    reason = item.reason
    known = reason in view.names.topics or reason in view.names.sections or is_source(item)
    return "" if known else reason


def is_source(item: EditionItem) -> bool:
    """Whether a followed source brought the story."""
    return not item.is_word and item.reason in item.story.publishers


def naming_line(story: Story, word: str, view: View) -> Markup:
    """What the story says of a followed word that neither headline nor summary has: `提到“青峰”：…`; empty where they do."""
    sentence = word and view.once_for_all(story, word, lambda: _sentence_naming(story, word))
    if not sentence:
        return Markup("")
    shown = view.written(cut(sentence, NAMING_UNITS))
    return say(view.locale, "digest.naming", word=cut(line(word), NAME_UNITS), sentence=shown)


def _sentence_naming(story: Story, word: str) -> str:
    """The sentence of the story with the word, on one line; empty where headline or summary has it, or none."""
    if names(" ".join((headline(story.lead), *shown_sentences(story.lead))), word):
        return ""
    found = (sentence_with(article.text, word, NAMING_UNITS) for article in story.articles)
    sentence = line(next(filter(None, found), ""))
    return "" if without_short_names(sentence, "") in shown_sentences(story.lead) else sentence


def story_block(
    story: Story, number: int, view: View, *, follow_up: bool = False, mention: bool = False, word: str = ""
) -> Markup:
    """One numbered story: headline, summary, what it says of the followed `word`, sources and age, the rest of the summary
    folded."""
    mark = view.locale.text("digest.follow_up") if follow_up else ""
    mark += view.locale.text("digest.mention") if mention else ""
    key = mark, word, ago(story.lead.published_at, view) if view.kept else ""
    told = view.once(story, key, lambda: _made(story, mark, word, view))
    return Markup(f"{numbered(number, story, view)} {told}")


def _made(story: Story, mark: str, word: str, view: View) -> Markup:
    """A story's block but for its number."""
    opened, rest = map(view.written, summary_parts(story.lead))
    head = linked_headline(story.lead, view, mark)
    named = naming_line(story, word, view)
    return lines(head, opened, named, source_line(story, view), folded(rest) if rest else "")


def headline_line(story: Story, number: int, view: View) -> Markup:
    """One numbered story as nothing but its headline."""
    lead = story.lead
    return Markup(
        f"{numbered(number, story, view)} {link(view.written(headline(lead)), address(lead, view))}"
    )


def told_again(edition: Edition, shown: Sequence[int], view: View) -> Sequence[str]:
    """Heading and headlines, folded, of those stories of a page that the reader was told before; empty where there are none."""
    headlines = [
        headline_line(edition.items[index].story, index + 1, view)
        for index in shown
        if edition.items[index].again
    ]
    return [bold(f"▎{view.locale.text('digest.again')}"), folded(lines(*headlines))] if headlines else []


def flow(sentences: Sequence[str]) -> str:
    """Sentences in a row, with a space where Latin script needs one."""
    text = ""
    for sentence in sentences:
        text += f" {sentence}" if text and text[-1].isascii() else sentence
    return text


def shown_sentences(article: Article) -> list[str]:
    """The summary's sentences as they are shown: on one line each, without asides, datelines and furniture."""
    return [sentence for sentence in _shown(article.summary) if _bare(sentence)]


def says_again(sentence: str, earlier: str, share: float = SAME_WORDS) -> bool:
    """Whether an earlier sentence has told nearly all that this one tells: all figures, and this share of its words."""
    return _says_again(_bare(sentence), _bare(earlier), share)


def adds(sentence: str, told: Sequence[str]) -> tuple[int, int]:
    """What a sentence adds to those that were told: how many figures, and how many pairs of characters."""
    bare, before = _bare(sentence), [_bare(one) for one in told]
    figures = set(NUMBER.findall(bare)).difference(*map(NUMBER.findall, before))
    pairs = set(_pairs(bare)).difference(*map(_pairs, before))
    return len(figures), len(pairs)


def _without_repeats(headline: str, summary: tuple[str, ...]) -> list[str]:
    """The summary's sentences, less those that only say again what the headline or an earlier one said."""
    told = [_bare(headline)]
    kept = []
    for sentence in _shown(summary):
        bare = _bare(sentence)
        if bare and not any(_says_again(bare, earlier) for earlier in told):
            kept.append(sentence)
            told.append(bare)
    return kept


def _is_bare(story: Story) -> bool:
    """Whether no article of the story has a text that says more than its title."""
    return not any(article.summary or _says_more(article.title, article.text) for article in story.articles)


@lru_cache(maxsize=KEPT)
def _says_more(title: str, text: str) -> bool:
    return _bare(text) not in _bare(title)


def _says_again(bare: str, earlier: str, share: float = SAME_WORDS) -> bool:
    """Whether what was told holds nearly all of this: every number and "not" of it, this share of its pairs of characters."""
    if bare in earlier:
        return True
    if set(NUMBER.findall(bare)).difference(NUMBER.findall(earlier)):
        return False
    if len(NEGATION.findall(bare)) != len(NEGATION.findall(earlier)):
        return False
    pairs = _pairs(bare)
    return bool(pairs) and (pairs - _pairs(earlier)).total() <= (1 - share) * pairs.total()


def _pairs(bare: str) -> Counter[str]:
    return Counter(map("".join, itertools.pairwise(bare)))


@lru_cache(maxsize=KEPT)
def _shown(summary: tuple[str, ...]) -> tuple[str, ...]:
    """On one line each, as they are told."""
    return tuple(retold(list(map(line, summary))))


def _fold(sentences: Sequence[str]) -> str:
    kept: list[str] = []
    units = 0
    for sentence in sentences:
        units += utf16(sentence) + 1
        if units > FOLDED_UNITS:
            break
        kept.append(sentence)
    if sentences and not kept:
        return cut(sentences[0], FOLDED_UNITS)
    return flow(kept)


def _bare(text: str) -> str:
    """Letters and digits only: whether a sentence merely repeats the headline."""
    return NOT_WORD.sub("", unicodedata.normalize("NFKC", text))
