"""What may be kept of a person's papers."""

from __future__ import annotations

from accounts.models import User
from casework.decisions import Decision
from workers.models import Worker, WorkerDocument
from workers.rules.registration import may_register


def may_add_document(worker: Worker, *, by: User) -> Decision:
    """Whether papers of this person may be added. How many, casework.uploads says."""
    return may_register(by) & Decision.unless(
        (
            worker.anonymised_at is not None,
            "anonymised",
            "Data orang ini sudah dianonimkan karena masa simpannya habis.",
            "Daftarkan lagi orangnya dengan KTP bila ia datang kembali.",
        ),
    )


def may_withdraw_document(document: WorkerDocument, *, by: User) -> Decision:
    return may_register(by) & Decision.unless(
        (
            document.withdrawn_at is not None,
            "withdrawn",
            "Berkas ini sudah ditarik.",
            "Muat ulang halaman untuk melihat keadaan terakhir.",
        ),
    )
