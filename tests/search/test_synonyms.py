"""The list of synonyms: packaged, editable, and clear about mistakes."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.search.synonyms import load_synonyms


def test_the_packaged_list_reads_in_every_direction_of_a_group() -> None:
    synonyms = load_synonyms()
    assert "AI" in synonyms.of("人工智能")
    assert "人工智能" in synonyms.of("ai")
    assert "人工智能" in synonyms.of("ＡＩ")
    assert "半导体" in synonyms.of("芯片")
    assert synonyms.of("面板") == ()


def test_no_word_is_its_own_synonym() -> None:
    for word in ("AI", "芯片", "5G-A", "GPU"):
        assert word not in load_synonyms().of(word)


def test_a_file_of_ones_own_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text(
        '[[group]]\nwords = ["米", "大米"]\n[[wider]]\nword = "粮食"\nfinds = ["大米", "小麦"]\n',
        encoding="utf-8",
    )
    synonyms = load_synonyms(path)
    assert synonyms.of("米") == ("大米",)
    assert synonyms.of("粮食") == ("大米", "小麦")
    assert synonyms.of("小麦") == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[group]]\nwords = 1", "group 1: words must be a list of words"),
        ('[[group]]\nwords = ["。"]', "group 1: words must be a list of words"),
        ("group = 1", "group must be a list of"),
        ('[[wider]]\nfinds = ["a"]', "wider 1: word must be a word"),
        ("[[", "cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=says) as caught:
        load_synonyms(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_synonyms(tmp_path / "none.toml")


def test_what_taiwan_calls_otherwise_is_looked_for_by_the_mainlands_word() -> None:
    synonyms = load_synonyms()
    assert synonyms.of("軟體")[0] == "软件"
    assert "AI" in synonyms.of("人工智慧")
    assert "人工智能" in synonyms.of("人工智慧")
    assert synonyms.of("国产替代") == ()
