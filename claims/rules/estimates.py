"""Who may say from which facts benefits are estimated, and when something periodic can be asked for."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from claims.benefits import SCHEDULES
from claims.enums import ClaimStatus, InstalmentKind
from claims.models import Claim, Instalment
from claims.rules.cases import YES, own_hospital

ESTIMATORS = (Role.OFFICER, Role.HOSPITAL, Role.ADMIN)


def may_estimate(claim: Claim, user: User) -> Decision:
    """Whether this user may say the facts from which benefits are estimated. Whoever sees the claim may read them."""
    own = own_hospital(claim, user)
    return own & Decision.unless(
        (
            user.role not in ESTIMATORS,
            "wrong_role",
            "Perkiraan dihitung oleh petugas kota, rumah sakit, atau admin kota.",
        ),
        (
            claim.status == ClaimStatus.WITHDRAWN,
            "withdrawn",
            "Laporan ini sudah ditarik, jadi tidak ada manfaat yang diperkirakan.",
        ),
    )


def may_ask_instalment(claim: Claim, user: User) -> Decision:
    """Whether this user may record that something periodic was asked for. The family comes to the city for it."""
    return Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.ADMIN),
            "wrong_role",
            "Pengajuan berkala dicatat oleh petugas atau admin kota.",
        ),
        (
            claim.status == ClaimStatus.WITHDRAWN,
            "withdrawn",
            "Laporan ini sudah ditarik, jadi tidak ada yang diajukan.",
        ),
    )


def is_askable(instalment: Instalment, *, asked_on: date | None, is_entitled: bool, today: date) -> Decision:
    """Whether the day fits the part (rule 7.4: asked for each school year, made up for three years at most).

    None, which takes the asking back, always does.
    """
    if asked_on is None:
        return YES
    return Decision.unless(
        (
            asked_on > today,
            "asked_in_the_future",
            "Tanggal pengajuan belum tiba.",
            "Isi hari ketika berkasnya diserahkan.",
        ),
        (
            asked_on < instalment.opens_on,
            "not_open_yet",
            f"Bagian ini baru dapat diajukan mulai {date_format(instalment.opens_on, 'j F Y')}.",
            "Periksa tanggal pengajuannya.",
        ),
        (
            instalment.closes_on is not None and asked_on > instalment.closes_on,
            "closed",
            f"Bagian ini paling lambat diajukan {instalment.closes_on and date_format(instalment.closes_on, 'j F Y')}.",
            "Tanyakan kepada BPJS Ketenagakerjaan apakah masih diterima.",
        ),
        (
            instalment.kind == InstalmentKind.SCHOOL and not is_entitled,
            "entitlement_not_confirmed",
            "Belum dinyatakan bahwa anak masih sekolah, belum menikah, dan belum bekerja.",
            "Tanyakan kepada keluarga, lalu centang pernyataannya.",
        ),
    )


def has_schedule(on: date) -> Decision:
    """Whether the portal knows a benefit schedule for an event of that day (rule 7.2)."""
    return Decision.unless(
        (
            not any(version.holds(on) for version in SCHEDULES),
            "no_schedule",
            "Portal tidak menyimpan tabel manfaat untuk hari kejadian ini.",
            "Tanyakan kepada BPJS Ketenagakerjaan.",
        ),
    )
