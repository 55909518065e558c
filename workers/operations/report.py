"""What leaves the portal about an imported list: its findings, and its rows that were handed back."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from casework import audit
from workers import registry_file
from workers.enums import Verdict
from workers.models import ImportFinding, RegistryImport
from workers.registry_file import Layout

HANDED_BACK = Q(verdict__in=(Verdict.REFUSED, Verdict.INELIGIBLE, Verdict.DUPLICATE))
UNDECIDED = Q(verdict=Verdict.REVIEW, decision="")


@transaction.atomic
def view_findings(registry_import: RegistryImport, *, by: User, code: str, column: str) -> QuerySet[ImportFinding]:
    """The findings of one kind, all of them with code "". They hold values of other people's rows, so it is told."""
    audit.record("import.view", registry_import, by=by, facts={"code": code, "column": column})
    return registry_import.findings.filter(code=code, column=column) if code else registry_import.findings.all()


@transaction.atomic
def download_handed_back(registry_import: RegistryImport, *, by: User) -> tuple[Layout, Iterator[list[str]]]:
    """The rows to mend and upload again, each as it stands in the file, and how the file was read.

    They are those that were not taken, and those that nobody has decided on.
    """
    audit.record("import.download", registry_import, by=by, facts={"what": "handed_back"})
    layout = Layout.of(registry_import.layout)
    return layout, _rows(registry_import, layout)


def _rows(registry_import: RegistryImport, layout: Layout) -> Iterator[list[str]]:
    rows = registry_import.staged.filter(HANDED_BACK | UNDECIDED).order_by("row").values_list("row", flat=True)
    with default_storage.open(registry_import.path) as stream:
        yield from registry_file.picked_rows(stream, layout, rows.iterator(chunk_size=2000))
