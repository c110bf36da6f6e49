"""The everyday words of an industry's news."""

import math
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.text.analyse import Analyser
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy
from bot.text.vocabulary import Vocabulary, read_vocabulary, shares


def test_an_article_is_of_length_one_however_long_it_is() -> None:
    for words in (["手机"], ["手机", "芯片"] * 300, [f"词{chr(0x4E00 + n)}" for n in range(500)]):
        found = shares(["手机", "发布", "3", "，"], words)
        assert math.isclose(sum(share * share for share in found.values()), 1.0)
        assert "3" not in found
        assert "，" not in found
    assert shares([], []) == {}


def test_words_speak_for_and_against() -> None:
    vocabulary = Vocabulary({"手机": 2.0, "教育": -2.0})
    assert vocabulary.evidence(["手机"], []) == 2.0
    assert vocabulary.evidence(["手机"], ["教育"]) > 0  # the title says more
    assert vocabulary.evidence([], ["教育"]) == -2.0
    assert vocabulary.evidence(["天气"], []) == 0.0


def test_the_packaged_list_tells_the_industry_from_the_rest() -> None:
    analyser = Analyser(load_taxonomy(), load_segmenter())
    assert analyser.explain("手机厂商发布新系统，用户可下载应用").vocabulary > 1
    assert analyser.explain("幼儿园宝宝教育娱乐，妈妈必看").vocabulary < -1
    assert all(-5 <= weight <= 5 and weight for weight in load_taxonomy().vocabulary.weights.values())


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# 注释\n+1.5 渔船 渔港  # 末尾\n\n-2 手机\n", encoding="utf-8")
    assert read_vocabulary(file).weights == {"渔船": 1.5, "渔港": 1.5, "手机": -2.0}


def test_a_wrong_list_is_named(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("+1 渔船\n渔港\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"words\.txt, line 2"):
        read_vocabulary(file)
    with pytest.raises(ConfigError, match=r"nothing\.txt"):
        read_vocabulary(tmp_path / "nothing.txt")
    topics = tmp_path / "topics.toml"
    topics.write_text(
        'title = { zh = "渔业" }\n[industry]\nwords = 3\n[[sections]]\nid = "a"\nname = { zh = "甲" }\n'
    )
    with pytest.raises(ConfigError, match=r"industry\.words"):
        load_taxonomy(topics)
