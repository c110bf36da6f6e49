"""`chenbao report`: a span, what of it, a format by name or by file; wrong input is one sentence."""

from pathlib import Path

import pytest

from tests.cli.conftest import Chenbao, complaint


@pytest.fixture
def filled(chenbao: Chenbao, archive: Path) -> Chenbao:
    assert chenbao("import", archive).code == 0
    return chenbao


def test_a_week_as_a_file(filled: Chenbao, tmp_path: Path) -> None:
    ran = filled("report", "--days", "7", "-o", "week.md", "--json")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.json["format"] == "md"
    assert ran.json["pieces"] > 20
    assert ran.json["bytes"] == (tmp_path / "week.md").stat().st_size
    text = (tmp_path / "week.md").read_text(encoding="utf-8")
    assert "# 信息产业篇" in text
    assert "## 海外借鉴" in text


def test_the_format_is_named_or_else_the_files_or_else_pdf(filled: Chenbao, tmp_path: Path) -> None:
    assert filled("report", "--days", "2", "-o", "a.bin").code == 0
    assert (tmp_path / "a.bin").read_bytes().startswith(b"%PDF-")
    assert filled("report", "--days", "2", "--format", "html", "-o", "a.txt").code == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_it_is_narrowed_titled_and_spoken_as_asked(filled: Chenbao, tmp_path: Path) -> None:
    ran = filled(
        *(
            "report",
            "--days",
            "7",
            "--topics",
            "半导体",
            "--follow",
            "澜川",
            "--sections",
            "技术情报,companies",
        ),
        *("--title", "Chips weekly", "--language", "en", "--items", "5", "-o", "chips.md"),
    )
    assert (ran.code, ran.err) == (0, "")
    text = (tmp_path / "chips.md").read_text(encoding="utf-8")
    assert "# Chips weekly" in text
    assert "This issue covers: " in text
    assert "## Overseas" not in text
    assert text.count("\n### <a id=") <= 5


def test_days_without_news_are_said_and_printed(filled: Chenbao, tmp_path: Path) -> None:
    ran = filled("report", "--from", "2020-01-01", "--to", "2020-01-02", "-o", "old.md")
    assert ran.code == 0
    assert "no story of these days fits" in complaint(ran)
    assert "这段时间没有符合条件的报道。" in (tmp_path / "old.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "give one of"),
        (("--days", "7", "--month", "2026-11"), "give one of"),
        (("--to", "2026-11-01"), "--to needs --from"),
        (("--month", "2026-13"), "--month"),
        (("--month", "November"), "--month"),
        (("--from", "1. November"), "--from"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), "the first before the last"),
        (("--from", "2020-11-02", "--to", "2026-11-01"), "366 days"),
        (("--days", "7", "--topics", "nonsense"), "there is no topic"),
        (("--days", "7", "--sections", "nonsense"), "there is no section"),
    ],
)
def test_wrong_options_are_one_sentence(
    store: Path, chenbao: Chenbao, options: tuple[str, ...], words: str
) -> None:
    ran = chenbao("report", *options, "-o", "x.md")
    assert ran.code == 2
    assert words in complaint(ran)


def test_a_month_and_an_open_end(filled: Chenbao, tmp_path: Path) -> None:
    assert filled("report", "--month", "2026-02", "-o", "month.md").code == 0
    assert "2026年第2期" in (tmp_path / "month.md").read_text(encoding="utf-8")
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    first = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    assert filled("report", "--from", first, "-o", "open.md").code == 0


def test_where_nothing_can_be_written_is_said(filled: Chenbao) -> None:
    ran = filled("report", "--days", "1", "-o", "no/such/folder/x.md")
    assert ran.code == 1
    assert "cannot be written" in complaint(ran)
