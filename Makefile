# Two commands matter: `make run` (the example instance, served) and `make test`.
# Both prepare the machine first; `make setup` does only that.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint ready unit journeys test-postgres test-spark test-reference matrix security bench coverage bench-estimation bench-collection bench-release bench-quality bench-workflow wheel audit fuzz lock sbom screenshots clean
SHELL := /bin/bash
# what Python compiled once is kept: packages are installed uncompiled, and the tests start hundreds of processes
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
PY := $(VENV)/bin/python
HOME_DIR ?= instance
# two workers: one for each core of a small machine
JOBS ?= 2

help:
	@echo "make run      the example instance on http://127.0.0.1:8000/"
	@echo "make test     style, types, import contracts, migrations and every test"
	@echo "make matrix   who may open what: every cell of the authorisation matrix, counted"
	@echo "make fuzz     questions and files that nobody would send, by the thousand"
	@echo "make setup    the environment alone ($(VENV))"
	@echo "make wheel    dist/dozor-*.whl"
	@echo "make bench    figures of speed; bench-estimation for the estimators, bench-collection for phones and files"

setup: $(VENV)/.ready

$(VENV)/.ready: requirements-dev.txt pyproject.toml tools/setup.sh $(wildcard src/dozor/language/*/*.po)
	@tools/setup.sh $(VENV)
	@touch $@

run: setup
	@test -f $(HOME_DIR)/dozor.sqlite3 || $(VENV)/bin/dozor demo --home $(HOME_DIR) --format json >/dev/null  # serve shows the accounts
	@$(VENV)/bin/dozor serve --home $(HOME_DIR)

# what has no part in each other side by side, on both cores: reading the code, and fetching what the tests need
test: setup
	$(MAKE) --jobs=$(JOBS) lint security ready
	$(MAKE) unit

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	DOZOR_HOME=$$(mktemp -d) DJANGO_SETTINGS_MODULE=dozor.config.settings $(PY) -m django makemigrations --check --dry-run

# reads the code for holes: bandit, and the house's own rules
security: setup
	@tools/security.sh

# what the tests need beside Python: a browser, Java, a phone's engine, readers of open data
ready: setup
	@tools/need_browser.sh
	@tools/need_java.sh
	@tools/need_phone_engine.sh
	@tools/need_opendata.sh

unit: ready
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
	$(MAKE) test-postgres

# what touches a database, once more on a real PostgreSQL
test-postgres: setup
	$(PY) tools/with_postgres.py $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not slow and not journey and not any_engine" tests/integration --ignore tests/integration/matrix  # rights depend on no engine

wheel: setup
	rm -rf dist
	$(PY) -m build --wheel --no-isolation
	$(PY) tools/sbom.py dist/sbom.json

# every package of an installation, for whoever keeps watch over known holes
sbom: setup
	$(PY) tools/sbom.py dist/sbom.json

# known holes in what we depend on; --strict: a package that could not be asked about is a failure, not a pass
audit: setup
	$(VENV)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.txt

# questions to the API as each kind of person, spoilt files to the readers; SECONDS_OF_ASKING=10 for a short run
fuzz: setup
	@tools/fuzz.sh --seconds $${SECONDS_OF_ASKING:-60}

test-reference: setup
	$(PY) -m tests.reference.table

# who may open what: every cell of the table, counted
matrix: setup
	$(PY) -m pytest tests/integration/matrix

test-spark: setup
	@tools/spark.sh

bench: setup
	$(PY) tools/bench.py

# simulated national tables protected and attacked; half an hour
bench-release: setup
	$(PY) tools/bench_release.py
	$(PY) tools/bench_site.py

# do 95 % intervals hold the truth of simulated populations as often as they say
coverage: setup
	$(PY) tools/bench_field.py --samples 200 --output docs/generated/coverage.md

bench-estimation: setup
	$(PY) tools/bench_estimation.py
	$(PY) tools/bench_rds.py

# MINUTES=1 for a short run
bench-workflow: setup
	$(PY) tools/bench_workflow.py --minutes $${MINUTES:-10}

bench-quality: setup
	$(PY) tools/bench_quality.py

# SECONDS_OF_SENDING=60 for a short run
bench-collection: setup
	$(PY) tools/bench_collection.py --seconds $${SECONDS_OF_SENDING:-600}

# writes the locked requirements from pyproject.toml: hashes, no addresses
lock: setup
	@tools/lock.sh

# the pictures of README, from the example as it is now
screenshots: setup
	@tools/need_browser.sh
	$(PY) tools/screenshots.py

clean:
	rm -rf $(VENV) .venv-security .venv-opendata dist build
