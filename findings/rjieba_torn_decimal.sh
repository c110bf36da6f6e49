#!/usr/bin/env bash
# rjieba 0.2.2: cut_for_search makes 2GHz of 3.2GHz; jieba 0.42.1, whose port it is, does not.
#
# Expected: jieba's tokens (3.2 and GHz), or the whole word: an index of these tokens is what the mode is for.
# Seen:     rjieba keeps 3.2GHz as one word and, for search, cuts it at the full stop: "3" is dropped as too short and
#           2GHz is kept. A search for 2GHz then finds what runs at 3.2. 4.5GB and 1.8GHz go the same way; 4.5 alone
#           and 4.5亿元 do not.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --use-pep517 --disable-pip-version-check jieba==0.42.1 rjieba==0.2.2
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging
import sys

import jieba
import rjieba

jieba.setLogLevel(logging.CRITICAL)
changed = False
for text, torn in (("3.2GHz主频", "2GHz"), ("1.8GHz主频", "8GHz"), ("4.5GB内存", "5GB"), ("4.5亿元", "5亿"), ("4.5", "5")):
    one, other = list(jieba.cut_for_search(text)), list(rjieba.cut_for_search(text))
    print(text, "jieba", one, "rjieba", other)
    changed |= torn in one or (torn in other) != torn.endswith(("Hz", "GB"))
sys.exit("it behaves differently now" if changed else 0)
PYTHON
