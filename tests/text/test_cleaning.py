"""What stands around the news goes before anything reads it; the news stays, letter for letter."""

import pytest

from bot.text.boilerplate import cleaning_version
from bot.text.cleaning import cleaned
from bot.text.keywords import extract
from bot.text.segment import Segmenter, load_segmenter
from bot.text.summary import summarise
from bot.text.wording import Wording

NEWS = (
    "云岭芯片8日在滨江发布新款车载处理器，功耗降低四成。\n"
    "公司说，首批客户包括四家车企，下月量产。\n"
    "分析师预计，明年车载芯片市场将增长三成。"
)

FURNITURE = [
    "作者：林小舟",
    "责编 | 周远 何川",
    "题图来自：视觉素材网",
    "文/许一鸣",
    "编 辑：苗小亚",
    "运营编辑：马一轶",
    "终审：陶 然",
    "原标题：《车芯之战》",
    "记者：孟小旭",
    "责编 王 一",
    "滨江晚报记者 周明 云岭报道",
    "潮声新闻记者周明",
    "滨江卫视周明、林可 云岭报道",
    "（潮声新闻记者 周明 林可）",
    "【文/观察者网 周明】",
    "（全文完）",
    "△发布会现场。",
    "▲样品 受访者供图",
    "·左图：样品；右图：展台。",
    "图1：云岭芯片的展台",
    "发布会现场。图/潮声摄影",
    "云岭芯片的展台（图源：公司官网）",
    "本文来自微信公众号： 芯事 ，作者：林小舟，编辑：何川",
    "*应受访者要求，文中人物均为化名",
    "免责声明：本文仅供参考。",
    "发于2026.7.13总第1243期《滨江周刊》杂志",
    "# 潮声消费编辑林小舟，关注车载芯片，交流加微信：abc12345",
    "[3]https://example.com/a",
    "[2]滨江日报：云岭芯片的十年",
    "社会责任 6小时前",
    "06-25 3评论",
    "08:15",
    "推广",
    "本周评级为★★★，围绕以下内容展开：",
    "END",
    "\u200d\u200d记者：孟小旭",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_furniture_goes_wherever_it_stands(line: str) -> None:
    before, after = cleaned(f"{line}\n{NEWS}"), cleaned(f"{NEWS}\n{line}")
    assert before.text == after.text == NEWS
    assert len(before.furniture) == len(after.furniture) == 1
    assert cleaned(line).text == ""


@pytest.mark.parametrize(
    "line",
    [
        "云岭芯片发布新品",
        "编辑部大楼启用。",
        "设计：采用一体化机身",
        "图-95轰炸机抵达云岭",
        "一、产品创新快于门店扩张",
        "▲营收上涨12%",
        "记者：这款芯片什么时候量产？",
        "记者从会上获悉，项目已经开工。",
        "8月9日，云岭芯片开工。",
        "[1]年之后，云岭芯片开工" + "，" * 200,
        "《车芯之战》上映",
    ],
)
def test_news_stays(line: str) -> None:
    assert cleaned(f"{NEWS}\n{line}\n{NEWS}\n{NEWS}\n{NEWS}").text.split("\n")[3] == line


@pytest.mark.parametrize(
    "tail",
    [
        "（周小明）",
        "（潮声新闻记者 周明）",
        "【《滨江周刊》出品】",
        ">>详情",
        " 社会责任 6小时前",
        " 科学 18小时前 8评论",
        " hi,滨江 刚刚",
        " 4评论",
    ],
)
def test_what_stands_behind_the_last_sentence_goes(tail: str) -> None:
    assert cleaned(NEWS + tail).text == NEWS


def test_brackets_that_belong_to_the_sentence_stay() -> None:
    for line in (
        "云岭芯片获批（附全文）",
        "云岭芯片获批。（附名单和价格表）",
        "停电3小时前夕，云岭芯片停产。",
    ):
        assert cleaned(line) == (line, ())


def test_a_text_without_furniture_is_the_very_same() -> None:
    assert cleaned(NEWS).text is NEWS
    assert cleaned("") == ("", ())


def test_a_teaser_in_front_of_the_whole_text_goes_with_its_credits() -> None:
    teaser = "云岭芯片8日在滨江发布新款车载处理......本文来自微信公众号： 芯事 ，作者：林小舟\n"
    found = cleaned(teaser + NEWS)
    assert found.text == NEWS
    assert {"芯事", "林小舟"} <= found.names
    alone = "云岭芯片8日在滨江发布新款车载处理器......本文来自微信公众号：芯事"
    assert cleaned(alone).text == alone  # there is nothing behind it


def test_a_list_of_references_ends_the_text() -> None:
    listed = "参考资料：\n1.《车芯之战》，滨江周刊\nAI chips and cars, A. Smith, 2025"
    assert cleaned(f"{NEWS}\n{listed}").text == NEWS
    prose = "参考资料\n" + "云岭芯片随后公布了更多细节，" * 5 + "首批客户下月交付。"
    assert cleaned(f"{NEWS}\n{prose}").text == f"{NEWS}\n{prose}"


def test_a_notice_at_the_end_of_a_longer_text_goes() -> None:
    notice = "点击关注公众号，获取更多资讯。"
    assert cleaned(f"{NEWS}\n{NEWS}\n{notice}").text == f"{NEWS}\n{NEWS}"
    assert cleaned(notice).text == notice  # it is all there is


def test_a_headline_among_the_credits_names_nobody() -> None:
    found = cleaned(f"{NEWS}\n编辑：何川，原文标题：《云岭芯片抢跑》")
    assert "何川" in found.names
    assert "云岭芯片抢跑" not in found.names


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def test_credits_are_no_keywords(segmenter: Segmenter) -> None:
    text = (
        f"本文来自微信公众号： 芯事研究所 ，作者：林小舟\n芯事研究所发现，{NEWS}\n芯事研究所认为，价格会降。"
    )
    words = extract(Wording("车载芯片降耗", text, segmenter), 20)
    assert not {"芯事研究所", "林小舟", "公众号", "微信公众号"}.intersection(words)
    assert "云岭芯片" in words


def test_who_reports_is_a_keyword_only_where_the_title_says_so(segmenter: Segmenter) -> None:
    text = "新华社滨江7月8日电 据凤凰卫视报道，云岭芯片发布新款处理器。凤凰卫视说，价格未定。"
    words = extract(Wording("云岭芯片发布处理器", text, segmenter), 20)
    assert not {"新华社", "凤凰卫视"}.intersection(words)
    assert "凤凰卫视" in extract(Wording("凤凰卫视换帅", text, segmenter), 20)


def test_a_rubric_is_no_keyword(segmenter: Segmenter) -> None:
    assert "棱镜" not in extract(Wording("新能源的春天来了 | 棱镜", NEWS, segmenter), 20)
    assert "棱镜" in extract(Wording("棱镜计划曝光", NEWS, segmenter), 20)


def test_an_index_is_made_anew_when_the_cleaning_changes(segmenter: Segmenter) -> None:
    assert segmenter.version.endswith(f"/{cleaning_version()}")


def test_summaries_stay_sentences_of_the_article(segmenter: Segmenter) -> None:
    text = "\n".join([*FURNITURE[:8], NEWS, *FURNITURE[8:]])
    found = summarise(Wording("车载处理器降耗", text, segmenter), 3)
    assert found
    assert all(one in NEWS for one in found)
