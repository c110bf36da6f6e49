"""How well the fitted weights answer for feed items that they were not fitted to: `python -m tests.quality.held_out DATE`.

First `python -m tests.quality.training --before DATE --to FOLDER`, then this with `--weights FOLDER`; figures are of the
items first seen on that day (ISO) or later, for each row of labels that there is.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.text.evidence import load_evidence
from bot.text.judge import Judge, best
from bot.text.model import load_model
from tests.quality.examples import EVIDENCE, Example, Sight, feeds


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", metavar="DATE")
    parser.add_argument("--last", default="9999-12-31", metavar="DATE")
    parser.add_argument("--weights", type=Path, required=True, metavar="FOLDER")
    arguments = parser.parse_args()
    sight = Sight()
    taxonomy = sight.taxonomy
    sections = tuple(one.id for one in taxonomy.sections)
    topics = tuple(one.id for one in taxonomy.topics)
    judge = Judge(
        replace(taxonomy, weights=arguments.weights),
        load_model(arguments.weights, sections, topics),
        load_evidence(EVIDENCE),
    )
    picked = [one for one in feeds(sight) if arguments.first <= one.day <= arguments.last]
    report(picked, judge)


def report(picked: Sequence[Example], judge: Judge) -> None:
    """One line a question."""
    model = judge.model
    asked = [
        (
            model.answer("industry", one.signs, one.title) if one.looked_at else -99.0,
            bool(one.labels["in_domain"]),
        )
        for one in picked
    ]
    print("industry", ranked(asked))
    inside = [one for one in picked if one.labels["in_domain"]]
    for name, chosen in (("all", inside), ("news", [one for one in inside if one.labels["genre"] == "news"])):
        right = Counter(
            one.labels["section"] for one in chosen if best(sections_of(one, judge)) == one.labels["section"]
        )
        total = Counter(one.labels["section"] for one in chosen)
        print(
            f"section of {name}: {sum(right.values()) / len(chosen):.3f} of {len(chosen)}",
            {one: f"{right[one]}/{total[one]}" for one in total},
        )
    own = [set(judge.chosen_topics(one.topics)) for one in inside]
    gold = [set(one.labels["topics"]) for one in inside]
    hits = sum(len(a & b) for a, b in zip(own, gold, strict=True))
    print(
        f"topics: micro-F1 {2 * hits / (sum(map(len, own)) + sum(map(len, gold))):.3f} ({sum(map(len, own)) / len(own):.2f} each)"
    )
    for question, rows in (
        ("news", [(one, one.labels["genre"] == "news") for one in inside if one.labels["genre"]]),
        ("worth", [(one, one.labels["worth"] >= 2) for one in inside if one.labels["worth"] is not None]),
    ):
        print(
            question,
            ranked(
                [
                    (model.answer(question, {**one.signs, **one.voice}, one.title, one.lead), yes)
                    for one, yes in rows
                ]
            ),
        )


def sections_of(one: Example, judge: Judge) -> dict[str, float]:
    """As `Judge.sections` has it."""
    return judge.model.section_scores(one.signs, one.words)


def ranked(asked: Sequence[tuple[float, bool]]) -> str:
    """AUC, and precision, recall and F1 at cuts of the logit."""
    yes, no = [said for said, truth in asked if truth], [said for said, truth in asked if not truth]
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    lines = []
    for cut in (-2.0, -1.5, -1.25, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0):
        hits, taken = sum(said >= cut for said in yes), sum(said >= cut for said, _ in asked)
        lines.append(
            f"{cut:+.2f}: {hits / max(1, taken):.3f} {hits / len(yes):.3f} {2 * hits / (taken + len(yes)):.3f}"
        )
    return (
        f"AUC {wins / max(1, len(yes) * len(no)):.3f} of {len(yes)}+{len(no)}; P R F1 from\n    "
        + "\n    ".join(lines)
    )


if __name__ == "__main__":
    main()
