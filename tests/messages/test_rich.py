"""The edition as one rich message: well-formed, within its limits, with a contents that leads to every story."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bot.messages.rich import MAX_BLOCKS, MAX_CHARACTERS, blocks, render_rich
from storage.models import Edition, EditionItem
from tests.messages.examples import edition, view

ALLOWED = {"h1", "h2", "h3", "p", "ul", "li", "details", "summary", "hr", "footer", "a", "b", "i"}


def tree(html: str) -> "ET.Element":
    """The message as a tree: our HTML is XML too."""
    return ET.fromstring(f"<message>{html}</message>")  # noqa: S314 - our own output


def many(count: int, text: str) -> Edition:
    """An edition of so many stories with monstrous texts."""
    base = edition()
    items: list[EditionItem] = []
    for number in range(count):
        item = base.items[number % len(base.items)]
        lead = replace(
            item.story.lead,
            id=1000 + number,
            title=f"{number} {text}"[:110],
            summary=tuple(f"第{number}则的第{sentence}句{text}。"[:170] for sentence in range(6)),
            url=f"https://news.example.com/{'x' * 1500}/{number}",
        )
        items.append(replace(item, story=replace(item.story, id=1000 + number, articles=(lead,))))
    return replace(base, items=tuple(items), considered=count)


def test_every_story_and_section_can_be_jumped_to() -> None:
    shown = edition()
    html = render_rich(shown, view())
    root = tree(html)
    assert {element.tag for element in root.iter()} - {"message"} <= ALLOWED
    anchors = [element.get("name") for element in root.iter("a") if element.get("name")]
    jumps = [
        str(element.get("href"))[1:] for element in root.iter("a") if str(element.get("href")).startswith("#")
    ]
    assert len(anchors) == len(set(anchors))
    assert set(jumps) == set(anchors)
    assert len(root.findall("h3")) == len(shown.items)
    assert [element.tag for element in root][:2] == ["h1", "p"]
    assert root[-1].tag == "footer"
    sections = list(dict.fromkeys(item.section for item in shown.items))
    assert len(root.findall("h2")) == len(sections)


def test_all_of_the_text_is_there() -> None:
    shown = edition()
    text = "".join(tree(render_rich(shown, view())).itertext())
    for item in shown.items:
        for sentence in item.story.lead.summary:
            assert sentence in text
        assert item.story.publishers[0] in text


@pytest.mark.slow
def test_it_keeps_its_limits() -> None:
    for count in (30, 100, 400):
        for text in ("芯片", "<&>\"'" * 20, "🚀" * 60):
            html = render_rich(many(count, text), view())
            assert len(html) <= MAX_CHARACTERS, (count, text[:5])
            assert blocks(html) <= MAX_BLOCKS
            assert len(tree(html).findall("h3")) >= 5


def test_what_does_not_fit_is_left_out_at_the_end_and_counted_so() -> None:
    shown = many(400, "长文")
    html = render_rich(shown, view())
    kept = len(tree(html).findall("h3"))
    assert kept < 400
    assert "<details>" not in html
    covers = "".join(tree(html)[1].itertext())
    assert re.search(rf"从 400 个事件中选出 {kept} 条", covers)
    more = render_rich(replace(shown, items=shown.items[: kept + 1], considered=kept + 1), view())
    assert len(tree(more).findall("h3")) <= kept


def test_one_story_needs_no_contents_and_none_is_the_quiet_line() -> None:
    shown = edition()
    one = render_rich(replace(shown, items=shown.items[:1]), view())
    assert "<ul>" not in one
    quiet = render_rich(replace(shown, items=()), view())
    assert quiet.startswith("<p>")
    assert render_rich(replace(shown, items=()), view(), following=True) != quiet


def test_a_story_without_an_address_is_no_link() -> None:
    shown = edition()
    lead = replace(shown.items[0].story.lead, url="")
    item = replace(shown.items[0], story=replace(shown.items[0].story, articles=(lead,)), follow_up=True)
    html = render_rich(replace(shown, items=(item,)), replace(view(), bot_username=""))
    heading = tree(html).find("h3")
    assert heading is not None
    assert [element.get("href") for element in heading.iter("a")] == [None]
    assert "【后续】" in "".join(heading.itertext())
