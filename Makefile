VENV := .venv
PYTHON_IN := $(VENV)/bin/python

.PHONY: run test check proof manifest pins clean

run: $(VENV)/.run-ready ## set up what is missing and serve the page
	@$(PYTHON_IN) app.py

test: $(VENV)/.test-ready check ## set up what the tests need and run all of them
	$(PYTHON_IN) scripts/tests.py

proof: $(VENV)/.test-ready check ## all of what the tests only sample, some hours: fuzzing, faults, attacks, load, soak, audits
	$(PYTHON_IN) scripts/audit.py
	FACE2MUSIC_PROOF=1 $(PYTHON_IN) -m pytest --timeout 7200 tests/fuzz tests/faults tests/security tests/load tests/test_analysis_collection.py tests/test_many_songs.py tests/test_reproducible.py tests/test_soak.py
	PYTHONPATH=. $(PYTHON_IN) tests/load/drive.py 1 8 32
	PYTHONPATH=. $(PYTHON_IN) tests/load/cluster.py

check: $(VENV)/.test-ready ## style, types, and what is known to be unsafe
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m mypy
	$(PYTHON_IN) -m bandit --quiet --recursive --configfile pyproject.toml face2music app.py

manifest: ## write the checksums of the shipped files after one was made anew
	python3 scripts/manifest.py

pins: ## write the exact versions of the installed libraries
	$(PYTHON_IN) scripts/pins.py

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
