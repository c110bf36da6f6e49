"""An article's words are made once, and say the same as the parts that they are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalise import lines, normalise, spelled, squash
from bot.text.segment import Segmenter, load_segmenter
from bot.text.wording import Wording

TITLE = "云岭芯片：ＲＩＳＣ-V处理器量产"
TEXT = "云岭芯片今天宣布，處理器量产。\n\n \u3000 iPhone 17也用它。\r\n出货300万颗；明年翻倍！"


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return load_segmenter()


def test_every_form_is_that_of_the_whole(segmenter: Segmenter) -> None:
    article = Wording(TITLE, TEXT, segmenter)
    assert article.head == normalise(TITLE)
    assert article.plain.replace("\n", " ") == normalise(TEXT)
    assert article.plain.count("\n") == 2
    assert (article.head_letters, article.letters) == (squash(TITLE), squash(TEXT))
    assert "".join(article.head_words) == article.head
    assert "".join(article.words) == article.plain


def test_lines_are_kept_and_empty_ones_left_out() -> None:
    assert lines("") == lines(" \n \n") == ""
    assert lines(spelled("Ａ  b\n\n\tc ")) == "a b\nc"


@pytest.mark.parametrize("characters", [1, 5, 20, 40, 1000])
def test_the_opening_is_of_whole_words(segmenter: Segmenter, characters: int) -> None:
    article = Wording("", TEXT, segmenter)
    *before, last = article.opening(characters)
    size = len("".join(before))
    assert size < characters
    assert size + len(last) >= min(characters, len(article.plain))
    assert [*before, last] == list(article.words[: len(before) + 1])


def test_an_empty_article_has_no_words(segmenter: Segmenter) -> None:
    article = Wording("", "", segmenter)
    assert list(article.opening(10)) == list(article.words) == list(article.head_words) == []


@pytest.mark.parametrize("text", [TEXT, TEXT + "…㎡", "", "处理器ＡＩ量产"])
def test_a_part_is_spelled_as_it_is_by_itself(segmenter: Segmenter, text: str) -> None:
    article = Wording("", text, segmenter)
    for at in range(len(text)):
        part = text[at : at + 7]
        assert article.letters_of(part, at) == squash(part)


@pytest.mark.parametrize("title", ["云岭芯片量产", "云岭芯片：ＡＩ處理器"])
def test_a_title_is_cut_as_it_is_written(segmenter: Segmenter, title: str) -> None:
    assert Wording(title, "", segmenter).title_words == segmenter.precise(title)


def test_a_text_of_ligatures_grows_within_bounds(segmenter: Segmenter) -> None:
    article = Wording("", "\ufdfa" * 1000, segmenter)
    assert 2000 < len(article.plain) <= 3000


def test_the_forms_that_take_long_are_made_one_by_one(segmenter: Segmenter) -> None:
    article = Wording(TITLE, TEXT, segmenter)
    assert list(article.forms()) == [article.plain, article.words, article.letters]


def test_a_title_above_another_text_stays_what_it_is(segmenter: Segmenter) -> None:
    other = Wording(TITLE, TEXT, segmenter).above("明年翻倍！")
    assert (other.title, other.head, other.plain) == (TITLE, normalise(TITLE), "明年翻倍!")
    assert other.head_words == segmenter.precise(other.head)


@given(st.text(alphabet="芯片发布人工智能的在，。！ a1G-5㐀\n", max_size=120), st.integers(1, 130))
def test_the_words_of_an_opening_are_those_of_the_whole_text(text: str, characters: int) -> None:
    words = load_segmenter()
    whole, alone = Wording("题", text, words), Wording("题", text, words)
    assert whole.words is not None
    assert list(alone.opening(characters)) == list(whole.opening(characters))
