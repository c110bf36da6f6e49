#!/usr/bin/env bash
# dateparser 1.5.0: a moment of ISO 8601 with a decimal comma becomes "five days before now".
#
# Expected: 2026-11-28 20:39:33.5 UTC, as with a point, and as datetime.fromisoformat of CPython 3.11 reads it. ISO 8601
#           names the comma first as the decimal sign, and many European systems write it.
# Seen:     the stated date is dropped without a word, and the fraction counts as days before the base: a moment
#           that is wrong by years here, and another one at each call without a base.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0 python-dateutil==4.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

import dateparser

BASE = datetime.datetime(2001, 2, 3, 4, 5, 6)
point, comma = (
    dateparser.parse(text, settings={"RELATIVE_BASE": BASE})
    for text in ("2026-11-28T20:39:33.5Z", "2026-11-28T20:39:33,5Z")
)
print(f"with a point {point}, with a comma {comma}")
same = point.year == 2026 and comma == BASE - datetime.timedelta(days=5)
sys.exit(0 if same else "it behaves differently now")
PYTHON
