#!/usr/bin/env bash
# trafilatura 2.3.1: raised figures join the number before them, and struck-out text stays in the plain text.
#
# Expected: 10<sup>9</sup> keeps a mark or a gap (10^9, 10⁹, 10 9), or is left out; <del>500</del> ("removed from the
#           document" in HTML's own words) is left out, or marked.
# Seen:     "109 operations" and "500400元": two figures that the page does not say, without any sign. A summary that
#           takes whole sentences from the page, and checks its numbers against this text, passes them on.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check trafilatura==2.3.1 lxml-html-clean==0.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import trafilatura

PAGE = """<!DOCTYPE html><html lang="zh"><head><title>价格与算力</title></head><body><article><h1>价格与算力</h1>
<p>The centre computes 10<sup>9</sup> operations a second, three tenths more than last year, engineers said.</p>
<p>自十二月一日起，该服务的月费为<del>500</del>400元，有关部门将监督执行情况，并于年底向社会公布结果。</p>
</article></body></html>"""
text = trafilatura.extract(PAGE)
print(text)
same = "computes 109 operations" in text and "月费为500400元" in text
sys.exit(0 if same else "it behaves differently now")
PYTHON
