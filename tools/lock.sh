#!/usr/bin/env bash
# Writes requirements*.txt from pyproject.toml: exact versions with hashes, and no address of any index.
set -eu
cd "$(dirname "$0")/.."
compile() { .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml "$@"; }
compile -o requirements.txt
compile --extra dev -c requirements.txt -o requirements-dev.txt
compile --extra spark -c requirements.txt -o requirements-spark.txt
! grep -n '://' requirements*.txt
