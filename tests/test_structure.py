"""What keeps the code findable and safe by its shape."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver

from accounts.roles import Role
from casework.workflow import Workflow
from claims.enums import ClaimStatus
from claims.workflow import WORKFLOW as CLAIM
from enrollment.enums import BatchStatus, BillStatus
from enrollment.workflow import BILL_WORKFLOW as BILL
from enrollment.workflow import WORKFLOW as BATCH
from workers.enums import CorrectionStatus, PairStatus, ReviewStatus
from workers.workflow import IDENTITY, PAIR, REVIEW

OURS = ("ui", "casework", "regions", "accounts", "workers", "enrollment", "claims", "monitoring", "config")
TOP_LEVEL = {*OURS, "templates", "static", "tests", "docs", "bench"}
SOURCES = [path for app in OURS for path in (settings.BASE_DIR / app).rglob("*.py")]


def patterns(resolver=None, namespace=""):
    """Every URL pattern of the portal with its full name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


OUR_VIEWS = [
    pytest.param(entry.callback, id=name)
    for name, entry in patterns()
    if entry.callback.__module__.split(".")[0] in OURS
]


@pytest.mark.parametrize("view", OUR_VIEWS)
def test_every_view_names_its_roles(view):
    assert view.roles <= frozenset(Role)


def test_every_url_has_a_name():
    assert [entry.pattern for name, entry in patterns() if name.endswith("None")] == []


@pytest.mark.parametrize(
    ("workflow", "statuses", "first", "final"),
    [
        (BATCH, BatchStatus, BatchStatus.DRAFT, {BatchStatus.CLOSED, BatchStatus.REJECTED, BatchStatus.WITHDRAWN}),
        (BILL, BillStatus, BillStatus.OPEN, {BillStatus.PAID}),
        (CLAIM, ClaimStatus, ClaimStatus.SUSPECTED, {ClaimStatus.FORWARDED, ClaimStatus.WITHDRAWN}),
        (PAIR, PairStatus, PairStatus.OPEN, {PairStatus.DIFFERENT}),
        (REVIEW, ReviewStatus, ReviewStatus.OPEN, {ReviewStatus.KEPT, ReviewStatus.ENDED}),
        (IDENTITY, CorrectionStatus, CorrectionStatus.WAITING, set(CorrectionStatus) - {CorrectionStatus.WAITING}),
    ],
    ids=["batch", "bill", "claim", "pair", "review", "identity"],
)
def test_every_status_is_reached_and_left_or_final(workflow: Workflow, statuses, first, final):
    reached = {first}
    for _ in statuses:
        reached |= {move.target for move in workflow.moves.values() if move.sources & reached}
    left = {source for move in workflow.moves.values() for source in move.sources}

    assert reached == set(statuses)
    assert set(statuses) - left == final


def test_top_level_folders_are_those_that_style_names():
    folders = {
        path.name for path in settings.BASE_DIR.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))
    }
    assert folders - TOP_LEVEL - {"var"} == set()


def test_no_module_is_without_a_name():
    banned = {"utils.py", "helpers.py", "common.py", "admin.py", "signals.py"}
    assert [str(path) for path in SOURCES if path.name in banned] == []


def test_personal_data_never_lands_in_a_url():
    routes = " ".join(str(entry.pattern) for _, entry in patterns())
    assert re.findall(r"nik>|participant|phone>", routes) == []


@pytest.mark.parametrize("call", ["mark_safe", "raw", "extra", "eval", "exec"])
def test_dangerous_calls_stay_out(call):
    """mark_safe belongs to ui/ alone; raw SQL goes through a cursor with parameters."""
    users = [
        str(path)
        for path in SOURCES
        if "migrations" not in path.parts
        and not (call == "mark_safe" and path.is_relative_to(settings.BASE_DIR / "ui"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and call == getattr(node.func, "id", getattr(node.func, "attr", ""))
    ]
    assert users == []


def test_nothing_is_marked_safe_in_a_template():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert [str(path) for path in templates if re.search(r"\|\s*safe\b|autoescape off", path.read_text())] == []
