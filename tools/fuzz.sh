#!/usr/bin/env bash
# Looks for what breaks the API and the readers of files (tools/fuzz.py). Schemathesis lives in an environment of its
# own, made from locked requirements: it shares libraries with the program in other versions.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-fuzz
if ! cmp -s requirements-fuzz.txt "$venv/.made-from"; then
    python=$(command -v python3.11 || command -v python3)
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
    cp requirements-fuzz.txt "$venv/.made-from"
fi
exec .venv/bin/python tools/fuzz.py "$@"
