"""The languages that the bot speaks: each is a TOML file in `bot/locales/`, whose table `[language]` declares it.

    name = "English"        # in its own words
    fallback = "en"         # whose sentences stand where it has none of its own
    converter = "s2twp"     # OpenCC's configuration that makes those sentences its own; none where it has all of them
    codes = ["zh", "yue"]   # IETF tags of readers who get it; the longest that fits a reader's own tag wins
    words = ["英文"]        # what readers call it, squashed (lower case, simplified, no blanks)
    names = "zh"            # in which language names of sections and topics are shown
    menu = "en"             # Telegram's two-letter code for its command menu, if it can have one of its own
    region = "gb"           # of its typography in print
    fonts = ["宋体", "黑体"] # Word's names: text, headings
    east_asian = "zh-CN"    # Word's language of Chinese characters

Whoever adds a language adds its file; everything else follows.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent / "locales"
DECLARATION = re.compile(r"^\[language\]\n(?:[^\[].*\n|\n)*", re.MULTILINE)
Language = str
"""The tag of a language: the name of its file."""
DEFAULT: Language = "en"
"""Of readers whose own language none of ours is."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, as its file declares it."""

    tag: Language
    name: str
    codes: tuple[frozenset[str], ...]
    """Each an IETF tag as a set of lower-case subtags."""
    words: tuple[str, ...]
    names: Literal["zh", "en"]
    region: str
    fonts: tuple[str, str]
    east_asian: str
    fallback: Language = ""
    converter: str = ""
    menu: str = ""


def subtags(code: str) -> frozenset[str]:
    """The parts of an IETF tag, in lower case."""
    return frozenset(code.replace("_", "-").lower().split("-"))


def load_languages(folder: Path = FOLDER) -> dict[Language, Speech]:
    """Every language of the folder by its tag, Chinese first, in the order in which they are offered.

    Raises KeyError or TypeError where a declaration is incomplete.
    """
    made = [
        _speech(path.stem, _declaration(path.read_text(encoding="utf-8"))) for path in folder.glob("*.toml")
    ]
    made.sort(key=lambda each: (each.names == DEFAULT, each.tag))
    return {each.tag: each for each in made}


def _declaration(text: str) -> dict[str, Any]:
    """The table `[language]` alone: reading all the sentences would take every command a while to start."""
    found = DECLARATION.search(text)
    return tomllib.loads(found[0])["language"] if found else {}


def _speech(tag: Language, declared: Mapping[str, Any]) -> Speech:
    declared = dict(declared)
    text, heading = declared.pop("fonts")
    codes = tuple(map(subtags, (tag, *declared.pop("codes"))))
    return Speech(tag=tag, codes=codes, words=tuple(declared.pop("words")), fonts=(text, heading), **declared)


SPEECH: Mapping[Language, Speech] = load_languages()
LANGUAGES: tuple[Language, ...] = tuple(SPEECH)
LANGUAGE_NAMES: Mapping[Language, str] = {tag: each.name for tag, each in SPEECH.items()}
"""Each in its own words, so that whoever chose wrongly finds the way back."""


def resolve(language_code: str | None, default: Language = DEFAULT) -> Language:
    """Our language for Telegram's `language_code` (an IETF tag); English where none of ours fits.

    `default` answers for a reader whose client says nothing.
    """
    if not language_code:
        return default
    return _fitting(language_code) or DEFAULT


def called(words: str) -> Language | None:
    """The language that is called so (squashed: `繁体中文`, `english`) or has this tag; None for what is none of ours."""
    named = (tag for tag, speech in SPEECH.items() if words in speech.words)
    return next(named, None) or _fitting(words)


def _fitting(code: str) -> Language | None:
    """The language one of whose codes is the longest that the tag contains."""
    asked, found, best = subtags(code), None, 0
    for tag, speech in SPEECH.items():
        fits = max((len(each) for each in speech.codes if each <= asked), default=0)
        if fits > best:
            found, best = tag, fits
    return found
