"""An editor's questions, answered by the packaged weights; and a second industry, which has none."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.text.analyse import CENTRAL, Analyser
from bot.text.judge import MAX_TOPICS, chance, shares, topic_logit, topic_shares
from bot.text.model import TopicScale
from bot.text.segment import load_segmenter
from bot.text.taxonomy import load_taxonomy

SECOND = Path(__file__).resolve().parents[1] / "data" / "second_industry.toml"


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    taxonomy = load_taxonomy()
    return Analyser(taxonomy, load_segmenter(taxonomy.words()))


NEWS = (
    "7月8日，工信部公布新一批算力枢纽名单，六个城市入选。据工信部消息，名单自公布之日起施行，"
    "各地应在年底前完成数据中心改造。"
)
ESSAY = (
    "其实，我们今天谈人工智能，真正的问题不在模型。很多人以为，算力越大越好，但是换句话说，"
    "这背后是一种焦虑。我认为，所谓智能，本质上是组织的问题。你会发现，答案往往很简单。"
)


def test_news_and_an_essay(analyser: Analyser) -> None:
    news = analyser.analyse(analyser.wording("工信部公布算力枢纽名单", NEWS)).editorial
    essay = analyser.analyse(analyser.wording("AI时代，我们到底在焦虑什么？", ESSAY)).editorial
    assert (news.genre, essay.genre) == ("news", "feature")
    assert news.news > essay.news
    assert news.worth is not None
    assert essay.worth is not None
    assert news.worth > essay.worth
    assert 0 < news.placed <= 1


@pytest.mark.parametrize(
    ("title", "genre"), [("实测新款AI手机：续航如何", "review"), ("早报｜芯片厂扩产；手机涨价", "roundup")]
)
def test_headlines_that_say_what_they_are(analyser: Analyser, title: str, genre: str) -> None:
    assert analyser.analyse(analyser.wording(title, "芯片和手机的消息。")).editorial.genre == genre


def test_what_no_cue_speaks_for_is_not_looked_at(analyser: Analyser) -> None:
    found = analyser.analyse(analyser.wording("小镇面馆开门", "面馆今天开门，街坊都来了。"))
    assert (found.section, found.topics, found.centrality) == (None, (), 0.0)
    assert found.editorial.genre == ""
    assert found.editorial.worth is None


def test_the_explanation_names_what_weighed_most(analyser: Analyser) -> None:
    found = analyser.explain(f"工信部公布算力枢纽名单\n{NEWS}")
    assert found.section in {"environment", "operations"}
    assert found.reasons
    weights = [abs(weight) for _, weight in found.reasons]
    assert weights == sorted(weights, reverse=True)
    assert found.editorial.genre == "news"


def test_topics_are_few_and_a_rival_counts_against_one() -> None:
    scale = TopicScale(-1.0, 2.0, 0.5, -1.0, -0.5)
    alone = topic_shares({"ai": 1.0}, {"ai": 1.0})
    beside = topic_shares({"ai": 1.0, "games": 2.0}, {"games": 1.0})
    assert topic_logit(scale, alone["ai"]) > topic_logit(scale, beside["ai"])
    assert topic_logit(None, (1.0, 0.0, 0.0, 0.0)) > 0 > topic_logit(None, (0.9, 0.0, 0.0, 0.0))


def test_at_most_three_topics(analyser: Analyser) -> None:
    everything = "人工智能芯片5G网络安全云计算机器人自动驾驶区块链量子计算游戏融资上市"
    assert len(analyser.analyse(analyser.wording(everything, everything)).topics) <= MAX_TOPICS


def test_chances() -> None:
    assert chance(0) == 0.5
    assert chance(-1000) < 1e-9 < 1 - 1e-9 < chance(1000)
    assert sum(shares({"a": 900.0, "b": -900.0, "c": 899.0}).values()) == pytest.approx(1)


def test_another_industry_is_judged_by_its_cues_and_by_marks() -> None:
    taxonomy = load_taxonomy(SECOND)
    analyser = Analyser(taxonomy, load_segmenter(taxonomy.words()))
    assert analyser.judge is None
    cue = next(cue.word for section in taxonomy.sections for cue in section.cues if cue.weight >= 2)
    words = max((cue for topic in taxonomy.topics for cue in topic.cues), key=lambda one: one.weight).word
    found = analyser.analyse(
        analyser.wording(f"{words}{words}{cue}公布", f"11月23日，{words}{cue}公布。" * 3)
    )
    assert found.section is not None
    assert found.centrality >= CENTRAL
    assert (found.editorial.genre, found.editorial.worth) == ("news", None)
    assert analyser.explain(words).reasons == ()


@pytest.mark.parametrize("key", ["weights", "evidence"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, key: str) -> None:
    text = SECOND.read_text(encoding="utf-8")
    head = "[industry]\n" if "[industry]" in text else ""
    assert head
    broken = tmp_path / "my.toml"
    broken.write_text(text.replace("[industry]\n", f'[industry]\n{key} = "gone"\n'), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"my\.toml: industry\.{key} must be the name of a file"):
        load_taxonomy(broken)
