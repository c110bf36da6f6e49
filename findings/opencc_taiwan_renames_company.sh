#!/usr/bin/env bash
# OpenCC 1.4.2, s2twp: China Mobile keeps its name in one sentence and becomes 中國行動 in the next.
#
# Expected: a company's name is written in other characters only, as the same converter writes 中国移动 alone.
# Seen:     phrases are taken from the left, and the list knows 移动通信 and 移动网络: so 中国移动通信集团, its full name,
#           is 中國行動通訊集團, and 中国移动网络 is 中國行動網路. The law 数据安全法 becomes 資料安全法, and the ministry
#           工业和信息化部 工業和資訊化部, under which no register knows them. s2tw changes characters only.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opencc==1.4.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import opencc

phrases, characters = opencc.OpenCC("s2twp"), opencc.OpenCC("s2tw")
changed = False
for text, seen, expected in (
    ("中国移动与中国联通", "中國移動與中國聯通", "中國移動與中國聯通"),
    ("中国移动通信集团", "中國行動通訊集團", "中國移動通信集團"),
    ("中国移动网络", "中國行動網路", "中國移動網絡"),
    ("数据安全法", "資料安全法", "數據安全法"),
    ("工业和信息化部", "工業和資訊化部", "工業和信息化部"),
):
    print(text, phrases.convert(text), characters.convert(text))
    changed |= (phrases.convert(text), characters.convert(text)) != (seen, expected)
sys.exit("it behaves differently now" if changed else 0)
PYTHON
