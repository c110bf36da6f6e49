"""The map in docs/ and CONTRIBUTING.md names files and functions that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"])
PLACE = re.compile(r"`((?:bot|storage|tests|deploy|docs|findings)/[\w./-]*|pyproject\.toml)(?::(\w+))?`")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


@cache
def defined(file: Path) -> frozenset[str]:
    """Names of the functions, classes, fields and constants that a module defines, at any depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {each.id for each in targets if isinstance(each, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return frozenset(names)


def places() -> list[tuple[str, str, str]]:
    return sorted(
        {
            (page.name, path, name)
            for page in PAGES
            for path, name in PLACE.findall(page.read_text(encoding="utf-8"))
        }
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    for path, name in PLACE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{page.name} names {path}"
        assert not name or name in defined(ROOT / path), f"{page.name} names {path}:{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_to_what_is_there(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert re.match(r"https?://", target) or (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_map_names_every_package() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}
    assert {package for package in packages if f"bot/{package}/" not in text} == set()


def test_every_word_of_the_glossary_says_where_it_is() -> None:
    text = (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [
        line for line in text.splitlines() if line.startswith("|") and not line.startswith(("|---", "| word"))
    ]
    assert len(rows) > 50
    assert [row for row in rows if not PLACE.search(row.rsplit("|", 2)[1])] == []


def test_the_map_is_a_map() -> None:
    assert len([name for _, path, name in places() if name]) > 80


def test_benchmarks_named_beside_fast_code_exist() -> None:
    named = {
        name
        for package in ("bot", "storage")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"tests/benchmarks/\w+\.py", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 4
    assert {name for name in named if not (ROOT / name).exists()} == set()
