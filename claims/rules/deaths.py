"""Whether a death can be reported, and who hands the heirs' claim on."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from claims.enums import Cause
from claims.models import Claim, DeathReport
from claims.workflow import DEATH


def check_death(*, cause: Cause | str, accident: Claim | None) -> Decision:
    """Whether a death of that cause can be reported. `accident`: the claim of the work accident that led to it."""
    return Decision.unless(
        (
            cause == Cause.WORK and accident is None,
            "accident_not_reported",
            "Kecelakaan kerja yang menyebabkan kematian ini belum dilaporkan.",
            "Laporkan dulu dugaan kecelakaan kerjanya di halaman pekerja, lalu laporkan kematiannya.",
        ),
    )


def may_forward_death(report: DeathReport, user: User) -> Decision:
    """Whether this user may record that the heirs' claim was handed to BPJS Ketenagakerjaan."""
    return Decision.unless(
        (
            user.role != Role.ADMIN,
            "wrong_role",
            "Diteruskan oleh admin kota.",
            "Berikan kelengkapannya kepada admin kota.",
        ),
    ) & DEATH.may(report, "forward")
