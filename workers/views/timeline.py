"""The life of one person in the registry: deeds, decisions, and every change of the row, also one without a deed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from accounts.models import User
from casework.audit import SYSTEM, entries_of
from ui.templatetags.ui import rupiah
from workers import rules
from workers.enums import CorrectionStatus, ExitReason, Sex
from workers.models import DesilRecord, IdentityCorrection, Worker

DEEDS = {  # events with the person as their subject
    "worker.register": ("Didaftarkan", "user-plus"),
    "worker.correct": ("Diperbaiki", "check"),
    "worker.exit": ("Keluar dari program", "ban"),
    "worker.return": ("Kembali ke program", "reload"),
    "worker.keep_exited": ("Diperiksa: tetap keluar", "ban"),
}
CHANGED = {  # each rules.CORRECTABLE as the timeline names it
    "birth_place": "Tempat lahir",
    "mother_name": "Nama ibu kandung",
    "is_resident": "KTP Kota Makassar",
    "kelurahan": "Kelurahan",
    "address": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "phone": "Nomor HP",
    "occupation": "Pekerjaan",
    "employment": "Hubungan kerja",
    "income": "Pendapatan",
    "workplace": "Tempat kerja",
    "work_hours": "Jam kerja",
    "second_occupation": "Pekerjaan kedua",
    "second_workplace": "Tempat kerja kedua",
    "second_work_hours": "Jam kerja kedua",
    "second_income": "Pendapatan kedua",
    "family_card_number": "Nomor KK",
}
IDENTITY = {"nik": "NIK", "name": "Nama", "birth_on": "Tanggal lahir", "sex": "Jenis kelamin"}
LABELS = {**IDENTITY, **CHANGED, "survivor": "Ditautkan ke data lain"}
HIDDEN = {"survivor"}  # told by its label alone


def steps_of(worker: Worker, *, masked: bool) -> list[dict[str, Any]]:
    """Oldest first. For those who see numbers masked, a change is told by what changed and not by its contents."""
    told: set[int] = set()  # rows of the history that a deed accounts for
    changes = _changes(worker)
    steps = [
        *_registration(worker),
        *_deeds(worker, changes, told, masked=masked),
        *_identities(worker, told, masked=masked),
        *_reviews(worker),
        *_objections(worker),
        *_desil(worker),
        *_documents(worker, masked=masked),
    ]
    steps += _other_changes(changes, told, masked=masked)
    return sorted(steps, key=lambda step: step["at"])


def _documents(worker: Worker, *, masked: bool) -> Iterator[dict[str, Any]]:
    for paper in worker.documents.select_related("uploaded_by", "withdrawn_by"):
        kind = paper.get_kind_display()
        yield _step("Dokumen ditambahkan", "file", paper.uploaded_by.name, paper.uploaded_at, kind)
        if paper.withdrawn_by is not None:
            because = "" if masked else f"Alasan: {paper.withdrawn_because}"
            yield _step("Dokumen ditarik", "ban", paper.withdrawn_by.name, paper.withdrawn_at, kind, because)


def _step(what: str, icon: str, who: str, at: datetime, *notes: str) -> dict[str, Any]:
    return {"what": what, "icon": icon, "who": who, "at": at, "note": "\n".join(note for note in notes if note)}


def _changes(worker: Worker) -> dict[int, tuple[Any, Any]]:
    rows = list(worker.events.select_related("kelurahan", "occupation", "second_occupation").order_by("pgh_id"))
    return {after.pgh_id: (before, after) for before, after in pairwise(rows)}


def _registration(worker: Worker) -> Iterator[dict[str, Any]]:
    """Who came in with a file has no entry of their own; the file has."""
    if entries_of(worker).filter(event="worker.register").exists():
        return
    source = worker.registry_import
    note = f"Berkas {source.name}, baris {worker.registry_row}" if source else ""
    what, icon = ("Diambil dari daftar", "upload") if source else DEEDS["worker.register"]
    yield _step(what, icon, worker.registered_by.name, worker.registered_at, note)


def _deeds(worker: Worker, changes: dict, told: set[int], *, masked: bool) -> Iterator[dict[str, Any]]:
    for entry in entries_of(worker).filter(event__in=DEEDS):
        notes = [entry.note]
        row = entry.facts.get("history_row")
        if row in changes:
            told.add(row)
            before, after = changes[row]
            fields = entry.facts["fields"]
            notes = [*_differences(fields, before, after, masked=masked), f"Alasan: {entry.note}"]
        elif entry.event == "worker.exit":
            reason, on = entry.facts["reason"], date.fromisoformat(entry.facts["exited_on"])
            notes = [f"Sejak {on:%d-%m-%Y}. Alasan: {ExitReason(reason).label}", entry.note]
        yield _step(*DEEDS[entry.event], entry.actor_name, entry.at, *notes)


def _identities(worker: Worker, told: set[int], *, masked: bool) -> Iterator[dict[str, Any]]:
    for correction in worker.identity_corrections.select_related("proposed_by", "decided_by"):
        fields = [IDENTITY[field] for field in rules.IDENTITY if field in correction.after]
        yield _step(
            "Perbaikan identitas diusulkan",
            "edit",
            correction.proposed_by.name,
            correction.proposed_at,
            ", ".join(fields),
            f"Alasan: {correction.reason}",
        )
        if correction.history_row is not None:
            told.add(correction.history_row)
        if correction.decided_by is not None:
            what, icon = {
                CorrectionStatus.APPROVED: ("Identitas diperbaiki", "check"),
                CorrectionStatus.REJECTED: ("Perbaikan identitas ditolak", "x"),
                CorrectionStatus.WITHDRAWN: ("Perbaikan identitas ditarik", "ban"),
            }[CorrectionStatus(correction.status)]
            notes = _identity_words(correction, masked=masked) if correction.status == CorrectionStatus.APPROVED else []
            yield _step(what, icon, correction.decided_by.name, correction.decided_at, *notes, correction.answer)


def _reviews(worker: Worker) -> Iterator[dict[str, Any]]:
    """When one was opened is a day of the portal's own; it stands in the note of the answer."""
    for review in worker.desil_reviews.select_related("answered_by", "decided_by"):
        asked = f"Desil {review.desil} pada rilis {review.release}, batasnya {review.desil_limit}"
        if review.answered_by is not None:
            kept = review.status == "kept" and review.decided_by is None
            what = "Telaah desil: dipertahankan" if kept else "Telaah desil: diusulkan keluar"
            yield _step(what, "users", review.answered_by.name, review.answered_at, asked, review.reason)
        if review.decided_by is not None:
            what = "Telaah desil: keluar disetujui" if review.status == "ended" else "Telaah desil: dipertahankan"
            yield _step(what, "users", review.decided_by.name, review.decided_at, review.decision)


def _objections(worker: Worker) -> Iterator[dict[str, Any]]:
    for objection in worker.objections.select_related("recorded_by", "closed_by"):
        filed = f"Diajukan {objection.filed_on:%d-%m-%Y} terhadap desil {objection.desil}, rilis {objection.release}"
        yield _step(
            "Usul-sanggah dicatat",
            "file",
            objection.recorded_by.name,
            objection.recorded_at,
            filed,
            objection.reference,
        )
        if objection.closed_by is not None:
            outcome = f"{objection.get_outcome_display()}, {objection.outcome_on:%d-%m-%Y}"
            yield _step(
                "Hasil usul-sanggah",
                "file",
                objection.closed_by.name,
                objection.closed_at,
                outcome,
                objection.outcome_note,
            )


def _desil(worker: Worker) -> Iterator[dict[str, Any]]:
    """What each release said of the family on the card that the person has now."""
    if not worker.family_card_number:
        return
    records = DesilRecord.objects.filter(family_card_number=worker.family_card_number).select_related("recorded_by")
    before = None
    for record in records.order_by("release"):
        was = f" (sebelumnya {before})" if before not in (None, record.desil) else ""
        note = f"DTSEN rilis {record.release}. {record.source}"
        yield _step(f"Desil keluarga {record.desil}{was}", "chart", record.recorded_by.name, record.recorded_at, note)
        before = record.desil


def _other_changes(changes: dict, told: set[int], *, masked: bool) -> Iterator[dict[str, Any]]:
    """Rows that no deed on the person accounts for: a link, a file, or somebody in the database itself."""
    rest = {row: pair for row, pair in changes.items() if row not in told}
    keys = {(after.pgh_context or {}).get("user") for _, after in rest.values()}
    names = dict(User.objects.filter(pk__in=keys - {None}).values_list("pk", "name")) if rest else {}
    for before, after in rest.values():
        fields = [
            name
            for name in LABELS
            if getattr(before, f"{name}_id", getattr(before, name, None))
            != getattr(after, f"{name}_id", getattr(after, name, None))
        ]
        who = names.get((after.pgh_context or {}).get("user"), SYSTEM)
        notes = _differences(fields, before, after, masked=masked)
        yield _step("Diubah", "edit", who, after.pgh_created_at, *notes)


def _differences(fields: list[str], before: Any, after: Any, *, masked: bool) -> list[str]:
    """Each changed field in words, old beside new."""
    return [
        LABELS[name]
        if masked or name in HIDDEN
        else f"{LABELS[name]}: {_word_of(before, name)} → {_word_of(after, name)}"
        for name in fields
    ]


def _identity_words(correction: IdentityCorrection, *, masked: bool) -> list[str]:
    fields = [field for field in rules.IDENTITY if field in correction.after]
    if masked:
        return [IDENTITY[field] for field in fields]
    return [
        f"{IDENTITY[field]}: {_in_words(field, correction.before[field])} → {_in_words(field, correction.after[field])}"
        for field in fields
    ]


def _word_of(row: Any, name: str) -> str:
    value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
    match value:
        case bool():
            return "ya" if value else "tidak"
        case int():
            return rupiah(value)
        case date():
            return f"{value:%d-%m-%Y}"
    return str(value or "kosong")


def _in_words(field: str, value: str) -> str:
    """Of a value as the correction keeps it."""
    match field:
        case "sex":
            return Sex(value).label
        case "birth_on":
            return f"{date.fromisoformat(value):%d-%m-%Y}"
    return value
