# What is done with Lanework, from a fresh clone on. A machine needs python3 and make; the rest is fetched, once, into this folder.

BIN := .venv/bin
UV := .tools/bin/uv
ENVIRONMENT := .venv/.synced
PACKAGES := web/node_modules/.package-lock.json
ASSETS := web/static/dist/manifest.json
WORKERS ?= 2

# A certificate authority of one's own, named once in the usual way, is good for pip, uv and npm.
ifdef SSL_CERT_FILE
export PIP_CERT ?= $(SSL_CERT_FILE)
export NODE_EXTRA_CA_CERTS ?= $(SSL_CERT_FILE)
endif

# $(call debian,TEST,PACKAGE): where TEST fails, root gets the package, anybody else its name.
define debian
@{ $(1); } >/dev/null 2>&1 || \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends $(2); \
else \
	echo "Please install $(2) first; on Debian: apt-get install $(2)" >&2; exit 1; \
fi
endef

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench campaign clean packages

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(ENVIRONMENT) $(ASSETS) ## The environment and the assets, nothing else

run: setup ## Lanework with sample people, orders and cases, on this machine only; prints the address and the logins
	@$(BIN)/lanework serve --demonstration

test: setup packages ## The whole test suite, PostgreSQL and a browser included
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov

check: $(ENVIRONMENT) ## Format, lint, types, import contracts, and the lint of the drawings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lanework check processes/

bench: $(ENVIRONMENT) ## The figures that have a budget, as one JSON object
	@$(BIN)/python -m tests.bench

campaign: $(ENVIRONMENT) ## The long trials: 1,000 kills and 10,000 timers on each database, 500 random orders; half an hour
	@$(BIN)/python -m tests.reliability

clean: ## Removes all that was fetched or built; cases and secrets (var/) stay
	rm -rf .venv .tools web/node_modules web/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

packages:
	$(call debian,command -v chromium,chromium)
	$(call debian,fc-list :lang=zh | grep -q .,fonts-noto-cjk)

$(UV):
	$(call debian,python3 -m pip --version,python3-pip)
	python3 -m pip install --quiet --upgrade --target .tools uv==0.13.9

$(ENVIRONMENT): pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked
	@touch $@

$(PACKAGES): web/package.json web/package-lock.json web/.npmrc | $(ENVIRONMENT)
	cd web && ../$(BIN)/npm ci

$(ASSETS): $(PACKAGES) web/build.mjs $(wildcard web/assets web/assets/*)
	cd web && ../$(BIN)/node build.mjs
