# `make` is the whole gate; `make help` lists the targets. Each one installs what it needs, once.

SHELL := /bin/sh
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:

# Tools look for caches and settings below HOME; an empty environment has none.
HOME ?= $(shell python3 -c 'import os; print(os.path.expanduser("~"))')
export HOME
# The certificates of the system, so that a mirror with its own authority works.
export UV_SYSTEM_CERTS := 1
# Node 20 works; its banner is noise.
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 1
# Nothing of an environment that happens to be active.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

PYTHON_VERSION := $(shell cat .python-version)
UV := .tools/uv/bin/uv
PYTHON := .venv/bin/python
A_PYTHON = $$(sh requirements/find_python.sh $(UV) $(PYTHON_VERSION))

LOCKS := runtime audio local dev aws uv
ENVIRONMENT := .venv/.installed
AWS_ENVIRONMENT := .venv-aws/.installed
NODE_MODULES := node_modules/.installed

# --- Install

.PHONY: install
install: $(ENVIRONMENT) $(AWS_ENVIRONMENT) $(NODE_MODULES) ## Install everything into this folder

$(UV): requirements/uv.txt
	rm -rf .tools/uv
	PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet \
		--require-hashes --no-deps --target .tools/uv -r requirements/uv.txt
	touch $@

.venv/.locked: requirements/dev.txt .python-version $(UV)
	python="$(A_PYTHON)" && $(UV) venv --quiet --allow-existing --python "$$python" .venv
	$(UV) pip sync --quiet --python .venv --require-hashes requirements/dev.txt
	touch $@

$(ENVIRONMENT): .venv/.locked pyproject.toml
	$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --offline --editable .
	touch $@

$(AWS_ENVIRONMENT): requirements/aws.txt .python-version $(UV)
	python="$(A_PYTHON)" && $(UV) venv --quiet --allow-existing --python "$$python" .venv-aws
	$(UV) pip sync --quiet --python .venv-aws --require-hashes requirements/aws.txt
	touch $@

$(NODE_MODULES): package.json package-lock.json
	npm ci --silent --ignore-scripts
	touch $@

# --- The gate

# First what fails at once, then the long parts. The tests of the whole wait much, and some of them
# for a time, so what comes beside them is nicer than they are. The simulator takes what all others
# leave of two cores, and both of them in the end. Half of the killed jobs are played here; `make
# killed` has all.
GATE := check-format lint direction system unit killed simulate simulated types infra-tests

.PHONY: test
test: install ## The whole gate, four parts at a time (what CI runs; plain `make`)
	@$(MAKE) --no-print-directory --jobs=4 --output-sync=target $(GATE) KILLED_JOBS=100

.PHONY: check-format
check-format: $(ENVIRONMENT) ## Is everything formatted?
	$(PYTHON) -m ruff format --check

.PHONY: lint
lint: $(ENVIRONMENT) ## Ruff, every rule
	$(PYTHON) -m ruff check

.PHONY: types
types: $(ENVIRONMENT) $(NODE_MODULES) ## mypy over everything, pyright over layers
	nice -n 5 $(PYTHON) -m mypy
	nice -n 5 node_modules/.bin/pyright

.PHONY: direction
direction: $(ENVIRONMENT) ## Does every import point the right way?
	.venv/bin/lint-imports --no-logo

.PHONY: unit
unit: $(ENVIRONMENT) ## Tests of rules, ports, handlers and simulated providers, with coverage
	nice -n 5 $(PYTHON) -m coverage run -m pytest tests/unit tests/contract tests/functions tests/simulation \
		$(addprefix --ignore=,$(UNCOVERED))
	$(PYTHON) -m coverage report

# What plays so much that being watched line by line would take it minutes.
UNCOVERED := tests/contract/test_readers.py tests/simulation/test_public_api.py \
	tests/unit/adapters/audio/test_hostile.py \
	$(wildcard tests/simulation/test_simulator*.py) tests/simulation/regressions

.PHONY: simulated
simulated: $(ENVIRONMENT) ## Tests of the simulator, and of what is read from providers, without coverage
	nice -n 5 $(PYTHON) -m pytest $(UNCOVERED)

.PHONY: infra-tests
infra-tests: synth ## Tests of the templates, cfn-lint among them; cdk-nag by synth
	nice -n 5 $(PYTHON) -m pytest tests/infra

.PHONY: system
system: $(ENVIRONMENT) $(AWS_ENVIRONMENT) $(NODE_MODULES) ## Tests of the whole, on the embedded AWS (FAN_OUT_JOBS=6)
	$(PYTHON) -m pytest tests/system --ignore=$(KILLED)

# It has an embedded AWS of its own, so it need not wait for the others.
KILLED := tests/system/test_killed.py

.PHONY: killed
killed: $(ENVIRONMENT) $(AWS_ENVIRONMENT) $(NODE_MODULES) ## Two hundred jobs whose functions are killed (KILLED_JOBS=200 KILLED_SEED=1)
	nice -n 5 $(PYTHON) -m pytest $(KILLED)

.PHONY: simulate
# Make hands NIGHTLY=1, SCHEDULES= and PAIRS= on as environment.
simulate: $(ENVIRONMENT) ## Every single fault, 10,000 random histories, planted bugs (ARGS="--seed 7", NIGHTLY=1)
	@nice -n 15 $(PYTHON) -m tests.simulator $(ARGS)

# --- Work

.PHONY: run
# Make hands ONCE=1 and PORT= on as environment.
run: $(ENVIRONMENT) $(AWS_ENVIRONMENT) ## One piece of music on this machine (ONCE=1 PORT=8787 ARGS="--provider name=url")
	@$(PYTHON) -m local.run $(ARGS)

.PHONY: simulators
simulators: $(ENVIRONMENT) ## Every provider, simulated; each address has a page (ARGS="--port 9901")
	@$(PYTHON) -m local.simulators --all $(ARGS)

.PHONY: synth
synth: $(ENVIRONMENT) ## Write the prod assembly to cdk.out/
	rm -rf cdk.out
	CDK_OUTDIR=cdk.out $(PYTHON) -m infra.app -c deployment=prod

.PHONY: format
format: $(ENVIRONMENT) ## Format, and mend what can be mended
	$(PYTHON) -m ruff check --fix-only --exit-zero
	$(PYTHON) -m ruff format

.PHONY: events
events: $(ENVIRONMENT) ## Write events/lambda, events/bus and asyncapi.json anew, and publish what breaks no promise
	$(PYTHON) -m tests.support.event_files

.PHONY: docs
docs: $(ENVIRONMENT) ## Write docs/providers.md anew
	$(PYTHON) -m tests.support.provider_docs

.PHONY: lock
lock: $(UV) ## Resolve requirements/*.in and package.json anew
	for name in $(LOCKS); do \
		$(UV) pip compile --quiet --universal --generate-hashes --python-version $(PYTHON_VERSION) \
			--no-annotate --no-emit-index-url --no-emit-find-links \
			--custom-compile-command "make lock" \
			requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	cp requirements/runtime.txt layers/vendor/requirements.txt
	cp requirements/audio.txt layers/audio/requirements.txt
	npm install --silent --package-lock-only --ignore-scripts

.PHONY: clean
clean: ## Remove everything that make wrote
	rm -rf .venv .venv-aws .tools node_modules cdk.out .local coverage .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | \
		awk -F '\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'
