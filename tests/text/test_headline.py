"""Headlines lose their furniture and nothing else."""

import pytest

from bot.text.boilerplate import load_boilerplate
from bot.text.headline import Headline, proper, take_apart, without_furniture
from bot.text.lexicon import SEARCHED, UNKNOWN_IDF, Lexicon, load_lexicon


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("云岭芯片完成融资", Headline("", "云岭芯片完成融资", "", "")),
        ("记者手记丨山里的数据中心", Headline("记者手记", "山里的数据中心", "", "")),
        ("山里的数据中心又亮了灯｜记者手记", Headline("记者手记", "山里的数据中心又亮了灯", "", "")),
        ("【滨江观察】云岭芯片完成融资", Headline("滨江观察", "云岭芯片完成融资", "", "")),
        ("视频丨云岭芯片完成融资", Headline("", "云岭芯片完成融资", "", "")),
        ("快讯：云岭芯片完成融资", Headline("", "云岭芯片完成融资", "", "")),
        ("云岭芯片完成融资 3小时前", Headline("", "云岭芯片完成融资", "", "")),
        ("云岭芯片完成融资 科技 8小时前 12评论", Headline("", "云岭芯片完成融资", "", "")),
        ("03:47 云岭芯片完成融资 07-16", Headline("", "云岭芯片完成融资", "", "")),
        ("云岭芯片完成融资界面新闻-6小时前", Headline("", "云岭芯片完成融资", "", "")),
        ("临江市委：支持芯片企业", Headline("", "临江市委：支持芯片企业", "", "临江市委")),
        ("第一财经", Headline("", "", "", "")),
        ("", Headline("", "", "", "")),
        ("丨", Headline("", "", "", "")),
    ],
)
def test_take_apart(title: str, expected: Headline) -> None:
    assert take_apart(title) == expected


def test_a_lead_run_into_the_title() -> None:
    lead = "云岭芯片今天在滨江宣布完成新一轮融资，总额八亿元，由青禾资本领投。"
    found = take_apart(f"云岭芯片完成八亿元融资 {lead}")
    assert (found.core, found.rest) == ("云岭芯片完成八亿元融资", lead)
    assert take_apart("字" * 50).core == "字" * 50


@pytest.mark.parametrize(
    "sentence",
    [
        "责任编辑：周明",
        "题图来自网络",
        "（图片来源：视觉素材网）",
        "点击关注我们的公众号。",
        "未经授权不得转载。",
        "扫描下方二维码加入读者群。",
        "本文不构成投资建议。",
        "2026年3月5日 08:00",
        "本公众号一字一句均为原创。",
        "聚合优质的产业资讯，不错过行业的每个瞬间。",
    ],
)
def test_credits_are_known(sentence: str) -> None:
    assert load_boilerplate().is_credit(sentence)


@pytest.mark.parametrize(
    "sentence", ["云岭芯片发布新品。", "记者从会上获悉，项目已经开工。", "编辑部大楼启用。"]
)
def test_news_is_no_credit(sentence: str) -> None:
    assert not load_boilerplate().is_credit(sentence)


def test_what_leans_back() -> None:
    plain = load_boilerplate()
    leaning = ["他表示，产能不足。", "该公司称将整改。", "此外，价格上涨。", "二、市场情况。"]
    leaning += ["32、门票涨价。", "2.公司搬家。", "三个月后它走出重整。", "次日，股价回落。"]
    leaning += ["今年5月，云岭芯片发出了这句警告。", "工程师周明在会后这样说。", "周明这样向本刊形容新机房。"]
    leaning += ["若以每股20元计算，其涨幅近五成。", "经确认，该数字有误。", "禁止经营者向上述企业出口。"]
    leaning += ["云岭在此基础上推出新芯片。"]
    leaning += ["上游的行情印证了他的感受。", "在他们看来，产能不足。", "据介绍，该基地明年投产。"]
    leaning += ["目前，其产能为五万片。", "公告显示，该公司亏损。", "另一名员工说，机房停电。"]
    leaning += ["35岁的周明是这家公司的创始人。", "相比之下，云岭芯片便宜。"]
    assert [one for one in leaning if not plain.leans_back(one)] == []
    upright = [
        "云岭芯片上市。",
        "我国芯片产量增长。",
        "2.5亿元投向芯片。",
        "7月后开工。",
        "90后创业。",
        "当天气转凉，机房省电。",
        "据云岭报道，其中三家停产。",
        "今年5月，云岭发出了“这句话”的商标申请。",
        "云岭芯片表示，该公司明年投产。",
        "据云岭市监管局通报，该局查处三家企业。",
        "目前，其中三家停产。",
        "对方程组求解的芯片面世。",
        "周明表示，芯片应该这样设计：先省电。",
    ]
    assert [one for one in upright if plain.leans_back(one)] == []


def test_lexicon() -> None:
    lexicon = load_lexicon()
    assert lexicon.idf("的") < lexicon.idf("公司") < lexicon.idf("芯片")
    assert lexicon.idf("无此词也") == UNKNOWN_IDF
    assert lexicon.tag("北京") == "ns"
    assert lexicon.tag("无此词也") == ""


def test_a_few_words_are_weighed_without_reading_the_whole_table() -> None:
    whole = load_lexicon()
    fresh = Lexicon(whole._folder)
    words = ["劳动防护", "的", "芯片", "芯", "无此词也"]
    assert [fresh.idf_of_few(word) for word in words] == [whole.idf(word) for word in words]
    assert "_weights" not in vars(fresh)
    for number in range(SEARCHED):
        fresh.idf_of_few(f"第{number}")
    assert fresh.idf_of_few("公司") == whole.idf("公司")
    assert "_weights" in vars(fresh)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("云岭芯片涨价，谁来买单？ 城市画报 12小时前 13评论", "云岭芯片涨价，谁来买单？"),
        ("01:22 云岭芯片涨价 热点 16小时前 2评论", "云岭芯片涨价"),
        ("热点精选云岭芯片涨价界面新闻-6小时前", "云岭芯片涨价"),
        ("云岭芯片涨价 3评论", "云岭芯片涨价"),
        ("云岭周报 2026-09-23", "云岭周报 2026-09-23"),
        ("20:30 云岭发布会开始", "20:30 云岭发布会开始"),
        ("云岭工厂停电3小时前夕", "云岭工厂停电3小时前夕"),
        ("3小时前", "3小时前"),
        ("专题云岭芯片又涨价了", "云岭芯片又涨价了"),
        ("热点精选专题云岭芯片涨价潮声网-6小时前", "云岭芯片涨价潮声网"),
        ("专题片《芯》开播", "专题片《芯》开播"),
        ("专题", "专题"),
        ("", ""),
    ],
)
def test_what_a_list_shows_around_a_title_goes(title: str, bare: str) -> None:
    assert without_furniture(title) == bare


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("滨江视点｜老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("活力滨江调研行 | 老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("新闻1+1丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("视频丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("【评论】老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("老厂房里亮起新算力（评论员观察）", "老厂房里亮起新算力"),
        ("老厂房里亮起新算力 | 棱镜", "老厂房里亮起新算力"),
        ("老厂房里亮起新算力｜ABC新经典系列", "老厂房里亮起新算力"),
        ("《滨江》对话|周明：老厂房里亮起新算力|第98期（完整版）", "周明：老厂房里亮起新算力"),
        ("周明专栏｜老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("晚点独家丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("晚点周末丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("《滨江》专稿丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("WAIC直击｜老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("政策解读 | 老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("滨江社论｜老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("8点1氪丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("【好评中国】滨江评论丨老厂房里亮起新算力", "老厂房里亮起新算力"),
        ("老厂房里亮起新算力 07-16", "老厂房里亮起新算力"),
        ("老厂房里亮起新算力｜记者手记 07-16", "老厂房里亮起新算力"),
        # who or what it tells of
        ("云岭芯片｜上半年营收增长三成", "云岭芯片｜上半年营收增长三成"),
        ("云岭芯片召回调查｜涉及五万片控制器", "云岭芯片召回调查｜涉及五万片控制器"),
        ("它要开往哪里？｜独家对话云岭芯片周明", "它要开往哪里？｜独家对话云岭芯片周明"),
        ("云岭芯片财报分析｜上半年营收增长三成", "云岭芯片财报分析｜上半年营收增长三成"),
        ("滨江防汛见闻日记丨探访老厂房一线", "滨江防汛见闻日记丨探访老厂房一线"),
        ("【云岭芯片】上半年营收增长三成", "【云岭芯片】上半年营收增长三成"),
        ("云岭芯片完成融资（附招股书全文）", "云岭芯片完成融资（附招股书全文）"),
        ("滨江队 3-12", "滨江队 3-12"),
        ("视频丨新算力", "视频丨新算力"),
        ("丨", "丨"),
        ("", ""),
    ],
)
def test_a_headline_is_told_without_its_column(title: str, told: str) -> None:
    assert proper(title) == told
