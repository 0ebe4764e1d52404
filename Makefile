# make run starts everything, make test proves everything. Both install what they need first, once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-test run test check trace bench bench-naming bench-name-shards bench-signing fmt lint requirements verify-audit sample-signed shots sbom clean

setup:
	@$(PYTHON) qideng/bootstrap.py

setup-test:
	@$(PYTHON) qideng/bootstrap.py --test

run: setup
	@exec $(BIN)/qideng up

test: setup-test
	@$(BIN)/qideng check

trace: setup-test
	@$(BIN)/qideng trace

lint: setup-test
	@$(BIN)/qideng check ruff import mypy migrations

fmt: setup-test
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: setup-test
	@$(BIN)/python -m bench

bench-naming: setup-test
	@$(BIN)/python -m bench.naming

bench-signing: setup-test
	@$(BIN)/python -m bench.signing

bench-name-shards: setup-test
	@$(BIN)/python -m bench.name_shards

sbom: setup
	@$(BIN)/qideng sbom

verify-audit: setup
	@$(BIN)/qideng verify-audit

sample-signed: setup-test
	@$(BIN)/python -m tests.journeys.sample_signed

shots: setup-test
	@$(BIN)/python -m pytest -q -p no:randomly -m journey tests/journeys

# New versions: edit requirements/*.in, then this. Lists carry hashes and no registry address.
COMPILE = $(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --override requirements/overrides.txt
requirements: setup-test
	@cd requirements && for list in base ocr dev; do ../$(COMPILE) $$list.in -o $$list.txt || exit 1; done

clean:
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
