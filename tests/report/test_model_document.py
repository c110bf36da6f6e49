"""The periodical that is the model, imported and printed: its own contents, with the pages that are true here."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pypdf
import pytest

from tests.report.opened import squeezed


@pytest.mark.shared
@pytest.mark.soak
def test_it_is_printed_with_its_contents_and_what_they_forgot(shared: Path, tmp_path: Path) -> None:
    model = next((shared / "seed").glob("*.txt"))
    printed = tmp_path / "printed.pdf"
    for command in (("import", model), ("report", "--days", "2", "--output", printed)):
        whole = [sys.executable, "-m", "bot.cli", *command]
        subprocess.run(whole, check=True, env={"CHENBAO_DB": str(tmp_path / "store.db")}, cwd=tmp_path)
    lines = [line for line in model.read_text(encoding="utf-8").splitlines() if re.search(r"\t\d+$", line)]
    titles = [squeezed(line.rpartition("\t")[0]) for line in lines]
    reader = pypdf.PdfReader(printed)
    texts = [squeezed(page.extract_text()) for page in reader.pages]
    chapters = list(chapters_of(reader, reader.outline))
    contents = "".join(texts[1 : chapters[0][1] - 1])
    listed = [title for title, _ in chapters]
    assert [title for title in listed if title in titles] == [title for title in titles if title in listed]
    # One title stands otherwise over its article than in the contents; one article is not in them at all.
    assert len([title for title in titles if title not in listed]) == 1
    pieces = [title for title in listed if title not in {"导读", "索引", "编印说明"}]
    assert len(pieces) == len(titles) + 1
    for title, page in chapters:
        assert title in texts[page - 1]
        assert re.search(rf"{re.escape(title)}\D*{page}", contents) or title in {"索引", "编印说明"}, title


def chapters_of(reader: pypdf.PdfReader, outline: Sequence[object]) -> list[tuple[str, int]]:
    """(title, page) of every line of the outline, in order."""
    found: list[tuple[str, int]] = []
    for one in outline:
        if isinstance(one, list):
            found += chapters_of(reader, one)
        elif isinstance(one, pypdf.generic.Destination):
            page = reader.get_destination_page_number(one)
            assert page is not None
            found.append((squeezed(str(one.title)), page + 1))
    return found
