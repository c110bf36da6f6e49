"""A public class name stands once in the program: a reader who searches for it finds one place."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent


def public_classes(*packages: str) -> dict[str, list[str]]:
    """The files (relative to the repository) that define each public class of these packages at top level."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path.relative_to(ROOT).as_posix())
    return found


def test_a_public_class_name_stands_once() -> None:
    classes = public_classes("bot", "storage")
    assert len(classes) > 100
    assert {name: files for name, files in classes.items() if len(files) > 1} == {}


def test_no_docstring_leans_on_its_neighbour() -> None:
    """One that begins "The same" says nothing to a reader who came by a search."""
    leaning = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for package in ("bot", "storage")
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.lstrip().startswith('"""The same ')
    ]
    assert leaning == []
