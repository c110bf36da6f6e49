"""Editions as the worst feeds would make them, from a seed: the same number gives the same edition everywhere.

python -m tests.messages.hostile --count 1000000 --processes 2      render, parse and check so many, then say what came
"""

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Final

from bot.locales import LANGUAGES, Language
from bot.messages.digest import _pages, render_edition, render_why
from bot.messages.headings import NAME_UNITS, TITLES
from bot.messages.html import MAX_URL, UNWANTED, URL, cut, line
from bot.messages.items import NAMED_PUBLISHERS, _publisher, address, headline, summary_parts
from bot.messages.model import Message
from bot.messages.view import View
from storage.models import Article, Edition, EditionItem
from tests.messages.examples import NOW, SECTIONS, article, edition, story, view
from tests.telegram_html import Parsed, check_message

FRAGMENTS: Final = (
    "<b>", "</b>", "<a href=\"https://evil.example\">", "</a>", "<", ">", "&", "&amp;", "&lt;", "&#60;", "&nbsp;", "\"",
    "'", "<br>", "<!-- ", " -->", "<blockquote expandable>", "</blockquote>", "<tg-spoiler>", "<pre><code class=\"x\">",
    "]]>", "<script>alert(1)</script>", "{0}", "{title}", "%s", "%(x)d", "$x", "*_`[](", "@channel", "#tag", "/start",
    "https://example.com/?a=1&b=2", "javascript:alert(1)", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u2060",
    "\ufeff", "\u0000", "\u2028", "\r\n", "\n", "\t", "\u00a0", "\u3000", "\ud83d", "\udc00", "\ude00\ud83d", "\ufffe",
    "👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "❤️", "𠮷", "é", "e\u0301", "م\u0651رحبا", "שלום", "ก็็็", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙", "\ue000", "\U000e0041",
    "\U0010ffff", "\U0001ffff", "半导体", "人工智能", "芯片产业", "。", "！", "，", "5G-A", "12.5%", " ",
)  # fmt: skip
LAST: Final = 0x10FFFF
BATCH: Final = 1000
CLEANED: Final = re.compile("[\u030a\u0333\u033f\\s]")

Entity = tuple[str, str]
"""Kind and words."""


def text(dice: random.Random, most: int) -> str:
    """Up to `most` pieces: hostile fragments, characters of every plane (lone surrogates too), plain Chinese."""
    pieces = []
    for _ in range(dice.randint(0, most)):
        kind = dice.random()
        if kind < 0.5:
            pieces.append(dice.choice(FRAGMENTS))
        elif kind < 0.6:
            pieces.append(chr(dice.randint(0, LAST)))
        elif kind < 0.65:
            plane = dice.randint(0, 16) << 16
            pieces.append("".join(chr(min(plane + dice.randint(0, 0xFFFF), LAST)) for _ in range(4)))
        else:
            pieces.append("".join(chr(dice.randint(0x4E00, 0x9FA5)) for _ in range(dice.randint(1, 9))))
    return "".join(pieces)


def url(dice: random.Random) -> str:
    """An address: usable, empty, of another kind, hostile, or longer than any browser takes."""
    kind = dice.random()
    if kind < 0.55:
        return f"https://news.example/{dice.randint(0, 10**9)}?from=rss&id={dice.randint(0, 99)}"
    if kind < 0.65:
        return ""
    if kind < 0.75:
        return f"https://新闻.example/{text(dice, 4)}"
    if kind < 0.85:
        return f"https://news.example/{'a&' * dice.randint(500, 1100)}"
    return dice.choice(("javascript:alert(1)", "http://", "https://[::1", "ftp://x.example/", "//x.example", "https://x/\"><b>",
                        "HTTPS://X.EXAMPLE/%E4%BD", "tg://user?id=1", "https://x.example/'\"<>", "http://256.1.1.1:99999/"))  # fmt: skip


def hostile_article(dice: random.Random, number: int) -> Article:
    """One report; one in fifty has a monstrous title, one in fifty a monstrous summary."""
    title = text(dice, 9) if dice.random() > 0.02 else text(dice, 9) * dice.randint(100, 900)
    summary = tuple(text(dice, 12) for _ in range(dice.randint(0, 4)))
    if summary and dice.random() < 0.02:
        summary = (summary[0] * dice.randint(50, 500), *summary[1:])
    return article(
        number,
        title,
        url=url(dice),
        summary=summary,
        text=text(dice, 3),
        publisher=text(dice, 3),
        published_at=NOW - timedelta(minutes=dice.randint(-60, 20_000)),
    )


def hostile_edition(seed: int) -> tuple[Edition, View]:
    """The edition of that number and its reader: up to 5 stories mostly, sometimes 15, one in 250 up to 200."""
    dice = random.Random(seed)
    most = dice.choices((5, 15, 200), (90, 9.6, 0.4))[0]
    numbers = count(1)
    items = []
    for _ in range(dice.randint(0, most)):
        reports = [hostile_article(dice, next(numbers)) for _ in range(1 if dice.random() < 0.7 else 3)]
        section = dice.choice((*SECTIONS, None)) if dice.random() < 0.95 else text(dice, 3)
        reason = dice.choice(("", "ai", "telecom")) if dice.random() < 0.7 else text(dice, 4)
        items.append(EditionItem(story(next(numbers), *reports), section, reason, dice.random() < 0.1))
    order = {item.section: place for place, item in enumerate(items)}
    items.sort(key=lambda item: order[item.section])
    slot = dice.choice(("morning", "more:1", "demand:2"))
    told = random.Random(-seed).randint(0, len(items)) if slot == "demand:2" and seed % 2 else 0
    items[:told] = [replace(item, again=True) for item in items[:told]]
    shown = edition(tuple(items), slot=slot, considered=len(items) + dice.randint(0, 60))
    shown = replace(shown, newer_than=NOW if told else None)
    language: Language = dice.choice(LANGUAGES)
    return shown, view(language, bot_username=dice.choice(("", "chenbao_bot")))


def messages(seed: int) -> Iterator[tuple[Message, Counter[Entity]]]:
    """Each message that the edition can become, with the entities that it is meant to have."""
    shown, looking = hostile_edition(seed)
    dice = random.Random(~seed)
    if not shown.items:
        yield render_edition(shown, looking), Counter([("Bold", looking.locale.day(shown.local_date))])
        return
    every = _pages(shown, looking)
    for page, stories in enumerate(every, 1):
        saving, more = dice.random() < 0.3, dice.random() < 0.5
        message = render_edition(shown, looking, page=page, saving=saving, more=more)
        yield message, Counter(meant(shown, looking, stories))
    page = dice.randint(1, len(every))
    links = (each for index in every[page - 1] for each in linked(shown.items[index], looking))
    yield render_why(shown, looking, page=page), Counter([("Bold", looking.locale.text("why.title")), *links])


def meant(shown: Edition, looking: View, stories: Sequence[int]) -> Iterator[Entity]:
    """The entities of a page: its title, the sections' names, headlines and links, folded rests of summaries."""
    kind = shown.slot.partition(":")[0]
    title = TITLES.get(kind, "digest.title_demand")
    yield "Bold", looking.locale.text(title, date=looking.locale.day(shown.local_date))
    mixed = len({bool(item.reason) for item in shown.items if not item.again}) > 1
    again = [index for index in stories if shown.items[index].again]
    if again:
        lines = (f"{index + 1}. {headline(shown.items[index].story.lead)}" for index in again)
        yield "Bold", f"▎{looking.locale.text('digest.again')}"
        yield "ExpandableBlockQuote", "\n".join(lines)
    for index in stories:
        item = shown.items[index]
        if item.again:
            yield from (each for each in linked(item, looking) if each[0] != "Bold")
            if looking.bot_username:
                yield "TextUrl", f"{index + 1}."
            continue
        name = cut(line(looking.names.section(item.section or "")), NAME_UNITS)
        name = name or looking.locale.text("digest.other_section")
        if mixed:
            part = looking.locale.text("digest.part_followed" if item.reason else "digest.part_top")
            name = f"{part} · {name}" if item.section else part
        before = shown.items[index - 1]
        if (
            index == 0
            or before.again
            or (
                (before.section or "", bool(before.reason)) != (item.section or "", bool(item.reason))
                if mixed  # a part has one heading for what is in no section
                else before.section != item.section
            )
        ):
            yield "Bold", f"▎{name}"
        elif index == stories[0]:
            yield "Bold", f"▎{looking.locale.text('digest.continued', section=name)}"
        yield from linked(item, looking, looking.locale.text("digest.follow_up") if item.follow_up else "")
        if looking.bot_username:
            yield "TextUrl", f"{index + 1}."
        yield from outlets(item, looking)
        folded = summary_parts(item.story.lead)[1]
        if folded:
            yield "ExpandableBlockQuote", folded


def outlets(item: EditionItem, looking: View) -> Iterator[Entity]:
    """The outlets that are named, each leading to its report."""
    reports: dict[str, Article] = {}
    for report in item.story.articles:
        reports.setdefault(report.publisher, report)
    named = [(_publisher(each), each) for each in reports.values() if _publisher(each)]
    for name, report in named[:NAMED_PUBLISHERS]:
        if leads_somewhere(address(report, looking)):
            yield "TextUrl", name


def leads_somewhere(target: str) -> bool:
    return bool(len(target) <= MAX_URL and URL.fullmatch(target) and not UNWANTED.search(target))


def linked(item: EditionItem, looking: View, mark: str = "") -> Iterator[Entity]:
    """A story's headline in bold, leading to its article."""
    head = headline(item.story.lead)
    yield "Bold", mark + head
    if leads_somewhere(address(item.story.lead, looking)):
        yield "TextUrl", head


@dataclass(frozen=True, slots=True)
class Found:
    """What was wrong with a seed's messages, empty where nothing was; and how many there were."""

    seed: int
    messages: int
    problem: str


def examine(seed: int) -> Found:
    """Render the edition of that number, let Telegram's parser read every message, compare with what was meant."""
    number = 0
    try:
        for message, entities in messages(seed):
            number += 1
            compare(check_message(message), entities)
    except (
        AssertionError,
        ValueError,
    ) as error:  # ValueError: an entity that begins or ends inside a surrogate pair
        return Found(seed, number, f"{type(error).__name__}: {error}"[:2000])
    return Found(seed, number, "")


def compare(parsed: Parsed, entities: Counter[Entity]) -> None:
    """Assert that Telegram sees exactly the entities that were meant; it may drop links to what is no address."""
    found = Counter(
        (kind, bare(words))
        for kind in {entity.kind for entity in parsed.entities}
        for words in parsed.words(kind)
    )
    wanted = Counter({(kind, bare(words)): 0 for kind, words in entities})
    for (kind, words), times in entities.items():
        wanted[kind, bare(words)] += times
    unmeant = found - wanted
    assert not unmeant, f"not meant: {unmeant}; missing: {wanted - found}"
    missing = [each for each in wanted - found if each[0] != "TextUrl"]
    assert not missing, f"missing: {missing}"


def bare(words: str) -> str:
    """Without what Telegram's own cleaning of any text leaves out or replaces, and what keeps words from becoming links."""
    return CLEANED.sub("", words).replace("\u2060", "")


def batch(seeds: range) -> tuple[int, list[Found]]:
    """How many messages came of these seeds, and those that had a problem."""
    found = [examine(seed) for seed in seeds]
    return sum(each.messages for each in found), [each for each in found if each.problem]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    begin = time.perf_counter()
    end = arguments.first + arguments.count
    parts = [range(start, min(start + BATCH, end)) for start in range(arguments.first, end, BATCH)]
    total, editions, problems = 0, 0, 0
    with ProcessPoolExecutor(arguments.processes) as pool:
        for seeds, (number, found) in zip(parts, pool.map(batch, parts), strict=True):
            total, editions, problems = total + number, editions + len(seeds), problems + len(found)
            for each in found[:3]:
                print(f"{each.seed}: {each.problem}", flush=True)
            if editions % (50 * BATCH) == 0 or editions == arguments.count:
                seconds = time.perf_counter() - begin
                print(
                    f"{editions} editions, {total} messages, {problems} with a problem, {seconds:.0f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
