"""How commands print: JSON for programs, aligned columns for people."""

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from bot.errors import InputError


def print_json(value: Any) -> None:
    """One JSON document, Chinese as Chinese."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone may read, whatever the umask; one that is there is replaced as a whole.

    Raises InputError where it cannot be written.
    """
    _write(file, text.encode(), 0o600)


def write_bytes(file: Path, data: bytes) -> None:
    """Write a file with the permissions of the umask; an existing file is replaced as a whole.

    Raises InputError if it cannot be written.
    """
    _write(file, data, None)


def _write(file: Path, data: bytes, mode: int | None) -> None:
    try:
        if file.exists() and not file.is_file():  # a pipe or a terminal
            file.write_bytes(data)
            return
        partial = file.with_name(file.name + ".partial")
        partial.unlink(missing_ok=True)
        try:
            with open(partial, "xb", opener=None if mode is None else _private) as stream:
                if mode is not None:
                    os.fchmod(stream.fileno(), mode)
                stream.write(data)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def width(text: str) -> int:
    """Columns that a terminal gives the text: Chinese characters take two (Unicode East Asian Width)."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def clip(text: str, columns: int) -> str:
    """The text, cut to so many columns."""
    if width(text) <= columns:
        return text
    used, kept = 0, []
    for character in text:
        used += width(character)
        if used > columns - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their content."""
    for line in aligned([head, *rows]):
        click.echo(line)


def aligned(table: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> list[str]:
    """Rows of equal length as lines; the columns at the places `numbers` end below each other."""
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            f"{space}{cell}" if place in numbers else f"{cell}{space}"
            for place, cell in enumerate(row)
            for space in (" " * (widths[place] - width(cell)),)
        ).rstrip()
        for row in table
    ]


def wrap(text: str, columns: int) -> list[str]:
    """The text in lines of so many columns: Latin words stay whole where they fit, Chinese ones break anywhere."""
    lines, used = [""], 0
    for piece in re.findall(r"[!-~]+\s*|.", text):
        if used + width(piece.rstrip()) > columns and used:
            lines.append("")
            used = 0
        lines[-1] += piece
        used += width(piece)
    return [line.rstrip() for line in lines if line.strip()]


def terminal_columns() -> int | None:
    """The width of the terminal that reads along; None where a file or a pipe does."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
