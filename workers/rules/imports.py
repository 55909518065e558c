"""Who may do what with a registry file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from workers.enums import Verdict
from workers.models import ImportFinding, RegistryImport, StagedRow
from workers.registry_file import ANSWERS, CODES
from workers.rules.registration import may_work_in
from workers.workflow import IMPORT

MOST_KNOWN = 60  # percent of the rows in the file or the registry already, from which on an admin decides (AC-D32)
UNDO_WITHIN = timedelta(days=30)


def check_import_again(before: RegistryImport | None, *, reason: str) -> Decision:
    """Whether a file may be imported that was imported `before`, if it was (AC-I28)."""
    if before is None:
        return Decision()
    day = timezone.localdate(before.accepted_at)
    return Decision.unless(
        (
            not reason,
            "imported_before",
            f"Berkas ini sudah diimpor pada {day:%d-%m-%Y} oleh {before.accepted_by.name}.",
            "Tulis alasannya bila memang perlu diimpor lagi.",
        ),
    )


def may_confirm_columns(registry_import: RegistryImport, user: User) -> Decision:
    """Whether this user may say which column of a file is which."""
    return may_work_in(user, registry_import.posting) & IMPORT.may(registry_import, "confirm")


def may_accept_import(registry_import: RegistryImport, user: User) -> Decision:
    """Whether this user may let the good rows of a checked file into the registry."""
    share = known_share(registry_import)
    return (
        may_work_in(user, registry_import.posting)
        & IMPORT.may(registry_import, "accept")
        & Decision.unless(
            (
                share >= MOST_KNOWN and user.role != Role.ADMIN,
                "mostly_known",
                f"{share} % baris sudah ada dalam berkas ini atau dalam data.",
                "Periksa apakah berkasnya benar. Bila benar, minta admin kota melanjutkan.",
            ),
        )
    )


def known_share(registry_import: RegistryImport) -> int:
    """Percent of the rows that are in the file or the registry already, rounded down; blank rows do not count."""
    filled = registry_import.rows_done - registry_import.rows_blank
    return registry_import.rows_known * 100 // filled if filled else 0


def may_cancel_import(registry_import: RegistryImport, user: User) -> Decision:
    """Whether this user may let go of a file of which nothing is stored."""
    return may_work_in(user, registry_import.posting) & IMPORT.may(registry_import, "cancel")


def may_decide_rows(registry_import: RegistryImport, user: User) -> Decision:
    """Whether this user may take or leave rows that were held."""
    return may_work_in(user, registry_import.posting) & IMPORT.may(registry_import, "decide")


def answers_wanted(row: StagedRow, findings: Iterable[ImportFinding]) -> dict[str, str]:
    """What a person may type for a row of a list of people, by column, with what the file says there.

    Nothing for a row that has another fault too, which only a mended file can settle.
    """
    handing_back = {Verdict.REFUSED, Verdict.DUPLICATE, Verdict.INELIGIBLE}
    faults = [finding for finding in findings if finding.code in ANSWERS or CODES[finding.code].verdict in handing_back]
    asked = {
        _column_of(finding): finding.value if finding.code != "family_card_missing" else ""
        for finding in faults
        if _column_of(finding)
    }
    settled = all(_column_of(finding) for finding in faults) and not row.decision
    return asked if settled else {}


def _column_of(finding: ImportFinding) -> str:
    """The column to be typed; "" where typing would not do."""
    if finding.code == "required":  # of the name or the occupation
        return finding.column
    return ANSWERS.get(finding.code, "")


def may_answer_row(registry_import: RegistryImport, user: User, *, wanted: Mapping[str, str]) -> Decision:
    """Whether this user may type what the file does not say of a row."""
    return may_decide_rows(registry_import, user) & Decision.unless(
        (
            not wanted,
            "nothing_to_answer",
            "Baris ini tidak dapat dilengkapi di sini.",
            "Perbaiki barisnya di berkas, lalu unggah lagi.",
        ),
    )


def may_undo_import(registry_import: RegistryImport, user: User, *, now: datetime) -> Decision:
    """Whether this user may take back an accepted file, as far as nothing rests on its rows."""
    return (
        may_work_in(user, registry_import.posting)
        & IMPORT.may(registry_import, "undo")
        & Decision.unless(
            (
                registry_import.accepted_at is not None and now - registry_import.accepted_at > UNDO_WITHIN,
                "too_late_to_undo",
                f"Impor ini diterima lebih dari {UNDO_WITHIN.days} hari yang lalu.",
                "Perbaiki orangnya satu-satu lewat halaman pekerja.",
            ),
        )
    )
