"""Known names that a misspelt one may mean: by letters (澜川科枝, Huwei) and by sound (yushu, 雨树). Pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import product

from bot.text.normalise import squash

FEWEST_LATIN, FEWEST_FOR_EDIT = 3, 5
"""Latin letters from which a word is looked up by sound, and from which one letter may be wrong."""
FEWEST_HAN_FOR_EDIT, FEWEST_FOR_TWO = 3, 6
"""Characters of a name of which one, and two, may be wrong."""
READINGS = 4
"""Readings of one name that are known, where its characters have several."""
LONGEST = 14
"""Letters of the longest name that is compared."""
_SAME_SOUND, _BEGINS, _ONE_EDIT, _TWO_EDITS = 0.0, 0.5, 1.0, 2.0
_AS_NEAR = 0.5
"""What is further away than the nearest by more than this is not meant."""


class Spelling:
    """Looks up names near a word; built from the names and how often each is told."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self._names: dict[str, tuple[str, int]] = {}
        self._sounds: defaultdict[str, list[str]] = defaultdict(list)
        self._alike: defaultdict[str, list[str]] = defaultdict(list)
        """By a sound that takes zh, ch, sh and ng for z, c, s and n: many hear no difference."""
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for name, count in names.items():
            key = squash(name)
            if not 1 < len(key) <= LONGEST or (key in self._names and self._names[key][1] >= count):
                continue
            if key not in self._names:
                self._by_length[len(key)].append(key)
                for sound, _ in sounds_of(key):
                    self._sounds[sound].append(key)
                    if not key.isascii():
                        self._alike[_blurred(sound)].append(key)
            self._names[key] = name, count
        self._sorted = sorted(self._sounds)

    def knows(self, word: str) -> bool:
        """Is it one of the names, however it is cased or spaced?"""
        return squash(word) in self._names

    def nearest(self, wanted: str, limit: int = 3) -> tuple[str, ...]:
        """At most so many names near the word, the nearest and of those the most told first; none for a known one."""
        key = squash(wanted)
        if key in self._names or not 1 < len(key) <= LONGEST:
            return ()
        found: dict[str, float] = {}
        for name, distance in self._near_latin(key) if key.isascii() else self._near_chinese(key):
            found[name] = min(distance, found.get(name, distance))
        near = min(found.values(), default=0.0) + _AS_NEAR
        ranked = sorted(
            (name for name, distance in found.items() if distance <= near),
            key=lambda name: (found[name], -self._names[name][1], len(name), name),
        )
        return tuple(self._names[name][0] for name in ranked[:limit])

    def _near_latin(self, key: str) -> Iterable[tuple[str, float]]:
        if len(key) < FEWEST_LATIN or key.isdigit():
            return
        if len(key) >= FEWEST_FOR_EDIT:
            for sound in self._sorted:
                if abs(len(sound) - len(key)) <= 1 and one_edit(key, sound):
                    yield from ((name, _ONE_EDIT) for name in self._sounds[sound])
        first = bisect_left(self._sorted, key)
        for sound in self._sorted[first:]:
            if not sound.startswith(key):
                break
            for name in self._sounds[sound]:
                if sound == key:
                    yield name, _SAME_SOUND
                elif any(len(key) in ends for whole, ends in sounds_of(name) if whole == sound):
                    yield name, _BEGINS

    def _near_chinese(self, key: str) -> Iterable[tuple[str, float]]:
        if len(key) >= FEWEST_HAN_FOR_EDIT:
            for length in range(len(key) - 1, len(key) + 2):
                for name in self._by_length[length]:
                    if not name.isascii() and length >= FEWEST_HAN_FOR_EDIT and one_edit(key, name):
                        yield name, _ONE_EDIT
        if len(key) >= FEWEST_FOR_TWO:
            for name in self._by_length[len(key)]:
                if sum(one != other for one, other in zip(key, name, strict=True)) == int(_TWO_EDITS):
                    yield name, _TWO_EDITS
        for sound, _ in sounds_of(key):
            for name in self._alike.get(_blurred(sound), ()):
                yield name, _SAME_SOUND if name in self._sounds.get(sound, ()) else _BEGINS


def _blurred(sound: str) -> str:
    return sound.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")


def one_edit(one: str, other: str) -> bool:
    """Does one letter more, less, another, or two letters changed about make the one of the other?"""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    shorter = min(len(one), len(other))
    begins = 0
    while begins < shorter and one[begins] == other[begins]:
        begins += 1
    ends = 0
    while ends < shorter - begins and one[-1 - ends] == other[-1 - ends]:
        ends += 1
    if begins + ends >= max(len(one), len(other)) - 1:
        return True
    middle, theirs = one[begins : len(one) - ends], other[begins : len(other) - ends]
    return len(middle) == 2 and middle == theirs[::-1]


def sounds_of(name: str) -> list[tuple[str, frozenset[int]]]:
    """How a squashed name is read, without tones, and where a syllable or Latin letter ends in each reading; at most
    `READINGS`. Nothing for a character that the table does not have."""
    readings: list[tuple[str, ...]] = []
    for letter in name:
        found = (letter,) if letter.isascii() else _table().get(letter)
        if not found:
            return []
        readings.append(found)
    heard = []
    for _, syllables in zip(range(READINGS), product(*readings), strict=False):
        ends, at = set(), 0
        for syllable in syllables:
            at += len(syllable)
            ends.add(at)
        heard.append(("".join(syllables), frozenset(ends)))
    return heard


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Character → its readings, from data/pinyin.txt."""
    text = (resources.files("bot.search") / "data" / "pinyin.txt").read_text(encoding="utf-8")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if not line.startswith("#"):
            syllable, _, characters = line.partition(" ")
            for character in characters:
                found[character].append(syllable)
    return {character: tuple(syllables) for character, syllables in found.items()}
