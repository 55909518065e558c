"""Who may let a hospital's own system ask, and which token still speaks for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from accounts.roles import Role
from accounts.rules import may_keep_accounts
from casework.decisions import Decision
from enrollment.models import ApiClient, ApiToken

MAKE_A_NEW_ONE = "Minta kepala unit rumah sakit atau admin kota membuat token baru di halaman Sambungan sistem."


def may_connect(user: User, *, hospital_id: int, purposes: Collection[str], taken: bool) -> Decision:
    """Whether this user may open the door for a system of this hospital. `taken`: it has a system of that name."""
    return may_keep_accounts(user) & Decision.unless(
        (
            user.role == Role.HOSPITAL and hospital_id != user.hospital_id,
            "not_your_hospital",
            "Kepala unit hanya menyambungkan sistem rumah sakitnya sendiri.",
            "Minta admin kota untuk rumah sakit lain.",
        ),
        (not purposes, "no_purpose", "Belum ada keperluan yang dipilih.", "Pilih paling sedikit satu keperluan."),
        (
            taken,
            "name_taken",
            "Rumah sakit ini sudah punya sambungan dengan nama itu.",
            "Ganti token sambungan itu, atau pakai nama lain.",
        ),
    )


def may_change_client(client: ApiClient, user: User) -> Decision:
    """Whether this user may give the system a new token, or end it."""
    return may_keep_accounts(user) & Decision.unless(
        (
            client.ended_at is not None,
            "ended",
            "Sambungan ini sudah diakhiri.",
            "Buat sambungan baru bila sistemnya dipakai lagi.",
        ),
    )


def may_enter_by_token(token: ApiToken | None, *, now: datetime) -> Decision:
    """Whether the token, None where nobody knows it, still stands for a system."""
    return Decision.unless(
        (token is None, "token_unknown", "Token ini tidak dikenal.", MAKE_A_NEW_ONE),
        (
            token is not None and now >= token.ends_at,
            "token_over",
            "Token ini sudah berakhir.",
            MAKE_A_NEW_ONE,
        ),
    )


def may_ask_for(client: ApiClient, purpose: str) -> Decision:
    """Whether the system may ask for that purpose (rule X7)."""
    return Decision.unless(
        (
            purpose not in client.purposes,
            "purpose_not_allowed",
            f"Sambungan ini hanya untuk keperluan: {', '.join(client.purpose_labels).lower()}.",
            "Kirim keperluan yang benar, atau minta sambungan untuk keperluan itu.",
        ),
    )
