#!/bin/sh
# Pins every requirement with its hashes; no index address is written.
set -eu
cd "$(dirname "$0")"
for name in base postgres embedded analytics spark dev weights peers deid; do
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --python-version 3.11 "$@" "$name.in" -o "$name.txt"
done
# PyTorch is installed apart and first; what its build for graphics cards needs comes with it or not at all.
apart=$(grep -v '^#' torch_apart.txt | sed 's/^/--no-emit-package /')
# shellcheck disable=SC2086
uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
    --python-version 3.11 $apart "$@" train.in -o train.txt
