"""`chenbao sources` and `chenbao collect` against feeds on loopback."""

import asyncio
from pathlib import Path

import pytest

from bot.cli import collect as collect_command
from bot.collect.catalogue import load_catalogue, recommended
from storage.models import Entry
from tests.cli.conftest import Chenbao, complaint
from tests.doubles.feeds import Feeds, Page

NEWS = [
    Entry(
        title=f"第{number}座智算中心投用",
        url=f"https://news.example.com/{number}",
        guid=str(number),
        text=f"第{number}座智算中心今天投用，采用国产芯片，算力达到{number}000P，面向大模型训练。",
    )
    for number in (1, 2, 3)
]


@pytest.fixture
def loopback(chenbao: Chenbao, monkeypatch: pytest.MonkeyPatch) -> Chenbao:
    """Commands that may fetch from this machine."""
    monkeypatch.setenv("CHENBAO_ALLOW_NETWORKS", "127.0.0.0/8")
    return chenbao


def test_sources_are_added_listed_and_removed(store: Path, loopback: Chenbao, feeds: Feeds) -> None:
    assert "chenbao sources add" in loopback("sources", "list").out
    url = feeds.publish("/a.xml", "甲报", NEWS)
    ran = loopback("sources", "add", url, "--title", "甲报社", "--section", "operations")
    assert (ran.code, ran.out) == (0, f"added: 甲报社  {url}\n")
    assert loopback("sources", "add", url).out.startswith("already there: 甲报社")
    name = load_catalogue()[0].name
    assert loopback("sources", "add", name).out.startswith(f"added: {name}")
    rows = loopback("sources", "list", "--json").json
    assert [row["title"] for row in rows] == ["甲报社", name]
    assert (rows[0]["url"], rows[0]["section"], rows[0]["problem"]) == (url, "operations", "")
    assert rows[0]["succeeded_at"] is None
    assert "never" in loopback("sources", "list").out
    assert loopback("sources", "remove", "甲报社", name).out == f"removed: 甲报社\nremoved: {name}\n"
    assert loopback("sources", "list", "--json").json == []


def test_a_source_is_told_when_to_fetch_pages(loopback: Chenbao, feeds: Feeds) -> None:
    url = feeds.publish("/a.xml", "甲报", NEWS)
    name = load_catalogue()[0].name
    loopback("sources", "add", url)
    assert loopback("sources", "list", "--json").json[0]["full_text"] == "auto"
    assert loopback("sources", "add", url, name, "--full-text", "never").code == 0
    assert [row["full_text"] for row in loopback("sources", "list", "--json").json] == ["never", "never"]
    loopback("sources", "add", url, "--title", "甲报社")
    assert loopback("sources", "list", "--json").json[0]["full_text"] == "never"
    assert loopback("sources", "add", url, "--full-text", "sometimes").code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "没有这家报纸"], "neither an http(s) address nor a name in the catalogue"),
        (["add", "https://a.example.com/rss", "--section", "sports"], "'sports' is no section"),
        (["remove", "没有这家报纸"], "no source is called '没有这家报纸'"),
        (["check", "没有这家报纸"], "neither an http(s) address nor the name of a source"),
    ],
)
def test_what_is_no_source_is_one_sentence(
    store: Path, chenbao: Chenbao, arguments: list[str], sentence: str
) -> None:
    ran = chenbao("sources", *arguments)
    assert ran.code == 1
    assert sentence in complaint(ran)


def test_the_catalogue_is_listed(chenbao: Chenbao, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = chenbao("sources", "list", "--catalogue", "--json").json
    assert len(rows) == len(load_catalogue())
    assert all(row["documented_in"] and row["figures_from"] for row in rows)
    table = chenbao("sources", "list", "--catalogue").out
    assert rows[0]["url"] in table
    assert "$CHENBAO_RSSHUB/cls/telegraph" in table
    monkeypatch.setenv("CHENBAO_RSSHUB", "http://rsshub.example.com/")
    table = chenbao("sources", "list", "--catalogue", "--language", "zh-Hans").out
    assert "http://rsshub.example.com/cls/telegraph" in table
    assert "纸面上每天" in table


def test_what_comes_through_rsshub_is_tried_where_an_instance_is_named(
    loopback: Chenbao, feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "set CHENBAO_RSSHUB" in complaint(loopback("sources", "add", "财联社电报"))
    tried: list[str] = []

    async def note(_: object, wanted: list[tuple[str, str]], __: object) -> list[object]:
        tried[:] = [url for url, _ in wanted]
        return []

    monkeypatch.setattr("bot.jobs.sources.check_all", note)
    assert loopback("sources", "check", "--catalogue").code == 0
    assert "" not in tried
    alone = len(tried)
    monkeypatch.setenv("CHENBAO_RSSHUB", feeds.url("/hub"))
    loopback("sources", "check", "--catalogue")
    assert (len(tried) > alone, feeds.url("/hub/cls/telegraph") in tried) == (True, True)


@pytest.mark.parametrize(("language", "label"), [("en", "checking"), ("zh-Hans", "检查来源")])
def test_a_check_says_on_a_terminal_how_far_it_is_in_the_language_of_its_table(
    loopback: Chenbao, feeds: Feeds, monkeypatch: pytest.MonkeyPatch, language: str, label: str
) -> None:
    good = feeds.publish("/a.xml", "甲报", NEWS)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    ran = loopback("sources", "check", good, "--language", language)
    assert label in ran.err
    assert "100%" in ran.err


def test_check_stores_nothing_and_ends_with_1_when_one_has_a_problem(loopback: Chenbao, feeds: Feeds) -> None:
    good = feeds.publish("/a.xml", "甲报", NEWS)
    loopback("sources", "add", good)
    ran = loopback("sources", "check", "--json")
    assert ran.code == 0
    assert [(row["title"], row["entries"], row["problem"]) for row in ran.json] == [("甲报", 3, "")]
    feeds.pages["/page"] = Page(b"<!doctype html><p>This is a page.</p>", "text/html")
    ran = loopback("sources", "check", good, feeds.url("/page"), feeds.url("/gone"))
    assert ran.code == 1
    first, *_ = loopback("sources", "check", good, "--json").json
    assert (first["status"], first["encoding"]) == ("ok", "utf-8")
    assert first["size"] > 500
    assert [row.split()[0] for row in ran.out.splitlines()] == ["status", "ok", "no", "404"]
    problems = [line for line in ran.out.splitlines() if "/page" in line or "/gone" in line]
    assert len(problems) == 2
    assert "404" in problems[1]
    assert ran.err == ""
    assert loopback("stats", "--json").json["articles"] == 0


def test_a_private_address_is_refused_without_leave(chenbao: Chenbao, feeds: Feeds, database: Path) -> None:
    url = feeds.publish("/a.xml", "甲报", NEWS)
    ran = chenbao("sources", "check", url, "--json")
    assert ran.code == 1
    assert ran.json[0]["problem"]
    assert feeds.requests == {}
    assert not database.exists()  # an address can be tried before there is a store, and makes none


def test_collect_once(loopback: Chenbao, feeds: Feeds) -> None:
    loopback("sources", "add", feeds.publish("/a.xml", "甲报", NEWS), feeds.url("/gone"))
    ran = loopback("collect", "--once")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "  甲报: 3 new, 0 updated",
        "2 sources: 3 new articles, 0 updated, 1 with a problem",
    ]
    assert "404" in ran.err
    assert loopback("collect", "--once", "--json").json == []
    assert loopback("search", "--json", "智算中心").json["total"] == 3
    rows = loopback("sources", "list", "--json").json
    assert [row["failures"] for row in rows] == [0, 1]
    assert rows[0]["succeeded_at"]


def test_collect_tells_programs(loopback: Chenbao, feeds: Feeds) -> None:
    loopback("sources", "add", feeds.publish("/a.xml", "甲报", NEWS))
    rows = loopback("collect", "--once", "--json").json
    assert rows == [
        {"url": feeds.url("/a.xml"), "title": "甲报", "new": 3, "updated": 0, "unchanged": 0, "problem": ""}
    ]


def test_without_once_it_goes_on_until_stopped(
    loopback: Chenbao, feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    loopback("sources", "add", feeds.publish("/a.xml", "甲报", NEWS))
    rounds, real_sleep = 0, asyncio.sleep

    async def pause(seconds: float) -> None:
        nonlocal rounds
        if seconds < collect_command.PAUSE_SECONDS:  # collecting gives others their turn
            await real_sleep(seconds)
            return
        rounds += 1
        if rounds == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.collect.asyncio.sleep", pause)
    ran = loopback("collect")
    assert ran.code == 130
    assert ran.out.count("1 source: 3 new articles") == 1
    assert rounds == 2


def test_an_empty_store_takes_the_recommended_sources(
    chenbao: Chenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def nothing_due(*_: object, **__: object) -> list[object]:
        return []

    monkeypatch.setattr(collect_command, "collect_due", nothing_due)
    ran = chenbao("collect", "--once")
    wanted = len(recommended(load_catalogue()))
    assert f"{wanted} recommended ones" in ran.err
    assert len(chenbao("sources", "list", "--json").json) == wanted
    assert chenbao("collect", "--once").err == ""


def test_feed_lists_come_and_go(loopback: Chenbao, feeds: Feeds, tmp_path: Path) -> None:
    good = feeds.publish("/a.xml", "甲报", NEWS)
    file = tmp_path / "list.opml"
    file.write_text(
        f'<opml><body><outline text="运营竞争"><outline text="甲" xmlUrl="{good}"/></outline>\n'
        '<outline text="坏" xmlUrl="ftp://b/"/></body></opml>',
        encoding="utf-8",
    )
    ran = loopback("sources", "import", file)
    assert (ran.code, ran.out) == (1, "1 added, 0 already there, 1 refused\n")
    assert ran.err.startswith("  line 2: 坏 Only http")
    (row,) = loopback("sources", "list", "--json").json
    assert (row["title"], row["section"], row["folder"], row["paused"]) == (
        "甲",
        "operations",
        "运营竞争",
        False,
    )
    out = tmp_path / "out.opml"
    assert loopback("sources", "export", "-o", out).code == 0
    assert loopback("sources", "export").out == out.read_text(encoding="utf-8")
    feeds.pages["/list"] = Page(out.read_bytes(), "text/x-opml")
    ran = loopback("sources", "import", feeds.url("/list"), "--json")
    assert (ran.code, [line["status"] for line in ran.json]) == (0, ["known"])
    assert "cannot be read" in complaint(loopback("sources", "import", tmp_path / "none"))
    assert "cannot be written" in complaint(loopback("sources", "export", "-o", tmp_path / "no" / "file"))


def test_the_feed_of_a_home_page_is_added(loopback: Chenbao, feeds: Feeds) -> None:
    url = feeds.publish("/a.xml", "甲报", NEWS)
    link = f'<link rel="alternate" type="application/rss+xml" href="{url}">'
    feeds.pages["/"] = Page(f"<html><head>{link}".encode(), "text/html")
    feeds.pages["/list"] = Page(b"<opml><body/></opml>", "text/xml")
    ran = loopback("sources", "add", feeds.url("/"))
    assert ran.out.splitlines() == [
        f"{feeds.url('/')} is a web page; this is its feed: {url}",
        f"added: {url}  {url}",
    ]
    ran = loopback("sources", "add", feeds.url("/list"))
    assert (ran.code, "chenbao sources import" in complaint(ran)) == (1, True)
    loopback("sources", "add", feeds.url("/two"))
    feeds.pages["/two"] = Page(f"<html>{link}{link.replace('a.xml', 'b.xml')}".encode(), "text/html")
    ran = loopback("collect", "--once", "--json")
    assert url in str([row["problem"] for row in loopback("sources", "list", "--json").json])
