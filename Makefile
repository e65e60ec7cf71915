# Every target sets up its own environment first: `make test` needs Python 3.11 and pip, and nothing else.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests run in as many processes as the machine has cores; `make test WORKERS=0` runs them in one.
WORKERS ?= auto

.PHONY: demo test lint bench zoo zoo-steady zoo-compare clean
.DEFAULT_GOAL := demo

demo: $(READY)
	$(BIN)/python tests/demo.py

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The kill matrix: every planted fault and what was blamed for it. `make zoo WORDS=backward_state` runs a part.
zoo: $(READY)
	$(BIN)/python tests/zoo/matrix.py $(WORDS)

# Every benign variant with many seeds, and many runs of one seed: `make zoo-steady RUNS=20`.
zoo-steady: $(READY)
	PYTHONPATH=. $(BIN)/python tests/zoo/steadiness.py $(RUNS)

# The same servers under plain Schemathesis: a small sample, or every N-th trial with `make zoo-compare STEP=N`.
zoo-compare: $(READY)
	PYTHONPATH=. $(BIN)/python tests/zoo/against_schemathesis.py $(STEP)

bench: $(READY)
	$(BIN)/python tests/benchmarks/measure.py

clean:
	rm -rf $(VENV) build dist out .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamp is newer than pyproject.toml exactly when the environment holds what pyproject.toml asks for.
$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' --group dev
	touch $@
