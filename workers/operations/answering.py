"""What a file does not say of a row, typed by a person: judged by the same checks, and stored like any other row."""

from __future__ import annotations

import io
from collections.abc import Mapping
from uuid import UUID

import pghistory
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from workers import rules
from workers.enums import ImportStatus, Verdict
from workers.models import ImportFinding, RegistryImport, StagedRow
from workers.operations.accepting import store_rows
from workers.operations.imports import intake_of
from workers.registry_file import CODES, COLUMNS, message_of

KEPT = {Verdict.ACCEPTED, Verdict.REPAIRED, Verdict.REVIEW}


@transaction.atomic
def answer_row(pk: UUID, number: int, *, by: User, answers: Mapping[str, str]) -> StagedRow:
    """Judges a row anew with what a person typed, by column, as a file would have said it.

    A row that is good then waits for acceptance with the others, and is stored at once in a file that was accepted.
    Raises StagedRow.DoesNotExist for a row that is not there, and Refused where it stays faulty; then nothing is kept.
    """
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    row = registry_import.staged.select_related("occupation").get(row=number)
    findings = registry_import.findings.filter(row=number)
    wanted = rules.answers_wanted(row, findings)
    rules.may_answer_row(registry_import, by, wanted=wanted).require()
    typed = {column: answers[column] for column in wanted}
    before, cells = row.verdict, _cells(row) | typed
    findings.exclude(code__in=[code for code, kind in CODES.items() if kind.verdict == Verdict.REPAIRED]).delete()
    ImportFinding.objects.bulk_create(
        ImportFinding(
            registry_import=registry_import,
            row=number,
            column=column,
            code="answered",
            value=value[:200],
            details=[wanted[column], by.name],
        )
        for column, value in typed.items()
    )
    row.delete()
    intake = intake_of(registry_import, io.BytesIO())
    intake.judge([(number, len(intake.layout.header), tuple(cells[column] for column in COLUMNS))])
    row = registry_import.staged.get(row=number)
    _refuse_faults(row, findings.all())
    registry_import.staged.filter(row=number).update(answered_by=by, answered_at=timezone.now())
    if registry_import.status == ImportStatus.DONE and row.verdict != Verdict.REVIEW:
        with connection.cursor() as cursor, pghistory.context(user=by.pk):
            store_rows(cursor, registry_import, by=by, first=number, last=number)
        RegistryImport.objects.filter(pk=pk).update(search_due=True)
    row.refresh_from_db()  # somebody may have registered the person meanwhile
    if row.verdict != before:
        RegistryImport.objects.filter(pk=pk).update(
            **{f"rows_{before}": F(f"rows_{before}") - 1, f"rows_{row.verdict}": F(f"rows_{row.verdict}") + 1}
        )
    audit.record("import.answer", registry_import, by=by, facts={"row": number, "columns": sorted(typed)})
    return row


def _cells(row: StagedRow) -> dict[str, str]:
    """The row as a file would say it, with what could be read of it."""
    cells = {
        "nik": row.nik,
        "no_kk": row.family_card_number,
        "nama": row.name,
        "jenis_kelamin": row.sex,
        "tempat_lahir": row.birth_place,
        "tanggal_lahir": f"{row.birth_on:%d-%m-%Y}" if row.birth_on else "",
        "alamat": row.address,
        "rt": row.rt,
        "rw": row.rw,
        "kode_kelurahan": (row.kelurahan_id or "").replace(".", ""),
        "pekerjaan": row.occupation.name if row.occupation else "",
        "pendapatan": "" if row.income is None else str(row.income),
        "desil": "" if row.desil is None else str(row.desil),
        "no_hp": row.phone,
    }
    return dict.fromkeys(COLUMNS, "") | cells


def _refuse_faults(row: StagedRow, findings) -> None:
    """Raises Refused for a row that cannot be kept as it is now, also for what only the whole file can tell."""
    others = StagedRow.objects.filter(registry_import=row.registry_import_id).exclude(row=row.row)
    twice = others.filter(nik=row.nik).exclude(nik="").values_list("row", flat=True).first()
    differing = others.filter(family_card_number=row.family_card_number, desil__isnull=False).exclude(desil=row.desil)
    reasons = [
        Reason(finding.code, message_of(finding.code, finding.value, finding.details), "")
        for finding in findings
        if CODES[finding.code].verdict not in KEPT or finding.code == "sex"
    ]
    if twice is not None:
        reasons.append(Reason("nik_twice", message_of("nik_twice", row.nik, [str(twice)]), ""))
    if row.desil is not None and (other := differing.first()) is not None:
        told = message_of("desil_differs_in_file", details=[f"{other.desil} dan {row.desil}"])
        reasons.append(Reason("desil_differs_in_file", told, ""))
    if reasons:
        raise Refused(*reasons)
