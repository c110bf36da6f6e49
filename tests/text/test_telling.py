"""A summary is told without what its writer says of himself."""

import pytest

from bot.text.telling import as_told, names, retold, sentence_with

NEWS, MORE = "云岭芯片8日在滨江发布新处理器。", "新处理器明年量产。"


def test_a_sentence_has_no_dateline_and_even_marks() -> None:
    assert as_told("本报讯 云岭用AI 造芯。") == "云岭用AI造芯。"


def test_asides_are_passed_over() -> None:
    for aside in (
        "我用了三天，不想还回去。",
        "说到云岭，你大概会想到老处理器。",
        "笔者认为，这一步走对了。",
        "本文将拆解背后的账本。",
        "今天的话题，要从1999年聊起。",
        "下面就来看一看它的账本。",
    ):
        assert retold((aside, NEWS, MORE)) == [NEWS, MORE], aside
        assert retold((NEWS, aside, MORE)) == [NEWS, MORE], aside
        assert retold((NEWS, MORE, aside)) == [NEWS, MORE], aside


def test_what_leans_on_an_aside_goes_with_it() -> None:
    assert retold((NEWS, "我问了一位工程师。", "他说，产能不够。")) == [NEWS]
    assert retold(("我问了一位工程师。", "他说，产能不够。", NEWS)) == [NEWS]


def test_a_summary_of_nothing_but_asides_stays() -> None:
    whole = ("我用了三天。", "它比你想的快。")
    assert retold(whole) == list(whole)
    assert retold(()) == []


def test_others_may_speak_of_themselves() -> None:
    for sentence in (
        "周明说：“我们不降价。”",
        "周明在会上确认：我们明年停产。",
        "云岭真我处理器停产。",
        "我国芯片产量增长三成。",
        "这颗芯片会自我修复，迷你主机也用它。",
        "《你好，云岭》售出百万份。",
        "本文件自公布之日起施行。",
    ):
        assert retold((NEWS, sentence)) == [NEWS, sentence]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("滨江云科技股份有限公司（以下简称“滨江云”）8日上市。", "滨江云科技股份有限公司8日上市。"),
        ("滨江市印发《算力办法》（下称《办法》）。", "滨江市印发《算力办法》。"),
        ("云岭与青峰 (以下合称“双方”)8日签约。", "云岭与青峰8日签约。"),
        ("云岭芯片（下文简称：云岭）8日签约。", "云岭芯片8日签约。"),
        ("甲状腺机能减退（简称甲减）可以早查。", "甲状腺机能减退（简称甲减）可以早查。"),
        ("云岭芯片（688999，以下简称“云岭”）8日签约。", "云岭芯片（688999，以下简称“云岭”）8日签约。"),
        (
            "云岭芯片（以下简称“云芯”）8日说，云芯明年量产。",
            "云岭芯片（以下简称“云芯”）8日说，云芯明年量产。",
        ),
    ],
)
def test_a_short_name_that_nothing_told_uses_is_not_introduced(sentence: str, told: str) -> None:
    assert retold((sentence, MORE)) == [told, MORE]


def test_a_short_name_that_is_used_is_introduced() -> None:
    for introduced, used in (("“滨江云”", "滨江云将扩产。"), ("“甲方”或《办法》", "《办法》明年施行。")):
        first = f"滨江云科技股份有限公司（以下简称{introduced}）8日上市。"
        assert retold((first, MORE, used)) == [first, MORE, used]


def test_a_list_that_is_not_there_is_not_announced() -> None:
    assert retold((NEWS, "行动围绕整治以下6类问题。")) == [NEWS]
    assert retold((NEWS, "主要原因如下：")) == [NEWS]
    there = "主要原因如下：一是缺电，二是缺水。"
    assert retold((NEWS, there)) == [NEWS, there]


def test_the_sentence_that_has_a_word() -> None:
    text = (
        "云岭芯片8日发布新品。\n青峰处理器\n对此，青峰团队没有回应。青峰处理器明年量产，售价两千元。\n"
        "我用过青峰。责任编辑：青峰"
    )
    assert sentence_with(text, "青峰", 60) == "青峰处理器明年量产，售价两千元。"
    assert sentence_with("对此，青峰团队没有回应。", "青峰", 60) == "对此，青峰团队没有回应。"
    assert sentence_with(text, "白峰", 60) == ""
    assert sentence_with(text, "", 60) == ""
    assert sentence_with("青峰处理器", "青峰", 60) == ""


def test_a_long_sentence_is_begun_with_the_clause_of_the_word() -> None:
    text = f"{'云岭的机房里摆满了旧机器，' * 3}青峰处理器明年量产。"
    assert sentence_with(text, "青峰", 20) == "…青峰处理器明年量产。"
    assert sentence_with(text, "云岭", 20) == text


def test_latin_words_are_whole_ones() -> None:
    assert names("它用AI造芯。", "ai")
    assert not names("它在MAIN街。", "ai")
    assert not names("", "ai")


def test_a_word_is_found_as_following_it_finds_it() -> None:
    assert sentence_with("臺積電的芯片漲價。", "台积电", 60) == "臺積電的芯片漲價。"
    assert sentence_with("它用ＡＩ造芯。", "AI", 60) == "它用ＡＩ造芯。"
    assert not names("阿里·卡里米到访。", "阿里")
    assert sentence_with("阿里·卡里米到访。阿里发布芯片。", "阿里", 60) == "阿里发布芯片。"
