"""One name for what has several: 脸书母公司 is Meta, 奥尔特曼 is 奥特曼. The names are in data/aliases.toml; an operator
adds a file of the same form.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from bot.errors import ConfigError
from bot.text.normalise import normalise


class Aliases:
    """Other names, each with the one that stands for it. Compared in their normalised form."""

    def __init__(self, names: Mapping[str, str], bodies: Mapping[str, str] | None = None) -> None:
        """Each other name with its one: `names` of firms, people and things, `bodies` of offices, markets and fairs."""
        actors = {normalise(other): normalise(name) for other, name in names.items()}
        self.names = actors | {normalise(other): normalise(name) for other, name in (bodies or {}).items()}
        self.standing = frozenset(actors.values())
        """The names that stand for others' in `names`."""
        longest_first = sorted(self.names, key=len, reverse=True)
        # Each alternative begins with a letter, so that `re` skips quickly to where one may stand.
        self._pattern = re.compile(
            "|".join(re.escape(name) + _end(name) for name in longest_first) or r"(?!)"
        )

    def __call__(self, text: str) -> str:
        """The normalised text with one name for each; the very same where it has no other."""
        return self._pattern.sub(self._one_name, text)

    def _one_name(self, found: re.Match[str]) -> str:
        before = found.string[found.start() - 1 : found.start()]
        inside = found[0][0].isascii() and before.isascii() and before.isalnum()
        return found[0] if inside else self.names[found[0]]


def _end(name: str) -> str:
    """Latin names stand alone (intel is not in intelligence)."""
    return r"(?![a-z0-9])" if name[-1].isascii() else ""


@cache
def load_aliases(more: Path | None = None) -> Aliases:
    """The packaged names and those of an operator's file. Raises ConfigError, naming the file, where it is unusable."""
    packaged = (resources.files("bot.text") / "data" / "aliases.toml").read_text(encoding="utf-8")
    names, bodies = _read(packaged)
    if more is not None:
        try:
            own = _read(more.read_text(encoding="utf-8"))
            names, bodies = names | own[0], bodies | own[1]
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as error:
            raise ConfigError(f"CHENBAO_OTHER_NAMES: {more} cannot be used: {error}") from error
    return Aliases(names, bodies)


def _read(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Each other name with the one that stands for it, of both tables. Raises ValueError for one that is no list of names."""
    tables = tomllib.loads(text)
    return _table(tables.get("names", {})), _table(tables.get("bodies", {}))


def _table(lists: Mapping[str, object]) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, others in lists.items():
        if not isinstance(others, list) or not all(isinstance(one, str) and one.strip() for one in others):
            raise ValueError(f"the other names of {name} must be a list of words")
        names |= dict.fromkeys(others, name)
    return names
