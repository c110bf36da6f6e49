#!/usr/bin/env bash
# TDLib 1.8.69 (tdjson), Telegram's own finder of entities: a command with a Chinese word behind it is no command.
#
# Expected: /search is a bot command in "/search华为". The Bot API says of commands that they consist of Latin letters,
#           digits and underscores, so the first Chinese character could only end one, as "，" does.
# Seen:     no entity at all, but one in "/search，华为" and "/search 华为". A bot that registers command handlers by
#           entity (python-telegram-bot's CommandHandler) never sees the message of a reader
#           who writes without blanks, as Chinese is written.
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


def ask(request):
    return json.loads(tdjson.td_execute(json.dumps(request).encode()))


ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
changed = False
for text, expected in (("/search 华为", 7), ("/search，华为", 7), ("/search华为", None)):
    found = ask({"@type": "getTextEntities", "text": text})["entities"]
    seen = [each["length"] for each in found if each["type"]["@type"] == "textEntityTypeBotCommand"]
    print(f"{text}: lengths of commands {seen}")
    changed |= seen != ([] if expected is None else [expected])
sys.exit("it behaves differently now" if changed else 0)
PYTHON
