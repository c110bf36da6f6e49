"""Charts: one SVG for every format, well-formed whatever the names are."""

from lxml import etree

from bot.report.charts import bars
from bot.report.model import Tally

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*tallies: Tally) -> etree._Element:
    return etree.fromstring(bars(tallies, now="本期", before="此前", title="各<栏目>").encode())


def test_a_bar_for_each_tally_as_long_as_it_counts() -> None:
    svg = drawn(Tally("甲", 10), Tally("乙", 5))
    one, other = (float(bar.get("width")) for bar in svg.iter(f"{SVG}rect"))
    assert one == 2 * other
    assert svg.findtext(f"{SVG}title") == "各<栏目>"


def test_the_span_before_has_a_bar_of_its_own_and_a_legend() -> None:
    svg = drawn(Tally("甲", 10, 20), Tally("乙", 5, 0))
    assert len(list(svg.iter(f"{SVG}rect"))) == 4 + 2
    words = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"本期", "此前"} <= set(words)


def test_long_names_are_cut_and_no_count_at_all_is_drawn_too() -> None:
    svg = drawn(Tally("很" * 40, 0))
    assert next(svg.iter(f"{SVG}text")).text == "很" * 12 + "…"
    assert len(drawn()) == 1
