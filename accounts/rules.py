"""Who may open, change and end accounts, and who needs a second factor."""

from __future__ import annotations

from datetime import date

from accounts.models import CooperationAgreement, SecurityPolicy, User
from accounts.roles import Role
from casework.decisions import Decision
from casework.uploads import MOST_FILES

# Without a policy row nobody has decided otherwise yet: design/security.md, ASVS 6.3.3.
SECOND_FACTOR_ROLES = (Role.ADMIN, Role.BPJS, Role.AUDITOR, Role.HOSPITAL)


def needs_second_factor(role: str, *, policy: SecurityPolicy | None) -> bool:
    """Whether accounts of this role log in with a passkey or a code beside the password."""
    return role in (SECOND_FACTOR_ROLES if policy is None else policy.second_factor_roles)


def may_keep_accounts(user: User) -> Decision:
    """Whether this user gives out and ends accounts at all."""
    return Decision.unless(
        (
            not user.keeps_accounts,
            "not_a_keeper",
            "Akun dikelola admin kota, dan di rumah sakit oleh kepala unitnya.",
            "Hubungi mereka untuk perubahan akun.",
        ),
    )


def may_invite(user: User, *, role: str, hospital_id: int | None, is_lead: bool, taken: bool) -> Decision:
    """Whether this user may open such an account. `taken`: the address already belongs to one, alive or ended."""
    own_staff = role == Role.HOSPITAL and hospital_id == user.hospital_id and not is_lead
    return may_keep_accounts(user) & Decision.unless(
        (
            user.role == Role.HOSPITAL and not own_staff,
            "not_your_staff",
            "Kepala unit hanya membuka akun untuk staf rumah sakitnya sendiri.",
            "Minta admin kota untuk akun lain.",
        ),
        (
            taken,
            "address_taken",
            "Alamat surel ini sudah punya akun, dan satu orang memegang satu peran.",
            "Ubah penugasan akun itu, atau pakai alamat surel lain.",
        ),
    )


def may_change(account: User, user: User) -> Decision:
    """Whether this user may end this account, extend it, move it or take away its second factor."""
    return may_keep_accounts(user) & Decision.unless(
        (
            account.pk == user.pk,
            "own_account",
            "Akun sendiri tidak dapat Anda ubah di sini.",
            "Minta pengelola akun lain.",
        ),
        (
            user.role == Role.HOSPITAL and account.is_lead,
            "is_lead",
            "Akun kepala unit diubah oleh admin kota.",
            "Hubungi admin kota.",
        ),
        (
            account.ended_at is not None,
            "ended",
            "Akun ini sudah diakhiri.",
            "Buka lagi akun ini bila orangnya kembali bertugas.",
        ),
    )


def may_reopen(account: User, user: User) -> Decision:
    """Whether this user may give an ended account back to its owner, with a new password and new factors."""
    return may_keep_accounts(user) & Decision.unless(
        (account.ended_at is None, "not_ended", "Akun ini tidak pernah diakhiri.", "Muat ulang halaman."),
        (
            user.role == Role.HOSPITAL and account.is_lead,
            "is_lead",
            "Akun kepala unit dibuka oleh admin kota.",
            "Hubungi admin kota.",
        ),
    )


def may_last(*, until: date | None, on: date) -> Decision:
    """Whether an account may last until that day, inclusive; None means without a last day."""
    return Decision.unless(
        (
            until is not None and until < on,
            "in_the_past",
            "Hari terakhir tidak boleh sudah lewat.",
            "Untuk menghentikan akun sekarang, akhiri akunnya.",
        ),
    )


def may_resend(account: User) -> Decision:
    """Whether the account still waits for its owner to make a password."""
    return Decision.unless(
        (
            account.has_usable_password(),
            "already_taken_up",
            "Pemilik akun sudah membuat kata sandi.",
            "Jika lupa, ia dapat meminta kata sandi baru di halaman masuk.",
        ),
    )


def may_begin(*, admins: int) -> Decision:
    """Whether the portal still has no living admin who could invite one."""
    return Decision.unless(
        (
            admins > 0,
            "admin_exists",
            "Sudah ada admin kota yang aktif.",
            "Minta admin itu mengundang lewat halaman Akun.",
        ),
    )


def may_end_all_sessions(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Hanya admin kota yang dapat mengeluarkan semua orang."),
    )


def may_move(account: User, user: User, *, role: str, region_id: str | None, hospital_id: int | None) -> Decision:
    """Whether an admin may give the account this posting instead of its own (AC-P7: never the same once more)."""
    same = (account.role, account.region_id, account.hospital_id) == (role, region_id, hospital_id)
    return may_change(account, user) & Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Penugasan diubah oleh admin kota.", "Hubungi admin kota."),
        (same, "same_posting", "Akun ini sudah memegang penugasan itu.", "Pilih peran atau tempat yang lain."),
    )


def may_keep_agreements(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Perjanjian kerja sama dicatat admin kota.", "Hubungi admin kota."),
    )


def may_record_agreement(user: User, *, starts_on: date, last_day: date | None, overlapping: bool) -> Decision:
    """Whether this agreement can be recorded; `last_day` is inclusive, None while no end is agreed.

    `overlapping`: the hospital has another on one of the days.
    """
    return may_keep_agreements(user) & Decision.unless(
        (
            last_day is not None and last_day < starts_on,
            "ends_before_it_starts",
            "Hari terakhir lebih awal daripada hari mulainya.",
            "Tukar tanggalnya, atau kosongkan hari terakhir.",
        ),  # AC-C11
        (
            overlapping,
            "overlaps",
            "Rumah sakit ini sudah punya perjanjian pada sebagian hari itu.",
            "Mulai setelah perjanjian itu berakhir, atau akhiri dulu perjanjian itu.",
        ),
    )


def may_end_agreement(agreement: CooperationAgreement, user: User, *, last_day: date, on: date) -> Decision:
    """Whether the agreement can end on that day, inclusive. What was in force before today stays so."""
    present = agreement.last_day
    return may_keep_agreements(user) & Decision.unless(
        (
            last_day < on,
            "in_the_past",
            "Hari terakhir tidak boleh sudah lewat.",
            "Pilih hari ini atau sesudahnya.",
        ),
        (
            last_day < agreement.period.lower,
            "ends_before_it_starts",
            "Hari terakhir lebih awal daripada hari mulainya.",
            "Pilih hari mulainya atau sesudahnya.",
        ),
        (
            present is not None and last_day >= present,
            "not_sooner",
            "Perjanjian ini sudah berakhir pada hari itu atau lebih awal.",
            "Untuk memperpanjang, catat perjanjian baru.",
        ),
    )


def may_add_document(user: User, *, already: int) -> Decision:
    return may_keep_agreements(user) & Decision.unless(
        (
            already >= MOST_FILES,
            "too_many_files",
            f"Sudah ada {MOST_FILES} berkas.",
            "Gabungkan naskah menjadi satu PDF.",
        ),
    )
