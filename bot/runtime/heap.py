"""Keeps the cyclic garbage collector from blocking the event loop.

A full collection scans every old object: 60 to 150 ms with the word lists and two weeks of stories in memory, none of
which is garbage. `gc.freeze` exempts the objects that survived a collection. Their memory is still freed with the last
reference; only reference cycles that were alive at that moment are never collected. `tests/benchmarks/bench_responsive.py` and
`tests/benchmarks/bench_compose.py` run with it.
"""

import gc

GROWN = 15_000
"""New objects, as the collector counts them. Scanning so many takes 5 ms."""


def freeze() -> None:
    """Collect garbage, then exempt every live object from later collections."""
    gc.collect()
    gc.freeze()


def freeze_if_grown() -> bool:
    """`freeze` if at least `GROWN` objects were added since the last collection. Returns whether it ran."""
    young, rounds, full_rounds = gc.get_count()
    each, in_a_full_one, _ = gc.get_threshold()  # differs between versions of Python
    if young + each * (rounds + in_a_full_one * full_rounds) < GROWN:
        return False
    freeze()
    return True
