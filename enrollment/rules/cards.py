"""Who may make, hand over and withdraw a card."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.card_file import Face
from enrollment.enums import CardState, Receiver
from enrollment.models import Card, Membership
from enrollment.rules.contributions import PROGRAMS, program_name

MOST_CARDS = 5_000  # made at one time: more than any kelurahan has members
AT_ONCE_ON_PAGE = 100  # cards of one PDF that a page waits for


def _keeps_cards(user: User) -> tuple[bool, str, str, str]:
    return (
        user.role not in (Role.OFFICER, Role.ADMIN),
        "wrong_role",
        "Kartu diurus petugas dan admin kota.",
        "Hubungi petugas wilayah.",
    )


def may_make_card(user: User, *, membership: Membership | None, valid: Card | None) -> Decision:
    """Whether a first card may be made. `valid` is the card that the person has."""
    return Decision.unless(
        _keeps_cards(user),
        (
            membership is None,
            "not_a_member",
            "Pekerja ini tidak punya kepesertaan yang berjalan.",
            "Kartu dibuat setelah BPJS Ketenagakerjaan menerima pendaftarannya.",
        ),
        (
            valid is not None,
            "has_card",
            "Pekerja ini sudah punya kartu yang berlaku.",
            "Ganti kartunya bila hilang, rusak, atau isinya berubah.",
        ),
    )


def may_make_cards(user: User, *, members: int) -> Decision:
    """Whether cards may be made for so many members at one time."""
    return Decision.unless(
        _keeps_cards(user),
        (
            members == 0,
            "nobody_without_card",
            "Semua peserta di sini sudah punya kartu.",
            "Pilih kelurahan lain.",
        ),
        (
            members > MOST_CARDS,
            "too_many_cards",
            f"Paling banyak {MOST_CARDS} kartu sekali buat.",
            "Pilih kelurahannya satu per satu.",
        ),
    )


def may_hand_over(card: Card, user: User) -> Decision:
    """Whether this card can be recorded as given into somebody's hands. Once."""
    return Decision.unless(
        _keeps_cards(user),
        (
            card.state == CardState.WITHDRAWN,
            "card_withdrawn",
            "Kartu ini tidak berlaku lagi.",
            "Serahkan kartu yang menggantikannya.",
        ),
        (
            card.state == CardState.HANDED_OVER,
            "already_handed_over",
            "Penyerahan kartu ini sudah dicatat.",
            "Muat ulang halaman untuk melihatnya.",
        ),
    )


def check_hand_over(card: Card, *, handed_on: date, handed_to: Receiver | str, receiver: str, today: date) -> Decision:
    """Whether the facts of a hand-over can be true."""
    made_on = timezone.localdate(card.made_at)
    return Decision.unless(
        (
            handed_on > today,
            "handed_in_future",
            "Tanggal penyerahan belum tiba.",
            "Isi hari ini atau sebelumnya.",
        ),
        (
            handed_on < made_on,
            "handed_before_made",
            "Tanggal penyerahan lebih awal daripada pembuatan kartu.",
            f"Isi {made_on:%d-%m-%Y} atau sesudahnya.",
        ),
        (
            handed_to != Receiver.SELF and receiver == "",
            "receiver_missing",
            "Nama penerima belum diisi.",
            "Tulis nama orang yang menerima kartunya.",
        ),
    )


def may_withdraw_card(card: Card, user: User) -> Decision:
    """Whether this card can be made invalid. Once (AC-C10)."""
    return Decision.unless(
        _keeps_cards(user),
        (
            card.state == CardState.WITHDRAWN,
            "card_withdrawn",
            "Kartu ini sudah ditarik.",
            "Muat ulang halaman untuk melihat alasannya.",
        ),
    )


def may_print_card(card: Card, user: User) -> Decision:
    """Whether its PDF may be had: only of a valid card, so that no withdrawn one is printed again."""
    return Decision.unless(
        _keeps_cards(user),
        (
            card.state == CardState.WITHDRAWN,
            "card_withdrawn",
            "Kartu ini tidak berlaku lagi, jadi tidak dicetak.",
            "Cetak kartu yang menggantikannya.",
        ),
    )


def may_print_sheet(user: User, *, cards: int) -> Decision:
    """Whether a page may wait for so many cards on sheets."""
    return Decision.unless(
        _keeps_cards(user),
        (cards == 0, "no_cards", "Tidak ada kartu yang belum diserahkan di sini.", "Buat kartunya dulu."),
        (
            cards > AT_ONCE_ON_PAGE,
            "too_many_cards",
            f"Lembar langsung paling banyak {AT_ONCE_ON_PAGE} kartu.",
            "Pilih satu kelurahan, atau minta sebagai unduhan.",
        ),
    )


def face_of(card: Card, *, made_on: str) -> Face:
    """What stands on the card: of the person as the registry has them now."""
    membership = card.membership
    programs = tuple(f"{program_name(code)} ({code})" for code in PROGRAMS[membership.package])
    return Face(card.worker.name, membership.participant_number, programs, card.number, made_on)
