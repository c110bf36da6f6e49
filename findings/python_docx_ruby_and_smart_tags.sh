#!/usr/bin/env bash
# python-docx 1.2.0: a character with its reading above (ruby), and a date that Word marked, are not in paragraph.text.
#
# Expected: the words that stand in the line. Word's "phonetic guide" keeps the character itself in w:rubyBase; Chinese
#           Word up to 2007 wraps each date in a smart tag (chsdate). Both are ECMA-376 part 1, 17.3.3.25 and 17.5.1.9.
# Seen:     新芯片 with a reading over 芯 is 新片, and 报告于2008年8月8日发布 is 报告于发布: a whole date, or one character of
#           a name, is missing from the middle of a sentence that still reads as one. Text of w:hyperlink is kept.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-docx==1.2.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


RUBY = (
    run("新")
    + f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('xīn')}</w:rt><w:rubyBase>{run('芯')}</w:rubyBase></w:ruby></w:r>"
    + run("片")
)
DATE = (
    run("报告于")
    + '<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="chsdate">'
    + f"{run('2008年8月8日')}</w:smartTag>"
    + run("发布")
)
LINK = run("见") + f'<w:hyperlink w:anchor="end">{run("附录")}</w:hyperlink>'
written = docx.Document()
for inner in (RUBY, DATE, LINK):
    written.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
file = io.BytesIO()
written.save(file)
file.seek(0)
seen = [paragraph.text for paragraph in docx.Document(file).paragraphs]
print(seen)
sys.exit(0 if seen == ["新片", "报告于发布", "见附录"] else "it behaves differently now")
PYTHON
