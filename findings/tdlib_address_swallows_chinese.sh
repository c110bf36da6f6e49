#!/usr/bin/env bash
# TDLib (tdjson 1.8.69): an address in plain text does not end at a Chinese comma, full stop or closing bracket.
#
# Expected: as in English, where "https://news.example/a, which" and "(https://news.example/a)" link the page alone,
#           the link ends before ，。、；：！？）》】, which no address holds unescaped (RFC 3986) and which end a clause.
# Seen:     the link is https://news.example/a，详情见后文: mark and all letters up to the next space. It opens a page
#           that is not there. Of the marks that close, only ” ’ and … end it, so the same sentence works in one
#           pair of quotation marks and fails in another. Telegram's servers read messages with the same code.
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

ADDRESS = "https://news.example.com/a"


def linked(text: str) -> list[str]:
    asked = json.dumps({"@type": "getTextEntities", "text": text}).encode()
    units = text.encode("utf-16-le")
    return [
        units[2 * found["offset"] : 2 * (found["offset"] + found["length"])].decode("utf-16-le")
        for found in json.loads(tdjson.td_execute(asked))["entities"]
    ]


tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
changed = False
for mark in "，。、；：！？）》】」":
    found = linked(f"见{ADDRESS}{mark}详情见后文 再说")
    print(mark, found)
    changed |= found != [f"{ADDRESS}{mark}详情见后文"]
for mark in "”’…)":
    found = linked(f"见{ADDRESS}{mark}详情见后文 再说")
    print(mark, found)
    changed |= found != [ADDRESS]
sys.exit("it behaves differently now" if changed else 0)
PYTHON
