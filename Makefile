# make run     set everything up and open the app
# make test    set everything up and run every check: lint, types, JavaScript, Python, browser
.POSIX:
.SUFFIXES:

BIN := .venv/bin
PYTHON := $(BIN)/python
# The newest setup that worked; a re-run with the same requirements starts at once.
STAMP := .venv/.ready
TEST_STAMP := .venv/.ready-test

.PHONY: run test lint bench screenshots gallery clean

run: $(STAMP)
	$(PYTHON) -m streamlit run app.py

test: lint
	$(PYTHON) tests/js/run.py
	$(PYTHON) tests/browser/find_chromium.py --install
	$(PYTHON) -m pytest

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(TEST_STAMP)
	$(PYTHON) tests/browser/find_chromium.py --install
	$(PYTHON) benchmarks/run.py

screenshots: $(TEST_STAMP)
	$(PYTHON) tests/browser/find_chromium.py --install
	$(PYTHON) docs/screenshots.py

gallery: $(STAMP)
	$(PYTHON) docs/make_gallery.py

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# torch first and alone: it is by far the largest part, and a failure there is easiest to read by itself.
$(STAMP): pyproject.toml requirements.txt
	@for python in python3.11 python3 none; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	test $$python != none || { echo "Python 3.11 or newer is needed; neither python3.11 nor python3 is that."; exit 1; }; \
	$$python -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check "$$(grep '^torch' requirements.txt)"
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TEST_STAMP): $(STAMP)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
