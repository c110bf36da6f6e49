"""Headlines and summaries in traditional characters, for readers who want them so: on the way out only.

Characters are converted, words stay: 信息 does not become 資訊, for what a source says is its own. Names that the converter
gets wrong are in `bot/data/traditional.toml`.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import opencc

KEPT = 4_096
"""Texts whose conversion is remembered: a morning's stories are shown to many."""


@lru_cache(maxsize=KEPT)
def traditional(text: str) -> str:
    """The text in traditional characters as Taiwan writes them; what is traditional or Latin already stays."""
    names, pattern = _names()
    pieces = pattern.split(text)
    convert = _converter().convert
    return "".join(
        names[piece] if number % 2 else convert(piece.encode("utf-8", "ignore").decode())
        for number, piece in enumerate(pieces)
    )


@cache
def _converter() -> Any:
    return opencc.OpenCC("s2tw")


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str]]:
    text = files("bot").joinpath("data/traditional.toml").read_text(encoding="utf-8")
    names: dict[str, str] = tomllib.loads(text)["names"]
    longest_first = sorted(names, key=len, reverse=True)
    return names, re.compile(f"({'|'.join(map(re.escape, longest_first))})")
