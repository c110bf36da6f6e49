"""Parts of a Word document that python-docx has no words for: fields, bookmarks, links, fonts of East Asia."""

from collections.abc import Sequence
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.styles.style import BaseStyle
from docx.text.paragraph import Paragraph

_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def element(kind: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML: `element("bookmarkStart", id="1")`."""
    made = OxmlElement(f"w:{kind}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def set_fonts(style: BaseStyle, latin: str, chinese: str) -> None:
    """Fonts of a style, for Chinese letters too; python-docx alone leaves these to the theme."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for name in _THEMES:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{name}"), font)


def run(text: str, style: str = "") -> Any:
    """Plain words; a tab character is a tab."""
    made = element("r")
    if style:
        properties = element("rPr")
        properties.append(element("rStyle", val=style))
        made.append(properties)
    for place, part in enumerate(text.split("\t")):
        if place:
            made.append(element("tab"))
        if part:
            words = element("t")
            words.set(qn("xml:space"), "preserve")
            words.text = part
            made.append(words)
    return made


def field(instruction: str, shown: str) -> list[Any]:
    """A field and what it shows until it is brought up to date."""
    return [*field_begin(instruction), run(shown), field_end()]


def field_begin(instruction: str) -> list[Any]:
    """The start of a field whose result follows."""
    code = element("r")
    words = element("instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = f" {instruction} "
    code.append(words)
    return [_mark("begin"), code, _mark("separate")]


def field_end() -> Any:
    """The end of its result."""
    return _mark("end")


def _mark(kind: str) -> Any:
    made = element("r")
    made.append(element("fldChar", fldCharType=kind))
    return made


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Around the words of a paragraph."""
    inner = [child for child in paragraph._p if child.tag != qn("w:pPr")]
    start = element("bookmarkStart", id=str(number), name=name)
    if inner:
        inner[0].addprevious(start)
    else:
        paragraph._p.append(start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def link_inside(name: str, parts: Sequence[Any]) -> Any:
    """A link to a bookmark."""
    made = element("hyperlink", anchor=name, history="1")
    made.extend(parts)
    return made


def link_outside(paragraph: Paragraph, address: str, text: str) -> None:
    """A link to an address at the end of a paragraph."""
    made = element("hyperlink", history="1")
    made.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    made.append(run(text, "Hyperlink"))
    paragraph._p.append(made)
