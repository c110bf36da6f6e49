"""The collector of cyclic garbage, kept from holding the event loop up.

It looks through all that has grown old again and again: 60 to 150 ms each time with the word lists and the stories of
two weeks in memory, which are no garbage. What was looked through once and stays is therefore set aside. It still goes
with its last reference; only a cycle that was in use then and ends later stays.
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
