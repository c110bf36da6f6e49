"""Winnowed shingles: a small set of numbers that two texts share where they share running text.

Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting" (SIGMOD 2003):
hash every 8 characters, keep the smallest hash of every window of `WINDOW`. Any common run of at least
SHINGLE + WINDOW - 1 characters is then guaranteed to leave a common value.
"""

from collections.abc import Collection

SHINGLE = 8
WINDOW = 10
_STEPS = (1, 2, 4, 2)
"""By which the smallest of 2, 4, 8 and of `WINDOW` values are found."""
MOST = 400
"""Values kept of one text, the smallest first: a sample that stays comparable between texts of any length."""
_POWERS = [(size, pow(0x9E3779B97F4A7C15, size, 1 << 64)) for size in (1, 2, 4)]
"""Of the base of the hash, for as many characters."""
_MIX = 0xBF58476D1CE4E5B9


def fingerprint(letters: str) -> tuple[int, ...]:
    """Sorted distinct 32-bit values of a squashed text; () where it is shorter than one shingle."""
    import numpy as np  # noqa: PLC0415 - 40 ms and 12 MB, for who reads articles

    hashes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(hashes) < SHINGLE:
        return ()
    for (
        size,
        power,
    ) in _POWERS:  # a polynomial hash of 2, 4, 8 characters; unsigned arithmetic wraps by definition
        hashes = hashes[:-size] * np.uint64(power) + hashes[size:]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(_MIX)
    values = (hashes >> np.uint64(32)).astype(np.uint32)
    if len(values) > WINDOW:
        for step in _STEPS:
            values = np.minimum(values[:-step], values[step:])
    values.sort()  # in half the time of np.unique, which hashes them before
    distinct = np.append(values[:1], values[1:][values[1:] != values[:-1]])
    return tuple(distinct[:MOST].tolist())


def containment(a: Collection[int], b: Collection[int]) -> float:
    """Estimated share of the shorter text's shingles that stand in the other, 0..1.

    Both may be samples of the smallest values: only the range that both cover is compared.
    """
    if not a or not b:
        return 0.0
    top = min(max(a) if len(a) >= MOST else 1 << 32, max(b) if len(b) >= MOST else 1 << 32)
    left, right = {value for value in a if value <= top}, {value for value in b if value <= top}
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0
