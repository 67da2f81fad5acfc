# Two commands: `make run` and `make test`. Everything missing is set up first; run again, they repair what was cut short.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV_PYTHON := .venv/bin/python

.PHONY: run test bench setup clean lock check manual environment environment-for-tests

run: environment
	@exec $(VENV_PYTHON) manage.py serve

setup: environment
	@exec $(VENV_PYTHON) manage.py prepare

# Each process of a run imports everything: the byte code is kept. Files in their order: the long ones are not left to the end.
test: check
	@PYTHONDONTWRITEBYTECODE= exec $(VENV_PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# HTML and PDF of every chapter, under var/manual.
manual: environment-for-tests
	@$(VENV_PYTHON) docs/tools/manual.py

bench: environment
	@exec $(VENV_PYTHON) -m benchmarks $(ARGS)

check: environment-for-tests
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	find templates tests/gallery -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	.venv/bin/djhtml --check --tabwidth 2 --extra-block table,rows,foot,endtable templates tests/gallery
	$(VENV_PYTHON) -m mypy
	.venv/bin/lint-imports
	$(VENV_PYTHON) manage.py check --deploy --fail-level WARNING
	$(VENV_PYTHON) manage.py makemigrations --check --dry-run

clean:
	@$(PYTHON) -B -m config.setup clean

# Names, versions and hashes; no address of where they were fetched.
lock:
	@command -v uv >/dev/null || { echo "make lock 需要 uv：请先运行 pip install uv。"; exit 1; }
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --quiet --output-file requirements.txt requirements.in
	@! grep -n '://' requirements.txt

environment:
	@$(PYTHON) -B -m config.setup run

environment-for-tests:
	@$(PYTHON) -B -m config.setup test
