# Everything a person or CI runs. Needs python3 with venv, make and git; the rest is installed here, from hashed lock files.
PYTHON ?= python3
BIN := .venv/bin
TSC := .venv/script/node_modules/typescript/bin/tsc
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export UV_LINK_MODE := copy
# One thread for linear algebra: the tests run beside servers and browsers, and threads that wait for one another slow all of them.
export OMP_NUM_THREADS := 1
# Keep the numba machine code and byte code between runs even where the environment asks otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo install test check check-script test-slow test-browser bench lock format docs clean

help:  ## Show the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/uv: requirements/uv.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run.stamp: $(BIN)/uv requirements/run.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

# The compiler of TypeScript, which checks the types of the JavaScript; Node itself is among the hashed Python packages.
.venv/script.stamp: .venv/dev.stamp requirements/package.json requirements/package-lock.json
	@mkdir -p .venv/script && cp requirements/package.json requirements/package-lock.json .venv/script
	@cd .venv/script && ../bin/npm ci --silent --ignore-scripts --no-audit --no-fund || { \
	  echo "The types of the JavaScript are not checked: its checker could not be installed (npm ci, in .venv/script)." >&2; \
	  echo "It comes from npm's registry; where that is not reached, name another by: npm config set registry ADDRESS" >&2; exit 1; }
	@touch $@

install: .venv/run.stamp  ## Create .venv and install Pinprick into it.

demo: install  ## Plan an example patient, then serve a demonstration clinic at http://localhost:8000 until Ctrl-C.
	@mkdir -p out
	$(BIN)/pinprick plan examples/acne-scars.toml --report out/plan.html
	@echo "Report: out/plan.html"
	$(BIN)/pinprick serve --demo --data out/demo

test: .venv/dev.stamp  ## Run the default test suite (under 15 minutes on two cores).
	$(BIN)/python -m pytest -m "not slow and not browser"

check: .venv/dev.stamp  ## Formatting, lint, types, import contracts, documentation and known faults of libraries.
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --quiet --strict --site-dir out/site
	$(BIN)/python requirements/audit.py
	@$(MAKE) --no-print-directory check-script

check-script: .venv/script.stamp  ## Types of the JavaScript (part of check).
	$(BIN)/node $(TSC) --project tsconfig.json
	$(BIN)/node $(TSC) --project tsconfig.worker.json

test-slow: .venv/dev.stamp  ## Run the full-size validation cases.
	$(BIN)/python -m pytest -m slow

test-browser: .venv/dev.stamp  ## Open the report in headless Chromium; installs it where apt and the right to use it are there.
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu-core; } || echo "Chromium is not here: these tests will be skipped."
	$(BIN)/python -m pytest -m browser

.venv/peers.stamp: .venv/dev.stamp requirements/peers.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/peers.txt
	@touch $@

.venv/fortran.stamp: .venv/peers.stamp requirements/fortran.txt
	@if command -v gfortran >/dev/null; then $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/fortran.txt && touch $@; \
	else echo "numbalsoda is left out: it is published as source and takes a Fortran compiler to build (gfortran is not here)."; fi

bench: .venv/peers.stamp .venv/fortran.stamp  ## Measure speed and memory beside the peers and print the ratios (half an hour on a quiet machine), and renew the page of results.
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/ensemble.py --million
	$(BIN)/python benchmarks/tissue.py --large
	$(BIN)/python benchmarks/block.py
	$(BIN)/python benchmarks/scaling.py
	$(BIN)/python docs/generate_performance.py

format: .venv/dev.stamp  ## Format and fix what can be fixed.
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

lock: $(BIN)/uv  ## Recompute the hashed requirement files.
	$(BIN)/uv pip compile --quiet pyproject.toml --extra all --group dev --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet pyproject.toml --extra all --group peers --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements/dev.txt -o requirements/peers.txt
	$(BIN)/uv pip compile --quiet --group fortran --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements/dev.txt -o requirements/fortran.txt
	$(BIN)/uv pip compile --quiet pyproject.toml --extra clinic --group build --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements/dev.txt -o requirements/run.txt
	@$(MAKE) --no-print-directory .venv/dev.stamp
	cd requirements && ../$(BIN)/npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

docs: .venv/dev.stamp  ## Build the documentation into out/site.
	$(BIN)/mkdocs build --strict --site-dir out/site

clean:  ## Remove the virtual environment and everything generated.
	rm -rf .venv out build dist site
