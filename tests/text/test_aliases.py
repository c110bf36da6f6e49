"""One name for what has several, in whatever script."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.text.aliases import Aliases, load_aliases
from bot.text.features import features
from bot.text.segment import Segmenter, load_segmenter
from bot.text.similarity import compare
from bot.text.wording import Wording

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("脸书母公司裁员", "meta裁员"),
        ("nvidia与tsmc扩产", "英伟达与台积电扩产"),
        ("sk hynix 扩产", "海力士 扩产"),
        ("阿尔特曼、奥尔特曼与sam altman", "奥特曼、奥特曼与奥特曼"),
        ("hassabis离职", "哈萨比斯离职"),
        ("intelligence与hyperintel", "intelligence与hyperintel"),
        ("intel、aws。", "英特尔、亚马逊。"),
        ("没有别名的话", "没有别名的话"),
    ],
)
def test_other_names_are_read_as_one(written: str, meant: str) -> None:
    assert load_aliases()(written) == meant


def test_no_other_name_stands_for_two() -> None:
    """And none is what another stands for: nothing would be read twice."""
    aliases = load_aliases()
    for name in aliases.names.values():
        assert aliases(name) == name


def test_without_any_name_nothing_changes() -> None:
    assert Aliases({})("脸书") == "脸书"


def test_two_scripts_report_one_event(segmenter: Segmenter) -> None:
    sides = ("哈萨比斯离开青梧实验室", "Hassabis离职青梧实验室")
    seen = [features(Wording(title, "", segmenter), NOW) for title in sides]
    apart = [features(Wording(title, "", segmenter), NOW, aliases=Aliases({})) for title in sides]
    assert compare(*seen).score > compare(*apart).score + 0.2


def test_names_in_a_lead_and_in_a_run_in_title_count_as_well(segmenter: Segmenter) -> None:
    title = "青梧园区今天迎来一位远道而来的客人 脸书母公司的代表在园区里参观了整整一个下午的时间"
    seen = features(Wording(title, "NVIDIA随后签约。", segmenter), NOW)
    assert {"meta", "英伟达"} <= set(seen.lead)


def test_an_operator_adds_names(tmp_path: Path) -> None:
    own = tmp_path / "names.toml"
    own.write_text(
        '[names]\n"白鹭航天" = ["Egret Space", "白鹭"]\n[bodies]\n"云洲大会" = ["yzc"]\n', encoding="utf-8"
    )
    aliases = load_aliases(own)
    assert aliases("egret space发射") == "白鹭航天发射"
    assert aliases("yzc开幕") == "云洲大会开幕"
    assert "白鹭航天" in aliases.standing
    assert "云洲大会" not in aliases.standing
    assert aliases("脸书") == "meta"


@pytest.mark.parametrize("text", ["[names", '[names]\n"甲" = "乙"\n', '[names]\n"甲" = [" "]\n', None])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    own = tmp_path / "names.toml"
    if text is not None:
        own.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"CHENBAO_OTHER_NAMES: .*names.toml cannot be used: "):
        load_aliases(own)
