"""What an edition tells: what is followed, never what was told, balanced, varied, in the order of sections."""

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.edition import MAX_WINDOW, StoryPool
from bot.briefing.edition import choose as choose_from
from bot.briefing.filling import READS_IN, ReaderProfile
from bot.briefing.matching import Candidate, Keyword
from bot.briefing.select import SOURCE_WEIGHT, Choice, prepare
from bot.text.taxonomy import load_taxonomy
from storage.models import Article, EditionItem, Editorial, Story, Subscription
from tests.examples import examples

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
TAXONOMY = load_taxonomy()
SECTIONS = tuple(section.id for section in TAXONOMY.sections)
TOPICS = tuple(topic.id for topic in TAXONOMY.topics)


def article(number: int, *, text: str = "", **values: Any) -> Article:
    fields: dict[str, Any] = {
        "id": number,
        "source_id": 1,
        "guid": "",
        "url": f"https://news.example/{number}",
        "canonical_url": f"https://news.example/{number}",
        "title": f"标题{number}",
        "stored_text": text,
        "published_at": NOW - timedelta(hours=6),
        "fetched_at": NOW,
        "section": "companies",
        "topics": ("ai",),
        "keywords": (),
        "summary": ("这一句说的是澜川科技。",),
        "fingerprint": (),
        "publisher": "长桥财经",
    }
    return Article(**{**fields, **values})


def story(number: int, publishers: int = 1, **values: Any) -> Story:
    articles = tuple(
        article(number * 100 + place, **{"publisher": f"媒体{place}", **values})
        for place in range(publishers)
    )
    return Story(number, articles[-1].published_at, articles[0].published_at, articles)


def choose(
    stories: list[Story],
    wanted: ReaderProfile,
    seen: Collection[int] = (),
    weights: Mapping[int, float] | None = None,
) -> Choice:
    """What a reader is told who has these wishes and knows these stories."""
    pool = StoryPool(prepare(stories), NOW, TAXONOMY, weights=weights or {})
    return choose_from(pool, wanted, frozenset(seen), MAX_WINDOW)


def chosen(
    stories: list[Story], wanted: ReaderProfile | None = None, seen: tuple[int, ...] = ()
) -> tuple[EditionItem, ...]:
    return choose(stories, wanted or ReaderProfile(), seen).items


def ids(items: tuple[EditionItem, ...]) -> list[int]:
    return [item.story.id for item in items]


def follow(*subscriptions: tuple[str, str], **values: Any) -> ReaderProfile:
    return ReaderProfile(tuple(Subscription(kind, value) for kind, value in subscriptions), **values)  # type: ignore[arg-type]  # kinds are written out in the tests


# --- balanced ----------------------------------------------------------------------------------------------------


def test_no_subscription_gets_balanced_top_stories() -> None:
    stories = [story(number, section="companies", publishers=3) for number in range(1, 31)]
    stories += [story(100 + place, section=section) for place, section in enumerate(SECTIONS)]
    items = chosen(stories)
    assert len(items) == 12
    sections = [item.section for item in items]
    assert set(sections) == set(SECTIONS), "every section has its best story"
    assert sections == sorted(sections, key=lambda section: SECTIONS.index(section or ""))
    assert {item.reason for item in items} == {""}


def test_quotas_give_way_where_other_sections_have_nothing() -> None:
    assert len(chosen([story(number) for number in range(1, 31)])) == 12


def test_one_section_takes_no_more_than_its_share_while_others_have_news() -> None:
    stories = [story(number, section="companies", publishers=4) for number in range(1, 31)]
    stories += [story(100 + number, section=SECTIONS[number % 5]) for number in range(30)]
    sections = [item.section for item in chosen(stories)]
    assert sections.count("companies") == math.ceil(12 * 0.35)


def test_stories_outside_the_industry_are_not_for_everyone() -> None:
    assert chosen([story(1, section=None, publishers=5)]) == ()


def test_what_many_report_comes_first() -> None:
    items = chosen([story(1), story(2, publishers=5), story(3, publishers=2)])
    assert ids(items) == [2, 3, 1]


def test_fresh_beats_old_and_weighty_beats_light() -> None:
    old = story(1, published_at=NOW - timedelta(hours=30))
    assert ids(chosen([old, story(2)])) == [2, 1]
    light, weighty = story(3, source_id=3), story(4, source_id=4)
    items = choose([light, weighty], ReaderProfile(), weights={3: 0.5, 4: 2.0}).items
    assert ids(items) == [4, 3]


@pytest.mark.parametrize(("ahead", "first"), [(0.2, 2), (0.3, 1)])
def test_a_story_that_is_only_a_title_stands_a_quarter_behind(ahead: float, first: int) -> None:
    bare, told = story(1, source_id=3, summary=()), story(2, source_id=4)
    weights = {3: 1.0 + ahead / SOURCE_WEIGHT, 4: 1.0}
    items = choose([bare, told], ReaderProfile(), weights=weights).items
    assert ids(items)[0] == first


def test_news_comes_before_opinion() -> None:
    opinion = story(1, title="大模型为什么写不好道歉信？", published_at=NOW)
    news = story(2, title="澜川科技发布L9芯片")
    assert ids(chosen([opinion, news], ReaderProfile(max_items=1))) == [2]
    assert ids(chosen([opinion, news], follow(("topic", "ai"), max_items=1))) == [2]


def test_essays_stand_in_a_part_of_their_own_after_the_news() -> None:
    news = [story(number, section="companies", title=f"澜川{number}") for number in range(1, 10)]
    essay = story(20, section="environment", title="谁在为算力买单？", published_at=NOW)
    items = chosen([essay, *news], ReaderProfile(max_items=12))
    assert ids(items) == [*range(1, 10), 20]
    assert [item.part for item in items] == ["news"] * 9 + ["reads"]
    followed = chosen([essay, *news], follow(("topic", "ai")))
    assert [item.part for item in followed] == ["news"] * 9 + ["reads"]


@pytest.mark.parametrize(
    ("news", "most", "reads"), [(0, 12, 1), (1, 12, 1), (6, 12, 2), (9, 12, 3), (30, 12, 2), (30, 5, 0)]
)
def test_reads_are_at_most_a_quarter_and_at_most_three(news: int, most: int, reads: int) -> None:
    told = [
        story(number, section=SECTIONS[number % 5], title=f"澜川{number}") for number in range(1, news + 1)
    ]
    essays = [story(100 + number, title="谁在为算力买单？") for number in range(9)]
    for wanted in (ReaderProfile(max_items=most), follow(("topic", "ai"), max_items=most)):
        parts = [item.part for item in chosen([*told, *essays], wanted)]
        assert parts.count("reads") == reads
        assert parts.count("news") == min(news, most - reads)


def test_the_best_reads_come() -> None:
    essays = [
        story(number, title="谁在为算力买单？", editorial=Editorial("feature", -2.0, number / 10))
        for number in range(1, 10)
    ]
    assert ids(chosen(essays)) == [9]
    assert chosen(essays[:3]) == (), "not worth reading"


@pytest.mark.parametrize("title", ["实测新款手机", "早报｜今天的事", "直播预告：新品"])
def test_reviews_round_ups_and_adverts_come_to_those_who_follow_their_word_or_source(title: str) -> None:
    other = story(1, title=title, text="星桥的新品。", keywords=("星桥",))
    assert chosen([other]) == ()
    assert chosen([other], follow(("topic", "ai"))) == ()
    assert ids(chosen([other], follow(("source", "媒体0")))) == [1]
    assert ids(chosen([other], follow(("keyword", "星桥")))) == [1], "an aside, where there is nothing else"


def fitted(number: int, news: float = 3.0, worth: float = 0.9, placed: float = 0.9, **values: Any) -> Story:
    """A story that the fitted weights have judged."""
    genre: Any = values.pop("genre", "news")
    return story(number, editorial=Editorial(genre, news, worth, placed), **{"centrality": 0.95, **values})


def test_nobody_is_told_unasked_what_may_as_well_be_no_news() -> None:
    assert ids(chosen([fitted(1)])) == [1]
    assert chosen([fitted(1, news=-1.0)]) == (), "it may as well be an essay"
    assert chosen([fitted(1, news=-0.6, worth=0.1)]) == (), "hardly anybody would print it"
    assert chosen([fitted(1, placed=0.1)]) == (), "who knows where it belongs"
    for doubtful in (
        fitted(1, news=-1.0),
        fitted(1, news=-0.6, worth=0.1),
        fitted(1, placed=0.1),
    ):
        assert ids(chosen([doubtful], follow(("topic", "ai")))) == [1]


def test_a_day_with_little_news_takes_the_likely_too_and_a_full_one_does_not() -> None:
    sure = [fitted(number, section=SECTIONS[number % 5]) for number in range(1, 7)]
    likely = [fitted(20 + number, news=-0.3, section=SECTIONS[number % 5]) for number in range(1, 7)]
    assert len(chosen([*sure, *likely])) == 7
    assert len(chosen([*sure, fitted(8), fitted(9), *likely])) == 8
    assert ids(chosen(likely[:2])) == [21, 22]


def test_what_two_report_needs_no_further_worth() -> None:
    assert ids(chosen([fitted(1, worth=0.1, publishers=2)])) == [1]


def test_a_balanced_edition_has_one_bare_headline_unless_there_is_hardly_anything_else() -> None:
    full = [fitted(number, section=SECTIONS[number % 5]) for number in range(1, 5)]
    bare = [fitted(20 + number, summary=()) for number in range(4)]
    told = chosen([*full, *bare])
    assert sum(not item.story.lead.summary for item in told) == 1
    assert len(chosen(bare)) == 4
    assert chosen([fitted(1, news=-0.3, summary=())]) == (), "a bare headline must be surer"


def test_an_aside_counts_only_where_there_is_nothing_else_and_is_marked() -> None:
    aside = story(1, title="南湖发布新机", text="南湖的新机用了星桥的屏幕。")
    about = story(2, title="星桥扩产", text="星桥扩产。")
    (only,) = chosen([aside, about], follow(("keyword", "星桥")))
    assert (only.story.id, only.mention) == (2, False)
    (only,) = chosen([aside], follow(("keyword", "星桥")))
    assert (only.story.id, only.mention) == (1, True)


def test_two_stories_of_one_affair_are_not_both_told_unasked() -> None:
    begun, later = (replace(story(number, title=f"澜川{number}"), affair=7) for number in (1, 2))
    other = replace(story(3, title="南湖"), affair=8)
    assert ids(chosen([begun, later, other])) == [1, 3]
    assert sorted(ids(chosen([begun, later, other], follow(("topic", "ai"))))) == [1, 2, 3]


def test_what_is_told_already_in_other_words_is_not_told_again_unasked() -> None:
    words = ("澜川", "起诉", "商业机密", "法院")
    told, again = (story(number, title=f"澜川{number}", keywords=words) for number in (1, 2))
    assert ids(chosen([told, again])) == [1]
    assert ids(chosen([told, again], follow(("topic", "ai")))) == [1, 2]


def test_a_slow_day_makes_a_short_edition() -> None:
    stale = [story(number, published_at=NOW - timedelta(days=4)) for number in range(1, 9)]
    assert chosen(stale) == ()
    assert ids(chosen([*stale, story(20)])) == [20]
    assert chosen([]) == ()


# --- subscriptions -----------------------------------------------------------------------------------------------


def test_subscriptions_pick_what_matches_and_say_why() -> None:
    stories = [
        story(1, topics=("ai",), section="technology"),
        story(2, topics=("telecom",), section="operations"),
        story(3, topics=(), title="国产替代加速推进", section="companies"),
        story(4, topics=(), publisher="芯闻社", section="overseas"),
        story(5, topics=(), section="environment"),
        story(6, topics=("games",)),
    ]
    wanted = follow(
        ("topic", "ai"), ("keyword", "国产替代"), ("source", "芯闻社"), ("section", "environment")
    )
    reasons = {item.story.id: item.reason for item in chosen(stories, wanted)}
    assert reasons == {1: "ai", 3: "国产替代", 4: "芯闻社", 5: "environment"}


def test_a_followed_word_with_an_outlets_name_is_told_as_a_word() -> None:
    named = [story(1, topics=(), title="芯闻社与澜川合作", publisher="芯闻社")]
    told = [chosen(named, follow((kind, "芯闻社")))[0] for kind in ("keyword", "source")]
    assert [(item.reason, item.is_word) for item in told] == [("芯闻社", True), ("芯闻社", False)]
    assert not chosen(named, follow(("keyword", "澜川")))[0].is_word


def test_outside_the_industry_only_followers_of_its_word_or_source_are_told() -> None:
    outside = story(
        1, section=None, topics=("ai",), title="某队夺冠", text="甲" * 300 + "华为华为华为", publisher="体坛"
    )
    assert chosen([outside], follow(("topic", "ai"))) == ()
    assert chosen([outside], follow(("keyword", "华为"))) == (), "an aside is not what it is about"
    assert ids(chosen([outside], follow(("keyword", "夺冠")))) == [1]
    assert ids(chosen([outside], follow(("source", "体坛")))) == [1]
    assert chosen([outside], follow(("source", "体坛")))[0].section is None
    told = chosen([outside, story(2)], follow(("source", "体坛"), ("topic", "ai")))
    assert ids(told) == [2, 1], "what has no section comes last"


@pytest.mark.parametrize(
    ("keyword", "title", "matches"),
    [
        ("国产替代", "国產替代加速", True),  # a traditional character
        ("5G", "５Ｇ 基站", True),  # full-width
        ("ai", "某公司发布 AI 眼镜", True),
        ("AI", "He said so", False),
        ("AI", "AIGC 与版权", False),
        ("5G", "25G 光模块", False),
        ("5G", "5G-A 商用", True),
        ("华为 芯片", "华为自研芯片量产", True),
        ("华为 芯片", "华为发布手机", False),
        ("C++", "C++ 新标准", True),
        ("云", "云计算提速", True),
        ("x", "x 与 y", True),
        ("x", "xy", False),
        ("A股", "看A股", True),
        ("A股", "BA股", False),
        ("第5G", "第5G网", True),
        ("第5g", "第5gb", False),
        ("   ", "任何标题", False),
        ("軟體", "国产软件出海", True),
        ("伺服器 晶片", "服务器芯片量产", True),
        ("人工智慧", "人工智能立法", True),
        ("軟體", "软体机器人", True),
        ("軟體 華為", "国产软件出海", False),
        ("阿里", "阿里发布新模型", True),
        ("阿里", "阿里·卡里米谈足球", False),
        ("库克", "蒂姆·库克访华", True),
    ],
)
def test_keywords_match_as_a_reader_means_them(keyword: str, title: str, matches: bool) -> None:
    assert (Keyword(keyword).strength(Candidate(story(1, title=title))) > 0) is matches


def test_a_word_in_the_headline_weighs_more_than_one_in_passing() -> None:
    strengths = [
        Keyword("华为").strength(Candidate(story(1, **values)))
        for values in (
            {"title": "华为发布新机"},
            {"summary": ("华为昨日发布新机。",)},
            {"text": "华为。华为。华为。"},
            {"text": "题图来自华为。"},
            {"text": "没有提到。"},
        )
    ]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == 5
    assert strengths[-1] == 0


def test_every_interest_gets_its_best_story() -> None:
    stories = [story(number, topics=("ai",), publishers=5) for number in range(1, 30)]
    stories.append(story(50, topics=("quantum",)))
    items = chosen(stories, follow(("topic", "ai"), ("topic", "quantum"), max_items=5))
    assert len(items) == 5
    assert 50 in ids(items)


def test_more_interests_met_rank_higher() -> None:
    both = story(1, topics=("ai", "robotics"))
    items = chosen([story(2), both], follow(("topic", "ai"), ("topic", "robotics")))
    assert ids(items) == [1, 2]


def test_chosen_sections_bind_but_not_what_has_none() -> None:
    stories = [
        story(1, section="companies"),
        story(2, section="overseas"),
        story(3, section=None, title="夺冠"),
    ]
    assert ids(chosen(stories, ReaderProfile(sections=("overseas",)))) == [2]
    followed = follow(("topic", "ai"), ("keyword", "夺冠"), sections=("overseas",))
    assert ids(chosen(stories, followed)) == [2, 3]


def test_a_lead_without_section_takes_the_one_of_another_report() -> None:
    first, second = article(1, section=None), article(2, section="overseas", publisher="乙")
    mixed = Story(1, NOW, NOW, (first, second))
    assert chosen([mixed])[0].section == "overseas"


# --- variety and what was told -----------------------------------------------------------------------------------


def test_seen_stories_never_come_again() -> None:
    assert ids(chosen([story(1), story(2)], seen=(1,))) == [2]


def test_one_company_does_not_fill_the_edition() -> None:
    loud = [story(number, publishers=3, keywords=("华为", f"词{number}")) for number in range(1, 20)]
    others = [
        story(100 + number, publishers=2, keywords=(f"公司{number}", f"新品{number}")) for number in range(8)
    ]
    told = chosen([*loud, *others], follow(("topic", "ai")))
    about = [item for item in told if item.story.lead.keywords[0] == "华为"]
    assert len(about) == 4, "the fourth comes when the others have had their turn"
    assert len(chosen(loud, follow(("topic", "ai")))) == 12, "and without others there is room for all"


def test_a_reader_who_follows_the_company_gets_all_of_it() -> None:
    loud = [story(number, title=f"华为{number}", keywords=("华为", f"甲{number}")) for number in range(1, 9)]
    assert len(chosen(loud, follow(("keyword", "华为")))) == 8
    others = [story(100 + number, title=f"南湖{number}", keywords=(f"词{number}",)) for number in range(8)]
    told = chosen([*loud, *others], follow(("keyword", "华为"), ("topic", "ai"), max_items=6))
    assert all(item.story.id < 100 for item in told), "for who follows it, it is not the same again"


def test_the_same_news_unrecognised_is_told_once_before_others_have_had_their_turn() -> None:
    twins = [story(number, keywords=("星河", "晶圆"), publishers=2) for number in (1, 2)]
    other = story(3, keywords=("青禾", "机器人"))
    assert ids(chosen([*twins, other], ReaderProfile(max_items=2))) == [1, 3]


def test_considered_counts_what_the_reader_could_have_been_told() -> None:
    stories = [story(number) for number in range(1, 21)] + [
        story(30, topics=("games",)),
        story(31, section=None),
    ]
    choice = choose(stories, follow(("topic", "ai")), {1})
    assert choice.considered == 19
    assert len(choice.items) == 12


@pytest.mark.slow
@examples(60)
@given(
    st.lists(
        st.builds(
            story,
            st.integers(1, 10_000),
            publishers=st.integers(1, 4),
            section=st.sampled_from([*SECTIONS, None, "gone"]),
            topics=st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple),
            keywords=st.lists(st.sampled_from(["华为", "苹果", "芯片", ""]), max_size=3).map(tuple),
            title=st.text(max_size=20),
            summary=st.lists(st.text(max_size=20), max_size=2).map(tuple),
            published_at=st.integers(-3, 100).map(lambda hours: NOW - timedelta(hours=hours)),
        ),
        max_size=40,
        unique_by=lambda made: made.id,
    ),
    st.lists(
        st.one_of(
            st.builds(Subscription, st.just("topic"), st.sampled_from(TOPICS)),
            st.builds(Subscription, st.just("keyword"), st.text(max_size=5)),
            st.builds(Subscription, st.just("section"), st.sampled_from(SECTIONS)),
            st.builds(Subscription, st.just("source"), st.sampled_from(["媒体0", "媒体3"])),
        ),
        max_size=4,
        unique=True,
    ),
    st.integers(1, 15),
    st.sets(st.integers(1, 10_000), max_size=200),
)
def test_promises_hold_for_any_news(
    stories: list[Story], subscriptions: list[Subscription], most: int, seen: set[int]
) -> None:
    wanted = ReaderProfile(tuple(subscriptions), max_items=most)
    choice = choose(stories, wanted, seen)
    told = ids(choice.items)
    assert len(told) == len(set(told)) <= min(most, choice.considered)
    news = sum(item.part == "news" for item in choice.items)
    roomy = choose(stories, replace(wanted, max_items=1000), seen)
    assert roomy.considered == choice.considered
    whole = [item.story for item in roomy.items if item.part == "news"]
    if subscriptions:  # all of it is told where there is room, and as much of it as there is room for
        essays = choice.considered - len(whole)
        assert news == min(len(whole), most - min(essays, most // READS_IN))
    else:  # what shares no words with another is left out for want of room alone
        alone = [each for each in whole if len(set(each.lead.keywords) - {""}) < 2]
        assert news >= min(len(alone), most - most // READS_IN)
    assert not seen & set(told)
    places = [
        (item.part == "reads", SECTIONS.index(item.section) if item.section in SECTIONS else 9)
        for item in choice.items
    ]
    assert places == sorted(places)
    assert sum(item.part == "reads" for item in choice.items) <= max(1, len(told) // 4)
    for item in choice.items:
        assert bool(item.reason.strip()) == bool(subscriptions)
        assert subscriptions or item.section


def test_one_affair_in_other_words_gives_way_to_another_affair() -> None:
    affair = ("云岭", "启明", "诉讼", "机密")
    told = story(1, title="云岭起诉启明", keywords=affair)
    again = story(2, title="启明被云岭告上法庭", keywords=("启明", "法庭", "云岭", "机密"))
    other = story(3, title="南湖发布新机", keywords=("南湖", "新机"), published_at=NOW - timedelta(hours=15))
    assert ids(chosen([told, again, other], ReaderProfile(max_items=2))) == [1, 3]
    assert ids(chosen([told, again, other], ReaderProfile(max_items=3))) == [1, 3]


def test_one_source_tells_no_more_than_its_share_while_others_have_news() -> None:
    loud = [
        story(number, title=f"云岭第{number}条", publisher="甲报", published_at=NOW - timedelta(hours=2))
        for number in range(1, 9)
    ]
    quiet = [
        story(number, title=f"南湖第{number}条", publisher="乙报", published_at=NOW - timedelta(hours=8))
        for number in range(11, 14)
    ]
    names = [item.story.lead.publisher for item in chosen(loud + quiet, ReaderProfile(max_items=6))]
    assert names.count("乙报") == 3
    assert len(chosen(loud, ReaderProfile(max_items=6))) == 6, "where others have nothing it tells it all"


def test_a_headline_without_text_comes_after_one_with_a_summary() -> None:
    bare, full = (
        story(1, title="云岭发布新机", summary=()),
        story(2, title="南湖发布新机", summary=("南湖今天发布新机。",)),
    )
    assert ids(chosen([bare, full], ReaderProfile(max_items=1))) == [2]
    followed = chosen([bare, full], follow(("topic", "ai"), max_items=1))
    assert ids(followed) == [2], "what it loses for being bare"


def test_what_only_mentions_the_industry_is_told_to_those_who_named_its_words_or_source() -> None:
    essay = story(1, title="小镇面馆的三十年", text="老板说，机器人做的面不香。", centrality=0.1)
    assert chosen([essay]) == ()
    for kind, value, told in (
        ("topic", "ai", []),
        ("section", "companies", []),
        ("keyword", "机器人", []),  # an aside of another trade's news
        ("keyword", "面馆", [1]),
        ("source", "媒体0", [1]),
    ):
        assert ids(chosen([essay], follow((kind, value)))) == told, (kind, value)


def test_the_doubtful_comes_after_everything_that_clearly_is_the_industrys() -> None:
    clear = [story(number, section="companies") for number in range(1, 9)]
    doubtful = story(9, 4, section="technology", centrality=0.3)
    assert set(ids(chosen([*clear, doubtful], ReaderProfile(max_items=8)))) == {*range(1, 9)}
    assert 9 in ids(chosen([*clear, doubtful], ReaderProfile(max_items=9)))
    assert 9 in ids(chosen([*clear, doubtful], follow(("topic", "ai"), max_items=8)))


def test_what_is_about_the_industry_from_the_headline_on_comes_first() -> None:
    stories = [story(number, centrality=number / 10) for number in range(3, 10)]
    assert set(ids(chosen(stories, ReaderProfile(max_items=3)))) == {7, 8, 9}


@pytest.mark.parametrize("title", ["新华网", "北京日报客户端", "媒体0"])
def test_a_medias_name_alone_is_no_news(title: str) -> None:
    assert chosen([story(1, title=title)]) == ()
