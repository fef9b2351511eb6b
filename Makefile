# make run     set everything up and open the app; with WATCH=1 it notices files that are saved
# make test    set everything up and run every check: lint, types, JavaScript, Python, browser
# make test-all  the same, and what repeats it with more layers, pages and processors: before a release
.POSIX:
.SUFFIXES:

BIN := .venv/bin
PYTHON := $(BIN)/python
# The newest setup that worked; a re-run with the same requirements starts at once.
STAMP := .venv/.ready
TEST_STAMP := .venv/.ready-test

# Python tests run side by side, in at most four processes: each has a server and a browser of its own. Twice as many as
# there are cores, as tests wait half of their time.
PROCESSES := $(PYTHON) -c 'import os; print(min(4, 2 * (os.cpu_count() or 1)))'

.PHONY: run test test-all lint format types javascript chromium bench screenshots gallery examples clean

run: $(STAMP)
	$(PYTHON) -m streamlit run app.py $${WATCH:+--server.fileWatcherType=auto}

# The environment first, then what is short and independent, then the tests, which take all cores by themselves.
# What Python has compiled is kept, though the machine may ask not to: they start some hundred processes.
test: $(TEST_STAMP)
	$(MAKE) -j 2 format types javascript chromium
	PYTHONDONTWRITEBYTECODE= $(PYTHON) -m pytest -n $$($(PROCESSES)) --dist loadgroup $(MORE)

test-all:
	$(MAKE) test MORE='-m ""'

lint: format types

format: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_STAMP)
	$(BIN)/mypy

javascript: $(TEST_STAMP)
	$(PYTHON) tests/js/run.py

# What the browser tests need: Chromium, and nginx for several servers behind one address.
chromium: $(TEST_STAMP)
	$(PYTHON) tests/browser/find_chromium.py --install
	$(PYTHON) -m tests.browser.find_nginx --install

bench: chromium
	$(PYTHON) benchmarks/run.py

screenshots: chromium
	$(PYTHON) docs/screenshots.py

gallery: $(STAMP)
	$(PYTHON) docs/make_gallery.py

examples: $(STAMP)
	$(PYTHON) docs/make_examples.py

clean:
	rm -rf .venv node_modules build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# torch first and alone: it is by far the largest part, and a failure there is easiest to read by itself.
$(STAMP): pyproject.toml requirements.txt setup.py
	@for python in python3.11 python3 none; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	test $$python != none || { echo "Python 3.11 or newer is needed; neither python3.11 nor python3 is that."; exit 1; }; \
	$$python -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check "$$(grep '^torch' requirements.txt)"
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt --editable .
	@touch $@

$(TEST_STAMP): $(STAMP)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt --editable '.[test]'
	@touch $@
