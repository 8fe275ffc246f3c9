# Two commands: `make run` runs the main job, `make test` passes the tests. Both set themselves up.
# A Python between 3.12 and 3.13 is looked for on the path, under pyenv and through uv; PYTHON=... names one.

.DELETE_ON_ERROR:
.PHONY: run test tests-only quick second compile fuzz chaos setup lint types lock clean help

PYTHON ?= $(shell sh .ci/find_python)
TAG := $(shell $(or $(PYTHON),false) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
VENV ?= .venv-$(TAG)
BIN := $(VENV)/bin
ARGS ?=

help: ## show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: $(VENV)/ready ## run the main job: scenario mediterranean at its default scale (ARGS="seed=7 scale=0.01")
	$(BIN)/mixflow run $(ARGS)

test: $(VENV)/ready-dev ## lint, types, import rules and all tests
	PATH="$(abspath $(BIN)):$$PATH" sh .ci/checks

tests-only: $(VENV)/ready-dev ## tests without style and types (ARGS="tests/unit")
	$(BIN)/mixflow compile
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations=30 $(ARGS)

second: $(VENV)/ready-dev ## what can differ between Pythons: imports, compiled kernels, golden results, plain kernels, reading of inputs (PYTHON=...)
	PATH="$(abspath $(BIN)):$$PATH" sh .ci/second

compile: $(VENV)/ready ## compile all kernels now, so that nothing waits for them later
	$(BIN)/mixflow compile

quick: $(VENV)/ready-dev ## the fast tests only
	$(BIN)/python -m pytest -m "not slow" $(ARGS)

fuzz: $(VENV)/ready-dev ## damaged inputs into every reader and key (ARGS="10000 1": how many, seed); none may end in a traceback
	NUMBA_DISABLE_JIT=1 $(BIN)/python tests/fuzz/run.py $(ARGS)

chaos: $(VENV)/ready-dev ## sweeps under thirty kills, two drivers, full disks and wrong clocks; `make test` runs a short form
	MIXFLOW_CHAOS=full $(BIN)/python -m pytest tests/e2e/test_chaos.py tests/e2e/test_sweep.py $(ARGS)

setup: $(VENV)/ready-dev ## the environment for developers

lock: ## make requirements.lock again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --extra tables --extra sweep --extra joblib --extra cluster --extra dashboard --universal --python-version 3.12 --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements.lock

FOUND = @test -n "$(TAG)" || { echo "mixflow needs Python 3.12 or 3.13, and none was found: install one (pyenv install 3.13, or pip install uv), or name it with PYTHON=/path/to/python"; exit 2; }
WHAT = --quiet --constraint requirements.lock --editable
# uv, where it is on the path, installs in seconds; pip follows where uv is missing or reaches no package index
UV := $(shell command -v uv 2>/dev/null)
INSTALL = install() { $(if $(UV),$(UV) pip install --python $(BIN)/python $(WHAT) "$$1" ||) $(BIN)/python -m pip install --disable-pip-version-check --require-virtualenv $(WHAT) "$$1"; }; install

$(VENV)/ready: pyproject.toml setup.py requirements.lock
	$(FOUND)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	@touch $@

# with all that $(VENV)/ready has, so that one call of pip does both
$(VENV)/ready-dev: pyproject.toml setup.py requirements.lock
	$(FOUND)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) '.[dev,tables,sweep,joblib,cluster,dashboard]'
	@touch $(VENV)/ready $@

clean: ## remove environments and caches
	rm -rf .venv-* build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage
