#!/usr/bin/env bash
# Starts a real local Spark and shows the estimates of DuckDB on it, in an environment of its own: PySpark is
# large, and nobody without a cluster needs it.
set -eu
cd "$(dirname "$0")/.."
CI=true tools/need_java.sh
venv=.venv-spark
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
for list in requirements-dev.txt requirements-spark.txt; do
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$list"
done
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
"$venv/bin/python" tools/compile_translations.py >/dev/null
DOZOR_TEST_SPARK=1 SPARK_LOCAL_IP=127.0.0.1 exec "$venv/bin/python" -m pytest -s tests/spark "$@"
