"""The edition as a reader sees it, and that no feed can make it anything that Telegram refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.locales import LANGUAGES, Language
from bot.messages.callbacks import EditionPage, EditionSaving, MoreStories, SendAgain, ToggleSaved, WhySent
from bot.messages.digest import pages, render_edition, render_quiet, render_uncertain, render_why
from bot.messages.html import COMFORT, measure
from bot.messages.items import headline, summary_parts
from bot.messages.model import Message
from bot.messages.rich import render_rich
from bot.messages.taste_callbacks import TunePage
from storage.models import Edition, EditionItem
from tests.examples import examples
from tests.messages.examples import NOW, SECTIONS, article, edition, items, story, view
from tests.telegram_html import check_message


def labels(message: Message) -> list[str]:
    return [button.label for row in message.buttons for button in row]


def long_edition(times: int = 5) -> Edition:
    """The example stories several times over, as different stories, in the order of sections."""
    copies = [
        replace(item, story=replace(item.story, id=item.story.id + 100 * number))
        for number in range(times)
        for item in items()
    ]
    return edition(tuple(sorted(copies, key=lambda item: SECTIONS.index(item.section or ""))), considered=214)


def test_the_morning_edition_reads_like_a_briefing() -> None:
    parsed = check_message(render_edition(edition(), view(), more=True))
    lines = parsed.text.splitlines()
    assert lines[0] == "晨报 · 11月24日 星期二"
    assert lines[1].startswith("从 63 个事件中选出 12 条 · 人工智能 / 半导体与集成电路 / ")
    assert lines[1].endswith(" 等")
    assert lines[2] == "本期栏目：产业环境 2 · 运营竞争 2 · 技术情报 2 · 企业情报 4 · 海外借鉴 2"
    assert "河岸日报、长桥财经 等 4 家 · 3 小时前" in lines
    assert "通信观察、长桥财经 · 5 小时前" in lines
    assert "1. 三部门就人工智能标识管理细则公开征求意见" in lines
    headings = [line[1:] for line in lines if line.startswith("▎")]
    assert headings == ["产业环境", "运营竞争", "技术情报", "企业情报", "海外借鉴"]
    assert parsed.urls[:2] == (
        "https://t.me/chenbao_bot?start=s_1",
        "https://news.example/100?from=rss&id=100",
    )
    assert all(name in parsed.words("TextUrl") for name in ("河岸日报", "长桥财经", "通信观察"))
    assert parsed.words("ExpandableBlockQuote") == ("管理层在电话会上表示，暂无再融资计划。",)


def test_buttons_of_a_single_page() -> None:
    message = render_edition(edition(), view(), more=True)
    assert labels(message) == ["更多", "收藏", "为什么推给我", "调整"]
    actions = [button.action for row in message.buttons for button in row]
    assert actions == [MoreStories(7), EditionSaving(7, 1, on=True), WhySent(7, 1), TunePage(7, 1)]
    assert "更多" not in labels(render_edition(edition(), view()))


def test_a_long_edition_has_pages_and_jumps_to_its_sections() -> None:
    shown = long_edition()
    count = pages(shown, view())
    assert count > 1
    messages = [render_edition(shown, view(), page=page) for page in range(1, count + 1)]
    first = check_message(messages[0]).text
    assert "本期栏目：产业环境 10 · " in first
    assert labels(messages[0])[:2] == [f"1/{count}", "▶"]
    assert labels(messages[1])[:2] == ["◀", f"2/{count}"]
    jumps = {
        button.label: button.action
        for row in messages[0].buttons
        for button in row
        if button.label in first.splitlines()[2]
    }
    assert list(jumps) == ["产业环境", "运营竞争", "技术情报", "企业情报", "海外借鉴"]
    for label, action in jumps.items():
        assert isinstance(action, EditionPage)
        text = check_message(messages[action.page - 1]).text
        assert f"▎{label}" in text


def test_every_story_stands_on_exactly_one_page_in_order() -> None:
    shown = long_edition()
    text = "\n".join(
        check_message(render_edition(shown, view(), page=page)).text
        for page in range(1, pages(shown, view()) + 1)
    )
    numbers = [int(line.split(".")[0]) for line in text.splitlines() if line.split(".")[0].isdigit()]
    assert numbers == list(range(1, len(shown.items) + 1))


def test_pages_are_of_about_equal_length() -> None:
    shown = long_edition(6)
    sizes = [
        measure(render_edition(shown, view(), page=page).text).units
        for page in range(1, pages(shown, view()) + 1)
    ]
    assert max(sizes) - min(sizes) < 1000


def test_a_section_that_goes_on_says_so() -> None:
    one_section = edition(tuple(replace(item, section="companies") for item in long_edition(3).items))
    second = check_message(render_edition(one_section, view(), page=2))
    assert "▎企业情报（续）" in second.text
    assert "本期栏目" not in check_message(render_edition(one_section, view())).text
    assert "企业情报" not in labels(render_edition(one_section, view()))


def test_pages_beyond_the_last_show_the_last() -> None:
    shown = long_edition()
    last = pages(shown, view())
    assert render_edition(shown, view(), page=99) == render_edition(shown, view(), page=last)
    assert render_edition(shown, view(), page=0) == render_edition(shown, view(), page=1)


def test_save_mode_numbers_the_stories_of_the_page() -> None:
    message = render_edition(edition(), view(), saving=True, saved=frozenset({2}))
    check_message(message)
    assert labels(message)[:3] == ["☆ 1", "⭐ 2", "☆ 3"]
    assert message.buttons[0][1].action == ToggleSaved(7, 2, 1)
    assert message.buttons[-1][0].action == EditionSaving(7, 1, on=False)
    assert "按编号收藏" in message.text


def test_a_follow_up_is_marked() -> None:
    marked = tuple(replace(item, follow_up=True) for item in items()[:1])
    assert "1. 【后续】三部门" in check_message(render_edition(edition(marked), view())).text


def test_what_belongs_to_no_section_comes_under_what_the_reader_follows() -> None:
    loose = (replace(items()[0], section=None, reason="标识"),)
    text = check_message(render_edition(edition(loose, considered=1), view())).text
    assert "▎你的关注" in text
    assert "1 条，来自 4 家媒体 · 标识" in text


def test_the_title_says_what_the_edition_is() -> None:
    assert "今日简报 · " in render_edition(edition(slot="demand:99"), view()).text
    assert "更多 · " in render_edition(edition(slot="more:99"), view()).text


def test_imported_documents_link_into_the_bot() -> None:
    document = story(5, article(55, "没有网址的文章", url="", canonical_url=""))
    shown = edition((EditionItem(document, "companies"),))
    assert check_message(render_edition(shown, view())).urls[:2] == (
        "https://t.me/chenbao_bot?start=s_5",
        "https://t.me/chenbao_bot?start=a55",
    )
    assert check_message(render_edition(shown, view(bot_username=""))).urls == ()


def test_an_article_without_title_is_shown_by_its_beginning() -> None:
    nameless = story(5, article(55, "  ", text="一段没有标题的快讯，只有正文。"))
    empty = story(6, article(66, ""))
    shown = edition((EditionItem(nameless, "companies"), EditionItem(empty, "companies")))
    text = check_message(render_edition(shown, view())).text
    assert "1. 一段没有标题的快讯，只有正文。" in text
    assert "2. …" in text


def test_summaries_are_whole_sentences() -> None:
    first = "这是一句不算短的话，" * 15 + "到此为止。"  # 155 units: longer than what stands open otherwise
    second = "第二句。"
    block = story(5, article(55, "标题", summary=(first, second)))
    parsed = check_message(render_edition(edition((EditionItem(block, "companies"),)), view()))
    assert first in parsed.text.splitlines()
    assert parsed.words("ExpandableBlockQuote") == (second,)


def test_a_sentence_too_long_to_stand_open_is_folded_and_a_monstrous_one_cut() -> None:
    long = story(5, article(55, "标题", summary=("很长" * 100 + "。",)))
    parsed = check_message(render_edition(edition((EditionItem(long, "companies"),)), view()))
    assert parsed.words("ExpandableBlockQuote") == ("很长" * 100 + "。",)
    monstrous = story(5, article(55, "标题", summary=("长" * 9000,)))
    parsed = check_message(render_edition(edition((EditionItem(monstrous, "companies"),)), view()))
    assert parsed.words("ExpandableBlockQuote")[0].endswith("…")


def test_a_summary_does_not_repeat_the_headline() -> None:
    echo = story(5, article(55, "某公司发布新品", summary=("某公司发布新品。", "售价 999 元。")))
    text = check_message(render_edition(edition((EditionItem(echo, "companies"),)), view())).text
    assert text.count("某公司发布新品") == 1
    assert "售价 999 元。" in text


@pytest.mark.parametrize(
    ("earlier", "later", "kept"),
    [
        ("星桥今天在江渚启用新网，覆盖全部城区和近郊。", "星桥今天在江渚启用了新网，覆盖全部城区和近郊。", False),
        ("星桥今天在江渚启用新网，覆盖全部城区和近郊。", "星桥今天在江渚启用“新网”，覆盖全部城区。", False),
        ("星桥在江渚启用新网，覆盖300个社区和近郊村镇。", "星桥在江渚启用新网，覆盖500个社区和近郊村镇。", True),
        ("星桥表示明年会在江渚和澜川两地一起上调价格。", "星桥表示明年不会在江渚和澜川两地一起上调价格。", True),
        ("星桥今天在江渚启用新网，覆盖全部城区和近郊。", "新网由两家厂商承建，明年还要延伸到沿海。", True),
        ("星桥今天在江渚启用新网，覆盖全部城区和近郊。", "好。", True),
    ],
)  # fmt: skip
def test_no_sentence_says_again_what_the_headline_or_an_earlier_one_said(
    earlier: str, later: str, kept: bool
) -> None:
    by_headline = article(55, earlier.rstrip("。"), summary=(later,))
    by_sentence = article(56, "江渚的新网", summary=(earlier, "编者注。" * 60, later))
    for told in (by_headline, by_sentence):
        assert (later in "".join(summary_parts(told))) == kept
    opened, fold = summary_parts(by_sentence)
    assert opened == earlier
    assert earlier not in fold


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("闪点科讯11月22日电 星桥今天启用新网。", "星桥今天启用新网。"),
        ("长桥社11月22日电，星桥启用新网。", "星桥启用新网。"),
        ("本报讯 星桥启用新网。", "星桥启用新网。"),
        ("36氪获悉，星桥启用新网。", "星桥启用新网。"),
        ("11月22日电网检修，星桥照常供电。", "11月22日电网检修，星桥照常供电。"),
        ("据长桥报道，11月22日，星桥启用新网。", "据长桥报道，11月22日，星桥启用新网。"),
        ("据长桥社消息 11月22日，星桥启用新网。", "11月22日，星桥启用新网。"),
        ("01:50\n星桥启用新网\n热点 6小时前 3评论", "星桥启用新网"),
        ("星桥启用新网 视频 21小时前 1评论", "星桥启用新网"),
    ],
)
def test_a_summary_is_shown_without_the_wires_dateline_and_a_lists_furniture(
    sentence: str, shown: str
) -> None:
    told = story(5, article(55, "标题", summary=(sentence,)))
    text = check_message(render_edition(edition((EditionItem(told, "companies"),)), view())).text
    assert shown in text.splitlines()


def test_a_summary_says_nothing_twice() -> None:
    echo = story(
        5,
        article(
            55, "标题", summary=("甲公司说：“我们听劝了。”外界不信。", "我们听劝了。", "乙公司没有回应。")
        ),
    )
    text = check_message(render_edition(edition((EditionItem(echo, "companies"),)), view())).text
    assert text.count("我们听劝了") == 1
    assert "乙公司没有回应。" in text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("短标题 带空格也不切", "短标题 带空格也不切"),
        ("一项新规实施半年后起作用了吗？ " + "后面跟着的是摘要，" * 8, "一项新规实施半年后起作用了吗？"),
        ("某地发布数据条例草案 " + "后面跟着的是摘要，" * 8, "某地发布数据条例草案"),
        ("没有停顿的长标题" * 30, "没有停顿的长标题" * 14 + "没有停顿的长标…"),
    ],
)
def test_a_headline_ends_where_the_abstract_begins(title: str, shown: str) -> None:
    parsed = check_message(
        render_edition(edition((EditionItem(story(5, article(55, title)), "companies"),)), view())
    )
    assert f"1. {shown}" in parsed.text.splitlines()


def test_latin_sentences_keep_their_space() -> None:
    english = story(5, article(55, "News", summary=("It works.", "So they say.")))
    assert (
        "It works. So they say." in render_edition(edition((EditionItem(english, "companies"),)), view()).text
    )


def test_why_names_what_matched() -> None:
    shown = items()
    reasons = (
        shown[0],
        replace(shown[1], reason="标识"),
        replace(shown[2], reason="通信观察"),
        replace(shown[3], reason="operations"),
        replace(shown[4], reason=""),
        replace(shown[7], reason=""),
    )
    text = check_message(render_why(edition(reasons), view())).text
    for sentence in (
        "你关注了话题“人工智能”",
        "你关注了关键词“标识”",
        "你关注了来源“通信观察”",
        "你选了栏目“运营竞争”",
        "当天要闻，2 家媒体在报道",
        "当天要闻",
    ):
        assert sentence in text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_quiet_days_take_one_line(language: Language) -> None:
    for following in (True, False):
        text = check_message(render_quiet(edition().local_date, view(language), following=following)).text
        assert "\n" not in text
    assert render_edition(edition(()), view(language)) == render_quiet(edition().local_date, view(language))


def test_an_uncertain_edition_can_be_sent_again() -> None:
    message = render_uncertain(7, view())
    check_message(message)
    assert message.buttons[0][0].action == SendAgain(7)


# --- whatever feeds say ------------------------------------------------------------------------------------------

NASTY = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(), max_size=400),
    st.sampled_from(
        [
            "<b>半个标签",
            "</a></blockquote>",
            "&lt;&amp&#60;",
            "\u202e反过来\u202c",
            "👨‍👩‍👧‍👦" * 400,
            "\x00\x07\ud83d",
            "长" * 5000,
            "e" + "\u0301" * 3000,
            "𠮷" * 3000,
            '"' * 5000,
            "&" * 5000,
            "\n\n\n",
            "",
        ]
    ),
)
URLS = st.one_of(
    st.just(""),
    st.text(max_size=60).map(lambda tail: f"https://news.example/{tail}"),
    st.sampled_from(
        [f"https://news.example/?{'&' * 1900}", f"https://news.example/{'长' * 3000}", "javascript:alert(1)"]
    ),
)


@st.composite
def hostile_items(draw: st.DrawFn) -> EditionItem:
    number = draw(st.integers(1, 10**9))
    articles = tuple(
        article(
            number + place,
            draw(NASTY),
            url=draw(URLS),
            publisher=draw(NASTY),
            summary=tuple(draw(st.lists(NASTY, max_size=4))),
            text=draw(NASTY),
            published_at=NOW - timedelta(hours=draw(st.integers(-5, 50_000))),
        )
        for place in range(draw(st.integers(1, 3)))
    )
    section = draw(st.sampled_from([*SECTIONS, None, "gone"]))
    return EditionItem(story(number, *articles), section, draw(NASTY), draw(st.booleans()))


@pytest.mark.slow
@examples(25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(hostile_items(), max_size=8), st.integers(0, 6), st.sampled_from(LANGUAGES), st.booleans())
def test_no_feed_makes_a_message_that_telegram_refuses(
    few: list[EditionItem], copies: int, language: Language, saving: bool
) -> None:
    shown = edition(tuple(few) * copies)
    later = view(language, now=NOW + timedelta(days=400))
    for reader in (view(language), later):
        count = pages(shown, reader)
        assert count >= 1
        for page in {1, 2, count}:
            message = render_edition(shown, reader, page=page, saving=saving, more=True)
            check_message(message)
            check_message(render_why(shown, reader, page=page))
    for page in range(1, pages(shown, view(language)) + 1):
        assert measure(render_edition(shown, view(language), page=page).text).within(COMFORT)


def test_two_hundred_stories() -> None:
    shown = long_edition(17)
    assert len(shown.items) == 204
    for page in range(1, pages(shown, view()) + 1):
        check_message(render_edition(shown, view(), page=page, saving=True))


@pytest.mark.parametrize(
    ("text", "summary", "bare"),
    [
        ("", (), True),
        ("某公司发布新品！", (), True),
        ("某公司发布新品，售价 999 元", (), False),
        ("", ("售价 999 元。",), False),
    ],
)
def test_a_story_without_any_text_says_so(text: str, summary: tuple[str, ...], bare: bool) -> None:
    told = replace(article(55, "某公司发布新品", summary=summary), stored_text=text)
    shown = check_message(render_edition(edition((EditionItem(story(5, told), "companies"),)), view())).text
    assert ("只有标题" in shown) is bare
    both = story(5, told, replace(article(56, "某公司新品上市"), stored_text="售价 999 元，下月到货。"))
    assert (
        "只有标题"
        not in check_message(render_edition(edition((EditionItem(both, "companies"),)), view())).text
    )


def test_who_follows_a_word_reads_what_is_said_of_it() -> None:
    text = "星桥发布年报。机房去年扩了一倍。星桥说，澜川处理器明年量产。"
    told = story(5, article(55, "星桥发布年报", summary=("机房去年扩了一倍。",), text=text))
    line = "提到“澜川”：星桥说，澜川处理器明年量产。"

    def shown(reason: str) -> str:
        item = EditionItem(told, "companies", reason=reason)
        rich = render_rich(edition((item,)), view())
        classic = check_message(render_edition(edition((item,)), view())).text
        assert (line in rich) == (line in classic)
        return classic

    assert shown("澜川").splitlines().count(line) == 1
    for reason in (
        "",
        "星桥",
        "机房",
        "白峰",
        "ai",
        "companies",
        "长桥财经",
    ):  # said already, nowhere, or no word
        assert "提到" not in shown(reason), reason


def test_a_headline_introduces_no_short_name_that_nothing_uses() -> None:
    title = "滨江云科技股份有限公司（以下简称“滨江云”）上市"
    for summary, shown in (
        ("机房去年扩了一倍。", "滨江云科技股份有限公司上市"),
        ("滨江云说，机房去年扩了一倍。", title),
    ):
        assert headline(article(55, title, summary=(summary,))) == shown


def test_what_is_shown_already_is_not_said_again_for_a_short_name() -> None:
    first = "滨江云科技8日上市，机房去年扩了一倍（以下简称“云江”）。"
    told = story(5, article(55, "一家公司上市", summary=(first,), text=first))
    item = EditionItem(told, "companies", reason="云江")
    assert "提到" not in check_message(render_edition(edition((item,)), view())).text


def test_a_followed_word_is_a_word_where_an_outlet_has_that_name() -> None:
    text = "星桥发布年报。机房去年扩了一倍。长桥财经说，澜川处理器明年量产。"
    told = story(5, article(55, "星桥发布年报", summary=("机房去年扩了一倍。",), text=text))
    of_source = EditionItem(told, "companies", reason="长桥财经")
    of_word = replace(of_source, is_word=True)
    for item, line, why in (
        (of_source, False, "你关注了来源“长桥财经”"),
        (of_word, True, "你关注了关键词“长桥财经”"),
    ):
        shown = check_message(render_edition(edition((item,)), view())).text
        assert ("提到“长桥财经”：长桥财经说，澜川处理器明年量产。" in shown) == line
        assert why in check_message(render_why(edition((item,)), view())).text
