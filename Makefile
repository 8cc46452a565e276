# Sentra Kriya: the two commands are `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
export FLASK_APP := storefront.app:create_app
PYTEST := $(BIN)/python -m pytest -q -p no:cacheprovider

# Kernel, rules, machines and guards, and of each slice one page: what a change breaks most often.
FAST := tests/test_config.py tests/kernel tests/web $(wildcard tests/*/test_rules.py) \
  $(wildcard tests/*/test_machine*.py) tests/accounts/test_address_rules.py \
  tests/catalogue/test_listing_rules.py $(addprefix tests/guards/test_, house_rules.py \
  directions.py routes.py templates.py page_checks.py statements.py::test_what_visitors_see \
  migrations.py::test_there_is_one_head translations.py::test_placeholders_agree \
  access_matrix.py::test_who_gets_in_and_what_is_told[sqlite-guest]) \
  tests/accounts/test_account.py::test_an_address_is_kept_sealed_and_offered_first \
  tests/artisans/test_council.py::test_from_sent_to_approved \
  tests/catalogue/test_pages.py::test_every_page_opens_in_every_language \
  tests/cart/test_page.py::test_grouped_by_workshop_with_subtotals_in_few_statements \
  tests/checkout/test_placing.py::test_a_guest_in_seoul_places_an_order_of_two_workshops \
  tests/council/test_curation.py::test_the_wall_hangs_in_the_order_of_the_hand \
  tests/home/test_front.py::test_an_empty_shop_has_a_front_page \
  tests/jobs/test_schedule.py::test_readyz_lists_every_job \
  tests/notifications/test_mail.py::test_korean_text_and_its_twin_arrive_whole \
  tests/orders/test_pages.py::test_a_workshop_walks_its_order_to_the_courier \
  tests/payments/test_rehearsal.py::test_the_buyer_chooses_and_pays \
  tests/shipping/test_desk.py::test_a_new_fee_counts_at_once_and_a_stale_form_is_told

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-full lighthouse lint format bench demo-reset shell migrate translations tools

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install, migrate, load the demo once, start the shop (PORT, DATABASE_URL, DATA_DIR, EMPTY=1, STRIPE=stand-in)
	@$(PYTHON) deploy/install.py run && exec $(BIN)/python deploy/launch.py

test: lint ## everything a change must pass: lint, types, directions, both engines, browser
	$(PYTEST) -n 2

test-fast: tools ## kernel, rules, guards and a page of each slice, on SQLite (under a minute)
	$(PYTEST) -n 2 --engine sqlite $(FAST)

test-full: lint ## test, with every fault repeated, long random runs, both engines in the browser, coverage
	$(PYTEST) -n 2 --full --cov --cov-report=term:skip-covered

lighthouse: tools ## Lighthouse on five kinds of page of a running shop (URL=http://127.0.0.1:8000)
	$(BIN)/python -m bench.lighthouse.run $(or $(URL),http://127.0.0.1:8000)

lint: tools ## format, lint, types, directions and templates
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet

format: tools ## let the formatter write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .

bench: tools ## what the pages cost beside a bare one, into bench/results.md (BENCH="--sizes 60 --engines sqlite --seconds 2")
	$(BIN)/python -m bench.run $(BENCH)

demo-reset: tools ## throw the demo away and load it anew
	$(BIN)/flask demo reset

shell: tools ## Python inside the shop
	$(BIN)/flask shell

migrate: tools ## write a migration from the models: make migrate m="Add a column"
	@folder=$$(mktemp -d) && export DATA_DIR=$$folder DATABASE_URL= && \
	$(BIN)/flask db upgrade && $(BIN)/flask db migrate -m "$(m)"; rm -r $$folder

translations: tools ## collect the interface's sentences into the four catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k N_ -k lazy_gettext --width=100 --sort-output --add-location=file -o storefront/translations/messages.pot .
	$(BIN)/pybabel -q update --width=100 --ignore-obsolete --no-fuzzy-matching -i storefront/translations/messages.pot -d storefront/translations

tools:
	@$(PYTHON) deploy/install.py tools
