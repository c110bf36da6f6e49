"""On which page each heading of a Word document stands: as LibreOffice sets it, where that is installed."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from pdfminer.pdfdocument import PDFDocument, PDFNoOutlines
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

SECONDS = 60.0
"""For all passes over one document: a report that takes longer than `bot.jobs.reports` allows comes not at all."""
PROGRAM = "soffice"
_LEVELS = 2
_GUARDED = 'exec 3<&0; (read -r _ <&3; kill -KILL 0) & exec 3<&-; "$@" </dev/null'
"""Runs a program; when the pipe on its input ends, because we were killed, all that it started is killed, too."""


def heading_pages(document: bytes, headings: int, seconds: float | None = None) -> tuple[int, ...] | None:
    """The page (from 1) of each of so many headings of the first and second level; None where LibreOffice is missing, fails,
    sees others, or needs more than these seconds (else `SECONDS`)."""
    made = as_pdf(document, seconds)
    pages = () if made is None else outline_pages(made)
    return pages if len(pages) == headings else None


def as_pdf(document: bytes, seconds: float | None = None) -> bytes | None:
    """A Word document as LibreOffice prints it; None where that is missing, fails, or needs more than these seconds (else
    `SECONDS`)."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "printed.docx")
        source.write_bytes(document)
        made = source.with_suffix(".pdf")
        _lend_fonts(Path(folder))
        ended = _convert(program, source, Path(folder), SECONDS if seconds is None else seconds)
        return made.read_bytes() if ended and made.exists() else None


def _lend_fonts(home: Path) -> None:
    """The fonts of print, where they are installed: without any Chinese font all lines have other lengths."""
    if find_spec("pylopdf_fonts_zh_cn") is None:
        return
    from bot.report.fonts import load_fonts  # noqa: PLC0415 - of the extra `report`

    (home / ".fonts").symlink_to(load_fonts().folder, target_is_directory=True)


def _convert(program: str, source: Path, folder: Path, seconds: float) -> bool:
    """Whether it ended well in time. It has a home of its own: another one that runs would be asked instead."""
    command = [
        "/bin/sh",
        "-c",
        _GUARDED,
        "sh",
        program,
        f"-env:UserInstallation={Path(folder, 'home').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603 - a program of the system, on a file of ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(max(0.0, seconds)) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # the program is a script that starts others


def outline_pages(pdf: bytes) -> tuple[int, ...]:
    """The pages (from 1) to which the two upper levels of a PDF's outline lead, in its order."""
    document = PDFDocument(PDFParser(BytesIO(pdf)))
    numbers = {page.pageid: number for number, page in enumerate(PDFPage.create_pages(document), 1)}
    try:
        found = [
            _target(document, where, action)
            for level, _, where, action, _ in document.get_outlines()
            if level <= _LEVELS
        ]
    except PDFNoOutlines:
        return ()
    return tuple(numbers[page] for page in found if page in numbers)


def _target(document: PDFDocument, where: Any, action: Any) -> int | None:
    where = where or (resolve1(action) or {}).get("D")
    found = resolve1(document.get_dest(where) if isinstance(where, bytes) else where)
    if isinstance(found, dict):
        found = resolve1(found.get("D"))
    return getattr(found[0], "objid", None) if found else None
