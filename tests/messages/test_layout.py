"""Pages break between blocks, hold what fits and are balanced."""

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.html import Markup, Size, bold, measure, utf16
from bot.messages.layout import GAP, Block, fit, pack
from bot.messages.split import split_text

LIMIT = Size(100, 10, 1000)


@given(st.lists(st.integers(1, 90), max_size=40))
def test_every_block_is_on_one_page_and_pages_keep_the_limit(lengths: list[int]) -> None:
    blocks = [Block(Size(length, 1, length * 3), Size(3, 1, 9)) for length in lengths]
    pages = pack(blocks, Size(2, 0, 2), LIMIT)
    assert [index for page in pages for index in page] == list(range(len(blocks)))
    for page in pages:
        used = Size(2, 0, 2)
        for index in page:
            used = used + GAP + blocks[index].size + (blocks[index].first if index == page.start else Size())
        assert len(page) <= 1 or used.within(LIMIT)


def test_pages_are_balanced_and_may_be_short_on_purpose() -> None:
    blocks = [Block(Size(10, 1, 10))] * 9
    assert [len(page) for page in pack(blocks, Size(), LIMIT)] == [5, 4]
    assert [len(page) for page in pack(blocks, Size(), LIMIT, most=3)] == [3, 3, 3]
    assert [len(page) for page in pack([], Size(), LIMIT)] == [0]


def test_entities_and_bytes_break_pages_too() -> None:
    assert len(pack([Block(Size(1, 6, 1))] * 2, Size(), LIMIT)) == 2
    assert len(pack([Block(Size(1, 1, 600))] * 2, Size(), LIMIT)) == 2


def test_fit_takes_the_lean_blocks_where_the_full_ones_are_too_much() -> None:
    lean = [Markup("短")] * 3
    assert fit(bold("题"), [Markup("全")] * 3, lean, "尾") == "<b>题</b>\n\n全\n\n全\n\n全\n\n尾"
    assert fit(bold("题"), [Markup("长" * 2000)] * 3, lean, "尾") == "<b>题</b>\n\n短\n\n短\n\n短\n\n尾"
    many = fit("题", [], [Markup("长" * 1000)] * 9)
    assert many.startswith("题")
    long = fit("题", [Markup("长" * 5000)], [Markup("长" * 1000)] * 9)
    assert measure(long).units == 1 + 3 * 1002


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500), st.integers(4, 60))
def test_split_loses_nothing_but_white_space(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert pieces
    assert all(utf16(piece) <= limit for piece in pieces)
    kept = "".join("".join(pieces).split())
    wanted = "".join(split_text(text, 10_000)).split()
    assert kept == "".join(wanted)


def test_split_prefers_paragraphs_then_sentences() -> None:
    assert split_text("第一段。\n第二段。", 6) == ("第一段。", "第二段。")
    assert split_text("第一段。\n第二段。", 50) == ("第一段。\n\n第二段。",)
    assert split_text("第一句话。第二句话。第三句！", 10) == ("第一句话。第二句话。", "第三句！")
    assert split_text("没有标点的一长串文字", 4) == ("没有标", "点的一", "长串文字")
    assert split_text("") == ("",)
