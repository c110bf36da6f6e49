"""Chinese text → words: the one path for index, query, keywords and matching.

jieba 0.42.1 is the reference. rjieba (the same algorithm in Rust) does the work where it is installed, with two
corrections that make its answer the same as jieba's:

* a run of Latin letters, digits and `+#&._%-` (`GPT-3`, `1.125Tb`) that is no dictionary word is one token for
  rjieba; jieba splits it by the expression that `_LATIN` repeats;
* characters beyond U+9FD5 and the CJK extensions stand alone for jieba and join their neighbours in rjieba.

Search mode gives before each word of three letters or more the dictionary words of two and three letters in it.
Both engines get the same user words with the same explicit frequencies: their own estimates need not agree. What
may still differ is which of two cuts of exactly equal probability wins (人人人智), one in 20,000 random strings.
"""

import hashlib
import logging
import re
import tempfile
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, cached_property
from importlib import import_module, resources
from itertools import chain
from typing import Literal, Protocol

from bot.text.boilerplate import cleaning_version
from bot.text.normalise import normalise, normalise_all

Engine = Literal["auto", "rjieba", "jieba"]

_RULES = "2"
"""Raised whenever this file gives other tokens than before: the index is rebuilt then."""
_DEFAULT_FREQUENCY = 2000
"""Of a user word that names none: enough to win against its parts (jieba's dictionary sums to 60 million)."""
_MEMO_LIMIT = 100_000
_LATIN_LIMIT = 10_000

_RUN_PUNCTUATION = re.compile(r"[+#&._%\-]")
_OUTSIDE = re.compile("[^\u4e00-\u9fd5a-zA-Z0-9+#&._%\\-]")
"""What ends a block: jieba cuts each block by itself."""
_RUN = re.compile(r"(?<![a-zA-Z0-9])[a-zA-Z0-9]*[+#&._%\-][a-zA-Z0-9+#&._%\-]*")
_PLAIN_RUN = re.compile(r"[0-9]+(?:\.[0-9]+)?%?|[+#&._%\-]")
_LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
_LATIN_RUN = re.compile(r"[a-zA-Z0-9]+")
_ALONE = re.compile("([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U000323af])")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_LATIN_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?[+#]*")
_LETTERS_OR_DIGITS = re.compile(r"[a-z]+|[0-9.]+")
_JOINTS = frozenset(" -_/")
_SHORT = 3


def block_end(text: str, at: int) -> int:
    """Where the block around that place ends: what stands before is cut into the same words whatever follows."""
    outside = _OUTSIDE.search(text, at)
    return outside.start() if outside else len(text)


class _Cutter(Protocol):
    """What an engine offers."""

    def cut(self, text: str) -> list[str]:
        """Precise mode."""

    def cut_for_search(self, text: str, refine: Callable[[list[str]], list[str]]) -> list[str]:
        """Search mode; `refine` makes it from precise tokens."""

    def knows(self, word: str) -> bool:
        """Is it a dictionary word?"""

    def add(self, word: str, frequency: int) -> None:
        """Make it one, unless it is."""


class _Python:
    """jieba itself."""

    def __init__(self) -> None:
        with warnings.catch_warnings():  # its old escapes are SyntaxErrors under -W error
            warnings.simplefilter("ignore")
            jieba = import_module("jieba")
        logging.getLogger("jieba").setLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        # jieba unmarshals a cache file from the shared temporary folder, where anybody may have put one
        with tempfile.TemporaryDirectory() as folder:
            self._tokenizer.tmp_dir = folder
            self._tokenizer.initialize()

    def cut(self, text: str) -> list[str]:
        tokens: list[str] = self._tokenizer.lcut(text)
        return tokens

    def cut_for_search(self, text: str, refine: Callable[[list[str]], list[str]]) -> list[str]:
        return refine(self.cut(text))

    def knows(self, word: str) -> bool:
        return bool(self._tokenizer.FREQ.get(word))

    def add(self, word: str, frequency: int) -> None:
        self._tokenizer.add_word(word, frequency)


class _Rust:
    """rjieba, corrected."""

    def __init__(self) -> None:
        self._jieba = import_module("rjieba").Jieba()

    def cut(self, text: str) -> list[str]:
        if not _ALONE.search(text):
            return self._cut(text)
        tokens: list[str] = []
        for piece in _ALONE.split(text):
            tokens += [piece] if _ALONE.match(piece) else self._cut(piece)
        return tokens

    def _cut(self, text: str) -> list[str]:
        tokens: list[str] = self._jieba.cut(text)
        if not _RUN_PUNCTUATION.search(text):
            return tokens
        runs = [
            at
            for at, token in enumerate(tokens)
            if token.isascii() and len(token) > 1 and not token.isalnum() and not self._jieba.has_word(token)
        ]
        for at in reversed(runs):
            tokens[at : at + 1] = filter(None, _LATIN.split(tokens[at]))
        return tokens

    def cut_for_search(self, text: str, refine: Callable[[list[str]], list[str]]) -> list[str]:
        """rjieba's own search mode, but for the blocks with a Latin run that it would cut its own way."""
        if _ALONE.search(text):
            return refine(self.cut(text))
        tokens: list[str] = []
        at = 0
        for run in _RUN.finditer(text):
            if run.start() < at or _PLAIN_RUN.fullmatch(run[0]):
                continue
            start = run.start()
            while start > at and not _OUTSIDE.match(text[start - 1]):
                start -= 1
            outside = _OUTSIDE.search(text, run.end())
            end = outside.start() if outside else len(text)
            tokens += self._jieba.cut_for_search(text[at:start])
            tokens += refine(self._cut(text[start:end]))
            at = end
        tokens += self._jieba.cut_for_search(text[at:] if at else text)
        return tokens

    def knows(self, word: str) -> bool:
        return bool(self._jieba.has_word(word))

    def add(self, word: str, frequency: int) -> None:
        self._jieba.add_word(word, frequency, None)


class Segmenter:
    """Cuts text into words. Made by `load_segmenter`; safe to share between threads."""

    def __init__(self, load: Callable[[], _Cutter], version: str) -> None:
        self._load = load
        self._finer: dict[str, tuple[str, ...]] = {}
        self._indexed: dict[str, tuple[str, ...]] = {}
        self._latin: dict[str, list[str]] = {}
        self.version = version
        """Changes with the dictionary, the user words and the rules of this file; not with the engine."""

    @cached_property
    def _cutter(self) -> _Cutter:
        return self._load()

    def load(self) -> None:
        """Read the dictionary now instead of with the first text."""
        _ = self._cutter

    def precise(self, text: str) -> list[str]:
        """Tokens of `jieba.lcut`: together they are the text."""
        return self._cutter.cut(text)

    def search(self, text: str) -> list[str]:
        """Tokens of `jieba.lcut_for_search`: long words are preceded by the dictionary words in them."""
        return self._cutter.cut_for_search(text, self._refine)

    def knows(self, word: str) -> bool:
        """Is it a word of the dictionary, or of those that were given?"""
        return self._cutter.knows(word)

    def has_name(self, text: str) -> bool:
        """Does it hold a word of two letters or more that no dictionary knows, such as a company's name?"""
        knows = self._cutter.knows
        return any(len(token) > 1 and token.isalpha() and not knows(token) for token in self.precise(text))

    def _refine(self, precise: list[str]) -> list[str]:
        tokens: list[str] = []
        for token in precise:
            if len(token) > 2:
                tokens += self._finer.get(token) or self._find_finer(token)
            else:
                tokens.append(token)
        return tokens

    def _find_finer(self, token: str) -> tuple[str, ...]:
        """A token of three letters or more behind the dictionary words of two and three letters in it."""
        knows = self._cutter.knows
        found = [pair for i in range(len(token) - 1) if knows(pair := token[i : i + 2])]
        if len(token) > 3:
            found += [triple for i in range(len(token) - 2) if knows(triple := token[i : i + 3])]
        finer = (*found, token)
        if len(self._finer) >= _MEMO_LIMIT:
            self._finer = {}
        self._finer[token] = finer
        return finer

    def index_tokens(self, text: str) -> list[str]:
        """What is indexed, asked for and compared: search-mode words of the normalised text, no punctuation.

        Latin names and figures are found however they are spaced: `iPhone17`, `iPhone 17` and `iPhone-17` give
        `iphone 17 iphone17`; `3 nm` and `3nm` give `nm 3nm`; `RISC-V` and `RISC V` give `risc riscv`.
        """
        return self.index_words(self._cutter.cut(normalise(text)))

    def index_words(self, words: Sequence[str]) -> list[str]:
        """The index tokens of normalised text that is segmented already (by `precise`)."""
        return self._indexed_words(words, list(map(self._indexed.get, words)))

    def index_sentences(self, words: Sequence[str], ends: Collection[str]) -> list[list[str]]:
        """`index_words` of each part of a text between these words, the empty ones left out."""
        plain = list(map(self._indexed.get, words))
        sentences = []
        start = 0
        for at in [at for at, word in enumerate(words) if word in ends] + [len(words)]:
            if at > start and (found := self._indexed_words(words[start:at], plain[start:at])):
                sentences.append(found)
            start = at + 1
        return sentences

    def _indexed_words(self, words: Sequence[str], plain: Sequence[tuple[str, ...] | None]) -> list[str]:
        """The index tokens of words; `plain` is what `_indexed` says of each."""
        if None not in plain:  # nothing Latin in it, nothing new
            return list(chain.from_iterable(plain))  # type: ignore[arg-type]
        return self._index_names(words, plain)

    def _index_names(self, words: Iterable[str], plain: Iterable[tuple[str, ...] | None]) -> list[str]:
        """The index tokens of words that may be parts of Latin names."""
        tokens: list[str] = []
        names: list[str] = []
        joint = False
        for word, known in zip(words, plain, strict=True):
            parts = known
            if parts is None:
                if word in _JOINTS:
                    if joint or not names:
                        _flush(names, tokens)
                    joint = bool(names)
                    continue
                if latin := self._latin.get(word) or self._find_latin(word):
                    if not joint:
                        _flush(names, tokens)
                    names += latin
                    joint = False
                    continue
                parts = self._indexed.get(word) or self._find_indexed(word)
            if names:
                _flush(names, tokens)
                joint = False
            tokens += parts
        _flush(names, tokens)
        return tokens

    def _find_latin(self, word: str) -> list[str]:
        """The Latin names and figures in a word."""
        found: list[str] = _LATIN_WORD.findall(word) if word.isascii() else []
        if found:
            if len(self._latin) >= _LATIN_LIMIT:
                self._latin = {}
            self._latin[word] = found
        return found

    def _find_indexed(self, word: str) -> tuple[str, ...]:
        """What is indexed of a word that is no part of a Latin name; nothing for punctuation."""
        parts: tuple[str, ...] = (word,)
        if not (word.isalnum() or _WORD_CHARACTER.search(word)):
            parts = ()
        elif len(word) > 2:
            parts = self._finer.get(word) or self._find_finer(word)
        if len(self._indexed) >= _MEMO_LIMIT:
            self._indexed = {}
        self._indexed[word] = parts
        return parts


def _flush(names: list[str], tokens: list[str]) -> None:
    """Latin words that follow each other with at most one joint between: themselves, their letter and digit
    parts, and each short one joined to its neighbour. A single character counts only where it stands alone."""
    if len(names) == 1 and names[0].isdigit():  # as most are: a figure between Chinese words
        tokens.append(names.pop())
        return
    before = ""
    for word in names:
        if len(word) > 1 or len(names) == 1:
            parts = _LETTERS_OR_DIGITS.findall(word)
            if len(parts) > 1:
                tokens += [part for part in parts if len(part) > 1]
            tokens.append(word)
        both_figures = before[:1].isdigit() and word.isdigit()
        if before and not both_figures and min(len(before), len(word)) <= _SHORT:
            tokens.append(before + word)
        before = word
    names.clear()


@cache
def _dictionary() -> tuple[tuple[str, int], ...]:
    """The packaged industry words: one a line, optionally with a frequency behind a blank; `#` starts a comment."""
    lines = (
        resources.files("bot.text").joinpath("data/user_words.txt").read_text(encoding="utf-8").splitlines()
    )
    words: list[tuple[str, int]] = []
    for line in lines:
        word, _, frequency = line.partition("#")[0].strip().partition("\t")
        if word:
            words.append((word, int(frequency) if frequency else _DEFAULT_FREQUENCY))
    return tuple(words)


def load_segmenter(
    user_words: Iterable[str] = (), *, industry_words: bool = True, engine: Engine = "auto"
) -> Segmenter:
    """A segmenter that knows jieba's dictionary, the packaged industry words unless refused, and `user_words`.

    The dictionary takes 57 MB and 0.2 s with rjieba, about 1 s with jieba: it is read when the first text is cut, for
    who only collects and stores cuts none; at once where an `engine` is named. `engine="rjieba"` raises ImportError
    where it is missing.
    """
    wanted = dict(_dictionary()) if industry_words else {}
    for word in user_words:
        if len(word.strip()) > 1:
            wanted.setdefault(word.strip(), _DEFAULT_FREQUENCY)
    # A run of Latin letters and digits is one token anyway; as a dictionary word it would also cut others (em AI l).
    words = tuple(sorted((word, often) for word, often in wanted.items() if not _LATIN_RUN.fullmatch(word)))
    told = "\n".join(f"{word} {frequency}" for word, frequency in words)
    digest = hashlib.sha256(told.encode()).hexdigest()[:12]
    segmenter = Segmenter(
        lambda: _cutter_of(words, engine), f"jieba-0.42.1/{_RULES}/{digest}/{cleaning_version()}"
    )
    if engine != "auto":
        segmenter.load()
    return segmenter


def _cutter_of(words: tuple[tuple[str, int], ...], engine: Engine) -> _Cutter:
    """An engine that knows these words too, each with its frequency."""
    cutter = _load_cutter(engine)
    normalised = normalise_all([word for word, _ in words])
    for (word, frequency), spelled in zip(words, normalised, strict=True):
        for spelling in dict.fromkeys((word, spelled)):  # as written, and as it stands in normalised text
            if not cutter.knows(spelling):
                cutter.add(spelling, frequency)
    return cutter


def _load_cutter(engine: Engine) -> _Cutter:
    if engine == "jieba":
        return _Python()
    try:
        return _Rust()
    except ImportError:
        if engine == "rjieba":
            raise
        return _Python()
