#!/usr/bin/env bash
# fastfeedparser 0.6.5: an Atom entry's link is its rel="self" where that stands before a link without rel.
#
# Expected: the page. RFC 4287, 4.2.7.2: "If the 'rel' attribute is not present, the link element MUST be interpreted
#           as if the link relation type is 'alternate'"; rel="self" names the entry's own XML. feedparser agrees.
# Seen:     link is https://news.example/entry.xml. rel="enclosure", "edit", "replies" and "via" win the same way: an
#           entry then links to an audio file, an editing interface, its comments or another site.
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
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>News</title><id>urn:example:feed</id><updated>2026-11-28T12:00:00Z</updated>
  <author><name>Editor</name></author>
  <entry>
    <title>Headline</title><id>urn:example:1</id><updated>2026-11-28T12:00:00Z</updated><content>Text.</content>
    {first}<link href="https://news.example/page"/>
  </entry>
</feed>"""
changed = False
for rel in ("self", "enclosure", "edit", "replies", "via"):
    feed = FEED.format(first=f'<link rel="{rel}" href="https://news.example/{rel}"/>')
    seen = fastfeedparser.parse(feed).entries[0]["link"]
    other = feedparser.parse(feed).entries[0]["link"]
    print(f"{rel}: fastfeedparser {seen}, feedparser {other}")
    changed |= seen != f"https://news.example/{rel}" or other != "https://news.example/page"
sys.exit("it behaves differently now" if changed else 0)
PYTHON
