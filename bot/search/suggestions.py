"""Suggests known topics, sections and sources for the unknown name of one (topic:半道体). Pure.

What may be meant by a misspelt word of a query is found in `bot.search.known_names`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.text.normalise import squash

ALIKE = 0.5
"""Names at least so similar are suggested: half of their letters (Latin: pairs of letters) are the same."""


def nearest(wanted: str, names: Mapping[str, Iterable[str]], limit: int = 3) -> tuple[str, ...]:
    """Up to `limit` keys of `names` with a name similar to `wanted`, the most similar first."""
    found = {
        key: max((_alike(squash(wanted), squash(name)) for name in known), default=0.0)
        for key, known in names.items()
    }
    near = [key for key, alike in found.items() if alike >= ALIKE]
    return tuple(sorted(near, key=lambda key: -found[key])[:limit])


def _alike(one: str, other: str) -> float:
    """Similarity from 0 to 1; at least `ALIKE` if one name contains the other."""
    short, long = sorted((one, other), key=len)
    if len(short) > 1 and short in long:
        return ALIKE + (1 - ALIKE) * len(short) / len(long)
    left, right = _pieces(one), _pieces(other)
    return 2 * (left & right).total() / max(left.total() + right.total(), 1)


def _pieces(name: str) -> Counter[str]:
    """Letters of a Chinese name; pairs of them of a Latin one, whose letters are everywhere."""
    return Counter(name[i : i + 2] for i in range(len(name) - 1)) if name.isascii() else Counter(name)
