"""A summary is told without what its writer says of himself."""

from bot.text.telling import as_told, retold

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
