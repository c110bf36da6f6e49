"""Charts as PNG, for what cannot show SVG: drawn by typst with the fonts of print."""

import tempfile
from typing import cast

from bot.report.fonts import load_fonts, typeset

_PAGE = b"""
#set page(width: float(sys.inputs.width) * 1pt, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)
"""


def png(svg: str, *, width: int = 640, ppi: float = 144) -> bytes:
    """The chart, so many points wide; characters that the fonts lack are 〓."""
    import typst  # noqa: PLC0415 - of the extra `report`

    fonts = load_fonts()
    with tempfile.TemporaryDirectory() as root:
        compiler = typst.Compiler(
            _PAGE,
            root=root,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder)]
            ),
            sys_inputs={"svg": typeset(svg, fonts.characters, set()), "width": str(width)},
        )
        return cast("bytes", compiler.compile(format="png", ppi=ppi))
