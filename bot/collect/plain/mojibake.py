"""Bytes and text in more than one encoding: pasted together, torn on the way, or read wrongly before they came here.

    not valid UTF-8 → cut at tags, quotes and lines → each part in its own encoding
    text → what was UTF-8 and was taken for Latin or GBK → as it was meant

Everything takes one pass and bounded memory; what cannot be told stays as it is.
"""

import re
from collections.abc import Callable, Iterator

_MOST = 2_000_000
"""Bytes from which a body is read in one encoding: a part is an object, and millions of them are much memory."""
_SAMPLE = 65_536
_PART = re.compile(rb'[^<>"\n]+')
"""No byte of these four is the second one of a character in GB18030, Big5, Shift JIS or EUC."""
_LONG = rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_SHORT = rb"[\xc2-\xdf][\x80-\xbf]"
_SEQUENCE = re.compile(rb"(%s)|(%s)|([\x80-\xff])[\x80-\xff]?" % (_LONG, _SHORT))
_CHINESE = rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}|\xe2\x80[\x80-\xbf])"
_INSIDE = re.compile(rb"(?<![\x80-\xff])(?:%s{2,3}(?![\x80-\xff])|%s{4,})" % (_CHINESE, _CHINESE))
"""Chinese in UTF-8: between ASCII, or more of it than there would be by chance."""
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
"""A surrogate pair, each half encoded by itself (CESU-8, as Java and MySQL write it)."""
_BROKEN = re.compile("[\udc80-\udcff]+")
_BLANK = "\udca0"
_PUNCTUATION = frozenset("\udc85\udc91\udc92\udc93\udc94\udc95\udc96\udc97\udc99\udca9\udcae\udcb0\udcb7")
"""Bytes that are punctuation in Windows-1252, as a program that knows nothing of UTF-8 puts them in."""
_CONTROLS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""C1 control characters, which no text contains on purpose, as the Windows-1252 characters that were meant (WHATWG HTML, 13.2.5.80)."""
_HIGH = "\u0080-\u00bf" + "".join(character for character in _CONTROLS.values() if character)
_AS_LATIN = re.compile(f"(?:[\u00e3-\u00ef][{_HIGH}]{{2}}){{2,}}")
_LATIN_RUN = re.compile(f"(?:[\u00e2-\u00ef][{_HIGH}]{{1,2}}|[\u00c2\u00c3][{_HIGH}])+")
_LATIN_MARKS = "\u00e4\u00e5\u00e6\u00e7\u00e8\u00e9"
"""What UTF-8's Chinese characters begin with when they are taken for Latin: asked for first, it costs next to nothing."""
_GBK_MARKS = ("\u951b", "\u9286", "\u9428")
"""What UTF-8's `，`, `、。《》` and 的 begin with when they are taken for GBK; hardly ever written in earnest."""
_HAN_RUN = re.compile("[\u2000-\uffff]{3,}")
_MEANT = re.compile("[\u00a0\u00b7\u2010-\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def nearly_utf8(data: bytes) -> bool:
    """Whether it is UTF-8 in which some characters are torn: more of them are whole."""
    whole, short, broken = 0, 0, 0
    for match in _SEQUENCE.finditer(data[:_SAMPLE]):
        kind = match.lastindex
        whole, short, broken = whole + (kind == 1), short + (kind == 2), broken + (kind == 3)
    return broken <= whole + short if whole else broken * 10 <= short


def lone_punctuation(data: bytes) -> bool:
    """Whether nothing but single bytes, each between ASCII characters, lies outside ASCII."""
    runs = re.findall(rb"[\x80-\xff]+", data[:_SAMPLE])
    return all(len(run) == 1 for run in runs)


def has_utf8(data: bytes) -> bool:
    """Whether some element of it surely is Chinese in UTF-8, whatever the rest is."""
    return len(data) <= _MOST and any(_is_common(match[0]) for match in _INSIDE.finditer(data))


def _is_common(data: bytes) -> bool:
    """Whether UTF-8 bytes are mostly everyday characters; what they are by chance is rare ones."""
    characters = data.decode("utf-8", "replace")
    return sum(map(_everyday, characters)) * 2 > len(characters)


def _everyday(character: str) -> bool:
    try:
        pair = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return pair[0] <= 0xA3 or 0xB0 <= pair[0] <= 0xD7


def read_in_parts(data: bytes, name_of: Callable[[bytes], str]) -> str:
    """Text of a body of which parts are UTF-8 and others are not; `name_of` tells the encoding of those others."""
    others = b"\n".join(part for part in _parts(data) if not (_is_utf8(part) or nearly_utf8(part)))
    name = name_of(others)
    if not keeps_ascii(
        name
    ):  # two stray bytes look like a mark of UTF-16, but what they stand between is ASCII
        name = "utf-8"
    pieces, position = [], 0
    for match in _PART.finditer(data):
        pieces += [data[position : match.start()].decode("ascii"), _read(match[0], name)]
        position = match.end()
    return "".join([*pieces, data[position:].decode("ascii")])


def keeps_ascii(name: str) -> bool:
    """Whether markup reads as ASCII in this encoding, as it does not in UTF-16, UTF-32 and EBCDIC."""
    return b"</a>".decode(name, "replace") == "</a>"


def _parts(data: bytes) -> Iterator[bytes]:
    return (match[0] for match in _PART.finditer(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(part: bytes, name: str) -> str:
    """One part as UTF-8 if it is, else in the other encoding, else as a torn UTF-8."""
    try:
        text = part.decode()
    except UnicodeDecodeError:
        if name == "utf-8" or nearly_utf8(part):
            return torn(part)
        return part.decode(name, "replace")
    if part.isascii() or name == "utf-8" or max(text, default="") > "\u07ff" or not _decodes(part, name):
        return text
    return part.decode(name)  # two bytes a character: UTF-8 by chance


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def torn(data: bytes) -> str:
    """UTF-8 with broken characters: punctuation of Windows-1252 as it was meant, the rest as U+FFFD."""
    whole = _PAIR.sub(_joined, data).decode("utf-8", "surrogateescape")
    return _BROKEN.sub(lambda match: _mended(match, whole), whole)


def _joined(match: re.Match[bytes]) -> bytes:
    halves = match[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _mended(match: re.Match[str], text: str) -> str:
    start, end = match.span()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    latin = match[0] in _PUNCTUATION or (match[0] > "\udcbf" and before.isalpha())
    if match[0] == _BLANK or (end - start == 1 and latin and before.isascii() and after.isascii()):
        return bytes([ord(match[0]) & 0xFF]).decode("cp1252")
    return "\ufffd"


def mend_text(text: str) -> str:
    """The text with what was UTF-8 and was read as something else on its way here, element by element, as it was meant."""
    if any(mark in text for mark in _LATIN_MARKS) and _AS_LATIN.search(text):
        text = _LATIN_RUN.sub(_from_latin, text)
    if any(mark in text for mark in _GBK_MARKS):
        text = _HAN_RUN.sub(_from_gbk, text)
    return text.translate(_CONTROLS) if any(chr(code) in text for code in _CONTROLS) else text


def _from_latin(match: re.Match[str]) -> str:
    """Bytes that were taken for Latin letters: C1 controls stand for those that Windows-1252 leaves out, or they are lost."""
    meant = b"".join(
        bytes([ord(character)]) if character < "\u0100" else character.encode("cp1252")
        for character in match[0]
    )
    return _if_likely(meant, match[0])


def _from_gbk(match: re.Match[str]) -> str:
    """Bytes that were taken for GBK; some were lost."""
    known = match[0].replace("\ufffd", "")
    return _if_likely(known.encode("gb18030", "replace"), match[0])


def _if_likely(meant: bytes, text: str) -> str:
    found = meant.decode("utf-8", "replace")
    return found if _MEANT.search(found) and found.count("\ufffd") * 4 <= len(found) else text
