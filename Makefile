# Everything from a bare machine: `make demo`, `make test`, `make check`, `make up`, `make bench`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MEMBERS := shared cli deploy/local services/admissions services/pricing services/catalogue services/guidance
READY := $(VENV)/.ready

.PHONY: setup demo up test test-kafka check bench load docs clean help browser chaos faketime watchers test-alerts
.DEFAULT_GOAL := help
# Tests start services by the dozen: each would compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): requirements.txt $(addsuffix /pyproject.toml,$(MEMBERS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Samverk needs Python 3.11 or newer; name one with PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(addprefix -e ,$(MEMBERS))
	@touch $@

setup: $(READY)

demo: $(READY) ## Play a school year of Västernorrland on real components and check it
	$(BIN)/samverk demo $(ARGS)

up: $(READY) ## Start everything and keep it running until Ctrl-C (WATCH=1: Prometheus and the alerts too)
	$(BIN)/samverk up $(if $(WATCH),--watch)

test: $(READY) browser watchers ## Pass all tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-kafka: $(READY) ## Pass the system tests on three secured brokers
	BROKERS=3 $(BIN)/pytest tests/system --timeout 300 $(ARGS)

test-alerts: $(READY) watchers ## Cause every alert on the running stack, see it fire and clear
	$(BIN)/pytest alarms/tests -m drill
	$(BIN)/python -m alarms $(ARGS)

check: $(READY) ## Formatter, linter, strict types, import rules, event compatibility
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m shared.compatibility check

bench: $(READY) ## Measure ours beside peers and limits
	$(BIN)/python -m benchmarks $(ARGS)

chaos: $(READY) faketime ## Break the running stack under load, and prove that nothing is lost
	$(BIN)/python -m chaos $(ARGS)

faketime: ## Install libfaketime for wrong clocks when it is missing and we may
	@command -v faketime >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends faketime >/dev/null; } \
	  || echo "libfaketime is missing: clocks will be left right"

load: $(READY) ## Ramp the doors to saturation, grow the consumers, soak; figures to docs/growing.md
	$(BIN)/python -m benchmarks.load $(ARGS)

browser: ## Install Chromium for the browser tests when it is missing and we may
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "chromium is missing: the browser tests will be skipped, and fail in CI"

watchers: $(READY) ## Fetch Prometheus and its kin from Debian when they are missing
	@$(BIN)/python -m local_stack.watching_programs || true

clean: ## Remove the virtual environment, all state and all caches
	rm -rf $(VENV) .samverk .samverk-* demo-report
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
