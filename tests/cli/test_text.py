"""`chenbao text …` and `chenbao topics …` as a person or a script runs them: a process, JSON Lines, an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.text import text
from bot.cli.topics import topics
from bot.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent.parent
SECOND = ROOT / "tests" / "data" / "second_industry.toml"
ARTICLE = {
    "id": "a-1",
    "title": "晨河半导体宣布存储芯片涨价",
    "text": "晨河半导体5日宣布，存储芯片价格上调一成二。公司解释，晶圆厂产能利用率已达98%。三家客户接受了新报价。",
}


def chenbao(*arguments: str, lines: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CHENBAO_")}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**clean, "PYTHONWARNINGS": "default", **environment},
        timeout=120,
        check=False,
    )


def ask(command: list[str], *rows: object) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    result = CliRunner().invoke(text, command, input=lines, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_analyse_answers_each_line_with_its_id() -> None:
    first, second = ask(["analyse"], ARTICLE, {"id": 2, "title": "主场大胜 球队重返积分榜首位"})
    assert first["id"] == "a-1"
    assert (first["section"], first["topics"][0]) == ("companies", "semiconductor")
    assert first["keywords"]
    assert all(sentence in str(ARTICLE["text"]) for sentence in first["summary"])
    assert (second["id"], second["section"], second["topics"]) == (2, None, [])


def test_summarise_gives_no_more_sentences_than_asked_for() -> None:
    (answer,) = ask(["summarise", "--sentences", "1"], ARTICLE)
    assert answer["id"] == "a-1"
    assert len(answer["summary"]) == 1
    assert answer["summary"][0] in str(ARTICLE["text"])


def test_keywords_gives_no_more_words_than_asked_for() -> None:
    (answer,) = ask(["keywords", "--top", "2"], ARTICLE)
    assert len(answer["keywords"]) == 2


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        (["--mode", "precise"], ["鸿蒙", "与", "RISC-V"]),
        (["--mode", "search"], ["鸿蒙", "与", "RISC-V"]),
        (["--mode", "index"], ["鸿蒙", "与", "risc", "riscv"]),
        (["--no-user-dictionary"], ["鸿蒙", "与", "RISC", "-", "V"]),
    ],
)
def test_segment_has_three_modes_and_can_do_without_own_words(options: list[str], tokens: list[str]) -> None:
    assert ask(["segment", *options], {"id": 0, "text": "鸿蒙与RISC-V"}) == [{"id": 0, "tokens": tokens}]


def test_same_story_knows_a_reprint_and_a_stranger() -> None:
    side = {"title": ARTICLE["title"], "text": ARTICLE["text"], "date": "2025-11-05"}
    late = {**side, "date": "2025-11-05T09:30:00+08:00"}
    bare = {"title": "两座城市签约共建算力中心", "text": "", "date": ""}
    same, other = ask(["same-story"], {"id": 1, "a": side, "b": late}, {"id": 2, "a": side, "b": bare})
    assert (same["id"], same["same"]) == (1, True)
    assert (other["id"], other["same"]) == (2, False)
    assert 0 <= other["score"] < same["score"] <= 1


@pytest.mark.parametrize(
    ("command", "line", "complaint"),
    [
        (["analyse"], "{", "line 3 of the input cannot be used: it is not JSON"),
        (["analyse"], "[1]", "line 3 of the input cannot be used: it is not a JSON object"),
        (["analyse"], "null", "line 3 of the input cannot be used: it is not a JSON object"),
        (["summarise"], '{"text": 5}', "line 3 of the input cannot be used: 'text' must be a string"),
        (["same-story"], '{"a": {}}', "line 3 of the input cannot be used: 'b' must be an object"),
        (
            ["same-story"],
            '{"a": {"date": "heute"}, "b": {}}',
            "line 3 of the input cannot be used: 'heute' is no date",
        ),
    ],
)
def test_a_bad_line_is_named(command: list[str], line: str, complaint: str) -> None:
    good = '{"id": 1, "a": {}, "b": {}}'
    with pytest.raises(ConfigError) as error:
        CliRunner().invoke(text, command, input=f"{good}\n\n{line}\n", catch_exceptions=False)
    assert complaint in str(error.value)


def test_a_process_answers_what_came_before_the_bad_line_and_exits_with_2() -> None:
    run = chenbao("text", "segment", lines='{"id": 1, "text": "半个\\ud83d字"}\n\nNOTJSON\n')
    assert run.returncode == 2
    (answer,) = [json.loads(line) for line in run.stdout.splitlines()]
    assert "".join(answer["tokens"]) == "半个\ud83d字"
    assert len(run.stderr.strip().splitlines()) == 1
    assert "line 3" in run.stderr


def test_bytes_that_are_no_text_are_a_bad_line() -> None:
    line = '{"id": 1, "title": "存储与半导体"}'.encode("gb18030")
    with pytest.raises(ConfigError, match="line 1 of the input"):
        CliRunner().invoke(text, ["analyse"], input=line, catch_exceptions=False)


@pytest.mark.slow
def test_another_industry_comes_from_the_settings() -> None:
    row = json.dumps({"id": 1, "title": "能源局发布新能源补贴办法 光伏组件纳入"}) + "\n"
    run = chenbao("text", "analyse", lines=row, CHENBAO_TOPICS=str(SECOND))
    answer = json.loads(run.stdout)
    assert (run.returncode, answer["section"], answer["topics"]) == (0, "policy", ["solar"])
    run = chenbao("text", "analyse", lines=row, CHENBAO_TOPICS="/nowhere/topics.toml")
    assert run.returncode == 2
    assert "/nowhere/topics.toml" in run.stderr


def test_topics_list_shows_sections_and_topics() -> None:
    shown = CliRunner().invoke(topics, ["list"], catch_exceptions=False).stdout
    assert "产业环境" in shown
    assert "量子信息" in shown
    listed = json.loads(CliRunner().invoke(topics, ["list", "--json"], catch_exceptions=False).stdout)
    assert listed["sections"][0] == {
        "id": "environment",
        "name": {"zh": "产业环境", "en": "Industry environment"},
    }
    assert len(listed["topics"]) == 19


def test_topics_check_explains_a_match() -> None:
    shown = CliRunner().invoke(topics, ["check", "合肥建成三千个5G基站"], catch_exceptions=False).stdout
    assert "It is about the industry" in shown
    assert "Section: operations (运营竞争)" in shown
    assert "Topics: telecom" in shown
    assert "topic:telecom" in shown
    found = json.loads(
        CliRunner().invoke(topics, ["check", "--json", "合肥建成三千个5G基站"], catch_exceptions=False).stdout
    )
    assert (found["section"], found["topics"]) == ("operations", ["telecom"])
    assert {"5g", "基站"} <= {word["word"] for word in found["words"]}


def test_topics_check_says_when_nothing_speaks_for_it_and_reads_stdin() -> None:
    shown = (
        CliRunner()
        .invoke(topics, ["check", "-"], input="天边飘过故乡的影子\n", catch_exceptions=False)
        .stdout
    )
    assert "It is not about the industry" in shown
    assert "Section: none" in shown
    assert "Topics: none" in shown
    many = "芯片、机器人、5G、区块链、量子、云计算、卫星、游戏、汽车、手机、软件、电商、黑客、物联网、一网通办、融资、上市、美国、北京、论文、财报、国务院"
    assert "more words" in CliRunner().invoke(topics, ["check", many], catch_exceptions=False).stdout
