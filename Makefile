# Two commands do everything: `make chat` and `make test`. `make help` lists the others.
.DEFAULT_GOAL := help
.PHONY: help chat test check fix results bench lock

VENV := .venv
BIN := $(VENV)/bin
# cpu, or cuda to accept the several GB of PyPI's CUDA build on Linux
TORCH ?= cpu
# The first Python that runs and that the locked packages have wheels for.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$python && break; done)

LOCKED := install --no-deps --require-hashes --requirement
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## list these commands
	@awk -F ': .*## ' '/^[a-z]+:.* ## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

chat: $(RUN_STAMP) ## set everything up, then serve the chat page over the folder indexed last, at first seeds/
	@$(BIN)/assistant pull
	@$(BIN)/assistant serve $(ARGS)

test: $(DEV_STAMP) ## set everything up, then run every test; ARGS="-k name" for some
	@scripts/find_browser.sh
	@$(BIN)/assistant pull --chat-model embedded
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@$(BIN)/python -m pytest --numprocesses auto -m "not chat_model"
	@$(BIN)/python -m pytest -m chat_model tests/integration tests/browser
endif

check: $(DEV_STAMP) ## format, lint, types, layering, generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/mypy scripts
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/docs.py --check

fix: $(DEV_STAMP) ## format the code, mend what the linter can, write the generated docs
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(BIN)/python scripts/docs.py

bench: $(DEV_STAMP) ## time the assistant beside the plain tutorial pipeline, write docs/bench.md; ARGS="--paragraphs FOLDER" too
	@$(BIN)/assistant pull --chat-model embedded
	@$(BIN)/python -m scripts.bench $(ARGS)

results: $(DEV_STAMP) ## measure the shipped question sets, write docs/results.md; ARGS="--retrieval FOLDER" too
	@$(BIN)/assistant pull --chat-model embedded
	@$(BIN)/python scripts/results.py $(ARGS)

# torch is left out of the locks: scripts/install_torch.py finds the build for the machine.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-package torch --no-annotate --no-header --group build
lock: $(DEV_STAMP) ## write the lock files anew after a change of pyproject.toml; UPGRADE=--upgrade for newer versions
	@$(COMPILE) $(UPGRADE) --output-file requirements.lock
	@$(COMPILE) $(UPGRADE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed; name yours with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

# A virtual environment dies with the Python it was made from, and its commands when the folder is moved: where they do
# not run, it is made anew with all it holds.
ifeq ($(shell $(BIN)/pip --version 2>/dev/null),)
.PHONY: anew
anew:
$(BIN)/pip $(RUN_STAMP): anew
endif

$(RUN_STAMP): requirements.lock pyproject.toml scripts/install_torch.py | $(BIN)/pip
	@$(BIN)/python scripts/install_torch.py $(TORCH)
	@$(BIN)/python -m pip $(LOCKED) requirements.lock
	@$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@$(BIN)/python -m pip $(LOCKED) requirements-dev.lock
	@touch $@
