"""The fitted tables: how they are read, what a score is made of, and what is said of a broken one."""

from math import log, sqrt
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.text.model import BIAS, Model, count_words, load_model

SECTIONS = ("environment", "companies")
SIGNS = "sign\tindustry\tnews\tworth\tenvironment\tcompanies\nalways\t-1.00\t.50\t\t.10\t\ntitle regulator\t2.00\t\t\t1.00\t-1.00\n"
WORDS = (
    "word\ttitle industry\ttitle news\ttitle worth\tlead news\trarity\tenvironment\tcompanies\n"
    "芯片\t.70\t\t.20\t\t2.00\t\t3.00\n宣布\t\t.40\t\t.60\n#\t\t\t\t\t1.00\t1.00\n"
)
TOPICS = "topic\tbias\twhole\ttitle\trival\tmany\nai\t-1.00\t2.00\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("signs", SIGNS), ("words", WORDS), ("topics", TOPICS)):
        (tmp_path / f"{name}.tsv").write_text(text, encoding="utf-8")
    return tmp_path


def model(folder: Path) -> Model:
    return load_model(folder, SECTIONS, ("ai", "games"))


def test_a_score_is_a_sum_of_what_the_tables_say(folder: Path) -> None:
    fitted = model(folder)
    assert fitted.answer("industry", {}, ()) == -1
    assert fitted.answer(
        "industry", {"title regulator": 0.5, "unknown": 9}, ("芯片", "芯片")
    ) == pytest.approx(0.7)
    assert fitted.answer("news", {}, ("宣布",), ("宣布", "宣布")) == pytest.approx(0.5 + 0.4 + 0.3)
    assert fitted.answer("worth", {}, ("芯片",), ("宣布",)) == pytest.approx(0.2)
    parts = fitted.parts("industry", {"title regulator": 1.0}, ("芯片", "天气"))
    assert parts == {"title regulator": 2.0, "title: 芯片": 0.7}


def test_sections_are_scored_by_signs_and_by_words_of_an_article_of_length_one(folder: Path) -> None:
    fitted = model(folder)
    assert fitted.section_scores({}, {}) == {"environment": 0.1, "companies": 0.0}
    length = sqrt(2**2 + (1 + log(3)) ** 2)
    scores = fitted.section_scores({"title regulator": 1.0}, {"芯片": 1, "#": 3, "天气": 5})
    assert scores["companies"] == pytest.approx(-1 + 3 * 2 / length)
    assert scores["environment"] == pytest.approx(0.1 + 1 + (1 + log(3)) / length)


def test_words_of_the_headline_count_twice_and_blanks_never() -> None:
    assert count_words(("芯片", " "), ("芯片", "\n", "天气")) == {"芯片": 3, "天气": 1}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("signs", "sign\tindustry\n", "must begin with the columns sign industry news"),
        ("signs", SIGNS.replace(BIAS, "never"), "has no line 'always'"),
        ("words", WORDS.replace("3.00", "drei"), r"words\.tsv cannot be read"),
        ("topics", TOPICS.replace("ai", "tea"), "names a topic that there is not: 'tea'"),
        ("topics", "", "must begin with"),
    ],
)
def test_a_broken_table_is_named(folder: Path, name: str, text: str, words: str) -> None:
    (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        model(folder)


def test_a_table_that_is_missing_is_named(folder: Path) -> None:
    (folder / "words.tsv").unlink()
    with pytest.raises(ConfigError, match=r"words\.tsv cannot be read"):
        model(folder)
