#!/usr/bin/env bash
# typst 0.15.2: a letter with a combining mark that no single character has is in the PDF's text twice.
#
# Expected: q̄ (q and U+0304, as in physics) is one q̄ to whoever copies, searches or hears the PDF: PDF/UA-1 wants each
#           character to have its Unicode value (ISO 14289-1, 7.21.7), and é, written as e and U+0301, is read once.
# Seen:     pypdf and pdfminer both read q̄q̄: letter and mark are two glyphs, and each is mapped to the pair. With PDF/UA-1
#           asked for and without; in the font that typst brings, so no font of anybody's is to blame.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2 pypdf==7.1.1 pdfminer.six==20260107
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

import pypdf
import typst
from pdfminer.high_level import extract_text

source, printed = Path(sys.argv[1], "a.typ"), Path(sys.argv[1], "a.pdf")
source.write_text('#set document(title: "t")\n#set text(lang: "en")\nan e\u0301 and a q\u0304 here\n', encoding="utf-8")
seen = set()
for standard in ("ua-1", "1.7"):
    printed.write_bytes(typst.compile(str(source), format="pdf", ignore_system_fonts=True, pdf_standards=[standard]))
    for text in (extract_text(str(printed)), pypdf.PdfReader(printed).pages[0].extract_text()):
        print(standard, ascii(text.strip()))
        seen.add(text.strip())
sys.exit(0 if seen == {"an e\u0301 and a q\u0304q\u0304 here"} else "it behaves differently now")
PYTHON
