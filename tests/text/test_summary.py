"""Summaries are whole sentences of the text that a reader can take alone."""

import pytest

from bot.text.segment import Segmenter, load_segmenter
from bot.text.sentences import split
from bot.text.summary import summarise
from bot.text.wording import Wording

TITLE = "西原智算中心投产"
ARTICLE = (
    "题图来自网络\n"
    "（记者 周明）总投资42亿元的西原智算中心15日正式投产，算力规模达到6000P。\n"
    "该中心采用全液冷方案，电能利用效率低于1.15。此外，项目预留了二期用地。\n"
    "西原市数据局表示，首批签约企业有27家，主要从事大模型训练和工业仿真。"
    "上线首日，平台调度任务1.2万个。你用过吗？\n"
    "点击关注公众号，获取更多资讯。\n责任编辑：林可"
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def test_one_sentence_reads_like_a_headline(segmenter: Segmenter) -> None:
    assert summarise(Wording(TITLE, ARTICLE, segmenter), 1) == (
        "总投资42亿元的西原智算中心15日正式投产，算力规模达到6000P",
    )


@pytest.mark.parametrize(
    "number",
    [
        "一、",
        "1.",
        "一、1.",
        "（一）",
        "一、（二）",
        "12、",
        "(3)",
        "4）",
        "1.2 ",
        "1.2.3 ",
        "①",
        "● ",
        "- ",
        "–",
        "第一章 ",
        "二 、",
        "a. ",
        "II. ",
    ],
)
def test_numbers_of_a_list_are_no_part_of_the_sentence(segmenter: Segmenter, number: str) -> None:
    text = f"{number}首期算力中心投资九亿元，明年三月在江渚新区开工。\n各地反应不一。"
    (found,) = summarise(Wording("", text, segmenter), 1)
    assert found == "首期算力中心投资九亿元，明年三月在江渚新区开工"


@pytest.mark.parametrize(
    "figure",
    ["一、二线城市", "5、6月份", "1.5亿元的", "3.2 万亿元的", "5.1 G赫兹的", "2026年", "12.5%的", "-3.5%的"],
)
def test_a_figure_at_the_beginning_stays(segmenter: Segmenter, figure: str) -> None:
    text = f"{figure}算力中心投资计划公布，明年三月在江渚新区开工。"
    assert summarise(Wording("", text, segmenter), 1) == (text.removesuffix("。"),)


def test_it_may_end_at_the_first_semicolon(segmenter: Segmenter) -> None:
    text = "远帆机器人发布公告，三季度营收12.4亿元，同比增长38%；归母净利润1.6亿元；每股收益0.31元。"
    assert summarise(Wording("", text, segmenter), 1) == (
        "远帆机器人发布公告，三季度营收12.4亿元，同比增长38%",
    )
    assert summarise(Wording("", text, segmenter), 2) == (text,)


def test_an_enumeration_is_not_cut(segmenter: Segmenter) -> None:
    text = "滨江市发布三条措施，一是设立算力券；二是建设公共平台；三是减免租金。"
    assert summarise(Wording("", text, segmenter), 1) == (text.removesuffix("。"),)


@pytest.mark.parametrize("count", [2, 3])
def test_more_sentences_in_reading_order(segmenter: Segmenter, count: int) -> None:
    found = summarise(Wording(TITLE, ARTICLE, segmenter), count)
    assert len(found) == count
    places = [ARTICLE.index(sentence) for sentence in found]
    assert places == sorted(places)
    assert not found[0].startswith(("该", "此外", "他", "这"))
    assert not any(word in "".join(found) for word in ("题图", "记者", "点击", "责任编辑", "你用过"))
    assert all(sentence in split(ARTICLE) or sentence in ARTICLE for sentence in found)


def test_what_leans_stays_behind_what_it_leans_on(segmenter: Segmenter) -> None:
    text = "云岭芯片发布新款处理器。该处理器面向车载市场，功耗降低四成。上线仪式在滨江举行。"
    found = summarise(Wording("", text, segmenter), 3)
    assert found.index("云岭芯片发布新款处理器。") + 1 == found.index("该处理器面向车载市场，功耗降低四成。")


def test_it_does_not_repeat_the_title(segmenter: Segmenter) -> None:
    text = "西原智算中心投产。首批签约企业有27家，主要从事大模型训练。"
    assert summarise(Wording("西原智算中心投产", text, segmenter), 1) == (
        "首批签约企业有27家，主要从事大模型训练",
    )
    assert summarise(Wording("西原智算中心投产", "西原智算中心投产", segmenter), 1) == ()
    assert summarise(Wording("西原智算中心投产", "西原智算中心投产。", segmenter), 2) == ()


def test_it_does_not_repeat_itself(segmenter: Segmenter) -> None:
    text = "云岭芯片发布新款车载处理器。\n云岭芯片发布新款车载处理器。\n首批客户包括和平汽车等四家企业。"
    found = summarise(Wording("", text, segmenter), 3)
    assert len(found) == len(set(found)) == 2


def test_a_part_of_a_longer_sentence_is_no_summary(segmenter: Segmenter) -> None:
    text = "专家再次指出数据安全不可忽视，须尽快立法。与会者讨论了预算。数据安全不可忽视。"
    assert "数据安全不可忽视" not in summarise(Wording("", text, segmenter), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" \n ", ()),
        ("云岭芯片完成新一轮融资", ("云岭芯片完成新一轮融资",)),
        ("责任编辑：林可", ()),
        ("字" * 121, ()),
        ("你用过吗？", ("你用过吗？",)),
    ],
)
def test_texts_without_sentences(segmenter: Segmenter, text: str, expected: tuple[str, ...]) -> None:
    assert summarise(Wording("", text, segmenter), 2) == expected


def test_a_question_only_when_there_is_nothing_else(segmenter: Segmenter) -> None:
    text = "芯片为什么又涨价了呢？存储芯片现货价格本月上涨12%。"
    assert summarise(Wording("", text, segmenter), 1) == ("存储芯片现货价格本月上涨12%",)
    assert summarise(Wording("", "芯片为什么又涨价了呢？", segmenter), 1) == ("芯片为什么又涨价了呢？",)


def test_all_sentences_lean(segmenter: Segmenter) -> None:
    text = "他表示，公司产能已经不足。此外，订单排到了明年六月。"
    assert summarise(Wording("", text, segmenter), 1)[0] in text


def test_nothing_asked_nothing_given(segmenter: Segmenter) -> None:
    assert summarise(Wording("", "云岭芯片完成新一轮融资，金额八亿元。", segmenter), 0) == ()


TOLD = "云岭芯片8日发布新款车载处理器，功耗降低四成。首批客户包括四家车企，产品下月开始量产。"


@pytest.mark.parametrize(
    "opening",
    [
        "6月24日下午，滨江。",
        "仲夏时节，万物并秀。",
        "有些路注定漫长，走的人却从来不会觉得孤单。",
        "“我们已经等了整整六年，今天终于可以说了。”",
        "我还记得第一次见到那块芯片时的心情，那是六年前。",
        "面对这一成绩，创始人却怎么也高兴不起来。",
        "据悉，这家企业成立于六年之前，总部在滨江。",
        "第一，资本的热情和二十年前是一模一样的。",
        "从供需两端看，似乎确实到了转折的时候。",
        "△新款处理器在发布会的现场展出。",
        "芯片为什么又涨价了呢？",
        "最近的云岭芯片，有点热闹。",
        "几乎与此同时，云岭芯片也在招聘更多的工程师。",
        "消息公布后，云岭芯片的股价一度大涨了18%。",
        "现场展示的云岭芯片处理器功耗只有12瓦。",
        "想从云岭芯片拿货，两家都没有回应。",
        "同行发出了这句警告：云岭芯片来了，快跑。",
    ],
)
def test_the_first_sentence_says_what_happened(segmenter: Segmenter, opening: str) -> None:
    found = summarise(Wording("云岭芯片发布车载处理器", opening + "\n" + TOLD, segmenter), 3)
    assert found[0].startswith("云岭芯片8日")


@pytest.mark.parametrize(
    "said", ["芯片为什么又涨价了呢，谁来买单？", "“我们已经等了整整六年，今天终于可以说了。”"]
)
def test_below_a_title_stands_no_question_and_no_quotation_that_nobody_says(
    segmenter: Segmenter, said: str
) -> None:
    assert summarise(Wording("云岭芯片涨价", said, segmenter), 3) == ()
    assert summarise(Wording("", said, segmenter), 3) == (said,)
    assert (
        summarise(Wording("云岭芯片涨价", f"{said}周明说，车载芯片的价格明年还会上涨一成。", segmenter), 3)
        != ()
    )


def test_nothing_short_stands_alone_below_a_title(segmenter: Segmenter) -> None:
    text = "公司对此说法暂无回应。"
    assert summarise(Wording("云岭芯片停产", text, segmenter), 3) == ()
    assert summarise(Wording("云岭芯片停产", "公司暂无回应", segmenter), 3) == ()
    other = "专题西原智算中心投产：首批签约企业有27家"  # of a list of headlines
    assert summarise(Wording("云岭芯片停产", other, segmenter), 3) == ()
    assert summarise(Wording("", text, segmenter), 3) == (text,)


def test_no_item_of_a_list_and_nothing_that_points_to_one(segmenter: Segmenter) -> None:
    listed = "处罚主要针对以下三类问题。\n（一）云岭芯片虚报处理器功耗数据。\n2.云岭芯片拖延交货时间。\n"
    closing = "监管部门要求云岭芯片在两个月内整改完毕，并公布结果。"
    found = summarise(Wording("云岭芯片被处罚", f"{TOLD}{listed}{closing}", segmenter), 3)
    assert closing in found
    assert not any(one.startswith(("（一）", "2.")) for one in found)


def test_a_quote_that_is_only_closed_is_left_out(segmenter: Segmenter) -> None:
    text = f"周明说：“\n{TOLD}\n公司今年将交付六百万颗处理器。”"
    found = summarise(Wording("云岭芯片发布车载处理器", text, segmenter), 3)
    assert found[-1] == "公司今年将交付六百万颗处理器。"
    quoted = "周明表示：“云岭芯片将在年底前把产能提高一倍。”"
    assert summarise(Wording("", quoted, segmenter), 2) == (quoted,)


def test_what_was_said_is_not_said_again(segmenter: Segmenter) -> None:
    again = "云岭芯片8日发布的新款车载处理器，功耗降低四成，引来关注。"
    more = "滨江市为它的工厂提供了三百亩土地和八亿元贷款。"
    found = summarise(Wording("云岭芯片发布车载处理器", f"{TOLD}{again}{more}", segmenter), 3)
    assert more in found
    assert again not in found


def test_a_conversation_is_not_written_down(segmenter: Segmenter) -> None:
    turns = "周明：云岭芯片的良率已经稳定。\n林可：云岭芯片明年还会扩产两倍。\n周明：价格不会再降。\n林可：客户很多。"
    found = summarise(Wording("云岭芯片的两年", f"{turns}\n{TOLD}", segmenter), 3)
    assert not any(one.startswith(("周明：", "林可：")) for one in found)
    assert summarise(Wording("", turns, segmenter), 1)  # there is nothing else


def test_a_text_run_into_the_title_is_its_summary(segmenter: Segmenter) -> None:
    head = "云岭芯片的六年长跑"
    for text in (f"{head}\n {TOLD}", f"{head} {TOLD}"):
        found = summarise(Wording(f"{head} {TOLD} 科技 3小时前", text, segmenter), 3)
        assert found[-1] == "首批客户包括四家车企，产品下月开始量产。"
    assert summarise(Wording(f"{head} 3小时前", f"{head}\n3小时前", segmenter), 3) == ()
