"""The edition as one rich message: well-formed, within its limits, with a contents that leads to every story."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bot.messages.plain import strip
from bot.messages.rich import MAX_BLOCKS, MAX_CHARACTERS, MAX_MARKUP, blocks, render_rich, rich_form
from storage.models import Edition, EditionItem
from tests.doubles import rich_text
from tests.messages.examples import NOW, edition, view

ALLOWED = {
    *[
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "details",
        "summary",
        "hr",
        "footer",
        "a",
        "b",
        "i",
        "table",
        "tr",
        "th",
        "td",
        "tg-button",
    ]
}


def tree(html: str) -> "ET.Element":
    """The message as a tree: our HTML is XML too."""
    html = html.replace("<table compact>", "<table>")
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
            assert len(strip(html)) <= MAX_CHARACTERS, (count, text[:5])
            assert len(html) <= MAX_MARKUP
            assert blocks(html) <= MAX_BLOCKS
            rich_text.read({"html": html})
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


def test_the_days_figures_stand_in_a_table_whose_sections_jump() -> None:
    shown = edition()
    table = tree(render_rich(shown, view())).find("table")
    assert table is not None
    head, *rows = (["".join(cell.itertext()) for cell in row] for row in table)
    assert head == ["栏目", "条数", "报道", "媒体"]
    assert sum(int(row[1]) for row in rows) == len(shown.items)
    assert sum(int(row[2]) for row in rows) == sum(len(item.story.articles) for item in shown.items)
    assert [link.get("href") for link in table.iter("a")] == [f"#s{n}" for n in range(1, len(rows) + 1)]
    one = [item for item in shown.items if item.section == shown.items[0].section]
    assert "<table" not in render_rich(replace(shown, items=tuple(one)), view()), "its links would be lost"


def test_each_story_has_its_buttons_and_its_page() -> None:
    shown = edition()
    form = rich_form(shown, view(), saved={shown.items[1].story.id}, more=True)
    _, text, pressed = rich_text.read({"html": form.html})
    assert len(pressed) == 2 * len(shown.items)
    assert pressed[0]["data"] == f"1:s:{shown.id}:{shown.items[0].story.id}:1"
    assert text.count("⭐ 已收藏") == 1
    assert text.count("☆ 收藏") == len(shown.items) - 1
    assert f"?start=s_{shown.items[0].story.id}" in form.html
    assert [button.label for row in form.buttons for button in row] == ["更多", "为什么推给我"]
    channel = rich_form(shown, view(), saved=None, more=False)
    assert (channel.buttons, "tg-button" in channel.html) == ((), False)


def test_what_was_told_before_is_folded_at_the_end() -> None:
    shown = edition()
    items = (*(replace(item, again=True) for item in shown.items[:4]), *shown.items[4:])
    root = tree(render_rich(replace(shown, items=items, newer_than=NOW), view()))
    assert len(root.findall("h3")) == len(items) - 4
    assert "".join(root.findall("h3")[0].itertext()).startswith("5. ")
    folded = [each for each in root.findall("details") if each.find("ul") is not None]
    assert [len(list(each.iter("li"))) for each in folded] == [4]


@pytest.mark.parametrize(
    "url",
    [
        "https://a/b",
        "https://user@news.example.com/",
        "http://[::1",
        "https://news.example.com:x/",
        "ftp://a.b/c",
    ],
)
def test_an_address_that_could_refuse_the_message_is_no_link(url: str) -> None:
    shown = edition()
    lead = replace(shown.items[0].story.lead, url=url)
    item = replace(shown.items[0], story=replace(shown.items[0].story, articles=(lead,)))
    html = render_rich(replace(shown, items=(item,)), view())
    assert url not in html
    rich_text.read({"html": html})
