#!/usr/bin/env bash
# What checks the open data against others' standards (sdmx1, frictionless, pyshacl), in an environment of its own,
# made from locked requirements: their pandas and rdflib are nobody else's business.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-opendata
if ! cmp -s requirements-opendata.txt "$venv/.made-from"; then
    python=$(command -v python3.11 || command -v python3)
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-opendata.txt
    cp requirements-opendata.txt "$venv/.made-from"
fi
