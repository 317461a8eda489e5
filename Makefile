# From a fresh clone, with Python >= 3.11 and make alone, `make demo` and `make test` prepare what they need:
# system packages, .venv, the locked dependencies. A second run finds them and starts at once.

PY := .venv/bin/python
READY := .venv/.ready
SYSTEM := packaging/system_packages.py
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet --timeout 60 --retries 8
# More arguments for pytest, the demo or the benchmarks: make test ARGS="-k handshake"
ARGS ?=

.PHONY: help demo test check bench chaos cluster translations lock bill audit

help:
	@echo "make demo          two people meet: windows for ada and bo (without a screen: three acts, pictures in build/demo)"
	@echo "make test          every test; windows open on virtual screens only"
	@echo "make check         lint, formatting, types, layers, translations, licences"
	@echo "make bench         speed and memory, as ratios; results in build/bench"
	@echo "make chaos         what must not happen, tried for long; a line of JSON for each, results in build/chaos"
	@echo "make cluster       three nodes, PostgreSQL with standbys, HAProxy: plays, breaks, says what was lost"
	@echo "make translations  collect new sentences and compile resources/translations"
	@echo "make bill          what the programs are made of: versions, hashes, licences (build/bill.json, CycloneDX)"
	@echo "make audit         asks a public database what is known against any part of it"
	@echo "make lock          renew requirements.lock from pyproject.toml"

demo: $(READY)
	@$(PY) $(SYSTEM) run screen keyring fonts plugins
	@PYTHONPATH="$(CURDIR)/tests" $(PY) tests/plays/demo.py $(ARGS)

test: $(READY)
	@$(PY) $(SYSTEM) run screen keyring fonts hsm plugins proxies postgres units
	@$(PY) -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY)
	@$(PY) $(SYSTEM) run
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) packaging/translations.py check
	@$(PY) packaging/components.py licences

bench: $(READY)
	@$(PY) $(SYSTEM) run screen keyring fonts compiler hsm plugins
	@$(PY) $(SYSTEM) peers || echo "bench: the peers that are not here are left out"
	@$(PY) -m benchmarks $(ARGS)

# Some rows only, or the quick form: make chaos ARGS="1 2 --seed 7", make chaos LONG=
LONG ?= --long
chaos: $(READY)
	@$(PY) $(SYSTEM) run screen keyring fonts hsm plugins proxies postgres
	@PYTHONPATH="$(CURDIR)/tests" $(PY) -m chaos $(LONG) $(ARGS)

# What one, two and three nodes carry: make cluster ARGS=--speed; one restarted after the other: ARGS=--rolling
cluster: $(READY)
	@$(PY) $(SYSTEM) postgres balancer
	@PYTHONPATH="$(CURDIR)/tests" $(PY) -m cluster $(ARGS)

translations: $(READY)
	@$(PY) $(SYSTEM) run
	@$(PY) packaging/translations.py update

bill: $(READY)
	@$(PY) packaging/components.py bill build/bill.json
	@echo "build/bill.json"

# Asks over the network, and only when it is told to: what becomes known tomorrow must not fail a change of today.
audit: $(READY)
	@$(PY) packaging/components.py audit

# Needs uv (pip install uv). Versions already locked stay unless ARGS=--upgrade.
lock:
	@PATH="$(CURDIR)/.venv/bin:$$PATH" uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		$(ARGS) pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@python=$$(sh packaging/find_python.sh) && \
	if ! $(PY) -c 'import pip' 2>/dev/null; then \
		"$$python" $(SYSTEM) venv && echo "making .venv with $$python" && "$$python" -m venv --clear .venv; \
	fi
	@echo "installing the locked dependencies"
	@$(PIP) install --require-hashes --only-binary=:all: --no-deps -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@$(PY) -m compileall -q app relay  # as an installation of its own has it: the first start need not
	@touch $@
