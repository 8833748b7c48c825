# On a fresh machine `make start` and `make test` are the only two commands.
# They need Python 3.11 or newer; PYTHON=python3.12 picks another one.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip install --quiet --disable-pip-version-check
# The JavaScript SDK, which some tests run where there is npm; npm writes this file last.
JAVASCRIPT := tests/contract/javascript
NPM := $(shell command -v npm)
JAVASCRIPT_SDK := $(if $(NPM),$(JAVASCRIPT)/node_modules/.package-lock.json)

.PHONY: start serve test coverage lint format benchmarks

start: $(VENV)/run.stamp
	$(RUN)/streamlit run sandbox_app.py

serve: $(VENV)/run.stamp
	$(RUN)/python -m sandbox serve

test: $(VENV)/test.stamp $(JAVASCRIPT_SDK)
	$(RUN)/python -m pytest

coverage: $(VENV)/test.stamp $(JAVASCRIPT_SDK)
	$(RUN)/coverage run -m pytest
	$(RUN)/coverage report

lint: $(VENV)/test.stamp
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

format: $(VENV)/test.stamp
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

benchmarks: $(VENV)/test.stamp
	$(RUN)/python -m benchmarks

# Made whole or not at all: half an environment would be taken for a good one the next time.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; make PYTHON=… names another one."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module does not work; Debian has it in python3-venv."; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/test.stamp: tests/requirements.txt $(VENV)/run.stamp
	$(PIP) -r tests/requirements.txt
	touch $@

# Without a network these tests are skipped, and say so.
$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json
	-cd $(JAVASCRIPT) && $(NPM) ci --silent && touch node_modules/.package-lock.json
