"""The evidence, one piece at a time."""

import random

from bot.search.ranking import MARK, OPENING, Text, Weighed, fresh, letters_of, rarity, scores, weigh


def ranked(words: str, *texts: Text) -> list[int]:
    """Positions of the texts, best first."""
    result = scores([Weighed(word, 1.0) for word in words.split()], words, texts)
    return sorted(range(len(texts)), key=lambda position: -result[position].points)


def test_rare_words_weigh_more_and_parts_of_words_little() -> None:
    assert rarity(1, 1000) > rarity(500, 1000) > 0
    assert rarity(2000, 1000) >= 0
    weighed = {
        word.word: (word.weight, word.says)
        for word in weigh(["国务", "国务院", "国务院"], {"国务": 5, "国务院": 5}, 100, lambda _word: 10.0)
    }
    assert 0 < weighed["国务"][0] < weighed["国务院"][0] / 2
    assert (weighed["国务"][1], weighed["国务院"][1]) == (2.0, 10.0)


def test_the_share_is_of_what_the_words_say() -> None:
    words = [Weighed("的", 0.1, 0.0), Weighed("芯片", 5.0, 9.0), Weighed("量子", 5.0, 3.0)]
    found = scores(words, "的 芯片 量子", [Text("", "的"), Text("", "的 芯片"), Text("", "芯片 量子")])
    assert [score.share for score in found] == [0.0, 0.75, 1.0]


def test_more_of_the_words_and_more_often() -> None:
    assert ranked("芯片 量子", Text("", "芯片 甲 乙"), Text("", "芯片 量子 乙"))[0] == 1
    assert ranked("芯片", Text("", "芯片 甲 乙 丙"), Text("", "芯片 甲 芯片 丙"))[0] == 1


def test_the_title_and_the_beginning_count() -> None:
    filler = "别的 内容 " * 200
    assert ranked("芯片", Text("", f"甲 乙 {filler} 芯片"), Text("芯片", f"甲 乙 {filler} 丙"))[0] == 1
    assert ranked("芯片", Text("", f"{filler} 芯片"), Text("", f"芯片 {filler}"))[0] == 1


def test_words_that_meet_in_one_sentence_count() -> None:
    apart = Text("", f"芯片 甲 {MARK} 乙 量子")
    together = Text("", f"甲 乙 {MARK} 芯片 量子")
    assert ranked("芯片 量子", apart, together)[0] == 1


def test_figures_decide_between_texts_that_have_as_many_of_the_words() -> None:
    others = "公安 7290 过审"
    assert ranked(others, Text("", "公安 过审 人数"), Text("", "公安 7290 人数"))[0] == 1
    assert ranked(others, Text("", "公安 7290 人数"), Text("", "公安 过审 人数"))[0] == 0


def test_the_first_two_sentences_count() -> None:
    late = Text("", f"甲 乙 {MARK} 丙 丁 {MARK} 芯片 量子 {MARK} 戊")
    early = Text("", f"甲 乙 {MARK} 芯片 量子 {MARK} 丙 丁 {MARK} 戊")
    assert ranked("芯片 量子", late, early)[0] == 1
    assert early.lead().split() == ["甲", "乙", "芯片", "量子"]


def test_letters_find_what_was_cut_otherwise() -> None:
    assert ranked("世园会", Text("", "世界 园艺 博览会 开幕"), Text("", "世界 电影 大会 开幕"))[0] == 0


def test_pairs_and_openings_are_those_that_stand_there() -> None:
    dice = random.Random(5)
    texts = [
        Text(
            " ".join(dice.choices("一二三四 ", k=6)),
            "".join(dice.choices("一二三四五六七八九十 ", k=dice.choice((3, 90, 390, 900, 3000)))),
        )
        for _ in range(60)
    ]
    query = "一二一二三五五"
    pairs, openings = letters_of(query, texts)
    asked = list(dict.fromkeys(query[at : at + 2] for at in range(len(query) - 1)))
    assert pairs.rows == [[pair for pair in asked if pair in text.letters] for text in texts]
    assert [weight for weight, _ in openings] == [weight for _, weight in OPENING]
    for (length, _), (_, shares) in zip(OPENING, openings, strict=True):
        assert shares.rows == [
            [letter for letter in dict.fromkeys(query) if letter in text.letters[:length]] for text in texts
        ]
    assert pairs.of(0) < max(map(pairs.of, range(len(texts)))) <= 1


def test_letters_in_a_row_are_read_over_the_cuts_but_latin_only_as_words() -> None:
    text = Text("", "晶圆厂 maintain")
    assert text.reads("晶圆")
    assert not text.reads("ai")


def test_nothing_to_rank() -> None:
    assert scores([], "", []) == []
    assert scores([], "芯片", [Text("", "")]) != []


def test_freshness_halves() -> None:
    assert fresh(0) == 2 * fresh(14)
    assert fresh(-5) == fresh(0)
