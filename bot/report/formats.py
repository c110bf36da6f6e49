"""The formats that the periodical is written in: adding one is a file of its own and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Literal, cast

from bot.errors import ReportError
from bot.report.model import Report

Form = Literal["pdf", "docx", "epub", "html", "md"]


@dataclass(frozen=True, slots=True)
class Format:
    """Where a format's writer is, and which packages of the extra `report` it needs."""

    where: str
    needs: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """Those of its packages that are not installed."""
        return tuple(package for package in self.needs if find_spec(package) is None)


FORMATS: dict[Form, Format] = {
    "pdf": Format("bot.report.pdf:write_pdf", ("typst", "pylopdf_fonts_zh_cn")),
    "docx": Format("bot.report.docx:write_docx", ("docx",)),
    "epub": Format("bot.report.epub:write_epub"),
    "html": Format("bot.report.html:write_html"),
    "md": Format("bot.report.markdown:write_markdown"),
}


def write(report: Report, form: Form) -> bytes:
    """The periodical as a file of this form. Raises ReportError where its packages are missing."""
    wanted = FORMATS[form]
    if wanted.lacks:
        raise ReportError(
            f"a report as {form} needs the extra packages of `pip install --no-deps -r deploy/requirements-report.lock`; html, epub and md do not",
            reason="extra",
        )
    module, _, name = wanted.where.partition(":")
    writer = cast("Callable[[Report], bytes]", getattr(import_module(module), name))
    return writer(report)
