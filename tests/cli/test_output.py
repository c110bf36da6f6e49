"""Columns for people: Chinese characters take two."""

import pytest

from bot.cli.output import clip, print_table, width


def test_width_counts_columns() -> None:
    assert width("36氪") == 4
    assert width("ＡＢ") == 4


def test_a_long_cell_is_cut_to_its_columns() -> None:
    assert clip("短", 4) == "短"
    for columns in (5, 6, 7):
        cut = clip("一二三四五六", columns)
        assert cut.endswith("…")
        assert columns - 1 <= width(cut) <= columns


def test_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("id", "title"), [("1", "甲报"), ("22", "b")])
    assert capsys.readouterr().out == "id  title\n1   甲报\n22  b\n"
