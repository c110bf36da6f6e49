#!/bin/sh
# Before the bot starts: where there is no store, bring back what the replica holds. CHENBAO_DB and REPLICA_URL as in
# litestream.yml. The bot then sends nothing again that may have been sent after the replica's end.
set -eu
[ ! -e "$CHENBAO_DB" ] || exit 0
incoming="$CHENBAO_DB.incoming"
rm -f "$incoming" "$incoming-wal" "$incoming-shm"
litestream restore -if-replica-exists -o "$incoming" "$REPLICA_URL"
[ -e "$incoming" ] || exit 0
chenbao restore "$incoming"
rm -f "$incoming" "$incoming-wal" "$incoming-shm"
