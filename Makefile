# Bare `make` lists the commands. A fresh machine needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
export VENV
PY = $(VENV)/bin/python
BIN = $(VENV)/bin
WORKERS ?= 2
PORT ?= 8000
CONTENT_PORT ?= 8001
export PYTHONUTF8 = 1
# Keep compiled modules: a run starts Python again and again, and compiling anew costs each start some seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick lint bench shots lock translations assets format clean for-run for-test built

help: ## list the commands
	@echo "Bến Học - commands:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export BASE_URL ?= http://127.0.0.1:$(PORT)
run: export CONTENT_URL ?= http://127.0.0.1:$(CONTENT_PORT)
run: for-run built ## a running school with demo data at http://127.0.0.1:8000
	@$(BIN)/lms db upgrade
	@$(BIN)/lms demo
	@exec $(BIN)/lms serve --port $(PORT) --content-port $(CONTENT_PORT)

test: for-test built ## everything, as CI runs it: PostgreSQL, S3, Chromium, ffmpeg too
	@$(PY) -m build_support.ffmpeg
	@chromium="$$($(PY) -m build_support.chromium)" && \
	CHROMIUM_PATH="$$chromium" $(PY) -m pytest -p build_support.skip_report -n $(WORKERS) $(ARGS) tests

quick: for-test built ## the tests without browser, PostgreSQL, S3, packaging and the slow ones
	@$(PY) -m pytest -p build_support.skip_report -n $(WORKERS) -q \
		-m "not browser and not postgres and not s3 and not packaging and not slow" $(ARGS) tests

lint: for-test ## layout, types, import floors, translations, house rules
	@$(PY) -m build_support.lint

bench: for-test built ## figures, one a line; ONLY=prefix for some of them
	@$(PY) -m bench $(ONLY)

shots: for-test built ## pictures of every screen into shots/
	@CHROMIUM_PATH="$$($(PY) -m build_support.chromium)" $(PY) -m bench.shots $(ARGS)
	@CHROMIUM_PATH="$$($(PY) -m build_support.chromium)" $(PY) -m bench.shots_of_places $(filter-out --%,$(ARGS))

lock: for-test ## write the hashed locks anew from pyproject.toml
	@$(PY) build_support/environment.py lock

translations: for-run ## compile the catalog, then list what it lacks
	@$(PY) -m build_support.translations compile
	@$(PY) -m build_support.translations check

assets: for-run built ## build style, script and texts, without starting anything

format: for-test ## lay out the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

clean: ## remove what was built; var/ (your data) stays
	rm -rf $(VENV) lms/static lms/translations lms/assets/node_modules dist build/out shots \
		.cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

for-run:
	@$(PYTHON) build_support/environment.py run

for-test:
	@$(PYTHON) build_support/environment.py test

built:
	@$(PY) -m build_support.translations compile
	@$(PY) -m build_support.assets
