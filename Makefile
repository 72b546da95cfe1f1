# The commands of the house. `make run` plays it, `make test` proves it.

.DEFAULT_GOAL := help
.PHONY: help run test test-debian bench trial lint lock translations browser
SHELL := /bin/sh
PYTHON := .venv/bin/python
# What is installed: the part of the lock file that running needs, and the whole of it, which the tests need.
READY := .venv/running.lock
TESTED := .venv/testing.lock
# Overridden from outside for a part of the suite: make test TESTS=tests/house
TESTS ?= tests
WORKERS ?= 2
# File by file, in the order that tests/plugins/order.py gives: what a file prepares is prepared once, and the long
# journeys do not all fall to one worker.
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

help:
	@echo "make run    start everything: http://localhost:8000/  (PORT, HOST, DATA_DIR, OPVANGLOKET_NOW)"
	@echo "make test   run the suite, browser included"
	@echo "make lint   ruff and mypy"
	@echo "make bench, make trial, make test-debian, make lock"

run: $(READY)
	@exec $(PYTHON) -m jobs.local --with-parent

test: $(TESTED) translations browser
	@$(PYTHON) -m pytest $(SPREAD) $(TESTS)

# The same suite against Debian's own PostgreSQL, with a password for each login, and Debian's own Redis.
test-debian: $(TESTED) translations browser
	@$(PYTHON) -m tests.servers.debian $(PYTHON) -m pytest $(SPREAD) $(TESTS)

bench: $(TESTED) translations
	@$(PYTHON) -m pytest -m bench -s $(TESTS)

trial: $(TESTED) translations browser
	@$(PYTHON) -m pytest -m trial $(TESTS)

lint: $(TESTED)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy

translations: $(READY)
	@$(PYTHON) -m app.web.i18n_cli compile

browser: $(TESTED)
	@$(PYTHON) -m tests.servers.install_browser

# Resolve again what pyproject.toml asks for (needs uv): first what running needs, then what only the tests add.
MARK := \# What only the tests need.
COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links pyproject.toml
lock:
	@set -e; made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; \
	$(COMPILE) --output-file "$$made/running"; \
	$(COMPILE) --group dev --constraint "$$made/running" --output-file "$$made/all"; \
	{ cat "$$made/running"; echo "$(MARK)"; \
	  awk 'NR == FNR { if (/^[a-z]/) known[$$1]; next } /^[a-z]/ { fresh = !($$1 in known) } fresh' \
	    "$$made/running" "$$made/all"; } > requirements.lock

# The environment, from the lock file and its hashes: with uv when the machine has it, else with pip.
$(READY): requirements.lock
	@mkdir -p .venv && sed '/^$(MARK)/,$$d' requirements.lock > .venv/wanted && $(INSTALL) && mv .venv/wanted $@

$(TESTED): requirements.lock | $(READY)
	@cp requirements.lock .venv/wanted && $(INSTALL) && mv .venv/wanted $@

define INSTALL
python=; \
	for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or later is needed, and none was found." >&2; exit 1; fi; \
	echo "Installing what $(@F:.lock=) needs into .venv (once)..." >&2; \
	if ! { command -v uv >/dev/null 2>&1 \
	  && { [ -x $(PYTHON) ] || uv venv --quiet --allow-existing --python "$$python" .venv; } \
	  && uv pip install --quiet --require-hashes --python $(PYTHON) --requirement .venv/wanted; }; then \
	  if ! [ -x $(PYTHON) ] || ! $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	    "$$python" -m venv .venv \
	      || { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	  fi; \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --requirement .venv/wanted; \
	fi
endef
