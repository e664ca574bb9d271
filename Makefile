# The first target explains the others.
help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 20

setup:  ## system packages, virtual environment and embedding model; done once
	@sh packaging/setup/setup.sh

run: setup  ## open the window on the sample documents; without a display, the same in the terminal
	@.venv/bin/python packaging/setup/app_model.py
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname)" = Darwin ]; then \
		exec .venv/bin/python -m ui --folder resources/samples; \
	else \
		exec .venv/bin/docent demo; \
	fi

test: lint  ## everything that must pass before a change lands
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest

lint: setup  ## style, types and the rules on who imports whom
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

test-rig: setup  ## tests against a real model behind a real model server (see tests/assistant/llm)
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -m rig

test-heavy: setup  ## tests that are too slow for every day
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -m heavy

eval: setup  ## find known files in the evaluation sets beside the repository
	.venv/bin/python tests/benchmarks/evaluate.py ../shared

bench: setup  ## speed and memory of indexing 2,000 mixed files, stage by stage
	.venv/bin/python tests/benchmarks/indexing.py

samples: setup  ## write the sample documents anew
	.venv/bin/python packaging/samples/make_samples.py

translations: setup  ## bring resources/i18n up to date with the texts of ui/
	.venv/bin/python packaging/translations.py

notices: setup  ## write THIRD_PARTY.md anew
	.venv/bin/python packaging/setup/third_party.py

clean:  ## remove everything that make and the tests made
	rm -rf .venv .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache

.PHONY: help setup run test lint test-rig test-heavy eval bench samples translations notices clean
