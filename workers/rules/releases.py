"""DTSEN releases: who takes one in, and which of them a policy may rest on."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from regions.models import RegionLevel
from workers.models import DesilRelease, Policy


def may_receive_release(user: User) -> Decision:
    """Whether this user may record that a DTSEN release has come: it holds for the whole city."""
    for_the_city = user.role == Role.ADMIN or (
        user.role == Role.OFFICER and user.region_id and user.region.level == RegionLevel.CITY
    )
    return Decision.unless(
        (
            not for_the_city,
            "not_for_the_city",
            "Rilis DTSEN dicatat oleh admin kota atau petugas dengan wilayah tugas seluruh kota.",
            "Serahkan datanya kepada admin kota.",
        ),
    )


def check_release(*, by: User, name: str, dated_on: date | None, received_on: date, today: date) -> Decision:
    """Whether a release of that name can be recorded with these days."""
    days = DesilRelease.objects.filter(name=name).values_list("received_on", flat=True)
    return may_receive_release(by) & Decision.unless(
        (
            bool(days),
            "release_known",
            f"DTSEN rilis {name} sudah tercatat, diterima {', '.join(f'{day:%d-%m-%Y}' for day in days)}.",
            "Periksa lagi nama rilisnya.",
        ),
        (
            received_on > today,
            "received_in_future",
            "Tanggal diterima belum tiba.",
            "Isi tanggal hari ini atau sebelumnya.",
        ),
        (
            dated_on is not None and dated_on > received_on,
            "dated_after_receipt",
            "Tanggal data lebih baru daripada tanggal diterima.",
            "Cocokkan kedua tanggal dengan surat pengantarnya.",
        ),
    )


def may_import_release(user: User, name: str) -> Decision:
    """Whether this user may import what a release says of families."""
    return may_receive_release(user) & (check_received(name) if name else check_release_named(name))


def check_release_named(name: str) -> Decision:
    """Whether families come with the name of their release: a desil without one says nothing (rule S3)."""
    return Decision.unless(
        (
            not name,
            "release_not_named",
            "Berkas ini berisi desil keluarga, tetapi rilis DTSEN-nya belum disebut.",
            "Sebutkan rilisnya, seperti 2026-3.",
        ),
    )


def check_received(name: str) -> Decision:
    """Whether a release has come, so that desils can be recorded under its name."""
    return Decision.unless(
        (
            not DesilRelease.objects.filter(name=name).exists(),
            "release_not_received",
            f"DTSEN rilis {name} belum dicatat.",
            "Catat dulu rilisnya dengan tanggal dan sumbernya.",
        ),
    )


def may_rest_on(release: str) -> Decision:
    """Whether a new policy may count by this release: it has come, or a policy counts by it already."""
    unknown = not (
        DesilRelease.objects.filter(name=release).exists() or Policy.objects.decided().filter(release=release).exists()
    )
    return Decision.unless(
        (
            unknown,
            "release_unknown",
            f"DTSEN rilis {release} belum diterima, jadi tidak ada keluarga yang desilnya diketahui.",
            "Catat dulu rilisnya dan masukkan datanya, atau pilih rilis lain.",
        ),
    )
