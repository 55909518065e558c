"""Who may keep a registration under way."""

from __future__ import annotations

from accounts.models import User
from casework.decisions import Decision
from workers.rules.registration import may_register

MOST_DRAFTS = 20  # of one author: a draft is for days, not for keeping people


def may_begin_draft(user: User, *, already: int, used: bool) -> Decision:
    """Whether one more registration may be begun; `already` are under way, `used`: this form registered somebody."""
    return may_register(user) & Decision.unless(
        (
            already >= MOST_DRAFTS,
            "too_many_drafts",
            f"Sudah ada {MOST_DRAFTS} draf.",
            "Selesaikan atau hapus draf lama dulu.",
        ),
        (
            used,
            "submission_used",
            "Isian halaman ini sudah dipakai untuk mendaftarkan pekerja lain.",
            "Cari lagi orangnya dari awal.",
        ),
    )
