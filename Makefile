# Each target says how to do the same on Windows, in PowerShell at the root of the repository.
# Python to build the environment with: make PYTHON=python3.12 setup
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

PHOTO ?= resources/samples/chelsea.jpg
REGIONS ?= $(basename $(PHOTO)).suproj
TARGET ?= out/demo.png

.PHONY: setup demo test test-hosts check bench attack plugins dist dist-check clean

# Windows: py -3 -m venv .venv; .venv\Scripts\python -m pip install -e ".[dev]" -c constraints.txt
setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" -c constraints.txt
	@touch $@

# Windows: .venv\Scripts\semantic-upscale upscale resources\samples\chelsea.jpg --regions resources\samples\chelsea.suproj -o out\demo.png --overwrite
demo: setup
	$(BIN)/semantic-upscale upscale "$(PHOTO)" --regions "$(REGIONS)" -o "$(TARGET)" --overwrite
	@echo "The source is $(PHOTO), the target is $(abspath $(TARGET))"

# Windows: .venv\Scripts\python -m pytest
test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

# The real Krita and GIMP under a virtual screen; what is not there is skipped in words. Linux only.
test-hosts: setup
	$(BIN)/python -m pytest -m hosts -rs tests/hosts

# Windows: .venv\Scripts\ruff format --check .; .venv\Scripts\ruff check .; .venv\Scripts\pyright; .venv\Scripts\python -m pytest tests\test_house.py
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python -m pytest tests/test_house.py

# The engine attacked from outside, on this computer: one table. ATTACK=5 for the long run.
# Windows: .venv\Scripts\python -m benchmarks.attack
ATTACK ?= 1
attack: setup
	PYTHONPATH=. $(BIN)/python benchmarks/attack.py $(ATTACK)

# Windows: Get-ChildItem benchmarks\*.py | ForEach-Object { .venv\Scripts\python $_.FullName }
bench: setup
	@set -e; for file in $(wildcard benchmarks/*.py); do echo "== $$file"; $(BIN)/python $$file; done

# What is given out, in dist/: wheel, source archive, and a list of everything in the environment (SBOM, CycloneDX).
# Windows: .venv\Scripts\python -m build
dist: setup
	rm -rf dist/*.whl dist/*.tar.gz
	$(BIN)/python -m build --outdir dist
	$(BIN)/cyclonedx-py environment .venv --pyproject pyproject.toml --output-file dist/sbom.json

# The wheel in a fresh environment, away from this folder: doctor, a picture with regions, the window.
dist-check: dist
	rm -rf build/fresh && $(PYTHON) -m venv build/fresh
	build/fresh/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl -c constraints.txt
	cd / && "$(CURDIR)/build/fresh/bin/python" -I "$(CURDIR)/tests/dist/away.py"

# The zips that Krita imports and that GIMP's users unpack, in dist/.
# Windows: .venv\Scripts\python -m core.plugins.pack (the version in pyproject.toml)
plugins: setup
	$(BIN)/python -m core.plugins.pack "$$($(BIN)/semantic-upscale version | cut -d' ' -f2)"

# Windows: Remove-Item -Recurse -Force .venv, build, out
clean:
	rm -rf .venv build dist out *.egg-info
