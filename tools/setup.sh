#!/usr/bin/env bash
# Builds the environment in the folder named: Python's own venv, filled from the locked requirements.
# As root on Debian it installs the system packages it misses; else it names the command.
set -eu
cd "$(dirname "$0")/.."
venv=$1
need() {  # need PACKAGE...: install with apt-get, or say how
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing: $*" >&2
        (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@") >&2
    else
        echo "This machine lacks: $*. Install them with: sudo apt-get install $*" >&2
        exit 1
    fi
}
python=$(command -v python3.11 || command -v python3 || true)
[ -n "$python" ] || { need python3; python=$(command -v python3); }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Dozor needs Python 3.11 or later; $python is $("$python" -V)." >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
# --no-compile: Python compiles what it loads when it loads it; all of it takes most of a minute
"$venv/bin/pip" install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.txt
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
"$venv/bin/python" tools/compile_translations.py >/dev/null
