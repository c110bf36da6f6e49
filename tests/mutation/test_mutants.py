"""The mutator: what it changes, and what it leaves alone."""

import pytest

from tests.mutation.mutants import mutants


def changes(source: str) -> list[tuple[str, str]]:
    """Before and after of each."""
    found = list(mutants(source))
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        assert mutant.source != source
    return [(mutant.before, mutant.after) for mutant in found]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("SIZE = 3", [("3", "4")]),
        ("SIZE = 64", [("64", "128")]),
        ("SHARE = 0.25", [("0.25", "0.5")]),
        ("SHARE = 0.0", [("0.0", "1.0")]),
        ("OPEN = True", [("True", "False")]),
        ("NAME = '甲'", [("'甲'", "''")]),
        ("NAME = ''", [("''", "'x'")]),
        ("DATA = b'a'", [("b'a'", "b''")]),
        ("DATA = b''", [("b''", "b'x'")]),
        ("NOTHING = None", []),
        ("A = b < c", [("b < c", "(b <= c)")]),
        ("A = b < c == d", [("b < c == d", "(b <= c == d)"), ("b < c == d", "(b < c != d)")]),
        ("A = b in c", [("b in c", "(b not in c)")]),
        ("A = b and c", [("b and c", "(b or c)")]),
        ("A = b + c", [("b + c", "(b - c)")]),
        ("A = b ** c", []),
        ("A = not b", [("not b", "(b)")]),
        ("a.b = c", [("a.b = c", "pass")]),
        ("a += b", [("a += b", "pass")]),
        ("f(a)", [("f(a)", "pass")]),
        ("def f():\n    return a", [("return a", "return None")]),
        ("def f():\n    return", []),
        ("def f():\n    return False", [("False", "True")]),
        ("def f():\n    raise E('said')", [("raise E('said')", "pass")]),
        ("for a in b:\n    continue", [("continue", "pass")]),
    ],
)
def test_what_is_changed(source: str, wanted: list[tuple[str, str]]) -> None:
    assert changes(source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "import a",
        "from a import b",
        "log.info('said %s', a)",
        "A = f'{b} 3'",
        "A = Literal['a', 'b']",
        "__all__ = ['a']",
        "A = cast('T', b)",
        "A = zip(b, c, strict=True)",
        "@dataclass(frozen=True)\nclass A:\n    b: Literal['c']",
        "def f(a: 'T') -> 'T':\n    ...",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    assert changes(source) == []


def test_a_change_is_at_its_place_whatever_stands_before() -> None:
    found = list(mutants("名 = '甲乙'; SIZE = 3\n\n\ndef f():\n    return (a\n            and b)\n"))
    assert [(one.line, one.last, one.names) for one in found] == [
        (1, 1, frozenset({"名"})),
        (1, 1, frozenset({"SIZE"})),
        (5, 6, frozenset({"f"})),
        (5, 6, frozenset({"f"})),
    ]
    assert found[1].source.startswith("名 = '甲乙'; SIZE = 4\n")
    assert found[3].source.endswith("    return (a and b)\n") is False
    assert "return ((a or b))" in found[3].source
