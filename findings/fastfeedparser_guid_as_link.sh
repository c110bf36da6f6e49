#!/usr/bin/env bash
# fastfeedparser 0.6.5: a guid that says isPermaLink="false" becomes the entry's link.
#
# Expected: no link. RSS 2.0: "If its value is false, the guid may not be assumed to be a url, or a url to anything in
#           particular." feedparser keeps to it.
# Seen:     link is the guid as soon as it begins like an address, whatever the attribute says: readers are sent to
#           an address of the publisher's content system, and all that is one page's may look like many.
# Ends with 0 while this is so, with 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fastfeedparser==0.6.5 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import fastfeedparser
import feedparser

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
  <title>News</title><link>https://news.example/</link><description>All</description>
  <item><title>Headline</title><guid isPermaLink="{said}">https://cms.example/node/1</guid></item>
</channel></rss>"""
links = {
    said: (
        fastfeedparser.parse(FEED.format(said=said)).entries[0].get("link"),
        feedparser.parse(FEED.format(said=said)).entries[0].get("link"),
    )
    for said in ("false", "true")
}
print(links)
address = "https://cms.example/node/1"
sys.exit(0 if links == {"false": (address, None), "true": (address, address)} else "it behaves differently now")
PYTHON
