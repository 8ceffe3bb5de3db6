# The two commands of the README are `make run` and `make test`; the rest is for developers.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT := $(or $(MEDTRACE_PORT),8000)
export MEDTRACE_PORT := $(PORT)
# Tests start the program hundreds of times; it need not be compiled anew each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup setup-run test test-long lint bench lock clean

run: setup-run
	@$(BIN)/medtrace serve --demo

setup-run: $(VENV)/.run
	@sh deploy/system-packages.sh run

setup: $(VENV)/.dev
	@sh deploy/system-packages.sh test
	@test web/package-lock.json -ot web/node_modules/.package-lock.json || npm ci --prefix web --silent --no-audit --no-fund

$(VENV)/bin/python:
	@sh deploy/make-venv.sh $(PYTHON) $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -m "not long" -n 2 --dist loadgroup

test-long: setup
	$(BIN)/python -m pytest -m long

bench: setup
	$(BIN)/python -m benchmarks

# New versions come in here and nowhere else; the files name no index host.
lock: setup
	$(BIN)/uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
