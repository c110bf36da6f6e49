"""How fast text is cut into words, beside jieba itself, in one run; and in how many texts the words are the same.

    python -m tests.benchmarks.bench_segment                        2,000 articles, precise and search mode

Both know jieba's dictionary and no other words. The clock is the CPU's; rounds alternate, the best of each counts.
"""

import argparse
import logging
import time
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from bot.text.segment import load_segmenter
from tests.benchmarks import corpus

ROUNDS = 3

Cut = Callable[[str], list[str]]


def seconds(cut: Cut, texts: Sequence[str]) -> float:
    """CPU seconds for all texts."""
    begin = time.process_time()
    for text in texts:
        cut(text)
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--drawn", action="store_true", help="do not use ../shared")
    arguments = parser.parse_args()
    with warnings.catch_warnings():  # jieba's old escapes
        warnings.simplefilter("ignore")
        jieba: Any = import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    begin = time.process_time()
    own = load_segmenter(industry_words=False)
    loading = time.process_time() - begin
    name, entries = corpus.load(arguments.articles, own, drawn=arguments.drawn)
    texts = [f"{entry.title}\n{entry.text}" for entry in entries]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{name}: {len(texts)} texts, {size:.1f} MB; loading took {loading:.2f} s")
    modes: dict[str, tuple[Cut, Cut]] = {
        "precise": (own.precise, jieba.lcut),
        "search": (own.search, jieba.lcut_for_search),
    }
    for mode, (mine, reference) in modes.items():
        same = sum(mine(text) == reference(text) for text in texts)
        rounds = [(seconds(mine, texts), seconds(reference, texts)) for _ in range(ROUNDS)]
        fast, slow = (min(times) for times in zip(*rounds, strict=True))
        print(
            f"{mode:8} chenbao {size / fast:6.1f} MB/s, jieba {size / slow:5.2f} MB/s: {slow / fast:.1f}x; "
            f"{100 * same / len(texts):.2f}% of the texts identical"
        )


if __name__ == "__main__":
    main()
