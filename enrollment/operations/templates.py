from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from casework import audit, locks, proposals
from enrollment import rules
from enrollment.enums import ExportFormat
from enrollment.models import ExportTemplate


@transaction.atomic
def propose_template(*, by: User, how: ExportFormat | str, columns: str, source: str) -> ExportTemplate:
    """A new version of the file that leaves; `columns` as rules.read_columns takes them. Counts after a second
    signature, and for batches sent from then on."""
    read = rules.read_columns(columns)
    locks.wait_for("export template")  # of two at once the second sees the first
    now = rules.template_in_force()
    waits = ExportTemplate.objects.filter(approved_by=None).exists()
    changes = (read, how) != (rules.columns_of(now), rules.format_of(now))
    rules.may_propose_template(by, waits=waits, changes=changes).require()
    last = ExportTemplate.objects.aggregate(last=Max("version"))["last"] or 1
    template = ExportTemplate.objects.create(
        version=last + 1, format=how, columns=read, source=source, proposed_by=by, proposed_at=timezone.now()
    )
    audit.record("template.propose", template, by=by, note=source, facts=_content(template))
    return template


@transaction.atomic
def approve_template(pk: int, *, by: User) -> ExportTemplate:
    template = ExportTemplate.objects.select_for_update(no_key=True).get(pk=pk)
    rules.may_approve_template(template, by).require()
    proposals.sign(template, by=by, event="template.approve", facts=_content(template))
    return template


@transaction.atomic
def reject_template(pk: int, *, by: User, note: str) -> None:
    """The proposal goes; the trail keeps what it said."""
    template = ExportTemplate.objects.select_for_update(no_key=True).get(pk=pk)
    rules.may_reject_template(template, by).require()
    proposals.throw_away(template, by=by, event="template.reject", note=note, facts=_content(template))


def _content(template: ExportTemplate) -> dict[str, Any]:
    return {"version": template.version, "format": template.format, "columns": rules.as_text(template.columns)}
