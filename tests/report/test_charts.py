"""Charts: one SVG for every format, well-formed whatever the names are."""

from lxml import etree

from bot.report.charts import ChartLine, ChartMark, bars, lines
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


def line_chart(*drawn: ChartLine, marks: tuple[ChartMark, ...] = (), adapts: bool = False) -> etree._Element:
    labels = [str(n) for n in range(max((len(line.values) for line in drawn), default=0))]
    return etree.fromstring(lines(drawn, labels, marks, title="每天<事件>", adapts=adapts).encode())


def test_a_line_for_each_word_over_the_same_days() -> None:
    svg = line_chart(ChartLine("半导体", (1, 5, 0)), ChartLine("<华为>", (0, 0, 0)))
    points = [each.get("points").split() for each in svg.iter(f"{SVG}polyline")]
    assert [len(each) for each in points] == [3, 3]
    heights = [float(point.split(",")[1]) for point in points[0]]
    assert heights[1] < heights[0] < heights[2]
    assert svg.get("width") == "390"


def test_letters_keep_a_size_that_a_phone_shows() -> None:
    svg = line_chart(ChartLine("半导体", (1, 5)), marks=(ChartMark(0, 1, "澜川科技" * 30),))
    sizes = {float(text.get("font-size")) for text in svg.iter(f"{SVG}text")}
    assert min(sizes) >= 11
    rows = [text.text for text in svg.iter(f"{SVG}text") if "澜川" in (text.text or "")]
    assert len(rows) == 2
    assert rows[1].endswith("…")


def test_marks_stand_on_their_line_and_below_the_chart() -> None:
    svg = line_chart(
        ChartLine("a", (0, 9)), ChartLine("b", (3, 1)), marks=(ChartMark(0, 1, "一"), ChartMark(1, 0, "二"))
    )
    rings = [float(ring.get("cy")) for ring in svg.iter(f"{SVG}circle")]
    assert len(rings) == 4
    assert rings[0] < rings[2] < rings[1] < rings[3]


def test_only_a_page_turns_dark() -> None:
    assert line_chart(ChartLine("a", (1,)), adapts=True).find(f"{SVG}style") is not None
    assert line_chart(ChartLine("a", (1,))).find(f"{SVG}style") is None


def test_many_long_names_take_several_rows_and_nothing_is_drawn_too() -> None:
    one = line_chart(ChartLine("短", (1,)))
    four = line_chart(*(ChartLine("很" * 12, (1,)) for _ in range(4)))
    assert float(four.get("height")) > float(one.get("height"))
    assert line_chart() is not None
    assert line_chart(ChartLine("a", (100_000,))) is not None
