# ProviderPortal.  Two commands matter: `make run` and `make test`.

.PHONY: help setup run test lint bench outside

PYTHON ?= python3
PORT ?= 8000

help:   ## Say what each target does.
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' Makefile

setup:  ## Make the environment in .venv from the hashed lock; nothing to do the second time.
	@$(PYTHON) tools/setup_env.py runtime

run: setup  ## Serve the portal with its worker, filled with synthetic data: make run [PORT=8000].
	@exec .venv/bin/python manage.py portal up --port $(PORT)

test:   ## Run every suite that this machine can run, and say which did not run and why.
	@$(PYTHON) tools/setup_env.py dev
	@exec .venv/bin/python tools/run_tests.py

lint:   ## Check style, types, imports, clinical content, migrations, production settings.
	@$(PYTHON) tools/setup_env.py dev
	@exec .venv/bin/python tools/lint.py

bench:  ## Print speed ratios: pages against a bare view, the engine against others.  OF=engine: it alone.
	@$(PYTHON) tools/setup_env.py dev
	@exec .venv/bin/python tests/benchmarks/run.py $(OF)

outside: ## Have others' validators judge every page: HTML, accessibility, policy.  Needs Java, Node, npm.
	@$(PYTHON) tools/setup_env.py dev
	@exec .venv/bin/python tools/outside/check_pages.py
