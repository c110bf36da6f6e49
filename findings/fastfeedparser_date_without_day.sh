#!/usr/bin/env bash
# fastfeedparser 0.6.5: a date that names only a month gets the day on which the feed is read.
#
# Expected: the first of the month, or no date. "2026-10" is a complete date of W3C's profile of ISO 8601, in which
#           Dublin Core's dc:date is written; it says nothing of a day. feedparser gives the first.
# Seen:     read on the 29th it is the 29th, so one article has another date every day, and in the present month it
#           is always from today. It hands the text to python-dateutil (4.0.0) without a default to fill the gap with.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 python-dateutil==4.0.0 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

import fastfeedparser
import feedparser

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>Monthly</title><link>https://news.example/</link><description>Issues</description>
    <item><title>Issue</title><link>https://news.example/1</link><dc:date>2026-10</dc:date></item>
  </channel>
</rss>"""
before = datetime.date.today().day
seen = datetime.datetime.fromisoformat(fastfeedparser.parse(FEED).entries[0]["published"])
after = datetime.date.today().day
other = tuple(feedparser.parse(FEED).entries[0]["updated_parsed"])[:3]
print(f"read on day {before}: fastfeedparser {seen.date()}, feedparser {other}")
same = (seen.year, seen.month) == (2026, 10) and seen.day in (before, after) and other == (2026, 10, 1)
sys.exit(0 if same else "it behaves differently now")
PYTHON
