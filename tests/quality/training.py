"""Makes the tables of bot/text/data/model from labelled news: `python -m tests.quality.training`.

    labels (data/labels, ../shared/data) + texts (../shared/data) → signs → logistic regression → tables

With `--without FIRST LAST` the feed items first seen on those days are left out; `python -m tests.quality.held_out FIRST`
then speaks of items that nothing was fitted to. What is shipped is learned from all of them. The seed is fixed. Needs
scikit-learn (the dependency group `training`) and the texts in ../shared.
"""

import argparse
from pathlib import Path

from tests.quality.examples import Sight, elsewhere, feeds, unlabelled
from tests.quality.learning import fit, write

MODEL = Path(__file__).resolve().parents[2] / "bot" / "text" / "data" / "model"


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--without",
        nargs=2,
        default=("", ""),
        metavar=("FIRST", "LAST"),
        help="leave out feed items first seen on these days (ISO)",
    )
    parser.add_argument("--to", type=Path, default=MODEL, metavar="FOLDER", help="where the tables go")
    arguments = parser.parse_args()
    first, last = arguments.without
    sight = Sight()
    examples = [*(one for one in feeds(sight) if not first <= one.day <= last), *elsewhere(sight)]
    words = list(unlabelled(sight, lambda day: not first <= day <= last))
    taxonomy = sight.taxonomy
    sections, topics = [one.id for one in taxonomy.sections], [one.id for one in taxonomy.topics]
    write(fit(examples, words, sections, topics), arguments.to)
    print(f"{len(examples)} examples, {sum(bool(one.day) for one in examples)} of them feed items")


if __name__ == "__main__":
    main()
