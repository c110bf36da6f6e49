"""`chenbao import`: periodicals, JSON Lines and notes; twice changes nothing; bad files are one sentence."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.jobs import documents
from bot.jobs.collect.ingest import ingest
from storage import articles, sources
from storage.database import open_database
from storage.models import Article
from tests.cli.conftest import Chenbao, complaint
from tests.doubles.office import docx, printed

PERIODICAL = Path(__file__).parent.parent / "data" / "periodical.txt"


def stored(path: Path) -> list[Article]:
    db = open_database(path)
    try:
        return articles.after_id(db, 0, 1_000_000)
    finally:
        db.close()


def test_a_periodical_becomes_its_articles_once(chenbao: Chenbao, database: Path) -> None:
    first = chenbao("import", PERIODICAL, "--json", "--text")
    assert first.code == 0, first.err
    rows = first.json
    assert {row["status"] for row in rows} == {"new"}
    assert [row["section"] for row in rows] == sorted(
        (row["section"] for row in rows),
        key=["environment", "operations", "technology", "companies", "overseas"].index,
    )
    assert len({row["section"] for row in rows}) == 5
    assert all(row["characters"] == len(row["text"]) > 50 for row in rows)
    assert all(row["text"].startswith(row["first_sentence"]) for row in rows)
    assert all(row["text"].endswith(row["last_sentence"]) for row in rows)
    broken = next(row for row in rows if row["title"].startswith("江州出台算力券办法"))
    assert "不超过十五个工作日，逾期未兑付的" in broken["text"]
    assert "谁可以申领" in broken["text"]
    again = chenbao("import", PERIODICAL, "--json")
    assert [row["guid"] for row in again.json] == [row["guid"] for row in rows]
    assert {row["status"] for row in again.json} == {"unchanged"}
    assert len(stored(database)) == len(rows)
    assert f"{len(rows)} articles, 0 new" in chenbao("import", PERIODICAL).out


def test_titles_that_the_body_lacks_are_told(chenbao: Chenbao, tmp_path: Path) -> None:
    text = PERIODICAL.read_text(encoding="utf-8").replace(
        "海外借鉴\t9\n", "海外借鉴\t9\n远洲发布城市级数字孪生标准\t10\n", 1
    )
    file = tmp_path / "listed.txt"
    file.write_text(text, encoding="utf-8")
    ran = chenbao("import", file)
    assert ran.code == 0
    assert "“远洲发布城市级数字孪生标准”" in complaint(ran)


@pytest.mark.shared
def test_the_seed_has_five_sections_and_twenty_articles(chenbao: Chenbao, shared: Path) -> None:
    seed = shared / "seed" / "information-industry-briefing.txt"
    rows = chenbao("import", seed, "--json", "--text").json
    assert len(rows) == 20
    assert len({row["section"] for row in rows}) == 5
    forgotten = [row for row in rows if row["title"].startswith("加强政策供给")]
    assert [(row["section"], row["page"]) for row in forgotten] == [("operations", None)]
    assert sum(row["page"] is not None for row in rows) == 19
    headings = {"云时代的安全架构", "2021年工作思路"}
    assert all(any(heading in row["text"] for row in rows) for heading in headings)
    assert not any(row["title"] in headings for row in rows)
    assert not any(line.endswith(("，", "、")) for row in rows for line in row["text"].split("\n"))
    assert {row["status"] for row in chenbao("import", seed, "--json").json} == {"unchanged"}


def test_json_lines_may_lack_a_title_and_a_time_of_day(
    chenbao: Chenbao, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENBAO_TIMEZONE", "Asia/Tokyo")
    file = tmp_path / "news.jsonl"
    file.write_text(
        '{"id": "a", "title": "", "text": "没有标题的消息，只有这一段话。", "published": "2026-05-06", "source": "甲报"}\n\n'
        '{"id": "b", "title": "有标题", "text": "正文在此。", "published": "2026-05-06 08:00", "source": "乙报"}\n',
        encoding="utf-8",
    )
    ran = chenbao("import", file, "--json")
    assert [(row["guid"], row["title"], row["status"]) for row in ran.json] == [
        ("a", "", "new"),
        ("b", "有标题", "new"),
    ]
    assert "text" not in ran.json[0]
    first, second = stored(database)
    assert first.published_at == datetime(2026, 5, 5, 15, 0, tzinfo=UTC)
    assert second.published_at == datetime(2026, 5, 5, 23, 0, tzinfo=UTC)
    assert (first.publisher, second.publisher) == ("甲报", "乙报")
    file.write_text(
        '{"id": "b", "title": "有标题", "text": "正文在此，又添了一句。", "source": "乙报"}\n',
        encoding="utf-8",
    )
    assert [row["status"] for row in chenbao("import", file, "--json").json] == ["updated"]


def test_an_interrupted_import_is_completed_by_running_it_again(
    chenbao: Chenbao, database: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "BATCH", 10)
    batches = 0

    def interrupted(*arguments: object) -> object:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise KeyboardInterrupt
        return ingest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "ingest", interrupted)
    ran = chenbao("import", archive)
    assert ran.code == 130
    assert "run it again" in complaint(ran)
    assert len(stored(database)) == 20
    monkeypatch.setattr(documents, "ingest", ingest)
    total = len(archive.read_text(encoding="utf-8").splitlines())
    ran = chenbao("import", archive)
    assert f"{total} articles, {total - 20} new, 0 updated, 20 unchanged" in ran.out
    assert len(stored(database)) == total


def test_progress_is_shown_on_a_terminal_only(
    chenbao: Chenbao, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "BATCH", 20)
    assert chenbao("import", archive).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    before = sys.stderr
    ran = chenbao("import", archive)
    assert sys.stderr is before
    assert "news.jsonl" in ran.err
    assert "100%" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.txt", None, "missing.txt cannot be read: No such file or directory"),
        ("report.txt", "%PDF-1.4\n%âãÏÓ", "report.txt is damaged"),
        ("photo.txt", "\x89PNG\r\n", "photo.txt is a picture"),
        ("empty.txt", "  \n", "empty.txt is empty"),
        (
            "bad.jsonl",
            '\n\n{"title": ',
            "bad.jsonl, line 3: this is no JSON object",
        ),
        ("list.jsonl", "[1, 2]", "list.jsonl, line 1: this is no JSON object"),
        ("date.jsonl", '{"title": "好", "published": "昨天"}', "date.jsonl, line 1: “published” is no date"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_sentence(
    chenbao: Chenbao, database: Path, tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text('{"title": "好消息", "text": "正文。"}\n', encoding="utf-8")
    if content is not None:
        (tmp_path / name).write_bytes(content.encode("latin-1" if name.endswith("txt") else "utf-8"))
    ran = chenbao("import", tmp_path / name)
    assert ran.code == 1
    assert sentence in complaint(ran)
    assert stored(database) == []
    ran = chenbao("import", tmp_path / name, good)  # the others are imported all the same
    assert ran.code == 1
    assert sentence in complaint(ran)
    assert [article.title for article in stored(database)] == ["好消息"]


def test_a_bad_line_costs_only_itself(chenbao: Chenbao, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "甲"}\n' + "[1]\n" * 22 + '{"title": "乙"}\n', encoding="utf-8")
    ran = chenbao("import", file)
    assert ran.code == 1
    complaints = ran.err.splitlines()
    assert complaints[0] == "chenbao: a.jsonl, line 2: this is no JSON object."
    assert complaints[20:] == ["chenbao: a: 2 more lines cannot be read"]
    assert [article.title for article in stored(database)] == ["甲", "乙"]


def test_a_folder_is_taken_in_with_all_its_folders(chenbao: Chenbao, database: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    (files / "b" / ".hidden").mkdir(parents=True)
    (files / "b" / "one.md").write_text("# 甲\n\n甲的正文。", encoding="utf-8")
    (files / "b" / ".hidden" / "no.md").write_text("# 丁\n\n不要。", encoding="utf-8")
    (files / "a.txt").write_text("乙\n\n乙的正文。", encoding="utf-8")
    (files / "c.docx").write_bytes(docx(["丙", "丙的正文。"]))
    (files / "d.pdf").write_bytes(b"%PDF-1.4 nothing")
    (files / "e.xyz").write_text("什么", encoding="utf-8")
    ran = chenbao("import", files, "--json")
    assert ran.code == 1
    assert [row["title"] for row in ran.json] == ["乙", "甲", "丙"]
    complaints = ran.err.splitlines()
    assert complaints[0] == "chenbao: d.pdf is damaged."
    assert complaints[1].startswith("chenbao: skipped ")
    assert "e.xyz" in complaints[1]
    assert len(complaints) == 2
    (files / "d.pdf").unlink()
    again = chenbao("import", files, "--json")
    assert again.code == 0
    assert {row["status"] for row in again.json} == {"unchanged"}
    assert len(stored(database)) == 3


def test_the_same_issue_in_another_form_is_known(chenbao: Chenbao, database: Path, tmp_path: Path) -> None:
    lines = [line.strip() for line in PERIODICAL.read_text(encoding="utf-8").split("\n") if line.strip()]
    for name, data in (("issue.pdf", printed(lines, indent=20, head="样刊")), ("issue.docx", docx(lines))):
        (tmp_path / name).write_bytes(data)
    first = chenbao("import", tmp_path / "issue.pdf", "--json")
    assert {row["status"] for row in first.json} == {"new"}
    for file in (tmp_path / "issue.docx", PERIODICAL):
        again = chenbao("import", file, "--json")
        assert {row["status"] for row in again.json} == {"unchanged"}
        assert [row["guid"] for row in again.json] == [row["guid"] for row in first.json]
    assert len(stored(database)) == len(first.json) == 8


def test_a_document_that_takes_too_long_is_given_up(
    chenbao: Chenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "SECONDS", 0.01)
    file = tmp_path / "slow.docx"
    file.write_bytes(docx(["一", "二"]))
    ran = chenbao("import", file)
    assert ran.code == 1
    assert complaint(ran) == "slow.docx takes too much time or memory to read."


def test_text_without_json_is_a_usage_error(chenbao: Chenbao) -> None:
    ran = chenbao("import", PERIODICAL, "--text")
    assert ran.code == 2
    assert "--json" in complaint(ran)


def test_publishers_become_sources(chenbao: Chenbao, database: Path, archive: Path) -> None:
    chenbao("import", archive)
    db = open_database(database)
    try:
        named = {json.loads(line)["source"] for line in archive.read_text(encoding="utf-8").splitlines()}
        assert {source.title for source in sources.listed(db, "document")} == named
    finally:
        db.close()


def test_an_import_of_old_news_finds_the_stories_of_its_time(
    chenbao: Chenbao, database: Path, tmp_path: Path
) -> None:
    """Each command is a process of its own: what is stored of those days is recalled, however long ago they are."""
    days = {"甲报": "2021-03-01T08:00:00Z", "乙报": "2021-03-02T02:00:00Z", "丙报": "2021-06-01T08:00:00Z"}
    for name, at in days.items():
        row = {"title": "沙湾半导体厂区凌晨起火两小时后扑灭", "text": "", "published": at, "source": name}
        file = tmp_path / f"{name}.jsonl"
        file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        assert chenbao("import", file).code == 0
    first, second, months_later = stored(database)
    assert first.story_id == second.story_id != months_later.story_id
