"""`chenbao preview`: what a new reader would get, in three forms; nothing is stored."""

import json
from pathlib import Path

import pytest

from bot.messages.rich import MAX_BLOCKS, MAX_CHARACTERS, blocks
from storage.database import open_database
from tests.cli.conftest import Chenbao, complaint
from tests.telegram_html import parse


@pytest.fixture
def filled(chenbao: Chenbao, archive: Path) -> Chenbao:
    assert chenbao("import", archive).code == 0
    return chenbao


def test_an_empty_store_says_what_to_do(store: Path, chenbao: Chenbao) -> None:
    ran = chenbao("preview", "--topics", "ai")
    assert (ran.code, ran.out) == (1, "")
    assert "chenbao collect --once" in complaint(ran)


def test_text_is_for_people(filled: Chenbao) -> None:
    ran = filled("preview")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.startswith("今日简报 · ")
    assert "<" not in ran.out
    assert "\n12. " in ran.out
    assert "\n13. " not in ran.out


def test_classic_is_what_telegram_parses(filled: Chenbao) -> None:
    ran = filled("preview", "--topics", "半导体, ai", "--items", "5", "--format", "classic")
    shown = parse(ran.out)
    told = filled("preview", "--topics", "半导体, ai", "--items", "5", "--json").json["stories"]
    assert len(told) == 5
    assert {story["url"] for story in told} <= set(shown.urls)
    assert shown.text.startswith("今日简报")
    assert "半导体与集成电路" in shown.text


def test_many_items_are_several_messages(filled: Chenbao) -> None:
    ran = filled("preview", "--items", "30", "--format", "classic")
    texts = ran.out.split("\n\n────────\n\n")
    assert len(texts) > 1
    told = filled("preview", "--items", "30", "--json").json["stories"]
    assert len(told) > 15
    assert {story["url"] for story in told} <= {url for text in texts for url in parse(text).urls}


def test_rich_is_one_message(filled: Chenbao) -> None:
    html = filled("preview", "--format", "rich", "--items", "30").out
    assert html.startswith("<h1>")
    told = filled("preview", "--items", "30", "--json").json["stories"]
    assert html.count("<h3>") == len(told) > 15
    assert ("深度</h2>" in html) == any(story["part"] == "reads" for story in told)
    assert len(html) <= MAX_CHARACTERS
    assert blocks(html) <= MAX_BLOCKS


def test_keywords_and_language(filled: Chenbao) -> None:
    ran = filled("preview", "--follow", "华为", "--language", "en", "--format", "text")
    assert ran.out.startswith("Today’s briefing")
    assert "华为" in ran.out.splitlines()[1]
    both = filled("preview", "--topics", "quantum", "--follow", "华为", "--mix", "followed", "--json").json
    assert {story["reason"] for story in both["stories"]} == {"quantum", "华为"}
    assert both["considered"] >= len(both["stories"])


def test_nothing_that_fits_is_the_quiet_line(filled: Chenbao) -> None:
    ran = filled("preview", "--follow", "独角兽鲸鱼座", "--mix", "followed")
    assert ran.code == 0
    assert "你关注的方向暂时没有" in ran.out
    assert "no article of the last days fits" in complaint(ran)
    rich = filled("preview", "--follow", "独角兽鲸鱼座", "--mix", "followed", "--format", "rich").out
    assert rich.startswith("<p><b>")
    assert "你关注的方向暂时没有" in rich


def test_it_stores_nothing(filled: Chenbao, database: Path) -> None:
    before = json.loads(filled("stats", "--json").out)
    filled("preview", "--topics", "ai")
    assert json.loads(filled("stats", "--json").out) == before
    db = open_database(database)
    try:
        assert db.execute("SELECT count(*) FROM subscriptions").fetchone()[0] == 0
    finally:
        db.close()


def test_as_of_a_moment_and_by_guid(filled: Chenbao) -> None:
    now = filled("preview", "--json").json
    assert {story["part"] for story in now["stories"]} <= {"news", "reads"}
    for story in now["stories"]:
        assert story["guid"] == story["articles"][0]
    long_ago = filled("preview", "--json", "--at", "2020-01-01").json
    assert (long_ago["date"], long_ago["stories"]) == ("2020-01-01", [])
    zoned = filled("preview", "--json", "--at", "2020-01-01T23:30:00+00:00").json
    assert zoned["date"] == "2020-01-02", "in the operator's zone"
    wrong = filled("preview", "--at", "gestern")
    assert wrong.code == 2
    assert "--at: 'gestern' is no time" in complaint(wrong)


def test_top_stories_stand_beside_what_is_followed(filled: Chenbao) -> None:
    reasons = [
        bool(story["reason"]) for story in filled("preview", "--follow", "华为", "--json").json["stories"]
    ]
    assert reasons == sorted(reasons, reverse=True)
    assert set(reasons) == {True, False}
    alone = filled("preview", "--follow", "华为", "--mix", "top", "--json").json["stories"]
    assert alone == filled("preview", "--json").json["stories"]
