#!/usr/bin/env bash
# TDLib (tdjson 1.8.69): "营收增长.公司 称" (revenue rose. The company says) links to a domain that nobody named.
#
# Expected: no link. Sentences that end in an ASCII full stop are common in Chinese feeds, and what follows are
#           everyday words; an address without a scheme is recognised by its ASCII ending (example.com) as elsewhere.
# Seen:     公司, 网络, 中国, 手机, 集团, 政府, 信息, 游戏, 移动, 机构, 世界 and others are top-level domains, so the
#           words before the stop become a host and the whole a link that opens outside, wherever a space, a new line
#           or the end follows. 科技 and 数据, no domains, stay text. Messages are read with the same code.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tdjson==1.8.69
"$folder/venv/bin/python" - <<'PYTHON'
import json
import sys

import tdjson


def links(text: str) -> int:
    asked = json.dumps({"@type": "getTextEntities", "text": text}).encode()
    found = json.loads(tdjson.td_execute(asked))["entities"]
    return sum(entity["type"]["@type"] == "textEntityTypeUrl" for entity in found)


tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
changed = False
for word in ("公司", "网络", "中国", "手机", "集团", "政府", "信息", "游戏", "移动", "机构", "世界"):
    text = f"营收增长.{word} 去年"
    print(text, "->", links(text), "link")
    changed |= links(text) != 1
for word in ("科技", "数据"):
    text = f"营收增长.{word} 去年"
    print(text, "->", links(text), "links")
    changed |= links(text) != 0
sys.exit("it behaves differently now" if changed else 0)
PYTHON
