"""`python -m tests.mutation PATH… [--sample N] [--seed N] [--tests PATH]…`: how many changes the tests notice."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import click

from tests.mutation.covering import Covering, covering, digest
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.running import OWN, Outcome, Task, copy_tree, load_libraries, outcomes, passing

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30.0
"""A mutant has the quickest of its tests, up to so many seconds of them."""
WIDTH = 90


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--sample", default=150, show_default=True, help="How many mutants; as many from each PATH.")
@click.option("--seed", default=1, show_default=True, help="Which ones; another seed is a fresh sample.")
@click.option("--tests", multiple=True, help="Where the tests are, instead of everywhere.")
@click.option("--jobs", default=2, show_default=True, help="Runs side by side.")
@click.option("--floor", default=0.0, help="Ends with 1 where a smaller share is killed.")
def main(
    paths: tuple[Path, ...], sample: int, seed: int, tests: tuple[str, ...], jobs: int, floor: float
) -> None:
    """Change the program in PATHs, one place at a time, and count the changes that no test notices."""
    chosen = [
        one
        for number, path in enumerate(paths)
        for one in draw(path, len(range(number, sample, len(paths))), seed)
    ]
    files = sorted({below(file) for path in paths for file in sources(path)})
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        trees = [Path(folder) / str(number) for number in range(jobs)]
        for tree in trees:
            copy_tree(ROOT, tree)
        lines = covering(ROOT, trees[0], files, tests, digest(ROOT, OWN), jobs)
        load_libraries(ROOT)
        tasks = [task(lines, *one) for one in chosen]
        all_tests = sorted({test for one in tasks for test in one.tests})
        good = passing(trees[0], all_tests)
        for test in set(all_tests) - good:
            click.echo(f"fails without any change, left out: {test}")
        tasks = [replace(one, tests=[test for test in one.tests if test in good]) for one in tasks]
        left = [one for one in tasks if not one.tests]
        counts = Counter[Outcome]({"survived": len(left)})
        for one in left:
            say("no test", one)
        for one, outcome in outcomes([one for one in tasks if one.tests], trees):
            counts[outcome] += 1
            if outcome != "killed":
                say(outcome, one)
    killed = (counts["killed"] + counts["endless"]) / max(1, counts.total())
    click.echo(f"{counts.total()} mutants, {killed:.1%} killed: {dict(counts)}")
    sys.exit(killed < floor)


def sources(path: Path) -> list[Path]:
    """A file itself, or all of a folder."""
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def below(file: Path) -> str:
    """Its path below the tree's root."""
    return str(file.resolve().relative_to(ROOT))


def draw(path: Path, number: int, seed: int) -> Iterator[tuple[str, str, Mutant]]:
    """So many of this path's mutants, or all that there are: file, its text, mutant."""
    texts = {below(file): file.read_text(encoding="utf-8") for file in sources(path)}
    found = [(file, text, mutant) for file, text in texts.items() for mutant in mutants(text)]
    yield from random.Random(seed).sample(found, min(number, len(found)))


def task(lines: Covering, file: str, text: str, mutant: Mutant) -> Task:
    """The mutant with its quickest tests."""
    tests = lines.of(file, text, mutant)
    spent = list(accumulate(lines.seconds[test] for test in tests))
    affordable = sum(seconds <= SECONDS for seconds in spent) or len(tests[:1])
    return Task(file, text, mutant, tests[:affordable], spent[affordable - 1] if tests else 0.0)


def say(what: str, one: Task) -> None:
    """One line on a mutant that is not killed."""
    before, after = (" ".join(text.split())[:WIDTH] for text in (one.mutant.before, one.mutant.after))
    click.echo(f"{what}: {one.file}:{one.mutant.line}  {before}  ->  {after}  ({len(one.tests)} tests)")


if __name__ == "__main__":
    main()
