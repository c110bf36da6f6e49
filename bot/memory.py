"""The collector of cyclic garbage, kept from holding the event loop up.

It looks through all that has grown old again and again: 60 to 150 ms each time with the word lists and the stories of
two weeks in memory, which are no garbage. What was looked through once and stays is therefore set aside. It still goes
with its last reference; only a cycle that was in use then and ends later stays.
"""

import gc

GROWN = 2
"""Rounds of the collector over what is young after which the old is looked through: up to 15,000 more objects, 5 ms."""


def settle() -> None:
    """What is in memory now stays."""
    gc.collect()
    gc.freeze()


def settle_further() -> bool:
    """The same where enough has come since the last time; whether it took its time."""
    if gc.get_count()[2] < GROWN:
        return False
    settle()
    return True
