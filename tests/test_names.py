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


def test_collecting_passes_no_seven_things_along() -> None:
    """What a round of collecting shares is one object; storage's inserts name the columns of a row."""
    crowded = []
    for package in ("bot/jobs/collect", "bot/jobs/editions"):
        for path in sorted((ROOT / package).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                    if len([each for each in given if each.arg != "self"]) > 6:
                        crowded.append(f"{path.name}:{node.name}")
    assert crowded == []


def test_a_private_name_of_collecting_stands_once() -> None:
    """A reader who meets `_store` looks in one file, and no function inside another has a name of the module's."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    shadowing = []
    for path in sorted((ROOT / "bot/jobs/collect").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        outer = {node.name for node in tree.body if isinstance(node, functions)}
        for node in ast.walk(tree):
            if isinstance(node, functions):
                if node.name.startswith("_") and not node.name.startswith("__"):
                    places[node.name].add(path.name)
                inner = {each.name for each in ast.walk(node) if isinstance(each, functions)} - {node.name}
                shadowing += [f"{path.name}:{name}" for name in inner & outer]
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
    assert shadowing == []
