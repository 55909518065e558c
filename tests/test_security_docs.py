"""What the security pages name does exist, and no row of the standard is left out."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings

from casework.uploads import LARGEST_DOCUMENT, LARGEST_PICTURE, LARGEST_TABLE, MOST_FILES

DOCS = settings.BASE_DIR / "docs"
PAGES = [*sorted((DOCS / "security").glob("*.md")), *sorted((DOCS / "privacy").glob("*.md"))]
ASVS = (DOCS / "security" / "asvs.md").read_text()
ROWS = [line.split(" | ") for line in ASVS.splitlines() if re.match(r"\| \d", line)]
STATES = {"yes", "part", "no", "place"}
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|lock)|Makefile|\.gitignore)(?:::(\w+))?`")


def named(text: str) -> set[tuple[str, str]]:
    """Files and tests between backticks."""
    return set(NAMED.findall(text))


def names_of(path: str) -> set[str]:
    tree = ast.parse((settings.BASE_DIR / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_test_that_is_named_exists(page):
    references = named(page.read_text())
    files = {path for path, _ in references if not path.startswith("var/")}

    assert {path for path in files if not (settings.BASE_DIR / path).exists()} == set()
    assert {(path, test) for path, test in references if test and test not in names_of(path)} == set()


def test_all_rows_of_the_standard_that_apply_are_there():
    assert len(ROWS) == 119
    assert len({row[0] for row in ROWS}) == 119


def test_every_row_says_its_state_and_what_shows_it():
    assert {row[3] for row in ROWS} <= STATES
    assert [row[0] for row in ROWS if row[3] in ("yes", "part") and not named(row[4])] == []


def test_a_row_that_is_not_met_says_what_is_missing():
    assert [row[0] for row in ROWS if row[3] == "no" and "Missing" not in row[4]] == []


def test_the_table_of_access_has_every_model_with_a_scope():
    access = (DOCS / "security" / "access.md").read_text()
    scoped = [model.__name__ for model in apps.get_models() if hasattr(model._default_manager, "visible_to")]

    assert [name for name in scoped if f"`{name}`" not in access] == []


def test_the_limits_written_down_are_those_enforced():
    inventory = (DOCS / "security" / "inventory.md").read_text()

    assert f"| registry file | {LARGEST_TABLE // 10**6} MB;" in inventory
    assert f"| {LARGEST_PICTURE // 10**6} MB and 60 million pixels; {LARGEST_DOCUMENT // 10**6} MB and" in inventory
    assert f"{MOST_FILES} files of one claim" in inventory
    assert f"| fields of one request | {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} |" in inventory
