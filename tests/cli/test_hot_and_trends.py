"""`chenbao hot` and `chenbao trends`: for people, for programs, as pictures; empty stores and wrong arguments."""

import json
import struct
from datetime import datetime
from pathlib import Path

import pytest

from bot.jobs import trends
from tests.cli.conftest import Chenbao, complaint
from tests.doubles.weeks import entries

LAST = datetime.fromisoformat("2026-11-24T12:00:00+08:00")
AT = "2026-11-24T20:00"


@pytest.fixture
def weeks(tmp_path: Path) -> Path:
    """The reports as JSON Lines."""
    file = tmp_path / "weeks.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for entry in entries(LAST):
            row = {
                "id": entry.guid,
                "source": entry.source,
                "title": entry.title,
                "text": entry.text,
                "url": entry.url,
                "published": str(entry.published),
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return file


def test_hot_for_people_and_for_programs(chenbao: Chenbao, weeks: Path) -> None:
    chenbao("import", weeks)
    ran = chenbao("hot", "--at", AT)
    assert ran.code == 0
    assert ran.out.startswith("华为")
    rows = chenbao("hot", "--json", "--limit", "1", "--at", AT).json
    assert len(rows) == 1
    assert set(rows[0]) == {"word", "kind", "reports", "publishers", "expected", "g2", "story"}
    assert (rows[0]["word"], rows[0]["publishers"]) == ("华为", 2)
    assert "华为" in rows[0]["story"]["title"]


def test_hot_says_why_there_is_nothing(chenbao: Chenbao, store: Path, weeks: Path) -> None:
    early = chenbao("hot")
    assert (early.code, early.out) == (0, "")
    assert "too few reports" in early.err
    chenbao("import", weeks)
    assert "no word has clearly risen" in chenbao("hot", "--at", "2026-11-18T12:00").err
    assert chenbao("hot", "--json", "--at", "2026-11-18T12:00").json == []


def test_trends_in_words_and_as_json(chenbao: Chenbao, weeks: Path) -> None:
    chenbao("import", weeks)
    ran = chenbao("trends", "华为", "数据中心", "--at", AT)
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("华为")
    assert "华为发布第" in ran.out
    found = chenbao("trends", "华为", "数据中心", "--at", AT, "--days", "14", "--json").json
    assert (found["from"], found["to"]) == ("2026-11-11", "2026-11-24")
    huawei = found["words"][0]
    assert huawei["days"][:9] == [0] * 9
    assert sum(huawei["days"]) >= huawei["stories"] > 0
    assert {peak["word"] for peak in found["peaks"]} >= {"华为"}


def test_a_topic_counts_the_topics_articles(chenbao: Chenbao, weeks: Path) -> None:
    chenbao("import", weeks)
    by_name, by_id = (
        chenbao("trends", word, "--at", AT, "--json").json["words"][0]["days"]
        for word in ("半导体", "semiconductor")
    )
    assert by_name == by_id
    assert sum(by_name) > 0


def test_a_chart_as_picture_and_as_svg(chenbao: Chenbao, weeks: Path, tmp_path: Path) -> None:
    chenbao("import", weeks)
    png, svg = tmp_path / "t.png", tmp_path / "t.svg"
    assert chenbao("trends", "华为", "--at", AT, "-o", png).code == 0
    data = png.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert (width, height > 600) == (3 * 390, True)
    assert chenbao("trends", "华为", "--at", AT, "-o", svg, "--language", "en").code == 0
    drawn = svg.read_text(encoding="utf-8")
    assert "Stories a day" in drawn
    assert "prefers-color-scheme" in drawn


def test_without_the_extra_a_picture_says_what_to_install(
    chenbao: Chenbao, weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chenbao("import", weeks)
    monkeypatch.setattr(trends, "can_draw", lambda: False)
    ran = chenbao("trends", "华为", "-o", tmp_path / "t.png")
    assert ran.code == 1
    assert "requirements-report.lock" in complaint(ran)
    assert not (tmp_path / "t.png").exists()


def test_wrong_arguments_are_named(chenbao: Chenbao, store: Path, tmp_path: Path) -> None:
    assert "room for 4 words" in complaint(chenbao("trends", *"abcde"))
    assert ".png or .svg" in complaint(chenbao("trends", "华为", "-o", tmp_path / "t.gif"))
    assert "no time such as" in complaint(chenbao("trends", "华为", "--at", "tomorrow"))
    assert chenbao("trends").code == 2


def test_nothing_reported_is_said(chenbao: Chenbao, store: Path) -> None:
    ran = chenbao("trends", "澜川科技", '""')
    assert ran.code == 0
    assert "nothing was reported" in ran.err
