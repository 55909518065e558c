# Two commands do all set-up on a fresh Debian 12 with python3, python3-venv and make: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
LOCKS := requirements.lock requirements-dev.lock

.PHONY: run test check bench format histories lock sbom screens venv

run: .venv/done  ## serve the portal with its database and worker until Ctrl-C; PORT chooses the port
	@$(BIN)/python manage.py serve

test: .venv/done  ## the whole suite; every branch of rules and operations must be met
	@$(BIN)/pytest -n 2 --cov --cov-report=term-missing:skip-covered

check: .venv/done  ## what can be told without running the portal
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djlint --lint --quiet templates
	DJANGO_SETTINGS_MODULE=config.settings.production DATABASE_URL=postgresql://jagai@localhost/jagai \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		SEALING_KEYS=$$($(BIN)/python -c 'import base64, secrets; print("a:" + base64.b64encode(secrets.token_bytes(32)).decode())') \
		ALLOWED_HOSTS=jagai.example EMAIL_URL=smtp://localhost \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

histories: .venv/done  ## 10,000 random histories by the coverage rule and by its slow model; some minutes
	$(BIN)/pytest tests/enrollment/test_coverage_rules.py -k random_histories --hypothesis-profile=thorough

bench: .venv/done  ## every benchmark at city size, into docs/performance.md; SIZE=--quick for a small one without report
	@$(BIN)/python -m bench $(SIZE)

screens: .venv/done  ## the README's pictures, made by the browser test
	SCREENS=docs/screens $(BIN)/pytest tests/browser/test_city.py -k pictures

format: .venv/done  ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

sbom: .venv/done  ## what production consists of, as CycloneDX JSON in var/sbom.json
	@mkdir -p var
	@$(BIN)/python manage.py sbom > var/sbom.json

venv: .venv/done

.venv/done: $(LOCKS)
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@

# The lock files hold every platform's hashes and no index address; --upgrade in UV_FLAGS takes newer versions.
UV := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command 'make lock' $(UV_FLAGS)

lock:  ## both lock files from pyproject.toml
	test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet uv; }
	$(UV) pyproject.toml --output-file requirements.lock
	$(UV) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
