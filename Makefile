# Sentra Kriya: the two commands are `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export FLASK_APP := storefront.app:create_app
PYTEST := $(BIN)/python -m pytest -q -p no:cacheprovider

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-full lint format demo-reset shell migrate translations tools

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install, migrate, load the demo once, start the shop (PORT, DATABASE_URL, DATA_DIR, EMPTY=1, STRIPE=stand-in)
	@$(PYTHON) deploy/install.py run && exec $(BIN)/python deploy/launch.py

test: lint ## everything a change must pass: lint, types, directions, both engines, browser
	$(PYTEST) -n 2

test-fast: tools ## unit and page tests on SQLite, no browser (under a minute)
	$(PYTEST) -n 2 --engine sqlite -m "not browser"

test-full: lint ## test, with every fault repeated, long random runs, both engines in the browser, coverage
	$(PYTEST) -n 2 --full --cov --cov-report=term:skip-covered

lint: tools ## format, lint, types, directions and templates
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet

format: tools ## let the formatter write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

demo-reset: tools ## throw the demo away and load it anew
	$(BIN)/flask demo reset

shell: tools ## Python inside the shop
	$(BIN)/flask shell

migrate: tools ## write a migration from the models: make migrate m="Add a column"
	@folder=$$(mktemp -d) && export DATA_DIR=$$folder DATABASE_URL= && \
	$(BIN)/flask db upgrade && $(BIN)/flask db migrate -m "$(m)"; rm -r $$folder

translations: tools ## collect the interface's sentences into the four catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ --no-wrap --sort-by-file --add-location=file -o storefront/translations/messages.pot .
	$(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching -i storefront/translations/messages.pot -d storefront/translations

tools:
	@$(PYTHON) deploy/install.py tools
