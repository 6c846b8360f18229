# Bare `make` lists what there is. Every target sets itself up: Python 3.11 or newer and make are enough.

.DEFAULT_GOAL := help
.PHONY: help setup corpus test test-server lint format check golden docs docs-site bench serve lock clean

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
ARGS  ?=
KIT   ?=

# No dependency reports home from here, whatever its own default is.
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## the environment in .venv, at the versions of constraints.txt (the others do this themselves)

# The first Python that is new enough; 3.11 first, since constraints.txt was tested there.
$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || { \
	  for candidate in $(PYTHON) python3.11 python3 python3.12 python3.13 python; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	      exec "$$candidate" -m venv $(VENV); \
	    fi; \
	  done; \
	  echo "copydesk needs Python 3.11 or newer, and found none; name one with make PYTHON=/path/to/python" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable . --group dev
	@touch $@

corpus: $(READY)  ## build data/raw into data/processed
	$(BIN)/copydesk build data/raw --out data/processed $(ARGS)

test: $(READY)  ## every test; ARGS="-k dateline" for some
	$(BIN)/pytest -n 2 --dist loadgroup -m "not server" $(ARGS)
	@$(MAKE) --no-print-directory test-server

test-server: $(READY)  ## the tests that start a Prefect server, one after another
	$(BIN)/pytest -m server $(ARGS)

lint: $(READY)  ## ruff, its formatter, and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## let ruff put right what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test  ## everything that CI asks for

golden: $(READY)  ## rewrite the expected values of the golden cases; read the diff, and say in the commit why each changed
	$(BIN)/python tests/test_cases.py --rewrite $(ARGS)

docs: $(READY)  ## write the reference again from the code: tables, commands, settings, rules
	$(BIN)/python docs/_generate.py

docs-site: $(READY)  ## the documentation as a site, into site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

bench: $(READY)  ## accuracy and speed on a kit of gold cases: make bench KIT=/path/to/kit
	@test -n "$(KIT)" || { echo "expected KIT=/path/to/kit; benchmarks/README.md says what a kit holds" >&2; exit 2; }
	$(BIN)/python benchmarks/accuracy.py --kit "$(KIT)" --write docs/benchmarks.md $(ARGS)
	$(BIN)/python benchmarks/throughput.py --kit "$(KIT)" --write docs/benchmarks.md
	$(BIN)/python benchmarks/reading.py --kit "$(KIT)" --write docs/benchmarks.md

serve: $(READY)  ## the nightly schedule, served from this machine until Ctrl-C
	$(BIN)/python -m flows.deployments serve $(ARGS)

lock: pyproject.toml  ## the newest versions that fit, into constraints.txt; commit it once make check passes
	rm -rf build/lock && python3.11 -m venv build/lock
	build/lock/bin/python -m pip install --quiet --upgrade pip hatchling
	build/lock/bin/python -m pip install --quiet --editable . --group dev --group train
	{ sed '/^# Written by/q' constraints.txt; build/lock/bin/python -m pip freeze --all --exclude-editable --exclude setuptools; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

clean:  ## caches and build products; not .venv, not data
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
