"""Searching a real store: what is found, in which order, and how much work it may be."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from bot.search import gathering
from bot.search import search as module
from bot.search.query import Note
from bot.search.search import Search, index_article
from bot.search.synonyms import Synonyms
from bot.text.segment import Segmenter
from bot.text.taxonomy import load_taxonomy
from storage import articles
from storage.database import Database
from storage.search import index
from tests.examples import examples
from tests.search.conftest import NOW, Ask, Publish


@pytest.mark.parametrize(
    "query",
    ["芯片", "晶圆", "5G-A", "5g a", "５Ｇ－Ａ", "5ga", "C919", "c 919", "RISC-V", "risc v", "riscv", "3nm", "3 NM", "３ｎｍ",
     "iPhone 17", "iphone17", "量子計算", "華為", "HUAWEI 芯片", "C++"],
)  # fmt: skip
def test_words_are_found_however_they_are_written(publish: Publish, ask: Ask, query: str) -> None:
    publish(
        "目标",
        "华为与晶圆厂的芯片采用3nm工艺，支持5G-A、RISC-V和C++。C919机组的iPhone17里有量子计算应用，Huawei说。",
    )
    publish("别的", "今天天气很好，适合散步。")
    assert ask(query) == ["目标"]


def test_the_text_may_be_traditional_full_width_and_spaced(publish: Publish, ask: Ask) -> None:
    publish("目標", "華為發布ＡＩ處理器，採用 3 nm 工藝，iPhone 17 與 RISC V 也在其中。")
    for query in ("华为", "处理器", "ai", "3nm", "iPhone17", "RISC-V"):
        assert ask(query) == ["目標"], query


def test_all_words_come_before_some_and_some_are_marked(publish: Publish, ask: Ask) -> None:
    publish("只有甲", "量子领域的一条消息。")
    publish("两者", "量子通信卫星发射。")
    publish("只有乙", "卫星发射成功。")
    publish("无关", "面板价格持平。")
    found = ask("量子 卫星")
    assert found[0] == "两者"
    assert sorted(found[1:]) == ["~只有乙", "~只有甲"]


def test_until_and_before_end_the_time(publish: Publish, ask: Ask) -> None:
    publish("旧", "量子领域的一条消息。", at=NOW - timedelta(days=9))
    publish("中", "量子领域的又一条消息。", at=NOW - timedelta(days=5))
    publish("新", "量子领域的新消息。", at=NOW)
    day = f"{NOW - timedelta(days=5):%Y-%m-%d}"
    assert set(ask(f"量子 until:{day}")) == {"旧", "中"}
    assert ask(f"量子 before:{day}") == ["旧"]
    assert ask(f"量子 since:{day} until:{day}") == ["中"]
    assert set(ask(f"until:{day}")) == {"旧", "中"}


def test_the_title_counts_more_than_the_text(publish: Publish, ask: Ask) -> None:
    publish("市场周报", "本周面板价格持平。另外，光刻机的消息也有一些。" + "其他内容很多。" * 30)
    publish("光刻机出货创新高", "设备商公布了季度数据。")
    publish("日报", "光刻机。" + "设备与材料的消息。" * 10)
    assert ask("光刻机")[0] == "光刻机出货创新高"


def test_what_stands_in_quotes_is_in_every_answer(publish: Publish, ask: Ask) -> None:
    publish("砚溪智能发布“砚溪3”", "模型今晚开源。")
    publish("砚溪智能发布客服大模型", "首批客户是3家银行。")
    assert ask('"砚溪3"') == ["砚溪智能发布“砚溪3”"]
    assert ask('"砚溪3" 银行') == ["~砚溪智能发布“砚溪3”"]
    assert ask('"砚溪9"') == []
    headline = '砚溪智能今晚发布"砚溪9"大模型，首批客户是银行'
    assert ask(headline), "a headline's quotes are a part of it"


def test_a_sign_in_quotes_is_looked_for(publish: Publish, ask: Ask) -> None:
    publish("“人工智能+”行动意见发布", "意见印发。")
    publish("人工智能行动提速", "人工智能企业表态。")
    publish("语言教材再版", "编译器用C++写成。")
    assert ask('"人工智能＋"') == ["“人工智能+”行动意见发布"]
    assert len(ask('"人工智能"')) == 2
    assert ask('"C++"') == ["语言教材再版"]
    assert ask('"C#"') == []


def test_phrases_want_their_words_together(publish: Publish, ask: Ask) -> None:
    publish("相连", "团队展示固态量子存储器。")
    publish("分开", "固态电池与量子通信是两回事。")
    assert ask('"固态 量子"') == ["相连"]
    assert ask("固态 量子") == ["相连", "分开"]


def test_what_stands_far_down_is_a_full_answer(publish: Publish, ask: Ask) -> None:
    """Only the beginning of a long article is read for ranking; the index knows the rest."""
    filler = "会上还谈到了别的许多事情，与此无关。" * 400
    publish("长篇", f"折叠屏手机的故事。{filler}最后提到苹果。")
    publish("短讯", "苹果公布了新款电脑。")
    assert ask("苹果 折叠屏") == ["长篇", "~短讯"]
    publish("远处的短语", f"开头。{filler}团队展示固态量子存储器。")
    assert ask('"固态 量子"') == ["远处的短语"]


@pytest.mark.parametrize(
    "query",
    [
        "最近有什么芯片新闻",
        "芯片最近怎么样？",
        "请问谁有芯片消息啊",
        "有没有芯片的动态",
        "给我看看芯片的最新消息",
    ],
)
def test_a_question_is_about_its_subject(publish: Publish, ask: Ask, query: str) -> None:
    publish("芯片出口增长", "海关公布了数据。")
    publish("怎么样", "最近有什么消息？谁都说不清，新闻里也没有。")
    assert ask(query)[0] == "芯片出口增长"


def test_a_figure_and_its_unit_stand_together(
    publish: Publish, ask: Ask, search: Search, db: Database
) -> None:
    publish("甲", "6月手机出货量增长。")
    publish("乙", "一个多月前，6家厂商公布了手机出货量。")
    assert ask("6月手机出货量") == ["甲", "~乙"]
    terms, parts = search_terms(search, db, "6月手机出货量")
    assert "6月" in terms
    assert "月" not in {*terms, *parts}


@pytest.mark.parametrize("query", ["华为|中兴", "华为｜中兴", "华为 | 中兴"])
def test_a_bar_needs_no_blanks(publish: Publish, ask: Ask, query: str) -> None:
    publish("甲", "华为发布手机。")
    publish("乙", "中兴发布手机。")
    assert sorted(ask(query)) == sorted(["甲", "乙"])


def test_exclusions_and_alternatives(publish: Publish, ask: Ask) -> None:
    publish("甲", "华为发布手机。")
    publish("乙", "中兴发布汽车芯片。")
    publish("丙", "小米发布汽车。")
    assert sorted(ask("华为 OR 中兴")) == ["丙", "甲", "乙"] or sorted(ask("华为 OR 中兴")) == sorted(
        ["甲", "乙"]
    )
    assert ask("发布 -汽车") == ["甲"]
    assert ask('发布 -"汽车 芯片" -手机') == ["丙"]


def test_filters(publish: Publish, ask: Ask, search: Search, db: Database) -> None:
    publish("甲", "芯片消息。", source="芯岸", topics=("semiconductor",), section="companies")
    publish("乙", "芯片消息。", source="闪点科讯", topics=("ai", "semiconductor"), section="technology")
    publish("丙", "芯片消息。", source="闪点科讯", at=NOW - timedelta(days=10))
    assert ask("芯片 topic:AI") == ["乙"]
    assert ask("芯片 topic:半导体 source:芯岸") == ["甲"]
    assert ask("section:企业情报 芯片") == ["甲"]
    assert sorted(ask("topic:半导体")) == sorted(["甲", "乙"])
    assert sorted(ask("source:闪点")) == sorted(["乙", "丙"])
    assert sorted(ask("芯片 since:7d")) == sorted(["甲", "乙"])
    assert ask("since:30d")[-1] == "丙"
    assert ask("芯片 source:没有 topic:没有 section:没有") == ask("芯片")
    found = search.find(db, "芯片 source:没有 topic:炒菜", now=NOW)
    assert found.problems == (Note("topic", "炒菜"), Note("source", "没有"))
    assert found.notes == tuple(map(str, found.problems))
    only = search.find(db, "source:没有", now=NOW)
    assert (only.hits, only.total, only.problems) == ((), 0, (Note("source", "没有"),))


def test_an_unknown_name_in_a_filter_is_answered_with_those_near_it(
    publish: Publish, search: Search, db: Database
) -> None:
    publish("甲", "芯片消息。", source="闪点科讯")
    found = search.find(db, "topic:半倒体 section:企业情抱 source:闪电科讯 since:闪电科讯", now=NOW)
    assert found.problems == (
        Note("topic", "半倒体", ("semiconductor",)),
        Note("section", "企业情抱", ("companies",)),
        Note("since", "闪电科讯"),
        Note("source", "闪电科讯", ("闪点科讯",)),
    )


def test_since_is_exact_within_a_day(publish: Publish, ask: Ask) -> None:
    publish("刚才", "芯片。", at=NOW - timedelta(minutes=30))
    publish("今早", "芯片。", at=NOW - timedelta(hours=3))
    assert ask("芯片 since:1h") == ["刚才"]


@pytest.mark.parametrize("query", ["", "。。。", "🙂🚀🙂", "-汽车", '"', "\u202e\u200f", "مرحبا بالعالم", "的 了", "\x00", "' OR 1=1 --", '")(*', "NEAR(", "title:芯片", "a" * 4000, "芯" * 4000, "芯片 " * 2000, "\ud800"])  # fmt: skip
def test_no_text_breaks_a_search(publish: Publish, ask: Ask, query: str) -> None:
    publish("甲", "芯片的消息。")
    assert isinstance(ask(query), list)


@pytest.fixture
def three(publish: Publish) -> None:
    publish("甲", "华为的芯片采用3nm工艺。", source="芯岸", topics=("semiconductor",), section="companies")
    publish("乙", "固态量子存储器与“固态 电池”。", source="虎嗅")
    publish("丙", "C919 与 5G-A 的消息。", at=NOW - timedelta(days=30))


SIGNS = ['"', "'", "“", "”", ":", "：", "-", "－", "(", ")", "*", "^", "|", " OR ", " AND ", " NOT ", "NEAR(", "{", "}", "\\", ",", " ", "\n", "\0"]  # fmt: skip
WORDS = ["topic:", "source:", "主题：", "since:", "section:", "半导体", "虎嗅", "7d", "芯片", "固态 量子", "5G-A", "C919", "title", "rowid", "的", "OR"]  # fmt: skip


@examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*SIGNS, *WORDS]) | st.text(max_size=6), max_size=25).map("".join))
def test_no_mixture_of_signs_and_words_breaks_a_search(
    three: None, search: Search, db: Database, text: str
) -> None:
    found = search.find(db, text, now=NOW, decay=True, stories=True)
    assert len(found.hits) <= min(found.total, 10)
    assert found.full <= found.total <= 3
    assert all(isinstance(note, str) for note in found.notes)


def test_a_query_without_anything_says_so(publish: Publish, search: Search, db: Database) -> None:
    publish("甲", "芯片的消息。")
    found = search.find(db, "🙂 。", now=NOW)
    assert found.query.empty
    assert (found.hits, found.total) == ((), 0)


def test_synonyms_widen_and_never_replace(
    publish: Publish, db: Database, segmenter: Segmenter, ask: Ask
) -> None:
    publish("缩写", "AI 助手上线。")
    publish("全称", "人工智能助手上线。")
    publish("其他", "面板价格。")
    assert ask("人工智能") == ["全称", "缩写"]
    assert ask("AI 助手") == ["缩写", "全称"]
    plain = Search(segmenter, load_taxonomy(), Synonyms({}))
    assert [hit.article.title for hit in plain.find(db, "人工智能", now=NOW).hits] == ["全称"]
    assert search_terms(plain, db, "人工智能") == (("人工智能",), ("人工", "智能"))


def test_a_synonym_in_the_title_counts_as_its_word_does_below_the_word_itself(
    publish: Publish, ask: Ask
) -> None:
    filler = "别的内容很多。" * 30
    publish("手机市场周报", f"{filler}华为也在其中。{filler}")
    publish("华为发布新机", "发布会在周二举行。" + filler)
    publish("HUAWEI发布新机", "发布会在周二举行。" + filler)
    assert ask("huawei") == ["HUAWEI发布新机", "华为发布新机", "手机市场周报"]
    assert ask("輝達") == []
    publish("英伟达公布财报", "营收增长。")
    assert ask("輝達") == ["英伟达公布财报"]


def search_terms(search: Search, db: Database, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = search.find(db, text, now=NOW)
    return found.terms, found.parts


def test_fresh_articles_gain_where_age_counts(publish: Publish, ask: Ask) -> None:
    publish("旧", "光刻机出货，光刻机出货。", at=NOW - timedelta(days=300))
    publish("新", "光刻机的出货数据。", at=NOW)
    assert ask("光刻机 出货", decay=True) == ["新", "旧"]
    assert ask("光刻机 出货") == ["旧", "新"]


def test_one_hit_a_story(publish: Publish, ask: Ask, search: Search, db: Database) -> None:
    first = publish("一", "卫星发射成功。")
    publish("二", "卫星发射成功，入轨。", story_id=first.story_id)
    publish("三", "另一颗卫星发射推迟。")
    assert len(ask("卫星 发射")) == 3
    found = search.find(db, "卫星 发射", now=NOW, stories=True)
    assert found.total == 2
    assert len({hit.article.story_id for hit in found.hits}) == 2


def test_pages_do_not_overlap_and_cover_everything(publish: Publish, search: Search, db: Database) -> None:
    for number in range(75):
        publish(f"第{number}篇", f"芯片消息，编号{number}。", at=NOW - timedelta(hours=number))
    seen: list[str] = []
    for offset in range(0, 80, 8):
        found = search.find(db, "芯片", now=NOW, limit=8, offset=offset, decay=True)
        assert (found.total, found.full, found.more) == (75, 75, False)
        seen += [hit.article.title for hit in found.hits]
    assert len(seen) == len(set(seen)) == 75


def test_many_matches_are_bounded_and_the_newest_win(
    publish: Publish, search: Search, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (module, gathering):
        monkeypatch.setattr(each, "POOL", 20)
        monkeypatch.setattr(each, "RANKED_SHORT", 6)
    monkeypatch.setattr(gathering, "WINDOWS", (12, 40))
    for number in range(60):
        publish(f"第{number}篇", "芯片 消息。", at=NOW - timedelta(days=number))
    found = search.find(db, "芯片", now=NOW, limit=5, decay=True)
    assert found.more
    assert found.total == 12
    assert [hit.article.title for hit in found.hits] == [f"第{number}篇" for number in range(5)]


def test_a_whole_headline_finds_its_article(publish: Publish, ask: Ask) -> None:
    publish(
        "",
        "望川县一百三十家小厂接入工业互联网平台，窑温每五分钟刷新一次，次品率降到百分之三。老师傅说，平台会指出哪一炉不对劲。",
    )
    publish("其他一", "工业互联网平台大会召开，多家企业展示成果。老师傅工作室揭牌。")
    publish("其他二", "灯泡销量下降，经销商说换代快。")
    assert ask("灯泡厂里的老师傅上了云：望川县小厂接入工业互联网平台")[0] in {"", "~"}


def test_a_headline_with_its_rubric_is_no_alternative(publish: Publish, ask: Ask) -> None:
    publish("早报精选", "早报栏目今天讲天气，明天讲交通。")
    publish("望川县的小厂上云", "望川县一百三十家小厂接入工业互联网平台，次品率下降。")
    assert ask("早报 | 望川县小厂接入工业互联网平台")[0].lstrip("~") == "望川县的小厂上云"


def test_a_sentence_of_three_words_asks_less_than_three_words(
    publish: Publish, search: Search, db: Database
) -> None:
    publish("目标", "心脏怎样保养？医生给出几条建议，法宝就在餐桌上。")
    words = [search.find(db, text, now=NOW) for text in ("权威专家 护心 法宝", "权威专家的护心法宝")]
    assert [found.full for found in words] == [0, 0]
    assert [[hit.article.title for hit in found.hits] for found in words] == [[], ["目标"]]


def test_words_typed_without_blanks_have_their_synonyms(publish: Publish, ask: Ask) -> None:
    publish("目标", "AI半导体出口增长。")
    assert ask("人工智能芯片出口") == ask("人工智能 芯片 出口") == ["目标"]


def test_long_queries_with_filters(publish: Publish, ask: Ask) -> None:
    text = "望川县 小厂 接入 工业互联网 平台 老师傅 窑温 次品率"
    publish("甲", text, topics=("industrial",))
    publish("乙", text)
    assert ask(f"{text} topic:industrial") == ["甲"]
    assert ask(f"{text} 不存在的词语 topic:industrial") == ["~甲"]
    assert ask("全都 查不到 的 东西 魑魅 魍魉 饕餮 topic:industrial") == []


def test_edits_removals_and_vanished_articles_leave_no_ghost(
    publish: Publish, ask: Ask, db: Database, segmenter: Segmenter
) -> None:
    article = publish("甲", "旧消息说面板涨价。")
    other = publish("乙", "面板消息。")
    db.execute("UPDATE articles SET text = '新消息说内存降价。' WHERE id = ?", (article.id,))
    edited = articles.by_id(db, article.id)
    assert edited is not None
    index_article(db, segmenter, edited)
    assert ask("面板") == ["乙"]
    assert ask("内存") == ["甲"]
    db.execute("DELETE FROM articles WHERE id = ?", (other.id,))
    assert ask("面板") == []
    index.remove(db, article.id)
    assert ask("内存") == []


def test_highlight_terms_are_own_words_first(publish: Publish, search: Search, db: Database) -> None:
    publish("甲", "芯片的消息。")
    terms, parts = search_terms(search, db, "芯片 topic:AI")
    assert terms[0] == "芯片"
    assert "半导体" in terms
    assert not {"集成", "电路"} & {*terms, *parts}, "of a synonym only the whole"


def test_of_a_long_name_no_stray_character_is_highlighted(search: Search, db: Database) -> None:
    terms, parts = search_terms(search, db, "工业和信息化部")
    assert "工业和信息化部" in terms
    assert "工业" in parts
    assert "和" not in {*terms, *parts}
    assert search_terms(search, db, "和") == (("和",), ())


def test_where_nothing_has_all_a_third_of_the_query_is_shown_as_partial(
    publish: Publish, search: Search, db: Database
) -> None:
    publish("苹果发布新品", "苹果公司公布了新款电脑。")
    found = search.find(db, "苹果 折叠屏", now=NOW)
    assert [(hit.article.title, hit.partial) for hit in found.hits] == [("苹果发布新品", True)]


def test_the_parts_of_a_long_word_are_found_apart_after_it(publish: Publish, ask: Ask) -> None:
    publish("高速公路上试车", "车队上路了。")
    publish("自行车也能高速行驶", "山里的公路成了赛道。")
    publish("公路赛开幕", "选手来自各地。")
    assert ask("高速公路") == ["高速公路上试车", "~自行车也能高速行驶"]
