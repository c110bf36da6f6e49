"""What stands above an edition's stories: its title, what it covers, and the headings of its sections and parts."""

from collections.abc import Callable, Sequence

from bot import clock
from bot.languages import SPEECH
from bot.messages.html import Markup, bold, cut, line
from bot.messages.view import View
from storage.models import Edition, EditionItem

TITLES = {
    "morning": "digest.title",
    "noon": "digest.title_noon",
    "evening": "digest.title_evening",
    "weekly": "digest.title_weekly",
    "more": "digest.title_more",
}
"""By slot."""
FOLLOWING_NAMES = 4
NAME_UNITS = 40
FOLLOWED, TOP = "followed:", "top:"
"""How the headings of a mixed edition begin: what the reader follows, and the top stories beside it."""
READS = "reads:"
"""Heading of the essays and analyses of an edition; no section has such an id."""


def covered_names(items: Sequence[EditionItem], view: View) -> tuple[str, ...]:
    """Names of what matched, most frequent first: what an edition covers."""
    reasons = [item.reason for item in items if item.reason]
    ordered = sorted(
        dict.fromkeys(reasons), key=lambda reason: (-reasons.count(reason), reasons.index(reason))
    )
    return tuple(cut(line(view.names.reason(reason)), NAME_UNITS) for reason in ordered)


def is_alert(edition: Edition) -> bool:
    """Whether it was sent at once, for what the reader watches."""
    return edition.slot.startswith("alert:")


def edition_title(edition: Edition, view: View) -> Markup:
    """`晨报 · 11月24日 星期二`, or what else the edition is."""
    kind = edition.slot.partition(":")[0]
    if is_alert(edition):
        names = view.locale.join_names(covered_names(edition.items, view)[:FOLLOWING_NAMES])
        return bold(view.locale.text("digest.title_alert", names=names))
    key = TITLES.get(kind, "digest.title_demand")
    return bold(view.locale.text(key, date=view.locale.day(edition.local_date)))


def overview_lines(edition: Edition, view: View) -> Sequence[str]:
    """What a model wrote of it (导读), each sentence with the numbers of its stories, under a line that says so; for readers of
    Chinese, and without what cites a story that is not there any more."""
    numbers = {item.story.id: number for number, item in enumerate(edition.items, 1)}
    told = [
        view.locale.text(
            "digest.overview_sentence",
            sentence=view.written(sentence.text),
            numbers="、".join(str(numbers[story_id]) for story_id in sentence.story_ids),
        )
        for sentence in edition.overview
        if SPEECH[view.locale.code].names == "zh" and all(each in numbers for each in sentence.story_ids)
    ]
    return [view.locale.text("digest.overview"), *told] if told else []


def covers_line(edition: Edition, view: View) -> str:
    """`从 63 个事件中选出 12 条 · 半导体、人工智能`, `08:00 之后新增 2 条 · 半导体`."""
    locale = view.locale
    told = newly_told(edition)
    stories = locale.text("count.stories", count=len(told))
    if edition.newer_than is not None:
        at = clock.to_local(view.zone.key, edition.newer_than)
        time = f"{at:%H:%M}" if at.date() == edition.local_date else f"{locale.day(at.date())} {at:%H:%M}"
        covers = locale.text("digest.newer" if told else "digest.nothing_newer", time=time, stories=stories)
    elif edition.considered > len(edition.items):
        covers = locale.text(
            "digest.covers", stories=stories, events=locale.text("count.events", count=edition.considered)
        )
    else:
        names = {name for item in edition.items for name in item.story.publishers}
        covers = locale.text(
            "digest.covers_all", stories=stories, publishers=locale.text("count.publishers", count=len(names))
        )
    following = covered_names(told, view)
    if not following:
        return covers
    names_shown = locale.join_names(following[:FOLLOWING_NAMES])
    if len(following) > FOLLOWING_NAMES:
        names_shown = locale.text("digest.following_more", names=names_shown)
    return locale.text("digest.with_following", covers=covers, following=names_shown)


def is_mixed(edition: Edition) -> bool:
    """Whether it tells what the reader follows and, beside it, top stories: these were chosen for no reason of theirs."""
    return len({bool(item.reason) for item in newly_told(edition)}) > 1


def newly_told(edition: Edition) -> tuple[EditionItem, ...]:
    """The stories that no edition of the day told before it."""
    return tuple(item for item in edition.items if not item.again)


def part_of(item: EditionItem) -> str:
    """To which part of a mixed edition an item belongs."""
    return FOLLOWED if item.reason else TOP


def grouping(edition: Edition) -> Callable[[EditionItem], str | None]:
    """Under which heading an item of this edition stands: its section or 深度, of a mixed edition within its part."""
    return _group_in_part if is_mixed(edition) else group_of_item


def group_of_item(item: EditionItem) -> str | None:
    return READS if item.part == "reads" else item.section


def _group_in_part(item: EditionItem) -> str:
    return f"{part_of(item)}{group_of_item(item) or ''}"


def section_name(section: str | None, view: View) -> str:
    """Never empty, not even where an operator's own name is: a button without label is refused."""
    for part, key in ((FOLLOWED, "digest.part_followed"), (TOP, "digest.part_top")):
        if section is not None and section.startswith(part):
            within = section.removeprefix(part)
            name = view.locale.text(key)
            return f"{name} · {section_name(within, view)}" if within else name
    if section == READS:
        return view.locale.text("digest.reads")
    name = "" if section is None else cut(line(view.names.section(section)), NAME_UNITS)
    return name or view.locale.text("digest.other_section")


def section_counts(edition: Edition) -> dict[str | None, int]:
    counts: dict[str | None, int] = {}
    group_of = part_of if is_mixed(edition) else group_of_item
    for item in newly_told(edition):
        group = group_of(item)
        counts[group] = counts.get(group, 0) + 1
    return counts


def heading_of(
    edition: Edition, index: int, view: View, group_of: Callable[[EditionItem], str | None], *, first: bool
) -> Markup:
    """The section's name before its first story, and again (marked) on top of a page that goes on with it; `group_of` is the
    edition's `grouping`.

    The few stories of an alert stand without.
    """
    if is_alert(edition):
        return Markup()
    group = group_of(edition.items[index])
    before = edition.items[index - 1] if index else None
    if before is None or before.again or group_of(before) != group:
        return bold(f"▎{section_name(group, view)}")
    if not first:
        return Markup()
    return bold(f"▎{view.locale.text('digest.continued', section=section_name(group, view))}")
