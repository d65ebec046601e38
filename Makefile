# demo: see it work.  test: what a change must pass.  check: lint, types, layers.  (ci adds e2e and local.)
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check format e2e local clean

demo: $(VENV)/.base
	$(BIN)/kgqa demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

e2e: $(VENV)/.dev
	$(BIN)/python -m pytest -m "e2e or slow"

local: $(VENV)-local/.local
	$(VENV)-local/bin/python -m pytest -m "slow or not slow" tests/unit/tools/chat/test_local.py tests/contract/test_embedder.py

# Type checkers and editors do not run the import hook of an editable install; a path they all follow.
TYPED = mkdir -p $(VENV)/types && ln -sfn "$(CURDIR)" $(VENV)/types/kgqa && \
	echo "$(abspath $(VENV))/types" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/kgqa_types.pth"

$(VENV)-local/.local: pyproject.toml constraints.txt
	test -x $(VENV)-local/bin/python || $(PYTHON) -m venv $(VENV)-local
	$(VENV)-local/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[llm,local,dev]"
	touch $@

$(VENV)/.base: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(TYPED)
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[llm,dev]"
	touch $@

clean:
	rm -rf $(VENV) .build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
