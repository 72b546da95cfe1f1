# The commands of the house. `make run` plays it, `make test` proves it.

.DEFAULT_GOAL := help
.PHONY: help run test test-debian bench trial lint translations browser
SHELL := /bin/sh
PYTHON := .venv/bin/python
READY := .venv/installed.lock
# Overridden from outside for a part of the suite: make test TESTS=tests/house
TESTS ?= tests
WORKERS ?= 2

help:
	@echo "make run    start everything: http://localhost:8000/  (PORT, HOST, DATA_DIR, OPVANGLOKET_NOW)"
	@echo "make test   run the suite, browser included"
	@echo "make lint   ruff and mypy"
	@echo "make bench, make trial, make test-debian"

run: $(READY)
	@exec $(PYTHON) -m jobs.local --with-parent

test: $(READY) translations browser
	@$(PYTHON) -m pytest -n $(WORKERS) $(TESTS)

# The same suite against Debian's own PostgreSQL, with a password for each login, and Debian's own Redis.
test-debian: $(READY) translations browser
	@$(PYTHON) -m tests.servers.debian $(PYTHON) -m pytest -n $(WORKERS) $(TESTS)

bench: $(READY) translations
	@$(PYTHON) -m pytest -m bench -s $(if $(filter tests,$(TESTS)),tests/bench,$(TESTS))

trial: $(READY) translations browser
	@$(PYTHON) -m pytest -m trial $(if $(filter tests,$(TESTS)),tests/trial,$(TESTS))

lint: $(READY)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy

translations: $(READY)
	@$(PYTHON) -m jobs.local.translations

browser: $(READY)
	@$(PYTHON) -m tests.servers.install_browser

# The environment, from the lock file and its hashes: with uv when the machine has it, else with pip.
$(READY): requirements.lock
	@python=; \
	for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or later is needed, and none was found." >&2; exit 1; fi; \
	echo "Installing the environment in .venv (once)..." >&2; \
	if command -v uv >/dev/null 2>&1 && { [ -x $(PYTHON) ] || uv venv --quiet --python "$$python" .venv; } \
	  && uv pip sync --quiet --require-hashes --python $(PYTHON) requirements.lock; then :; \
	else \
	  if ! [ -x $(PYTHON) ] || ! $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	    "$$python" -m venv .venv \
	      || { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	  fi; \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement requirements.lock; \
	fi && cp requirements.lock $(READY)
