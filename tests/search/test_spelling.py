"""Names that a misspelt word may mean: by sound, by letters, never too far away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.spelling import LONGEST, Spelling, one_edit, sounds_of

NAMES = {
    "宇树科技": 9,
    "宇树": 20,
    "中兴": 30,
    "中芯国际": 12,
    "华为": 50,
    "澜川科技": 4,
    "重庆": 8,
    "Nvidia": 5,
    "OpenAI": 7,
    "江渚智算中心": 3,
}


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(NAMES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yushu", ("宇树", "宇树科技")),
        ("YuShu KeJi", ("宇树科技",)),
        ("zhongxing", ("中兴",)),
        ("chongqing", ("重庆",)),
        ("Huwei", ("华为",)),
        ("hauwei", ("华为",)),
        ("nvidai", ("Nvidia",)),
        ("opnai", ("OpenAI",)),
        ("澜川科枝", ("澜川科技",)),
        ("雨树科技", ("宇树科技",)),
        ("中新", ("中兴",)),
        ("江渚智箅中芯", ("江渚智算中心",)),
        ("華爲", ()),
        ("宇树", ()),
        ("草莓种植", ()),
        ("hi", ()),
        ("2026", ()),
        ("", ()),
        ("x" * 40, ()),
    ],
)
def test_what_is_meant(spelling: Spelling, typed: str, meant: tuple[str, ...]) -> None:
    found = spelling.nearest(typed)
    assert found[: len(meant)] == meant
    assert bool(found) == bool(meant)


def test_a_syllable_that_only_begins_so_is_not_meant(spelling: Spelling) -> None:
    assert spelling.nearest("yush") == (), "the name goes on inside a syllable"


def test_known_names_are_known_however_they_are_written(spelling: Spelling) -> None:
    assert spelling.knows("open ai")
    assert spelling.knows("中興")
    assert not spelling.knows("中新")


def test_the_most_told_of_two_spellings_is_shown() -> None:
    assert Spelling({"openai": 1, "OpenAI": 9}).nearest("opnai") == ("OpenAI",)
    assert Spelling({"OpenAI": 9, "openai": 1}).nearest("opnai") == ("OpenAI",)


def test_readings_of_a_name() -> None:
    assert {sound for sound, _ in sounds_of("重庆")} == {"zhongqing", "chongqing"}
    assert sounds_of("龘") == []
    assert dict(sounds_of("宇树ai"))["yushuai"] == {2, 5, 6, 7}


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abc", "abd", True),
        ("abc", "abcd", True),
        ("abc", "ac", True),
        ("abc", "acb", True),
        ("abc", "abc", False),
        ("abc", "cba", False),
        ("abcd", "ab", False),
        ("", "a", True),
    ],
)
def test_one_edit(one: str, other: str, near: bool) -> None:
    assert one_edit(one, other) is near
    assert one_edit(other, one) is near


@given(st.text(max_size=LONGEST + 4))
def test_any_text_has_an_answer(typed: str) -> None:
    assert set(Spelling(NAMES).nearest(typed)) <= set(NAMES)
