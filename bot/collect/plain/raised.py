"""Raised and lowered text in characters of its own: 10⁹, m², CO₂. Beside the line it would be another number (109).

Marks of footnotes are raised too, and are no part of what is said: they go.
"""

import re

_HIGH = dict(zip("0123456789+-=()ni−–—", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ⁻⁻⁻", strict=True))
_LOW = dict(zip("0123456789+-=()aehijklmnoprstuvx−–—", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₋₋₋", strict=True))
_WHOLE = {"TM": "™", "SM": "℠", "°": "°", "∘": "°", "○": "°", "′": "′", "″": "″", "®": "®", "©": "©"}
_BESIDE = frozenset(("st", "nd", "rd", "th", "er", "re", "e", "ème"))
"""Raised by custom only: 1st."""
_MARK = re.compile(
    r"[\[(（〔【［]\s*(?:注|译注|note\s*)?[\dA-Za-z]{0,3}(?:\s*[-–,，、]\s*\d{1,3}){0,5}\s*[\])）〕】］]"
    r"|[①-⑳㉑-㉟❶-❿*†‡§¶＊※]+|(?:译|编者|原)?注\s*\d{0,3}",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[-–,，、]\s*\d{1,3}){0,5}")
_UNIT = re.compile(r"[米里尺寸]$")
_AFTER_NUMBER_OR_LATIN = re.compile(r"[0-9A-Za-zΑ-ωµ℃Å)\]）₀-ₜ⁰-ⁿ²³¹]$")
_HAN = re.compile(r"[\u2e80-\u9fff]")
_LONGEST = 24
"""Characters; longer superscripts are sentences, not exponents."""


def raised(text: str, before: str) -> str:
    """Raised text as it is read behind `before`: ⁹, ^(a+b), st; nothing where it is the mark of a footnote."""
    text = " ".join(text.split())
    if not text or _MARK.fullmatch(text):
        return ""
    if _NUMBERS.fullmatch(text) and before and not _AFTER_NUMBER_OR_LATIN.search(before):
        return _HIGH[text] if text in ("2", "3") and _UNIT.search(before) else ""
    if text == "o" and before[-1:].isdigit():
        return "°"
    if all(c in _HIGH for c in text) and (len(text) == 1 or not text.isalpha()):
        return "".join(map(_HIGH.__getitem__, text))
    return _WHOLE.get(text) or _beside(text, before)


def _beside(text: str, before: str) -> str:
    """Superscript text without Unicode superscript characters, written as an exponent or as words."""
    if text.lower() in _BESIDE or _HAN.search(text) or len(text) > _LONGEST or not before.strip():
        return text
    return f"^{text}" if text.isalnum() else f"^({text.strip('()')})"


def lowered(text: str, before: str) -> str:
    """Lowered text as it is read behind `before`: ₂, max, _(a, b)."""
    text = " ".join(text.split())
    if all(c in _LOW for c in text) and not text.isalpha():
        return "".join(map(_LOW.__getitem__, text))
    if _HAN.search(text) or text.isalnum() or len(text) > _LONGEST or not before.strip():
        return text
    return f"_({text.strip('()')})"
