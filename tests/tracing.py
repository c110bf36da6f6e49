"""Which test files need not be traced, because the others run the same lines: writes tests/untraced.txt.

    pytest -n 2 --cov --cov-context=test --cov-report= --junitxml=times.xml
    python -m tests.tracing .coverage times.xml

Tracing doubles what a test takes. Files are left out one after the other, first those that take most for each line or
branch that they alone run, until so many of these are given up that the floor of coverage is still kept with some room.
"""

import argparse
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

UNTRACED = Path(__file__).parent / "untraced.txt"
GIVEN_UP = 0.0025
"""Share of lines and branches that no traced file runs any more."""
WORTH_IT = 4.0
"""Seconds of a file from which on it matters."""
Place = tuple[int, ...]
"""A file and a line of it, or two lines where a branch goes from one to the other."""


def untraced() -> frozenset[str]:
    """The files, as paths from the repository's root."""
    lines = UNTRACED.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def choose(places: dict[str, set[Place]], seconds: dict[str, float], given_up: float) -> list[str]:
    """The files to leave out, by what each runs and takes; `given_up` is a share of all places."""
    runs = Counter(place for found in places.values() for place in found)
    left, chosen, room = dict(places), list[str](), given_up * len(runs)
    while True:
        alone = {
            name: sum(runs[place] == 1 for place in found)
            for name, found in left.items()
            if seconds.get(name, 0.0) >= WORTH_IT
        }
        name = max(
            (name for name, count in alone.items() if count <= room),
            key=lambda name: seconds[name] / (alone[name] + 1),
            default=None,
        )
        if name is None or seconds[name] < alone[name] + 1:
            return chosen
        chosen.append(name)
        room -= alone[name]
        runs.subtract(left.pop(name))


def places_of(arcs: Iterable[tuple[str, int, int, int]]) -> dict[str, set[Place]]:
    """What each test file runs, of (test, file, from line, to line) as coverage.py records it."""
    ways, found = defaultdict[Place, set[int]](set), defaultdict[str, set[tuple[int, int, int]]](set)
    for test, file, start, end in arcs:
        ways[file, start].add(end)
        if match := re.match(r"(tests/[^:|]+\.py)::", test):
            found[match[1]].add((file, start, end))
    return {
        name: {
            place
            for file, start, end in each
            for place in ((file, start), (file, end), (file, start, end))
            if min(place) > 0 and (len(place) == 2 or len(ways[file, start]) > 1)
        }
        for name, each in found.items()
    }


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="coverage.py's data, with contexts")
    parser.add_argument("times", type=Path, help="pytest's JUnit XML of the same run")
    given = parser.parse_args()
    with closing(sqlite3.connect(given.data)) as db:
        places = places_of(
            db.execute(
                "SELECT context, file_id, fromno, tono FROM arc JOIN context ON context.id = context_id"
            )
        )
    seconds = defaultdict[str, float](float)
    for case in ET.parse(given.times).iter("testcase"):  # noqa: S314 - it is our own file
        seconds[case.attrib["classname"].replace(".", "/") + ".py"] += float(case.attrib["time"])
    chosen = choose(places, seconds, GIVEN_UP)
    head = "# Test files that coverage does not trace: others run the same lines. Made by `python -m tests.tracing`."
    UNTRACED.write_text("\n".join([head, *sorted(chosen), ""]), encoding="utf-8")
    print(
        f"{len(chosen)} files, {sum(seconds[name] for name in chosen):.0f} of {sum(seconds.values()):.0f} s"
    )


if __name__ == "__main__":
    main()
