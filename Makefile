# beeld: `make demo` runs an exercise, `make test` proves the product; both need Python 3.11+ and make only.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The RabbitMQ that `make cluster` finds where none is named and none is installed.
CLUSTER := $(if $(BEELD_RABBITMQ_ROOT),,$(if $(wildcard build/cluster-root),BEELD_RABBITMQ_ROOT=$(CURDIR)/build/cluster-root,))
RUNTIME := $(VENV)/.installed
STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help demo test long cluster cluster-long cluster-root browser check lint types imports cover bench bench-long figures figures-check docs soak fuzz exam exam-table golden pictures page-pictures compose clean

help: ## show these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

$(RUNTIME): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "beeld needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "cannot make a virtual environment: install the venv module of $(PYTHON) (Debian: apt-get install python3-venv)"; exit 2; }
	@echo "installing beeld into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP): $(RUNTIME)
	@echo "installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(RUNTIME) ## run the exercise limburg-hoogwater over the embedded broker
	@$(BIN)/beeld run limburg-hoogwater --seed 7

test: $(STAMP) ## unit, property, contract, determinism and integration tests
	@$(BIN)/python -m pytest -q -m "not slow and not cluster" -n 2 --dist loadfile

long: $(STAMP) ## tests that take long: every exercise that comes with it, on every broker
	@$(BIN)/python -m pytest -q -m "slow and not cluster" -n 2 --dist loadfile

cluster: $(STAMP) ## tests over a cluster of three RabbitMQ 4 nodes: some minutes; needs one, or `make cluster-root` before
	@$(CLUSTER) $(BIN)/python -c 'import sys; from brokers.rabbitmq import RabbitMQBroker; sys.exit(RabbitMQBroker.available())'
	@$(CLUSTER) $(BIN)/python -m pytest -q -m "cluster and not slow"

cluster-long: $(STAMP) ## the rest of them: every exercise that comes with it, over the cluster
	@$(CLUSTER) $(BIN)/python -c 'import sys; from brokers.rabbitmq import RabbitMQBroker; sys.exit(RabbitMQBroker.available())'
	@$(CLUSTER) $(BIN)/python -m pytest -q -m "cluster and slow"

cluster-root: ## make build/cluster-root, a folder with Debian 13 and its RabbitMQ 4 (as root, on Debian with debootstrap)
	@.ci/cluster-root $(CURDIR)/build/cluster-root

browser: $(STAMP) ## pages as a browser shows them; needs chromium (in `make test` too, where there is one)
	@$(BIN)/python -m pytest -q tests/browser

check: $(STAMP) lint types imports cover test ## everything that CI and pre-commit hold

lint: $(STAMP) ## ruff, rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP) ## mypy, strict
	@$(BIN)/mypy

imports: $(STAMP) ## import contracts
	@$(BIN)/lint-imports

cover: $(STAMP) ## branch coverage of sim/core by its own unit tests, at 100%
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/unit/core --cov --cov-report=term-missing --cov-fail-under=100

bench: $(STAMP) ## benchmarks, as ratios within one run
	@$(BIN)/python -m benchmarks

figures: $(STAMP) ## write the measured figures in the READMEs of scenarios anew (some minutes)
	@$(BIN)/python -m benchmarks.scenario_figures

figures-check: $(STAMP) ## the figures in the READMEs of scenarios are those of the runs
	@$(BIN)/python -m benchmarks.scenario_figures --check

docs: $(STAMP) ## the documentation as a site in build/site; a warning is an error
	@rm -rf build/site
	@$(BIN)/sphinx-build -q -W --keep-going -c docs/site -d build/site-cache -b html . build/site
	@echo "build/site/index.html"

bench-long: $(STAMP) ## the assessment of a log of a million records: some minutes, some 5 GB of disk and memory
	@$(BIN)/python -m benchmarks long

soak: $(STAMP) ## two hours of an exercise at twenty times the clock, while connections break all the time: six minutes
	@$(BIN)/python -m benchmarks.soak

fuzz: $(STAMP) ## a million wrong messages thrown at decoder, exercise and broker: some minutes
	@$(BIN)/python -m tests.fuzz

exam: $(STAMP) ## the whole verification exam, held against docs/verification.md: some minutes
	@$(BIN)/python -m tests.unit.docs.test_exam_page --check

exam-table: $(STAMP) ## hold it, and write docs/verification.md anew
	@$(BIN)/python -m tests.unit.docs.test_exam_page

golden: $(STAMP) ## write the golden files anew (look at the difference before you commit)
	@$(BIN)/python -m pytest -q tests/golden --write-golden

pictures: $(STAMP) ## what the demo prints, in the README, and the contamination tree of docs/lineage.md anew
	@$(BIN)/python -m benchmarks.demo_page
	@rm -rf build/pictures
	@$(BIN)/beeld run limburg-hoogwater --seed 7 --broker memory --out build/pictures >/dev/null
	@$(BIN)/beeld trace build/pictures f-bridge-bunde --lang en --svg docs/pictures/contamination-tree.svg >/dev/null

page-pictures: $(STAMP) ## pictures of the pages in docs/pictures anew (some minutes; needs chromium)
	@BEELD_KEEP_PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_pages.py

compose: ## docker-compose.yml is well-formed, with and without the profile cluster; needs docker compose, or docker-compose
	@if docker compose version >/dev/null 2>&1; then docker compose config --quiet && docker compose --profile cluster config --quiet; \
	elif command -v docker-compose >/dev/null; then docker-compose config --quiet && docker-compose --profile cluster config --quiet; \
	else echo "there is no docker compose here (Debian: apt-get install docker-compose)"; exit 2; fi

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage runs build dist
