"""Who does what, where and in which voice: signs with names that a person can read."""

import tomllib
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.text.evidence import Evidence, load_evidence
from bot.text.normalise import normalise_all
from tests.quality.examples import EVIDENCE


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence(EVIDENCE)


def test_subject_and_predicate_of_the_headline(evidence: Evidence) -> None:
    signs = evidence.doings("工信部约谈小米", "工信部今天约谈小米。")
    assert signs["title regulator"] == signs["subject regulator"] == 1
    assert signs["title company_china"] == signs["title does enforcement"] == 1
    assert signs["regulator does enforcement"] == 1
    assert "subject company_china" not in signs


def test_who_does_what_in_the_first_sentence_where_the_headline_only_teases(evidence: Evidence) -> None:
    signs = evidence.doings("终于来了", "工信部今天约谈小米。" + "天气晴。" * 30 + "华为裁员。")
    assert signs["lead: subject regulator"] == signs["lead: regulator does enforcement"] == 1
    assert signs["lead: title one company"] == 1
    assert "lead: regulator does personnel" not in signs, "that is further down"
    assert "lead: title abroad and company" not in signs, "what is not so says nothing"


def test_a_place_abroad_with_and_without_a_company(evidence: Evidence) -> None:
    alone = evidence.doings("韩国公布半导体规划", "")
    assert (alone["title abroad without company"], alone["title abroad and company"]) == (1, 0)
    both = evidence.doings("小米在韩国开店", "")
    assert (both["title abroad without company"], both["title abroad and company"]) == (0, 1)
    own = evidence.doings("小米开店", "")
    assert own["title company without abroad"] == own["title one company"] == 1
    assert evidence.doings("小米与华为对决", "")["title several companies"] == 1
    assert evidence.doings("天气晴", "")["subject nobody"] == 1


def test_the_company_that_leads_among_those_named(evidence: Evidence) -> None:
    signs = evidence.doings("小米扩产", "小米说,小米要扩产。华为没有回应。")
    assert signs["leading company"] == pytest.approx(3 / 4)
    assert signs["leading company in title"] == pytest.approx(3 / 4)
    assert evidence.doings("天气晴", "今天天气晴。")["no company"] == 1


def test_where_a_word_stands(evidence: Evidence) -> None:
    late = "今天天气晴朗。" * 25 + "工信部"
    signs = evidence.doings("天气", late)
    assert "lead regulator" not in signs
    assert signs["body regulator"] > 0
    assert "body regulator" not in evidence.doings("天气", "今天天气晴朗。" * 200 + "工信部")


def test_latin_words_are_whole_ones(evidence: Evidence) -> None:
    assert "title company_abroad" in evidence.doings("arm发布新架构", "")
    assert "title company_abroad" not in evidence.doings("alarm发布新架构", "")


def test_the_voice_of_news_and_of_an_essay(evidence: Evidence) -> None:
    told = "7月8日,据新华社报道,澜川宣布开工。"
    news = evidence.voice("澜川宣布开工", "澜川宣布开工", told)
    assert news["first time and telling"] == news["lead attributed"] == news["title telling"] == 1
    essay = evidence.voice("我们为什么焦虑？", "我们为什么焦虑?", "其实问题在于,我们真正害怕的是什么?")
    assert essay["title question at the end"] == 1
    assert essay["arguing"] > news["arguing"]
    assert essay["voice 我们"] > 0


def test_who_argues_asks_to_the_end(evidence: Evidence) -> None:
    told = evidence.voice("", "", "7月2日,公司公布业绩。" + "它说收入增长。" * 100)
    argued = evidence.voice("", "", "01 起点。" + "它说收入增长。" * 100 + "02 终点。这又意味着什么?")
    assert argued["whole questions"] > told["whole questions"] == 0
    assert argued["whole headings"] > told["whole headings"] == 0
    assert argued["tail question"] > told["tail question"] == 0
    assert told["whole dates"] > argued["whole dates"] == 0
    assert told["whole length"] == pytest.approx(argued["whole length"], rel=0.1)
    assert "whole questions" not in evidence.voice("", "", "收入增长。"), "a teaser has no end"


@pytest.mark.parametrize(
    ("told", "dates"), [("8月15日至12月3日", 2), ("每月8日", 0), ("月1日,9月2日", 1), ("2026年7月", 0)]
)
def test_days_of_a_month_that_are_named(evidence: Evidence, told: str, dates: int) -> None:
    signs = evidence.voice("", "", f"{told}{'。' * 600}"[:600])
    assert signs["whole dates"] == pytest.approx(dates * 500 / 600)


def test_a_text_that_begins_with_its_headline_is_read_behind_it(evidence: Evidence) -> None:
    signs = evidence.voice("澜川开工", "澜川开工", "澜川开工 7月8日,澜川宣布开工。")
    assert signs["first time at once"] == 1


@pytest.mark.parametrize("title", ["", "？", "澜川"])
def test_nothing_is_too_little(evidence: Evidence, title: str) -> None:
    assert all(isinstance(value, float) for value in evidence.voice(title, title, "").values())
    assert evidence.doings("", "")["no company"] == 1


def test_an_empty_list_says_nothing_of_types() -> None:
    empty = Evidence({})
    assert "title regulator" not in empty.doings("工信部约谈小米", "")
    assert "title length" in empty.voice("题", "题", "文")


@pytest.mark.parametrize(
    "text", ["actors = 3", "[actors.x]\nwords = 1", "x = [", "[headline]\nbad = '('", "[actors.x]\n"]
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evidence.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"evidence\.toml cannot be read"):
        load_evidence(path)


def test_classes_of_names_and_words_of_a_headline(evidence: Evidence) -> None:
    told = evidence.classes("晶合集成获上海证监局批复")
    assert told["class chip firm of china"] == 1
    assert "class chip firm of china" in evidence.classes("龙芯中科与澜起科技"), (
        "firms that nobody labelled, all the same"
    )
    assert evidence.classes("问题在于, 护城河究竟还在吗") == {
        "class connectives": 1.0,
        "class thought": 1.0,
    }
    assert Evidence({}).classes("晶合集成") == {}


def test_words_of_a_class_are_normalised_and_named_once() -> None:
    lists = tomllib.loads(EVIDENCE.with_name("classes.toml").read_text(encoding="utf-8"))
    assert len({word for row in lists.values() for word in row["words"]}) > 7000
    for name, row in lists.items():
        assert row["words"] == normalise_all(row["words"]), name
        assert len(set(row["words"])) == len(row["words"]), name
        assert all(len(word) > 1 for word in row["words"]), name


def test_a_list_of_classes_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "evidence.toml"
    path.write_text('classes = "names.toml"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"evidence\.toml"):
        load_evidence(path)
    (tmp_path / "names.toml").write_text('[tea]\nwords = ["茶颜悦色"]\n', encoding="utf-8")
    assert load_evidence(path).classes("茶颜悦色开店") == {"class tea": 1.0}
