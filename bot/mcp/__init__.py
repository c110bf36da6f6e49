"""What an assistant may ask of the archive, by the Model Context Protocol: read-only tools.

`answers` says what comes back, `pages` how long lists are parted, `tools` makes the answers from the store, and `server`,
the only file that imports the SDK, offers them to a client.
"""
