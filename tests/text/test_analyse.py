import subprocess
import sys
from pathlib import Path

import pytest

from bot.text.analyse import CENTRAL, Analyser
from bot.text.segment import Segmenter, load_segmenter
from bot.text.taxonomy import load_taxonomy

TITLE = "晨河半导体宣布存储芯片涨价 三家客户接受新报价"
TEXT = (
    "晨河半导体5日向客户发函，宣布存储芯片价格上调一成二。公司解释，晶圆厂产能利用率已达98%，原材料价格连续三个季度上涨。"
    "业内人士认为，涨价将传导到手机和服务器厂商。\n"
    "三家主要客户表示接受新报价，并签下全年供货协议。公司董事长周远说，扩产计划不变，二期工厂明年三月投产。"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


@pytest.fixture(scope="module")
def analyser(segmenter: Segmenter) -> Analyser:
    return Analyser(load_taxonomy(), segmenter)


def test_one_article_gets_everything(analyser: Analyser) -> None:
    found = analyser.analyse(analyser.wording(TITLE, TEXT))
    assert found.section == "companies"
    assert found.topics[0] == "semiconductor"
    assert any("芯片" in word for word in found.keywords)
    assert 1 <= len(found.summary) <= 3
    assert all(sentence in TEXT for sentence in found.summary)
    assert found.fingerprint
    assert found.fingerprint == analyser.analyse(analyser.wording("另一个标题", TEXT)).fingerprint


def test_the_section_of_the_document_is_kept(analyser: Analyser) -> None:
    assert analyser.analyse(analyser.wording(TITLE, TEXT), section="overseas").section == "overseas"
    assert (
        analyser.analyse(analyser.wording(TITLE, TEXT), section="overseas").topics
        == analyser.analyse(analyser.wording(TITLE, TEXT)).topics
    )


def test_what_is_not_about_the_industry_has_neither_section_nor_topics(analyser: Analyser) -> None:
    found = analyser.analyse(
        analyser.wording("主场逆转 中超争冠再添悬念", "球队下半场连进两球，球迷用手机记录了进球。")
    )
    assert (found.section, found.topics) == (None, ())
    assert found.summary


def test_an_empty_article_is_no_error(analyser: Analyser) -> None:
    found = analyser.analyse(analyser.wording("", ""))
    assert (found.section, found.topics, found.keywords, found.summary, found.fingerprint) == (
        None,
        (),
        (),
        (),
        (),
    )


def test_the_explanation_agrees_with_the_analysis(analyser: Analyser) -> None:
    found = analyser.explain(f"{TITLE}\n{TEXT}")
    section, topics = analyser.classify(analyser.wording(TITLE, TEXT))
    assert (found.section, found.chosen) == (section, topics)
    assert found.industry >= found.threshold
    assert found.topics["semiconductor"] == max(found.topics.values())
    assert "存储芯片" in {match.word for match in found.matches}
    assert analyser.explain("今天天气很好").section is None


def test_another_industry_is_only_another_file(segmenter: Segmenter) -> None:
    second = load_taxonomy(Path(__file__).resolve().parent.parent / "data" / "second_industry.toml")
    analyser = Analyser(second, segmenter)
    assert analyser.classify(analyser.wording("能源局发布新能源补贴办法 光伏组件纳入", "")) == (
        "policy",
        ("solar",),
    )
    assert analyser.classify(analyser.wording("玉米价格回升 农业县忙出口", "")) == ("market", ("grain",))
    assert analyser.classify(analyser.wording(TITLE, TEXT)) == (None, ())


def test_an_essay_with_cues_in_its_body_alone_is_not_central(analyser: Analyser) -> None:
    morning = "老镇上的面馆又开门了。老板娘每天凌晨四点起来揉面，街坊都说味道没变。"
    text = (
        morning
        + "面汤是祖母留下的做法，碗还是粗瓷的。" * 6
        + "邻桌聊起人工智能、芯片、手机、大模型和机器人。" * 9
    )
    essay = analyser.analyse(analyser.wording("小镇面馆的三十年", text))
    news = analyser.analyse(
        analyser.wording("国产大模型芯片发布", "甲公司今天发布新一代人工智能芯片，算力翻倍。")
    )
    assert essay.centrality < CENTRAL <= news.centrality <= 1
    assert analyser.analyse(analyser.wording("小镇面馆", "面馆又开门了。")).centrality == 0
    given = analyser.analyse(analyser.wording("小镇面馆", "面馆又开门了。"), section="companies")
    assert given.centrality == 1  # an editor put it there
    assert analyser.centrality(analyser.wording("小镇面馆的三十年", morning)) == 0


LOADED = """
import sys
from bot.text.analyse import Analyser
from bot.text.genre import newsworthiness
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy

taxonomy = load_taxonomy()
analyser = Analyser(taxonomy, load_segmenter(taxonomy.words()))
analyser.load()
sys.addaudithook(lambda event, given: print("opened", given[0]) if event == "open" else None)
text = "英伟达9日在上海发布新一代芯片。新品明年上市。记者获悉，首批样品已经送出。"
assert newsworthiness("英伟达发布新一代芯片", (text,)) > 0
print("section", analyser.analyse(analyser.wording("英伟达发布新一代芯片", text)).section)
"""


@pytest.mark.slow
def test_what_is_loaded_beforehand_need_not_be_with_the_first_article() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["section companies"]
