"""The facts of an estimate as a page lists them, without anybody's birth date."""

from __future__ import annotations

from django.utils.formats import date_format

from claims.benefits.facts import Child, Disability, Facts
from claims.benefits.lines import in_percent, rupiah
from claims.benefits.schedule import Schedule
from claims.enums import Outcome

Fact = tuple[str, str]  # its name, what it was


def facts_in_words(facts: Facts, schedule: Schedule) -> tuple[Fact, ...]:
    """In the order of the form; what the estimate was not given is left out, except for what always counts."""
    rest = [f"{facts.rest_months} bulan"] * bool(facts.rest_months) + [f"{facts.rest_days} hari"] * bool(
        facts.rest_days
    )
    gap = ", dengan bulan yang terlewat" if facts.paid_with_gap else ""
    always = (
        ("Hari kejadian", date_format(facts.event_on, "j F Y")),
        ("Sebab", facts.cause.label),
        ("Keadaan akhir", Outcome(facts.outcome).label if facts.outcome else "belum ada pernyataan dokter"),
        ("Dasar penghasilan", rupiah(facts.base)),
        ("Bulan iuran berurutan", f"{facts.paid_in_a_row} bulan{gap}"),
        ("Masa iuran", f"{facts.contribution_years} tahun penuh"),
    )
    given = (
        ("Bulan iuran JHT", f"{facts.old_age_months} bulan" if facts.old_age_months else ""),
        ("Tidak mampu bekerja", " ".join(rest)),
        ("Angkutan", "; ".join(f"{trip.mode.label.lower()} {rupiah(trip.bill)}" for trip in facts.transport)),
        ("Tangan yang lebih sering dipakai", facts.dominant_hand.label if facts.disabilities else ""),
        ("Cacat", "; ".join(_disability(disability, schedule) for disability in facts.disabilities)),
        ("Homecare", "; ".join(f"{rupiah(care.bill)} untuk {care.months} bulan" for care in facts.home_care)),
        (
            "Ortesa atau protesa",
            "; ".join(
                f"{rupiah(aid.bill)}, harga rumah sakit pemerintah {rupiah(aid.reference_price)}"
                for aid in facts.prostheses
            ),
        ),
        ("Gigi tiruan", _bill(facts.denture)),
        ("Alat bantu dengar", _bill(facts.hearing_aid)),
        ("Kacamata", _bill(facts.glasses)),
        *((f"Anak ke-{number}", _child(child)) for number, child in enumerate(facts.children, start=1)),
        ("Ahli waris", ", ".join(heir.label.lower() for heir in facts.heirs)),
    )
    return (*always, *(fact for fact in given if fact[1]))


def changes_between(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> tuple[tuple[str, str, str], ...]:
    """Name, old and new words of each fact that differs; "tidak ada" where one side was not given it."""
    old, new = dict(before), dict(after)
    return tuple(
        (name, old.get(name, "tidak ada"), new.get(name, "tidak ada"))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    )


def _disability(disability: Disability, schedule: Schedule) -> str:
    words = schedule.table.rows.get(disability.code, {"label": disability.code})["label"]
    if disability.units > 1:
        words += f", {disability.units} kali"
    if disability.percent is not None:
        words += f", {in_percent(disability.percent)}"
    if disability.loss_of_function is not None:
        words += f", fungsi berkurang {in_percent(disability.loss_of_function)}"
    return words


def _child(child: Child) -> str:
    return ", ".join(f"{level.label} {years} tahun lagi" for level, years in child.remaining)


def _bill(amount: int) -> str:
    return rupiah(amount) if amount else ""
