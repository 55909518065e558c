"""What the portal would have said at another time: asked with two times, that of the event and that of the knowledge.

ADR 0017. The answer itself is rules.answer_coverage over what was known then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision

SETTLES_IN = timedelta(minutes=15)  # longer than any transaction: what was being written then is stored by now


def may_ask_as_known(user: User, *, event_at: datetime, known_at: datetime, asked_at: datetime) -> Decision:
    """Whether the portal can say what it would have answered at `known_at` about an event at `event_at`.

    A row counts as known from the moment its transaction began, so of the last minutes nothing final can be said.
    """
    return Decision.unless(
        (
            user.role not in (Role.OFFICER, Role.ADMIN, Role.AUDITOR),
            "wrong_role",
            "Pertanyaan ini untuk petugas, admin kota, dan auditor.",
            "Pakai cek kepesertaan.",
        ),
        (
            event_at > known_at,
            "event_after_known",
            "Waktu kejadian lebih akhir daripada waktu jawaban.",
            "Isi waktu jawaban yang sama atau sesudah kejadian.",
        ),
        (
            known_at > asked_at - SETTLES_IN,
            "known_too_fresh",
            "Catatan seperempat jam terakhir masih dapat bertambah.",
            "Isi waktu jawaban sedikitnya 15 menit yang lalu.",
        ),
    )
