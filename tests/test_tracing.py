"""Which files are left out of tracing."""

from tests import tracing

ROWS = [
    ("tests/test_a.py::test_one|run", 1, 10, 11),
    ("tests/test_a.py::test_one|run", 1, 11, -9),
    ("tests/test_b.py::test_two|run", 1, 10, 11),
    ("tests/test_b.py::test_two|run", 1, 10, 12),
    ("", 1, 1, 2),
]


def test_lines_and_branches_of_each_file() -> None:
    found = tracing.places_of(ROWS)
    assert found == {
        "tests/test_a.py": {(1, 10), (1, 11), (1, 10, 11)},
        "tests/test_b.py": {(1, 10), (1, 11), (1, 12), (1, 10, 11), (1, 10, 12)},
    }
    seconds = {"tests/test_a.py": 9.0, "tests/test_b.py": 90.0}
    assert tracing.choose(found, seconds, 0.0) == ["tests/test_a.py"]
    assert tracing.choose(found, seconds, 0.4) == ["tests/test_b.py"], "it takes most for what it alone runs"
    assert tracing.choose(found, {"tests/test_a.py": 1.0}, 1.0) == []


def test_every_file_that_is_left_out_exists() -> None:
    names = tracing.untraced()
    assert names
    assert [name for name in names if not (tracing.UNTRACED.parent.parent / name).is_file()] == []
