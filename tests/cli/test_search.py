"""`chenbao search`: for people, for programs, and many queries at once."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Chenbao, complaint


def test_search_for_people(chenbao: Chenbao, archive: Path) -> None:
    chenbao("import", archive)
    ran = chenbao("search", "华为", "芯片")
    assert ran.code == 0
    titles = [line for line in ran.out.splitlines() if not line.startswith(" ")]
    assert any("服务器芯片" in title for title in titles)
    assert "https://" in ran.out
    assert len(chenbao("search", "--limit", "2", "芯片").out.splitlines()) == 4
    nothing = chenbao("search", "qqzzxx")
    assert (nothing.code, nothing.out) == (0, "")
    assert "nothing found" in nothing.err


def test_search_for_programs(chenbao: Chenbao, archive: Path) -> None:
    chenbao("import", archive)
    found = chenbao("search", "--json", "source:芯岸观察 芯片").json
    assert found["total"] >= len(found["results"]) > 0
    for result in found["results"]:
        assert result["source"] == "芯岸观察"
        assert set(result) == {
            "guid",
            "title",
            "url",
            "source",
            "published",
            "section",
            "topics",
            "score",
            "partial",
        }
    noted = chenbao("search", "--json", "芯片 since:nonsense").json
    assert noted["notes"]
    assert chenbao("search", "芯片 since:nonsense").err.startswith("chenbao: ")


def test_many_queries_at_once(chenbao: Chenbao, archive: Path) -> None:
    chenbao("import", archive)
    queries = [{"id": 1, "query": "量子"}, {"id": "b", "query": "((("}, {"id": None, "query": ""}]
    lines = "\n\n".join(json.dumps(query) for query in queries)
    ran = chenbao("search", "--jsonl", "--limit", "3", stdin=lines)
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", None]
    assert 0 < len(answers[0]["results"]) <= 3
    assert answers[2]["results"] == []


def test_a_line_that_is_no_query_is_named(store: Path, chenbao: Chenbao) -> None:
    for line in (b"{", b'{"id": 1}', b"[1]", b'"text"', b'{"id": 1, "query": "\xff"}'):
        ran = chenbao("search", "--jsonl", stdin=b'{"id": 0, "query": "5G"}\n' + line + b"\n")
        assert ran.code == 1
        assert "line 2 of stdin" in complaint(ran)


def test_an_empty_store_finds_nothing(store: Path, chenbao: Chenbao) -> None:
    assert chenbao("search", "--json", "芯片").json == {"total": 0, "notes": [], "results": []}


def test_a_search_loads_neither_telegram_nor_the_web() -> None:
    """They take longer than the search."""
    code = "import bot.cli.search, sys; print(*sorted(name for name in sys.modules if '.' not in name))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "click" in loaded
    assert not {"telegram", "httpx", "apscheduler", "jieba"} & set(loaded)


def test_what_was_read_into_the_words_is_said(chenbao: Chenbao, archive: Path) -> None:
    chenbao("import", archive)
    read = chenbao("search", "--json", "chip").json
    assert read["also"] == {"chip": ["芯片"]}
    assert read["full"] == read["total"] > 0
    assert "chip was also looked for as 芯片" in chenbao("search", "chip").err
    meant = chenbao("search", "--json", "澜川科枝").json
    assert meant["near"][0].startswith("澜川")
    assert "did you mean 澜川" in chenbao("search", "澜川科枝").err
    both = chenbao("search", "澜川", "数据中心", "--limit", "2")
    assert "some of them" in both.err
