"""How well two readings of the same rows agree: `python -m tests.quality.agreement FIRST SECOND`.

The names are of files in data/labels, without `.jsonl`; what stands in both is compared.
"""

import argparse
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from tests.quality.examples import own

Row = dict[str, Any]
Answers = Sequence[tuple[Hashable, Hashable]]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first")
    parser.add_argument("second")
    arguments = parser.parse_args()
    first, second = (
        {row["id"]: row for row in own(f"labels/{name}.jsonl")} for name in vars(arguments).values()
    )
    for line in report([(first[one], row) for one, row in sorted(second.items()) if one in first]):
        print(line)


def report(pairs: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """A line a question that both were asked: share of equal answers, kappa, and of how many rows."""
    inside = [(a, b) for a, b in pairs if a.get("in_domain") and b.get("in_domain")]
    for question, field, compared, answer in (
        ("in the industry", "in_domain", pairs, bool),
        ("section", "section", inside, str),
        ("genre, all", "genre", pairs, str),
        ("news or not", "genre", inside, lambda genre: genre == "news"),
        ("worth printing", "worth", inside, lambda worth: worth >= 2),
        ("worth exactly", "worth", inside, int),
    ):
        if compared and all(field in row for pair in compared for row in pair):
            yield line(question, [(answer(a[field]), answer(b[field])) for a, b in compared])
    if inside:
        hits = sum(len(set(a["topics"]) & set(b["topics"])) for a, b in inside)
        given = sum(len(a["topics"]) + len(b["topics"]) for a, b in inside)
        yield f"topics: micro-F1 {2 * hits / max(1, given):.3f} of {len(inside)}"


def line(question: str, answers: Answers) -> str:
    """What is printed of one question."""
    equal = sum(a == b for a, b in answers) / max(1, len(answers))
    return f"{question}: {equal:.3f} (kappa {kappa(answers):.3f}) of {len(answers)}"


def kappa(answers: Answers) -> float:
    """Cohen's kappa: agreement beyond what the two readings' shares would give by chance; 1 where all is equal."""
    total = len(answers)
    first, second = Counter(a for a, _ in answers), Counter(b for _, b in answers)
    chance = sum(count * second[answer] for answer, count in first.items()) / max(1, total * total)
    equal = sum(a == b for a, b in answers) / max(1, total)
    return 1.0 if chance >= 1 else (equal - chance) / (1 - chance)


if __name__ == "__main__":
    main()
