import pytest

from bot.text.cues import CueMatch, CueMatcher, Effects
from bot.text.sections import choose_section, industry_evidence, section_evidence
from bot.text.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture(scope="module")
def matcher(taxonomy: Taxonomy) -> CueMatcher:
    return CueMatcher(taxonomy)


@pytest.mark.parametrize(
    ("title", "text", "section"),
    [
        ("工信部就算力网络管理办法公开征求意见", "", "environment"),
        ("合肥建成三千个5G基站 城区实现连续覆盖", "", "operations"),
        ("科研团队研制出新型量子存储器", "论文发表于国际期刊。", "technology"),
        ("小米公布三季度财报 净利润增长两成", "", "companies"),
        ("美国商务部收紧芯片出口管制", "", "overseas"),
        ("主场再丢三分 国足主教练赛后致歉", "", None),
        ("这道家常红烧排骨 三步就能上桌", "用手机计时二十分钟。", None),
        ("", "", None),
    ],
)
def test_an_editor_would_put_it_there(
    taxonomy: Taxonomy, matcher: CueMatcher, title: str, text: str, section: str | None
) -> None:
    assert choose_section(matcher.match(title, text), taxonomy) == section


def test_hints_never_settle_that_it_is_about_the_industry(taxonomy: Taxonomy) -> None:
    hint = CueMatch("创新", 1, 0, 0, 0, Effects.of((("industry", 1.0),)))
    assert industry_evidence([hint] * 50) < taxonomy.threshold
    core = CueMatch("芯片", 1, 0, 0, 0, Effects.of((("industry", 3.0),)))
    assert industry_evidence([core]) >= taxonomy.threshold


def test_a_word_counts_most_in_the_title_and_repetition_adds_little() -> None:
    effect = Effects.of((("industry", 3.0),))
    title, lead = CueMatch("芯片", 1, 0, 0, 0, effect), CueMatch("芯片", 0, 1, 0, -1, effect)
    once, often = CueMatch("芯片", 0, 0, 1, -1, effect), CueMatch("芯片", 0, 0, 100, -1, effect)
    values = [industry_evidence([match]) for match in (title, lead, once)]
    assert values == sorted(values, reverse=True)
    assert industry_evidence([often]) < 5 * industry_evidence([once])


def test_every_section_gets_its_evidence_in_order(taxonomy: Taxonomy, matcher: CueMatcher) -> None:
    evidence = section_evidence(matcher.match("华为发布财报", ""), taxonomy)
    assert list(evidence) == [section.id for section in taxonomy.sections]
    assert max(evidence, key=lambda name: evidence[name]) == "companies"


def test_the_subject_of_a_title_counts_more(taxonomy: Taxonomy, matcher: CueMatcher) -> None:
    early = section_evidence(matcher.match("美国市场的手机", ""), taxonomy)["overseas"]
    late = section_evidence(matcher.match("这里是手机市场，在美国", ""), taxonomy)["overseas"]
    assert early > late


def test_what_just_reaches_the_threshold_is_of_the_industry(taxonomy: Taxonomy) -> None:
    just = taxonomy.threshold - 1e-15  # as sums of tenths come out
    assert just < taxonomy.threshold
    assert choose_section((), taxonomy, just) is not None
    assert choose_section((), taxonomy, taxonomy.threshold - 0.01) is None
