.DEFAULT_GOAL := help
# The newest that works here: a name on the PATH may lead nowhere, as those of pyenv do.
PYTHON ?= $(shell for v in 3.13 3.12 3.11; do python$$v -c "" 2> /dev/null && echo python$$v && break; done)
BIN := .venv/bin
# The lock names packages and hashes, never a host; pip asks whatever index this machine is set up for.
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

# Where nothing is to be written beside the code, each of the hundred processes of a test run would compile it anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run demo test stories pictures pythons coverage check bench throttled unreliable hanging rebuilding sizes chaos simulate fuzz matching intuit-sandbox histories docs lock sbom clean

help: ## lists these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.venv/ready: requirements.lock pyproject.toml deploy/kafka/jars.lock
	@echo "Installing what is missing, into .venv and .local (only the first time) …"
	@test -x $(BIN)/python || test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; PYTHON=... names one." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m deploy.kafka.prepare
	@touch $@

run: .venv/ready ## starts Kafka, stand-ins, worker and gateway, and prints the console's address
	@exec $(BIN)/client-sync up

demo: .venv/ready ## plays the support article's story on a system of its own, and says what each side holds
	@$(BIN)/python -m deploy.demo

test: .venv/ready ## all tests, on real Kafka and in a real browser, JOBS (5) groups side by side; what is long, in short
	@bash tests/tools.sh
	@$(BIN)/python -m pytest -n $(or $(JOBS),5) --no-loadscope-reorder --in-short

stories: .venv/ready ## at length what make test has in short: all that whole systems do, and all pages of the console; JOBS (5)
	@bash tests/tools.sh
	@$(BIN)/python -m pytest -n $(or $(JOBS),5) --no-loadscope-reorder $$($(BIN)/python -m tests.in_short)

pictures: .venv/ready ## a picture of every page and window of the console, at a desk and on a phone, light and dark: PICTURES (build/pictures)
	@bash tests/tools.sh
	@PICTURES=$(or $(PICTURES),build/pictures) $(BIN)/python -m pytest -q tests/browser/test_accessible.py

pythons: .venv/ready ## the tests that need no Kafka and no browser on each other Python, 3.11 to 3.13, that is here
	@bash tests/pythons.sh

coverage: .venv/ready ## branches of what decides that the tests without a stack take; fails below its floor (pyproject.toml)
	@# Not the simulation that plays in processes of its own: none of their lines are counted.
	@$(BIN)/python -m coverage run -m pytest tests/unit/domain tests/unit/streams tests/histories tests/states tests/simulation \
	  --deselect tests/simulation/test_simulation.py::test_whatever_goes_wrong_what_must_hold_holds
	@$(BIN)/python -m coverage report

bench: .venv/ready ## events decided and rows folded per second, on real Kafka (docs/benchmarks.md)
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.webhooks

throttled: .venv/ready ## a busy firm in front of Intuit's limits: MINUTES (10), CLIENTS pending (5000)
	@$(BIN)/python -m tests.bench.throttled --minutes $(or $(MINUTES),10) --clients $(or $(CLIENTS),5000)

unreliable: .venv/ready ## a firm whose both sides answer nonsense, and its neighbors: EDITS (1000)
	@$(BIN)/python -m tests.bench.unreliable --edits $(or $(EDITS),1000)

rebuilding: .venv/ready ## what people notice while the read model is built again: RECORDS (600000), CLIENTS (60000)
	@$(BIN)/python -m tests.bench.rebuilding --records $(or $(RECORDS),600000) --clients $(or $(CLIENTS),60000)

sizes: .venv/ready ## how many bytes a decision and a client keep, in the log, in history and in the audit export: CLIENTS (200)
	@$(BIN)/python -m tests.bench.sizes --clients $(or $(CLIENTS),200)

hanging: .venv/ready ## ten companies that do not answer, and an eleventh beside them: SECONDS (150) without and with
	@$(BIN)/python -m tests.bench.hanging --seconds $(or $(SECONDS),150)

simulate: .venv/ready ## the long simulation, from seed SEED on for STEPS steps (docs/simulation.md)
	@$(BIN)/python -m tests.simulation --seed $(or $(SEED),1) --steps $(or $(STEPS),1000000)

chaos: .venv/ready ## the kill test at length: CHAOS_FAULTS faults (200), Kafka away for CHAOS_AWAY seconds each time (60)
	@CHAOS_FAULTS=$(or $(CHAOS_FAULTS),200) CHAOS_SEED=$(or $(CHAOS_SEED),1) CHAOS_AWAY=$(or $(CHAOS_AWAY),60) \
	  $(BIN)/python -m pytest tests/chaos/test_kill.py tests/integration/store/test_killed_refreshers.py

fuzz: .venv/ready ## hostile values at every door: VALUES (1000000), from SEED on, drawn if not given (docs/fuzzing.md)
	@$(BIN)/python -m tests.fuzz --values $(or $(VALUES),1000000) $(if $(SEED),--seed $(SEED))

matching: .venv/ready ## how good suggested matches are on labelled lists, beside simpler ways to match; fetches the Febrl lists once
	@$(BIN)/python -m tests.matching

intuit-sandbox: .venv/ready ## a smoke run at a sandbox company of Intuit's, by the keys in KEYS; without, says what it would do
	@$(BIN)/python -m deploy.intuit_sandbox $(KEYS)

histories: .venv/ready ## records tests/histories/ anew, on purpose, when a rule has changed
	@$(BIN)/python -m tests.histories

check: .venv/ready ## lint, types and imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: .venv/ready ## writes what is made from the code: states, event contracts, the picture in docs/architecture.md
	@$(BIN)/python -m deploy.contracts docs
	@$(BIN)/python -m tests.states docs
	@$(BIN)/python -m tests.architecture docs

lock: .venv/ready ## pins every dependency again, with hashes and without naming a host
	@$(PIP) install pip-tools
	@PIP_FIND_LINKS= $(BIN)/pip-compile -q --extra dev --generate-hashes --allow-unsafe --strip-extras \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	@cd tests/npm && rm -f package-lock.json && npm install --package-lock-only --ignore-scripts --silent

sbom: .venv/ready ## writes what all of this is made of, with hashes, as CycloneDX: SBOM (build/sbom.json)
	@$(BIN)/python -m deploy.sbom $(or $(SBOM),build/sbom.json)

clean: ## removes what was installed and the local data
	@rm -rf .venv .local
