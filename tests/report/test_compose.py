"""Stories → the periodical: order, follow-ups, documents in full, what a title and an outlet become."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from bot.locales import Language
from bot.report import pagination, sentences
from bot.report.characters import breakable, printable, web_address
from bot.report.compose import Chosen, ReportWording, Span, compose, headline, tallies
from bot.report.formats import write
from bot.report.model import Overview, Report, Tally
from bot.report.names import Named, NameFinder
from bot.text.taxonomy import load_taxonomy
from storage.models import Article, Story
from tests.report.opened import Opened

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Span(date(2026, 11, 23), date(2026, 11, 29), ZONE)
NOTHING = Overview(Tally("", 0), 0, 0, (), (), (), (), ())


def article(number: int, title: str = "", *, text: str = "正文。", **fields: object) -> Article:
    values: dict[str, object] = {
        "id": number,
        "source_id": 1,
        "guid": str(number),
        "url": f"https://news.example.com/{number}",
        "canonical_url": "",
        "title": title or f"第{number}件事",
        "stored_text": text,
        "published_at": NOW - timedelta(hours=number),
        "fetched_at": NOW,
        "section": "technology",
        "topics": (),
        "keywords": (),
        "summary": (f"第{number}件事发生了。",),
        "fingerprint": (),
        "publisher": f"媒体{number}",
    }
    return Article(**{**values, **fields})  # type: ignore[arg-type]


def story(number: int, *articles: Article, first: datetime = NOW) -> Story:
    return Story(number, first, first, articles or (article(number),))


def chosen(item: Story, weight: float = 1.0, section: str | None = "technology", **fields: object) -> Chosen:
    return Chosen(item, section, weight, Named(frozenset(), frozenset()), frozenset(), **fields)  # type: ignore[arg-type]


def printed(
    items: Sequence[Chosen], language: Language = "zh-Hans", span: Span = WEEK, **fields: object
) -> Report:
    wording = ReportWording(
        language,
        "监测之",
        "信息产业篇",
        {"technology": "技术情报", "companies": "企业情报"},
        {"ai": "人工智能"},
    )
    values: dict[str, object] = {"is_heading": lambda line: line.startswith("小题"), **fields}
    return compose(items, NOTHING, span, wording, NOW, **values)  # type: ignore[arg-type]


def titles(report: Report) -> list[str]:
    return [piece.title for piece in report.pieces]


def test_the_weightiest_come_first_in_each_section() -> None:
    report = printed(
        [
            chosen(story(1), 1.0),
            chosen(story(2), 3.0),
            chosen(story(3), 2.0, "companies"),
        ]
    )
    assert titles(report) == ["第2件事", "第1件事", "第3件事"]
    assert [piece.number for piece in report.pieces] == [1, 2, 3]
    assert [section.name for section in report.sections] == ["技术情报", "企业情报"]


def test_developments_stand_behind_what_they_follow() -> None:
    first, second, third = (story(n, first=NOW + timedelta(days=n)) for n in (1, 2, 3))
    report = printed(
        [
            chosen(third, 9.0, follows=second),
            chosen(story(4), 5.0),
            chosen(first, 0.1),
            chosen(second, 0.2, follows=first),
        ]
    )
    assert titles(report) == ["第1件事", "第2件事", "第3件事", "第4件事"]
    follows = report.pieces[2].follows
    assert follows is not None
    assert (follows.title, follows.number) == ("第2件事", 2)


def test_what_a_development_follows_may_be_from_before() -> None:
    before = story(8, first=datetime(2026, 11, 2, 20, 0, tzinfo=UTC))
    follows = printed([chosen(story(1), follows=before)]).pieces[0].follows
    assert follows is not None
    assert (follows.day, follows.number) == (date(2026, 11, 3), None)


def test_a_chain_stays_together_where_its_first_story_belongs() -> None:
    first, later = (story(n, first=NOW + timedelta(days=n)) for n in (1, 2))
    report = printed([chosen(first, section="companies"), chosen(later, 9.0, "technology", follows=first)])
    assert [len(section.pieces) for section in report.sections] == [0, 2]
    assert titles(report) == ["第1件事", "第2件事"]


def test_what_arrived_in_another_order_is_told_as_it_happened() -> None:
    first, later = (story(n, first=NOW + timedelta(days=n)) for n in (1, 2))
    report = printed([chosen(first, follows=later), chosen(later)])
    told = [piece.follows.title if piece.follows else None for piece in report.pieces]
    assert list(zip(titles(report), told, strict=True)) == [("第1件事", None), ("第2件事", "第1件事")]


def test_a_circle_of_developments_ends() -> None:
    one, other = story(1), story(2)
    report = printed([chosen(one, follows=other), chosen(other, follows=one)])
    assert sorted(titles(report)) == ["第1件事", "第2件事"]


def test_documents_are_printed_in_full_and_in_their_order_before_the_rest() -> None:
    text = "第一段。\n小题一\n第二段。\n小题二"
    papers = tuple(article(n, url="", text=text, source_id=5) for n in (12, 11))
    report = printed([chosen(story(1), 9.0), chosen(story(2, *papers), 0.1, documents=papers)])
    assert titles(report) == ["第11件事", "第12件事", "第1件事"]
    parts = report.pieces[0].paragraphs
    assert [(part.text, part.heading) for part in parts] == [
        ("第一段。", False),
        ("小题一", True),
        ("第二段。", False),
        ("小题二", False),  # nothing would stand under it
    ]
    assert report.pieces[0].outlets == ()


def test_summaries_are_printed_as_they_are_told_elsewhere() -> None:
    told = article(1, "澜川视点｜澜川造出AI 芯片，年内量产", summary=("本报讯 澜川用AI 造芯。", "年内量产。"))
    (piece,) = printed([chosen(story(1, told))]).pieces
    assert piece.title == "澜川造出AI芯片，年内量产"
    assert [part.text for part in piece.paragraphs] == ["澜川用AI造芯。年内量产。"]


def test_headlines_lose_what_their_page_put_around_them_but_those_of_documents() -> None:
    odd = "夏天来了，网约车平台与司机之间的账又要重新算一遍 这笔钱究竟去了谁的口袋里呢？ 澜川画报 12小时前 13评论"
    assert headline(article(1, odd)) == "夏天来了，网约车平台与司机之间的账又要重新算一遍"
    assert headline(article(1, odd), whole=True) == odd
    paper = article(3, odd, url="", text="正文。")
    assert titles(printed([chosen(story(1, paper), documents=(paper,))])) == [odd]


def test_an_outlet_is_named_once_a_day_where_its_first_report_with_an_address_stands() -> None:
    reports = [
        article(n, publisher="甲报", published_at=NOW - timedelta(hours=n), url=url)
        for n, url in (
            (1, "https://a.example/1"),
            (2, "https://a.example/2"),
            (3, ""),
            (40, "https://a.example/40"),
        )
    ]
    outlets = printed([chosen(story(1, *reports))]).pieces[0].outlets
    assert [outlet.url for outlet in outlets] == ["https://a.example/40", "https://a.example/2"]


def test_names_that_mean_one_are_one_entry() -> None:
    items = [
        Chosen(story(n), "technology", 9.0 - n, Named(frozenset({name}), frozenset()), frozenset())
        for n, name in ((1, "Google"), (2, "谷歌"), (3, "Google"))
    ]
    assert printed(items).index[0].entries == (("谷歌", (1, 2, 3)),)


def test_feeds_are_summary_and_links_never_their_texts() -> None:
    reports = (
        article(1, text="全文" * 500, summary=("甲说了。", "Then B said so.", "C too.")),
        article(2, url="javascript:alert(1)", publisher="乙\u202e媒体"),
    )
    piece = printed([chosen(story(1, *reports))]).pieces[0]
    assert [part.text for part in piece.paragraphs] == ["甲说了。Then B said so. C too."]
    assert [(outlet.name, outlet.url) for outlet in piece.outlets] == [
        ("乙媒体", ""),
        ("媒体1", "https://news.example.com/1"),
    ]


def test_a_story_without_a_summary_takes_another_reports_or_none() -> None:
    bare = article(1, summary=())
    assert printed([chosen(story(1, bare, article(2)))]).pieces[0].paragraphs[0].text == "第2件事发生了。"
    piece = printed([chosen(story(1, bare))]).pieces[0]
    assert piece.paragraphs == ()
    assert sentences.bare_piece(piece, sentences.locale_of(printed([]))) == "来源只提供了标题。"


def test_sections_asked_for_are_all_that_is_printed_and_the_rest_has_one_of_its_own() -> None:
    report = printed([chosen(story(1)), chosen(story(2), section=None)], sections=("technology",))
    assert [(section.name, len(section.pieces)) for section in report.sections] == [
        ("技术情报", 1),
        ("其他", 1),
    ]


@pytest.mark.parametrize(
    ("first", "last", "issue"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "2026年第48周"),
        (date(2026, 11, 1), date(2026, 11, 30), "2026年第11期"),
        (date(2026, 2, 1), date(2026, 2, 28), "2026年第2期"),
        (date(2026, 11, 1), date(2026, 11, 29), ""),
        (date(2026, 11, 1), date(2026, 12, 31), ""),
        (date(2027, 1, 1), date(2027, 1, 3), ""),
        (date(2026, 12, 28), date(2027, 1, 3), "2026年第53周"),
    ],
)
def test_weeks_and_months_have_a_number(first: date, last: date, issue: str) -> None:
    assert printed([], span=Span(first, last, ZONE)).issue == issue


def test_the_index_names_pieces_and_sorts_latin_words_first_then_by_pinyin() -> None:
    named = Named(frozenset({"中兴", "阿里", "OpenAI"}), frozenset({"清华大学"}))
    items = [
        Chosen(
            story(n),
            "technology",
            9.0 - n,
            named if n < 3 else Named(frozenset({"中兴"}), frozenset()),
            frozenset({"ai"}),
        )
        for n in (1, 2, 3)
    ]
    groups = {group.name: group.entries for group in printed(items).index}
    assert groups["企业与人物"] == (("OpenAI", (1, 2)), ("阿里巴巴", (1, 2)), ("中兴", (1, 2, 3)))
    assert groups["机构"] == (("清华大学", (1, 2)),)
    assert groups["话题"] == (("人工智能", (1, 2, 3)),)


def test_short_and_long_names_are_one_and_a_topic_of_most_pieces_is_found_throughout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pagination, "PROGRAM", "no-such-program")
    items = [
        Chosen(
            story(n),
            "technology",
            9.0 - n,
            Named(frozenset({"阿里" if n % 2 else "阿里巴巴"}), frozenset()),
            frozenset({"ai", "telecom"} if n < 9 else {"ai"}),
        )
        for n in range(1, 21)
    ]
    report = printed(items)
    groups = {group.name: group.entries for group in report.index}
    assert groups["企业与人物"] == (("阿里巴巴", tuple(range(1, 21))),)
    assert dict(groups["话题"])["人工智能"] == ()
    assert sorted(map(len, dict(groups["话题"]).values())) == [0, 8]
    assert write(report, "html").decode().count("散见全刊") == 1
    assert write(report, "md").decode().count("散见全刊") == 1
    word = Document(BytesIO(write(report, "docx")))
    assert "人工智能  散见全刊" in [paragraph.text for paragraph in word.paragraphs]
    opened = Opened(write(report, "pdf"))
    assert "人工智能散见全刊" in opened.text(1, opened.pages)


def test_the_most_reported_say_where_they_are_printed() -> None:
    one, other = story(1, article(1), article(2)), story(7, article(7), article(8), article(9))
    most = printed([chosen(one)], most=[other, one]).overview.most
    assert [(told.title, told.publishers, told.number) for told in most] == [
        ("第7件事", 3, None),
        ("第1件事", 2, 1),
    ]


def test_headlines_are_one_clean_line() -> None:
    assert headline(article(1, "甲\n乙\u200b\ue000\u202e丙")) == "甲 乙丙"
    assert headline(article(1, "\u200b", text="正文" * 30)) == "正文" * 20 + "…"
    assert headline(article(1, "\u200b", text="短")) == "短"
    assert headline(article(1, "\u200b", text="")) == "—"
    assert len(headline(article(1, "长" * 900))) == 300


def test_text_is_printable() -> None:
    assert printable(" a\tb\x00c\ud800d\uffff ") == "a bcd"
    assert printable("☀️ 好") == "☀ 好"
    assert breakable("短 words stay") == "短 words stay"
    assert breakable("x" * 40).replace("\u200b", "") == "x" * 40
    assert "\u200b" in breakable("x" * 40)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("HTTP://a.example/新", "HTTP://a.example/%E6%96%B0"),
        ("javascript:alert(1)", ""),
        ("https://a.example/a b", ""),
        ('https://a.example/"', ""),
        ("", ""),
        ("https://a.example/" + "x" * 9000, ""),
    ],
)
def test_addresses_are_of_the_web_and_of_sane_length(url: str, address: str) -> None:
    assert web_address(url) == address


def test_names_are_found_as_they_are_written_and_institutions_by_their_endings() -> None:
    finder = NameFinder(load_taxonomy())
    named = finder.find(
        "OpenAI与华为在清华大学开会",
        ("工信部、澜川研究院派员到场，苹果汁免费。",),
        ("澜川研究院", "研究院", "别处大学"),
    )
    assert named.companies == {"OpenAI", "华为"}
    assert named.institutions == {"工信部", "澜川研究院"} | ({"清华大学"} & named.institutions)
    assert named.all == named.companies | named.institutions


def test_counts_are_of_all_sections_and_of_topics_that_had_any() -> None:
    from collections import Counter  # noqa: PLC0415

    names = {"a": "甲", "b": "乙", "c": "丙"}
    now = Counter({"b": 3, "c": 5})
    assert tallies(now, None, names, all_of_them=True) == (Tally("甲", 0), Tally("乙", 3), Tally("丙", 5))
    assert tallies(now, Counter({"c": 1}), names, all_of_them=False) == (Tally("丙", 5, 1), Tally("乙", 3, 0))


def test_the_overview_compares_only_what_can_be_compared() -> None:
    def told(now: int, before: int | None) -> str:
        from dataclasses import replace  # noqa: PLC0415

        report = replace(printed([]), overview=replace(NOTHING, stories=Tally("", now, before)))
        return "".join(sentences.opening(report))

    assert told(0, None) == "这段时间没有符合条件的报道。"
    assert "无从比较" in told(3, None)
    assert "多 2 个事件" in told(3, 1)
    assert "少 1 个事件" in told(3, 4)
    assert "持平" in told(3, 3)


def test_a_single_day_and_what_was_asked_for_are_said_on_the_cover() -> None:
    day = Span(date(2026, 11, 29), date(2026, 11, 29), ZONE)
    report = printed([], span=day, only=("人工智能", "华为"))
    assert sentences.period(report) == "2026年11月29日"
    assert sentences.cover_lines(report)[-1] == "本期范围：人工智能 / 华为"
    assert sentences.name(printed([], language="en")) == "监测之: 信息产业篇"
