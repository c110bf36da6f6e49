from pathlib import Path

import pytest

from bot.text.cues import CueMatcher
from bot.text.normalise import normalise
from bot.text.taxonomy import Taxonomy, load_taxonomy
from bot.text.topics import choose_topics, topic_evidence


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture(scope="module")
def matcher(taxonomy: Taxonomy) -> CueMatcher:
    return CueMatcher(taxonomy)


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("人形机器人公司完成B轮融资", {"robotics", "capital"}),
        ("运营商启动5G-A规模商用", {"telecom"}),
        ("数字人民币试点扩围", {"blockchain"}),
        ("一网通办再升级 政务服务跨省办", {"govtech"}),
        ("量子比特数再刷新", {"quantum"}),
        ("智能家居互联标准发布", {"iot"}),
        ("工业互联网标识解析节点上线", {"industrial"}),
        ("低轨卫星一箭十八星入轨", {"space"}),
        ("苹果汁好喝吗", set()),
        ("金庸笔下的聊天机器人", set()),
    ],
)
def test_a_title_names_its_topics(
    taxonomy: Taxonomy, matcher: CueMatcher, title: str, topics: set[str]
) -> None:
    assert set(choose_topics(matcher.match(title, ""), taxonomy)) == topics


def test_the_strongest_topic_comes_first(taxonomy: Taxonomy, matcher: CueMatcher) -> None:
    chosen = choose_topics(matcher.match("量子计算机与量子通信：量子信息的芯片之路", ""), taxonomy)
    assert chosen[0] == "quantum"
    assert "semiconductor" in chosen


def test_other_words_for_the_same_add_less_each_time(taxonomy: Taxonomy, matcher: CueMatcher) -> None:
    one = topic_evidence(matcher.match("区块链", ""), taxonomy)["blockchain"]
    two = topic_evidence(matcher.match("区块链，稳定币", ""), taxonomy)["blockchain"]
    assert one < two < 2 * one


def test_a_longer_word_hides_the_shorter_one_in_it(matcher: CueMatcher) -> None:
    assert [match.word for match in matcher.match("喝苹果汁", "")] == []
    (match,) = (match for match in matcher.match("看聊天机器人", "") if match.word == "聊天机器人")
    assert "topic:robotics" not in dict(match.effects.targets)
    assert "topic:ai" in dict(match.effects.targets)


def test_latin_words_count_only_whole(matcher: CueMatcher) -> None:
    words = {match.word for match in matcher.match(normalise("he said iPhone17 rain AIRPORT"), "")}
    assert "ai" not in words
    assert "iphone" in words
    assert "ai" in {match.word for match in matcher.match(normalise("ＡＩ与AI2时代"), "")}


def test_a_text_that_repeats_the_title_counts_once(matcher: CueMatcher) -> None:
    (match,) = (match for match in matcher.match("光刻机", "光刻机") if match.word == "光刻机")
    assert (match.in_title, match.in_lead, match.in_body) == (1, 0, 0)
    (match,) = (match for match in matcher.match("", "。" * 200 + "光刻机和光刻机") if match.word == "光刻机")
    assert (match.in_title, match.in_lead, match.in_body, match.first) == (0, 0, 2, -1)


def test_another_industry_has_its_own_topics() -> None:
    second = load_taxonomy(Path(__file__).resolve().parent.parent / "data" / "second_industry.toml")
    match = CueMatcher(second).match
    assert choose_topics(match("海上风电配储能项目投运", ""), second) == ("wind", "storage")
    assert choose_topics(match("晴川光能发布新品", ""), second) == ()
    assert choose_topics(match("光伏玻璃杯", ""), second) == ()
