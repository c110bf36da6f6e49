"""The same event is known by its evidence; what only looks alike is kept apart."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.text.features import Features, features
from bot.text.fingerprint import fingerprint
from bot.text.normalise import squash
from bot.text.segment import Segmenter, load_segmenter
from bot.text.similarity import compare, evidence, is_reprint, names_somebody
from bot.text.wording import Wording

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BODY = (
    "云洲高新区与九家集成电路企业签约，总投资一百二十七亿元，涉及封装测试、材料和设备三个方向。"
    "首批项目将于今年六月开工，全部投产后预计年产值超过两百亿元，带动就业六千人。"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def seen(segmenter: Segmenter, title: str, text: str = "", days: float = 0) -> Features:
    return features(Wording(title, text, segmenter), NOW + timedelta(days=days))


def test_the_same_event_in_other_words(segmenter: Segmenter) -> None:
    a = seen(segmenter, "云岭芯片完成8亿元B轮融资", "云岭芯片宣布完成8亿元B轮融资，由青禾资本领投。")
    b = seen(segmenter, "青禾资本领投，云岭芯片获8亿元投资", "车规芯片企业云岭芯片获得B轮融资。", 0.5)
    verdict = compare(a, b)
    assert verdict.same
    assert 0.8 < verdict.score < 1
    assert compare(b, a) == verdict


def test_time_tells_events_apart(segmenter: Segmenter) -> None:
    a = seen(segmenter, "临江县发生4.8级地震，多地有震感", "临江县今晨发生4.8级地震。")
    scores = [
        compare(a, seen(segmenter, "临江县发生4.8级地震", "临江县发生地震。", days)).score
        for days in (0, 2, 6)
    ]
    assert scores[0] > scores[1] > scores[2]
    undated = features(Wording("临江县发生4.8级地震", "临江县发生地震。", segmenter), None)
    assert 0 < compare(a, undated).score < scores[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("信创实践系列述评之一", "信创实践系列述评之二"),
        ("工信部部长会见星海电信董事长", "滨江市市长会见星海电信董事长"),
        ("海东市发布算力券政策", "临江市发布算力券政策"),
        ("调研行丨走进滨江", "调研行丨走进海东"),
        ("记者手记丨一张订单", "记者手记丨三句话"),
        ("三联生活周刊", "三联生活周刊"),
        ("", ""),
        ("1万|00:24", "3万|01:07"),
    ],
)
def test_what_only_looks_alike(segmenter: Segmenter, one: str, other: str) -> None:
    assert not compare(seen(segmenter, one), seen(segmenter, other)).same


def test_reprints_under_any_title(segmenter: Segmenter) -> None:
    a = seen(segmenter, "云洲高新区签约", BODY)
    b = seen(segmenter, "九家企业落户", "本报讯 " + BODY + "（来源：云洲日报）", 6)
    assert is_reprint(a, b)
    assert compare(a, b).score == 1.0
    short = seen(segmenter, "签约", BODY[:20])
    assert not is_reprint(short, short)


def test_a_stored_fingerprint_is_used(segmenter: Segmenter) -> None:
    stored = features(Wording("云洲高新区签约", "", segmenter), NOW, fingerprint(squash(BODY)))
    assert is_reprint(stored, seen(segmenter, "九家企业落户", BODY))


def test_an_empty_title_is_judged_by_its_lead(segmenter: Segmenter) -> None:
    lead = "云岭芯片宣布完成8亿元B轮融资，由青禾资本领投。"
    assert compare(seen(segmenter, "", lead), seen(segmenter, "云岭芯片完成8亿元B轮融资", lead)).score > 0.5


def test_evidence_has_names(segmenter: Segmenter) -> None:
    a = seen(segmenter, "滨江：算力券开始发放", "滨江市今天开始发放算力券。")
    b = seen(segmenter, "海东：卫星工厂起火", "海东一家卫星工厂今天发生火灾。")
    found = evidence(a, b)
    assert found["other_subject"] == 1.0
    assert all(-1 <= value <= 1 for value in found.values())
    assert evidence(a, seen(segmenter, "")) == {}


def test_everyday_names_say_little(segmenter: Segmenter) -> None:
    a = seen(segmenter, "英伟达股价大涨", "英伟达股价今天上涨。")
    b = seen(segmenter, "英伟达新总部动工", "英伟达新总部今天动工。")
    assert not compare(a, b).same
    assert evidence(a, b)["shared_title_names"] == 0


def test_the_same_long_headline_is_the_same_article(segmenter: Segmenter) -> None:
    title = "算力券与标准厂房“两手抓”，滨江激活工业软件新动能"
    assert compare(seen(segmenter, title), seen(segmenter, f"观察丨{title}", "", 5)).same
    assert not compare(seen(segmenter, "今日要闻"), seen(segmenter, "今日要闻", "", 5)).same


def test_a_column_is_not_its_instalments(segmenter: Segmenter) -> None:
    assert not compare(seen(segmenter, "滨江学习手记"), seen(segmenter, "滨江学习手记｜数据要流动起来")).same


def test_a_passage_of_an_office_makes_no_reprint(segmenter: Segmenter) -> None:
    """Half of a short notice is the phrase that every such notice has; of a reprint headline or lead say so too."""
    phrase = (
        "涉嫌严重违纪违法，目前正接受纪律审查和监察调查。此前他曾任多个职务，简历如下，一九八八年参加工作。"
    )
    one = seen(segmenter, "云洲省交通厅副厅长被查", f"云洲省交通厅副厅长{phrase}")
    other = seen(
        segmenter, "临江市表示坚决拥护决定", f"临江市召开会议，传达有关决定。会议指出，某某{phrase}{BODY}"
    )
    assert not is_reprint(one, other)
    whole = seen(segmenter, "一份通报", f"云洲省交通厅副厅长{phrase}")
    assert is_reprint(one, whole)


@pytest.mark.parametrize(
    ("word", "is_name"),
    [
        ("苹果", True),
        ("华为", True),
        ("算力", False),
        ("大模型", False),
        ("自动驾驶", False),
        ("发布", False),
        ("这门", False),
        ("赛力斯", True),
    ],
)
def test_names_of_firms_are_told_from_matters(word: str, is_name: bool) -> None:
    assert names_somebody(word) == is_name
