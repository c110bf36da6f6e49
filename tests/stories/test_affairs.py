"""One event told by two stories becomes one story; an affair that goes on is followed over days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.stories import StoryIndex
from bot.stories.index import Placement
from bot.text.segment import Segmenter, load_segmenter
from bot.text.wording import Wording
from storage.models import Article
from tests.stories.test_index import BODY, NOW, article


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


class Desk:
    """An index and a caller that does what it says."""

    def __init__(self, index: StoryIndex) -> None:
        self.index = index
        self.stories: dict[int, int] = {}

    def decide(self, one: Article) -> Placement:
        seen = self.index.look(Wording(one.title, one.text, load_segmenter()), one.published_at)
        return self.index.decide(one.id, one.published_at, seen, one.publisher)

    def take(self, one: Article) -> Placement:
        placement = self.decide(one)
        story = placement.story_id or one.id
        for gone in placement.merges:
            self.index.merge(gone, story)
            self.stories = {number: story if held == gone else held for number, held in self.stories.items()}
        self.stories[one.id] = story
        self.index.add(replace(one, story_id=story))
        return placement


@pytest.fixture
def desk(segmenter: Segmenter) -> Desk:
    return Desk(StoryIndex(segmenter))


def told(number: int, publisher: str, title: str, text: str = "", hours: float = 0) -> Article:
    return replace(article(number, title, text, hours), publisher=publisher)


LAUNCH = "青梧实验室发布青梧大模型，推理成本降低一半"
SHARE = "青梧实验室开源青梧大模型，权重当天被下载十万次"


def two_stories(desk: Desk) -> None:
    """One event that two outlets tell in words that do not meet."""
    desk.index.add(replace(told(1, "甲报", LAUNCH, f"{LAUNCH}。"), story_id=1))
    desk.index.add(replace(told(2, "乙报", SHARE, f"{SHARE}。", 1), story_id=2))
    desk.stories = {1: 1, 2: 2}


BOTH = told(
    3,
    "丙报",
    "青梧大模型发布并开源，推理成本降低一半，权重当天被下载十万次",
    "青梧实验室发布并开源青梧大模型，推理成本降低一半，权重当天被下载十万次。",
    2,
)


def test_an_article_joins_two_stories(desk: Desk) -> None:
    two_stories(desk)
    placement = desk.take(BOTH)
    assert (placement.story_id, placement.merges) == (1, (2,))
    assert set(desk.stories.values()) == {1}
    assert desk.index.place(told(4, "丁报", SHARE, f"{SHARE}。", 3)) == 1


@pytest.mark.parametrize(("number", "other"), [(1, 2), (2, 1)])
def test_what_an_owner_set_apart_is_not_joined(desk: Desk, number: int, other: int) -> None:
    two_stories(desk)
    desk.index.keep_apart(number, other)
    assert desk.take(BOTH).merges == ()
    assert set(desk.stories.values()) == {1, 2}


def test_what_was_kept_apart_from_one_is_kept_apart_from_the_story_it_went_into(desk: Desk) -> None:
    two_stories(desk)
    desk.index.keep_apart(9, 2)
    desk.index.merge(2, 1)
    assert desk.index.place(told(9, "戊报", LAUNCH, f"{LAUNCH}。", 3)) is None


def test_a_merge_that_the_store_does_not_have_is_taken_back(desk: Desk) -> None:
    two_stories(desk)
    desk.index.keep_apart(9, 2)
    before = desk.index.place(told(4, "丁报", SHARE, f"{SHARE}。", 3))
    desk.index.move_back(desk.index.merge(2, 1))
    assert desk.index.place(told(4, "丁报", SHARE, f"{SHARE}。", 3)) == before
    assert desk.index.place(told(9, "戊报", LAUNCH, f"{LAUNCH}。", 3)) == 1


def test_neighbours_are_not_joined(desk: Desk) -> None:
    """An article about both a launch and a rocket is no reason to take these for one event."""
    rocket = "白鹭航天完成白鹭二号卫星发射，首次回收火箭"
    desk.take(told(1, "甲报", LAUNCH, f"{LAUNCH}。"))
    desk.take(told(2, "乙报", rocket, f"{rocket}。", 1))
    assert desk.take(told(3, "丙报", f"{LAUNCH}；{rocket}", f"{LAUNCH}。{rocket}。", 2)).merges == ()
    assert desk.stories[1] != desk.stories[2]


def test_one_headline_is_one_story_whatever_stands_below(desk: Desk) -> None:
    """Also where another story is as near: the headline decides."""
    title = "沙湾半导体厂区凌晨起火两小时后扑灭"
    desk.take(told(1, "甲报", title, "没有人受伤，起火原因正在调查。"))
    desk.take(told(2, "乙报", "沙湾半导体厂区火灾扑灭，无人员伤亡", "沙湾半导体厂区火灾已经扑灭。", 1))
    placement = desk.take(told(3, "乙报", title, BODY, 2))
    assert placement.story_id == desk.stories[1]


def essays() -> Iterator[Article]:
    """Two essays on one subject, close in words, of which each has something else to say."""
    yield told(
        1,
        "甲刊",
        "猫粮事件：上千只猫后肢瘫痪，伯牙猫粮回应",
        "上千只猫吃了伯牙猫粮后瘫痪，品牌回应正在检测。",
    )
    yield told(
        2,
        "甲刊",
        "吃了伯牙猫粮的上千只猫瘫痪了",
        "养猫的人说法不一，宠物医院挤满了人，谁也不知道原因在哪里。",
        30,
    )


def test_two_essays_of_one_source_are_two_stories(desk: Desk) -> None:
    first, second = essays()
    desk.take(first)
    assert desk.take(second) == Placement(None, follows=1, repeats=True)


def test_of_two_sources_less_is_demanded(desk: Desk) -> None:
    first, second = essays()
    desk.take(first)
    assert desk.take(replace(second, publisher="乙刊")).story_id == 1


def test_an_affair_is_followed_over_days(desk: Desk) -> None:
    desk.take(told(1, "甲报", "青梧起诉白鹭窃取商业机密", "青梧实验室向法院起诉白鹭航天窃取商业机密。"))
    placement = desk.take(
        told(2, "乙报", "白鹭航天：青梧起诉毫无根据，将提起反诉", "白鹭航天称青梧实验室的起诉没有根据。", 40)
    )
    assert placement == Placement(None, follows=1)
    late = told(3, "丙报", "白鹭航天反诉青梧，窃取商业机密案开庭", "白鹭航天反诉青梧实验室。", 40 + 24 * 4.5)
    assert desk.take(late).follows is None


def test_another_company_is_another_affair(desk: Desk) -> None:
    desk.take(told(1, "甲报", "青梧起诉白鹭窃取商业机密", "青梧实验室向法院起诉白鹭航天窃取商业机密。"))
    assert desk.take(told(2, "乙报", "南屏手机上调三款机型售价", "南屏手机涨价。", 20)) == Placement(None)


def test_what_says_something_new_repeats_nothing(desk: Desk) -> None:
    first, second = essays()
    desk.take(first)
    more = replace(second, title="吃了伯牙猫粮的上千只猫瘫痪了，品牌召回34批产品")
    assert desk.take(more) == Placement(None, follows=1)


@pytest.mark.parametrize(
    "titles",
    [
        ("信创实践系列述评之一", "信创实践系列述评之二"),
        ("滨江发布算力券实施细则", "海东发布算力券实施细则"),
    ],
)
def test_a_series_is_no_affair(desk: Desk, titles: tuple[str, str]) -> None:
    desk.take(told(1, "甲报", titles[0]))
    assert desk.take(told(2, "乙报", titles[1], hours=20)) == Placement(None)


def test_a_report_relates_two_stories(desk: Desk) -> None:
    """It joins the one and is of one affair with the other."""
    suit = told(1, "甲报", "青梧起诉白鹭窃取商业机密", "青梧实验室向法院起诉白鹭航天窃取商业机密。")
    fall = told(2, "乙报", "白鹭航天股价下跌一成", "白鹭航天今天股价下跌一成。", 20)
    text = "白鹭航天今天股价下跌一成，青梧实验室起诉它窃取商业机密。"
    for one in (suit, fall):
        assert desk.take(one) == Placement(None)
    placement = desk.take(told(3, "丙报", "白鹭航天股价下跌一成，此前被青梧起诉", text, 21))
    assert {placement.story_id, placement.follows} == {1, 2}
    assert placement.merges == ()


def test_a_headline_finds_its_story_below_a_lead_of_rarer_words(desk: Desk) -> None:
    """The lead has many words that nobody else has; those of the headline lead to the affair nevertheless."""
    rare = [f"{a}{b}屿" for a in "岚澜汀渚澧浐灞沣滈涝" for b in "东西南北中"]
    for number, names in enumerate((rare[:25], rare[25:]), 10):
        desk.take(told(number, "戊报", f"港口名录第{number}期", "、".join(names) + "等港口名录更新。"))
    desk.take(told(1, "甲报", "青梧起诉白鹭窃取商业机密"))
    lead = "、".join(rare) + "等地的人都在谈论此事。"
    assert desk.take(told(2, "乙报", "青梧起诉白鹭，双方骂战升级", lead, 20)).follows == 1


def test_a_report_relates_two_affairs(desk: Desk) -> None:
    """What surely is of two affairs makes them one, beside the story that it joins or follows."""
    suit = told(1, "甲报", "青梧起诉白鹭航天窃取商业机密", "青梧实验室向法院起诉白鹭航天窃取商业机密。")
    fall = told(
        2, "乙报", "白鹭航天股价下跌一成，市值蒸发百亿元", "白鹭航天今天股价下跌一成，市值蒸发百亿元。", 20
    )
    both = "青梧起诉白鹭航天窃取商业机密，白鹭航天股价下跌一成，市值蒸发百亿元"
    assert [desk.take(one) for one in (suit, fall)] == [Placement(None)] * 2
    placement = desk.take(told(3, "丙报", both, f"{both}。两家公司都没有回应，市场仍在观望。", 30))
    known = {placement.story_id, placement.follows, *placement.relates, *placement.merges}
    assert {1, 2} <= known


@pytest.mark.parametrize(
    ("title", "days", "follows"),
    [
        ("苹果涨价，我们都在交税", 2, 1),
        ("苹果涨价，我们都在交税", 3.5, None),
        ("苹果官宣新一代耳机，音质更好", 2, None),
    ],
)
def test_a_name_and_a_word_that_meet_in_two_headlines_are_one_affair(
    desk: Desk, title: str, days: float, follows: int | None
) -> None:
    desk.take(told(1, "甲报", "苹果因内存短缺大幅涨价"))
    assert desk.take(told(2, "乙报", title, hours=24 * days)).follows == follows


@pytest.mark.parametrize(("before", "follows"), [(6, None), (16, 3)])
def test_a_name_and_a_word_that_met_before_are_none(desk: Desk, before: float, follows: int | None) -> None:
    for number, title in enumerate(("苹果悄悄换掉旧款耳机", "苹果拿什么卖耳机"), 1):
        desk.take(told(number, "甲报", title, hours=-24 * before))
    desk.index.forget(NOW - timedelta(days=14))
    desk.take(told(3, "甲报", "渠道传闻：苹果新款耳机推迟到明年"))
    assert desk.take(told(4, "乙报", "苹果又做耳机，谁来买单", hours=24)).follows == follows


@pytest.mark.parametrize(
    ("title", "hours", "follows"),
    [
        ("三星电子预计第二季度营业利润暴增", 30, 1),
        ("三星电子预计第二季度营业利润暴增", 60, None),
        ("三星电子推出折叠屏手机", 30, None),
        ("白鹭航天预计第二季度营业利润暴增", 30, None),
    ],
)
def test_what_a_name_does_once_is_one_affair(
    desk: Desk, title: str, hours: float, follows: int | None
) -> None:
    """It reports its results in other words; something else that it does is no part of that."""
    desk.take(told(1, "甲报", "三星，明日发布重要财报"))
    assert desk.take(told(2, "乙报", title, hours=hours)).follows == follows


def test_the_very_headline_joins_a_story_that_began_long_ago(desk: Desk) -> None:
    title = "沙湾半导体厂区凌晨起火两小时后扑灭"
    desk.index.add(replace(told(1, "甲报", title, BODY, -24 * 4), story_id=1))
    desk.index.add(replace(told(2, "乙报", f"再访现场：{title}的背后", BODY, -1), story_id=1))
    assert desk.index.place(told(3, "丙报", f"再访现场：{title}的背后", "完全不同的一段话。", 2)) == 1


def test_no_merge_makes_a_story_too_long(desk: Desk) -> None:
    two_stories(desk)
    desk.index.add(replace(told(1, "甲报", LAUNCH, f"{LAUNCH}。", -24 * 3.9), story_id=1))
    late = replace(BOTH, published_at=NOW + timedelta(hours=2))
    assert desk.take(late).merges == ()
