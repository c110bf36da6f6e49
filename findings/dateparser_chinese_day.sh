#!/usr/bin/env bash
# dateparser 1.5.0: "28日" (the 28th) is the 1st of the month, and "11-28 20:15" in a Chinese list is in 2011.
#
# Expected: 28 November of the base's year for both, with the time where one is said: as "28" alone gives no date,
#           and as 2026-11-28 20:15 is read. Lists of Chinese news sites write just this: month and day, and a time.
# Seen:     28日 keeps the month and loses the very number that was said; 11-28 20:15 becomes a year and a day, with the
#           month of the base. Neither raises or gives None, so the wrong date passes for one that was read.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

import dateparser

BASE = datetime.datetime(2026, 11, 29, 10, 0)
read = {
    text: dateparser.parse(text, languages=["zh"], settings={"RELATIVE_BASE": BASE})
    for text in ("28日", "11-28 20:15", "2026-11-28 20:15")
}
for text, moment in read.items():
    print(text, moment)
same = list(read.values()) == [
    datetime.datetime(2026, 11, 1, 10, 0),
    datetime.datetime(2011, 11, 28, 20, 15),
    datetime.datetime(2026, 11, 28, 20, 15),
]
sys.exit(0 if same else "it behaves differently now")
PYTHON
