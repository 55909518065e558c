"""The referral note (*surat pengantar*): when the city writes one, and what it says."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from claims.enums import ClaimStatus
from claims.letter_file import Letter
from claims.models import Claim, ReferralNote
from workers.nik import mask

OPENING = (
    "Dengan ini kami mengantar pekerja berikut, yang diduga mengalami kecelakaan kerja. Mohon diterima dan dirawat "
    "seperti biasa; layanan gawat darurat tetap diberikan apa pun jawaban kepesertaannya."
)
CLOSING = (
    "Surat ini bukan surat jaminan. Surat jaminan hanya dari BPJS Ketenagakerjaan, yang juga menetapkan manfaatnya.",
    "Staf rumah sakit membuka kasusnya di Jagai dengan nomor klaim di atas, lalu mencatat kedatangan pasien.",
)


def may_issue_note(claim: Claim, user: User) -> Decision:
    """Whether this user may write a note for the patient: the city, once a hospital has the case, until it treats."""
    return Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.ADMIN),
            "wrong_role",
            "Surat pengantar dibuat oleh petugas atau admin kota.",
        ),
        (
            claim.status not in (ClaimStatus.ROUTED, ClaimStatus.ADMITTED),
            "wrong_status",
            f"Statusnya sekarang “{claim.get_status_display()}”.",
            "Surat pengantar dibuat setelah kasus diarahkan, sebelum perawatannya dicatat.",
        ),
    )


def facts_of_note(claim: Claim) -> list[list[str]]:
    """What a note written now says of person and accident: labels and values. The NIK is masked: papers get lost."""
    worker, check = claim.worker, claim.coverage_check
    answer = f"{check.get_verdict_display()}, jawaban {check.number}" if check else "Belum dicek"
    return [
        ["Nama", worker.name],
        ["Tanggal lahir", date_format(worker.birth_on, "j F Y")],
        ["NIK", mask(worker.nik)],
        ["Nomor klaim", claim.number],
        ["Waktu kejadian", f"{date_format(timezone.localtime(claim.accident_at), 'j F Y, H.i')} WITA"],
        ["Tempat kejadian", claim.place],
        ["Kepesertaan saat kejadian", answer],
    ]


def letter_of(note: ReferralNote) -> Letter:
    hospital = note.hospital
    return Letter(
        title="Surat pengantar",
        number=note.number,
        to=[f"Instalasi Gawat Darurat {hospital.name}", *([hospital.address] if hospital.address else [])],
        opening=OPENING,
        facts=note.facts,
        closing=CLOSING,
        signed=[
            f"Makassar, {date_format(timezone.localtime(note.issued_at), 'j F Y, H.i')} WITA",
            note.issued_by.name,
            f"{note.issued_by.get_role_display()}, {note.issued_by.place_label}",
        ],
        code=note.code,
    )
