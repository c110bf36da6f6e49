"""Articles find their story, and only theirs, without a database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from bot.stories import StoryIndex
from bot.stories.fitting import LARGEST
from bot.stories.memory import SPAN
from bot.text.fingerprint import fingerprint
from bot.text.normalise import squash
from bot.text.segment import Segmenter, load_segmenter
from storage.models import Article

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BODY = (
    "云洲高新区与九家集成电路企业签约，总投资一百二十七亿元，涉及封装测试、材料和设备三个方向。"
    "首批项目将于今年六月开工，全部投产后预计年产值超过两百亿元，带动就业六千人，园区还将建设公共检测平台。"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def article(number: int, title: str, text: str = "", hours: float = 0, story: int | None = None) -> Article:
    at = NOW + timedelta(hours=hours)
    return Article(
        id=number,
        source_id=1,
        guid=str(number),
        url=f"https://example.com/{number}",
        canonical_url=f"https://example.com/{number}",
        title=title,
        stored_text=text,
        published_at=at,
        fetched_at=at,
        section=None,
        topics=(),
        keywords=(),
        summary=(),
        fingerprint=fingerprint(squash(text)),
        story_id=story,
    )


@pytest.fixture
def feed(segmenter: Segmenter) -> tuple[StoryIndex, Callable[[Article], int]]:
    """An index, and what a caller does with each new article: place it, give it a story, add it."""
    index = StoryIndex(segmenter)

    def take(one: Article) -> int:
        story = index.place(one) or one.id
        index.add(replace(one, story_id=story))
        return story

    return index, take


Feed = tuple[StoryIndex, Callable[[Article], int]]

FIRE = [
    article(1, "沙湾半导体厂区起火", "沙湾半导体厂区今晨发生火灾，两小时后扑灭，无人员伤亡。"),
    article(2, "沙湾半导体厂区火灾扑灭，无人员伤亡", "沙湾半导体厂区火灾已经扑灭。", 2),
    article(3, "沙湾半导体回应厂区火灾", "沙湾半导体就厂区火灾回应称生产线未受影响。", 5),
]


def test_one_event_one_story(feed: Feed) -> None:
    _, take = feed
    assert [take(one) for one in FIRE] == [1, 1, 1]
    assert take(article(9, "南屏手机上调三款机型售价", "受存储芯片涨价影响，南屏手机涨价。", 3)) == 9


def test_a_reprint_joins_under_any_title(feed: Feed) -> None:
    _, take = feed
    assert take(article(1, "云洲高新区签约", BODY)) == 1
    assert take(article(2, "九家企业同日落户", "本报讯 " + BODY, 30)) == 1


@pytest.mark.parametrize(("hours", "joins"), [(3, True), (30, True), (97, False)])
def test_a_reprint_of_a_later_report_joins_whatever_the_first_said(
    feed: Feed, hours: float, joins: bool
) -> None:
    index, take = feed
    take(FIRE[0])
    index.add(article(2, "云洲高新区与九家企业签约", BODY, 2, story=1))
    assert take(article(3, "一百二十七亿元投向云洲", BODY, hours)) == (1 if joins else 3)


def test_placing_changes_nothing(feed: Feed) -> None:
    index, take = feed
    take(FIRE[0])
    assert index.place(FIRE[1]) == index.place(FIRE[1]) == 1
    assert len(index) == 1


def test_instalments_and_columns_stay_apart(feed: Feed) -> None:
    _, take = feed
    titles = [
        "信创实践系列述评之一",
        "信创实践系列述评之二",
        "记者手记丨一张订单的来历",
        "记者手记丨三句话的分量",
    ]
    assert [take(article(number, title)) for number, title in enumerate(titles, 1)] == [1, 2, 3, 4]


def test_no_chains(feed: Feed) -> None:
    """The second article is like both others; the third is not like the lead, so it begins its own story."""
    _, take = feed
    both = "青梧实验室发布青梧大模型；白鹭航天完成白鹭二号卫星发射"
    assert take(article(1, "青梧实验室发布青梧大模型", "青梧实验室今天发布青梧大模型。")) == 1
    assert take(article(2, both, "青梧实验室发布青梧大模型。白鹭航天完成白鹭二号发射。", 1)) == 1
    assert take(article(3, "白鹭航天完成白鹭二号卫星发射", "白鹭航天今天完成白鹭二号卫星发射。", 2)) == 3


def test_a_story_ends(feed: Feed) -> None:
    _, take = feed
    assert take(article(1, "云洲高新区签约", BODY)) == 1
    late = SPAN.total_seconds() / 3600 + 1
    assert take(article(2, "云洲高新区签约", BODY, late)) == 2


def test_a_story_has_a_limit(feed: Feed) -> None:
    _, take = feed
    numbers = [take(article(number, "云洲高新区签约", BODY, number / 60)) for number in range(1, LARGEST + 2)]
    assert set(numbers[:LARGEST]) == {1}
    assert numbers[LARGEST] == LARGEST + 1


def test_an_owners_undo_holds(feed: Feed) -> None:
    index, take = feed
    for one in FIRE[:2]:
        take(one)
    index.keep_apart(2, 1)
    assert len(index) == 1
    assert index.place(FIRE[1]) is None
    index.add(replace(FIRE[1], story_id=2))
    assert index.place(FIRE[2]) in {1, 2}
    index.keep_apart(99, 1)
    assert index.place(article(99, FIRE[0].title, FIRE[0].text)) == 2


def test_forgetting(feed: Feed) -> None:
    index, take = feed
    for one in FIRE:
        take(one)
    assert index.forget(NOW + timedelta(hours=1)) == 1
    assert len(index) == 2
    assert index.forget(NOW + timedelta(hours=10)) == 2
    assert index.place(FIRE[0]) is None
    assert index.forget(NOW + timedelta(days=30)) == 0


def test_restart(segmenter: Segmenter, feed: Feed) -> None:
    index, take = feed
    stored = [replace(one, story_id=take(one)) for one in FIRE[:2]]
    again = StoryIndex(segmenter)
    again.restore([*reversed(stored), article(50, "没有归属的文章")])
    assert len(again) == 2
    assert again.place(FIRE[2]) == index.place(FIRE[2]) == 1


def test_restoring_passes_over_what_is_too_old(segmenter: Segmenter) -> None:
    index = StoryIndex(segmenter, days=14)
    old = article(1, "云洲高新区签约", BODY, story=1)
    new = article(2, "南屏手机涨价", "南屏手机上调售价。", hours=24 * 20, story=2)
    index.restore([new, old])
    assert len(index) == 1


def test_adding_again_replaces(feed: Feed) -> None:
    index, take = feed
    take(FIRE[0])
    index.add(replace(FIRE[0], story_id=7, title="沙湾半导体厂区起火（更新）"))
    assert len(index) == 1
    assert index.place(FIRE[1]) == 7


def test_an_article_without_a_story_is_refused(segmenter: Segmenter) -> None:
    with pytest.raises(ValueError, match="article 5 has no story"):
        StoryIndex(segmenter).add(article(5, "没有归属的文章"))


def test_it_stays_quick_among_many(segmenter: Segmenter) -> None:
    """Few exact comparisons however many articles there are: the bound is generous, a scan would miss it by far."""
    index = StoryIndex(segmenter)
    for number in range(3000):
        title = f"滨江第{number}号园区签约企业{number % 97}家"
        index.add(
            article(
                number,
                title,
                f"滨江第{number}号园区与企业签约，涉及设备{number * 7}台。",
                number / 100,
                story=number,
            )
        )
    start = process_time()
    for number in range(100):
        index.place(article(5000 + number, f"滨江第{number}号园区再签约", "滨江园区签约。", 30))
    assert process_time() - start < 1.5
