# Every command a developer needs. `make` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-ready
TEST := $(VENV)/.test-ready
# Rules that decide results: every branch of them is tested.
WHOLE := 'quizapp/domain/*,quizapp/question_types/*/grading.py,quizapp/features/attempts/commands/*,quizapp/formats/tables.py'
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup serve worker sync upgrade migration format lint types imports templates unit \
	check integration e2e test bench load drill mutants coverage translations schemas course-report shots lock clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUN) ## Make .venv with the quizapp command and everything it needs to run

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "quizapp needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): requirements/run.txt pyproject.toml $(VENV)/.created
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(TEST): requirements/test.txt $(RUN)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/test.txt
	@touch $@

serve: setup ## Run the app with the course: set-up, database, sample accounts, web and worker
	@$(BIN)/quizapp upgrade
	@$(BIN)/quizapp bank sync
	@$(BIN)/quizapp demo --accounts
	@exec $(BIN)/quizapp serve

worker: setup ## Run only the background worker
	@exec $(BIN)/quizapp worker

sync: setup ## Load question_bank/ into the database
	@$(BIN)/quizapp bank sync

upgrade: setup ## Bring the database to the newest migration
	@$(BIN)/quizapp upgrade

migration: $(TEST) ## Write a migration from the models: make migration m="add teams"
	@$(BIN)/python -m tests.tools.new_migration "$(m)"

format: $(TEST) ## Format Python and templates
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

lint: $(TEST)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(TEST)
	@$(BIN)/mypy

imports: $(TEST)
	@$(BIN)/lint-imports --no-timing 2>/dev/null || $(BIN)/lint-imports

templates: $(TEST)
	@$(BIN)/djlint quizapp --lint --quiet

unit: $(TEST) ## Unit and architecture tests
	@$(BIN)/pytest -q tests/unit tests/architecture

check: lint types imports templates unit ## Format, lint, types, imports, templates, unit tests: before each commit

integration: $(TEST) ## Integration tests on SQLite and PostgreSQL
	@$(BIN)/pytest -q tests/integration

e2e: $(TEST) ## Browser journeys
	@$(BIN)/python -m tests.tools.browser
	@$(BIN)/pytest -q tests/e2e

test: $(TEST) ## Everything: what CI runs
	@$(BIN)/python -m tests.tools.browser
	@$(MAKE) --no-print-directory lint types imports templates
	@$(BIN)/coverage erase
	@$(BIN)/python -m tests.tools.suites
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
	@$(BIN)/coverage report --include=$(WHOLE) --fail-under=100
	@$(BIN)/python -m tests.tools.suites e2e

bench: $(TEST) ## Measure the budgets: CPU per request beside bare Flask (ARGS=--json for one document)
	@$(BIN)/python -m tests.bench $(ARGS)

load: $(TEST) ## An exam of 300 candidates who think, on the real server (ARGS="--candidates 500 --json")
	@$(BIN)/python -m tests.bench --only load $(ARGS)

drill: $(TEST) ## Kill, race and fault drills and long histories, ten minutes (MINUTES=n ARGS=--json)
	@$(BIN)/python -m tests.bench.drill --minutes $(or $(MINUTES),10) $(ARGS)

mutants: $(TEST) ## Do the tests notice small changes in marking, timing and grading? (ARGS="--only cloze")
	@$(BIN)/python -m tests.tools.mutants $(ARGS)

coverage: $(TEST) ## Coverage of unit and integration tests as HTML in .cache/coverage
	@$(BIN)/coverage run -m pytest -q tests/unit tests/architecture tests/integration
	@$(BIN)/coverage html -d .cache/coverage

translations: $(TEST) ## Collect the texts of the pages into the message catalog
	@$(BIN)/python -m tests.tools.translations

schemas: setup ## Write the JSON Schemas of question_bank/ from the models
	@$(BIN)/quizapp bank schemas

course-report: setup ## Write the figures of the course into docs/course-report.md
	@$(BIN)/quizapp bank report dry-needling-foundations > docs/course-report.md

shots: $(TEST) ## Screenshots of the pages into .cache/shots (the README's into docs/screenshots)
	@$(BIN)/python -m tests.tools.browser
	@$(BIN)/python -m tests.tools.shots $(ARGS)

lock: $(TEST) ## Resolve the dependencies anew into requirements/
	@$(BIN)/python -m tests.tools.lock

clean: ## Remove the environment and caches (data in var/ stays)
	rm -rf $(VENV) .cache .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find quizapp tests -name __pycache__ -prune -exec rm -rf {} +
