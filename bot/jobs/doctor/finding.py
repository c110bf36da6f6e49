"""What one check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in words for the operator."""

    check: str
    ok: bool
    finding: str


def well(check: str, words: str) -> Finding:
    """Nothing is to be done."""
    return Finding(check, True, words)


def amiss(check: str, words: str) -> Finding:
    """Something is to be done; the words say what."""
    return Finding(check, False, words)
