# Two commands from a fresh clone: `make demo` and `make test`. Each does its own set-up.
.PHONY: help setup demo test bench lint format docs-rules lock clean

BIN := .venv/bin

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: ## Install what is absent: virtual environment, Python packages, rabbitmq-server
	@./.ci/setup.sh

demo: setup ## Run the whole path on the fixtures: broker, workers, DMP store
	@$(BIN)/dmp-gateway demo

test: ## Run all tests (real broker, real HTTP, real PostgreSQL)
	@./.ci/setup.sh --tests
	@$(BIN)/python -m pytest

bench: setup ## Measure against bare libraries; writes bench/latest.json
	@$(BIN)/python -m bench

lint: setup ## Style, types and floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: setup ## Rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs-rules: setup ## Write docs/rules.md from the rules
	@$(BIN)/dmp-gateway rules --markdown > docs/rules.md.new && mv docs/rules.md.new docs/rules.md

lock: ## Recompute requirements.lock from pyproject.toml (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra bench --extra dev --extra postgres --extra schematron pyproject.toml .ci/build.in -o requirements.lock

clean: ## Remove everything that was generated
	@rm -rf .venv var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
