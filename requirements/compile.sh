#!/bin/sh
# Pins every requirement with its hashes; no index address is written.
set -eu
cd "$(dirname "$0")"
for name in base postgres embedded analytics spark dev weights peers; do
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --python-version 3.11 "$@" "$name.in" -o "$name.txt"
done
