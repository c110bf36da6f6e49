#!/usr/bin/env bash
# Babel 2.18.0: for a reader in Hong Kong every place is on summer time, all year (中國（上海）夏令時間).
#
# Expected: 中國（上海）時間, as for zh_Hant and zh_Hans: get_timezone_location names a place, and China has had no summer
#           time since 1991.
# Seen:     in the locale's data the pattern for a place's daylight time has taken the place of the plain one, so
#           zh_Hant_HK (also as zh_HK and zh_Hant_MO) says "summer time" of Shanghai, Tokyo and UTC+8 alike.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.18.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys

from babel.dates import get_timezone_location

changed = False
for locale in ("zh_Hans", "zh_Hant", "zh_Hant_HK", "zh_HK", "zh_Hant_MO"):
    names = [get_timezone_location(zone, locale=locale) for zone in ("Asia/Shanghai", "Asia/Tokyo", "Asia/Singapore")]
    print(locale, *names)
    changed |= all("夏令" in name for name in names) != locale.endswith(("HK", "MO"))
sys.exit("it behaves differently now" if changed else 0)
PYTHON
