#!/usr/bin/env bash
# Reads the code for holes: bandit's rules and the house's own (semgrep, tools/semgrep.yaml). Both live in an
# environment of their own, made from locked requirements: what they need is nobody else's business.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-security
if ! cmp -s requirements-security.txt "$venv/.made-from"; then
    python=$(command -v python3.11 || command -v python3)
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-security.txt
    cp requirements-security.txt "$venv/.made-from"
fi
"$venv/bin/bandit" --quiet --recursive --severity-level medium --configfile pyproject.toml src
SEMGREP_SEND_METRICS=off "$venv/bin/semgrep" scan --metrics=off --disable-version-check --quiet --error \
    --no-git-ignore --jobs 1 --config tools/semgrep.yaml src/dozor
