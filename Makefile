VENV := .venv
PYTHON_IN := $(VENV)/bin/python

.PHONY: run test check manifest clean

run: $(VENV)/.run-ready ## set up what is missing and serve the page
	@$(PYTHON_IN) app.py

test: $(VENV)/.test-ready check ## set up what the tests need and run all of them
	$(PYTHON_IN) -m pytest

check: $(VENV)/.test-ready ## style and types
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m mypy

manifest: ## write the checksums of the shipped files after one was made anew
	python3 scripts/manifest.py

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/.run-ready: requirements.txt pyproject.toml packages.txt
	@sh scripts/setup.sh python
	@sh scripts/setup.sh sound
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready
	@sh scripts/setup.sh python '[dev]'
	@sh scripts/setup.sh browser
	@touch $@
